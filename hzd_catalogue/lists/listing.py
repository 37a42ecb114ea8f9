"""What one list page lists: declared once, and everything else follows from it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.http import QueryDict

from .facets import MISSING, Facet
from .form import ListFilterSet
from .index import BY_NAME, ListIndex, Queries, Sort, build_index
from .per_revision import Changed, PerRevision
from .search import SearchField, Tag
from .understanding import Vocabulary


@dataclass(frozen=True, kw_only=True, eq=False)
class Listing:
    """The rows of one kind that visitors may list, and how they are asked for and named."""

    #: Returns the queryset of all rows that visitors may see.
    rows: Callable[[], Any]
    filterset_class: type[ListFilterSet]
    #: Where a search looks, the rows' own name first.
    search_fields: Sequence[SearchField]
    #: Names of the facets whose labels a search finds.
    searched_facets: Sequence[str] = ()
    #: Names of those whose labels it finds only together with other words, and how it says so.
    companion_facets: Mapping[str, str] = field(default_factory=dict)
    #: Texts that stand for all rows, found only together with other words.
    companions: Sequence[str] = ()
    #: Returns what the words of a query mean beyond the rows' texts.
    vocabulary: Callable[[], Vocabulary] = Vocabulary
    #: Name of the list's URL pattern.
    url_name: str
    #: Singular and plural of the rows' noun, in the nominative and in the dative.
    nouns: tuple[str, str]
    dative_nouns: tuple[str, str]
    #: Parameter value to order; the first is the order without a search.
    sorts: Mapping[str, Sort] = field(default_factory=lambda: {"name": BY_NAME})
    #: What rows have in common that nobody filters by, by its name.
    traits: Mapping[str, Facet] = field(default_factory=dict)
    #: Fields or expressions whose values, compared by Python, put the rows into the order of names.
    name_order: Sequence[Any] = ("name",)
    #: Returns the day of each row's last change; None where nobody may ask.
    days: Callable[[Any], Mapping[int, date]] | None = None
    #: Takes the rows and primary keys, and returns these rows alone.
    few: Callable[[Any, Collection[int]], Any] = lambda rows, pks: rows.filter(pk__in=pks)
    #: Takes what changed, and returns the primary keys of all rows that may have changed, come or
    #: gone; None where only reading all of them tells.
    touched: Callable[[Changed], Collection[int]] | None = None

    @cached_property
    def _kept(self) -> PerRevision[ListIndex]:
        return PerRevision(self.build_index, self._followed)

    def index(self, revision: Hashable) -> ListIndex:
        """Return the index of a revision; nothing is read when it is at hand."""
        return self._kept.get(revision)

    def read_all(self, revision: Hashable) -> None:
        """Read all of the index of a revision, also what would be read when asked for first."""
        self.index(revision).read_all()

    @cached_property
    def _no_rows(self) -> Any:
        return self.rows().none()

    @property
    def model(self) -> Any:
        """The model of the rows."""
        return self._no_rows.model

    def ask(self, data: QueryDict, index: ListIndex) -> ListFilterSet:
        """Return the filter set that reads the parameters of a request."""
        return self.filterset_class(data, self._no_rows, index)

    @property
    def searched_labels(self) -> list[str]:
        """Where a search looks, in words."""
        facets = self.filterset_class.facets()
        return [
            *(item.label for item in self.search_fields),
            *(str(facets[name].label) for name in self.searched_facets),
        ]

    def search_tags(self, index: ListIndex) -> list[Tag]:
        """Return the texts that many rows have in common: labels, nouns and the like."""
        names = [(name, False) for name in self.searched_facets]
        names += [(name, True) for name in self.companion_facets]
        labels = [
            Tag(self.companion_facets.get(name, values.label), label, bits, is_companion)
            for name, is_companion in names
            for values in [index.facets[name]]
            for value, label in values.labels.items()
            if value != MISSING and (bits := values.bitmaps[value])
        ]
        everything = [
            Tag("", words, index.everything, is_companion=True)
            for words in (" ".join(self.nouns), *self.companions)
        ]
        return [*labels, *everything]

    def queries(self) -> Queries:
        """Return what an index is read from, for the data as they are now."""
        return Queries(
            rows=self.rows(),
            few=self.few,
            facets=self.filterset_class.facets(),
            traits=self.traits,
            sorts=self.sorts,
            name_order=self.name_order,
            search_fields=self.search_fields,
            search_tags=self.search_tags,
            vocabulary=self.vocabulary,
            days=self.days,
        )

    def build_index(self) -> ListIndex:
        """Read the index from the database."""
        return build_index(self.queries())

    def _followed(self, index: ListIndex, changed: Changed) -> ListIndex | None:
        if self.touched is None:
            return None
        return index.followed(self.queries(), self.touched(changed), changed)
