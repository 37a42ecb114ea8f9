"""The filter set behind every list: what was asked, what was found, and in which words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

import django_filters
from django import forms
from django.http import QueryDict

from hzd_catalogue.reference.choices import Hint, Reach
from hzd_catalogue.reference.german import in_words
from hzd_catalogue.reference.models import FederalState, Level, Topic

from .addresses import query_string
from .bitmaps import members, ordered_members
from .facets import Chip, Facet, FacetView, Option, Suggestion
from .index import PerRevision, RecordIndex, in_name_order
from .search import (
    MAX_QUERY_LENGTH,
    NAME,
    Correction,
    SearchField,
    SearchIndex,
    SearchResult,
    collect_lines,
    find,
    terms_of,
)

#: Parameters that choose how a result is shown, not what is in it.
VIEW_PARAMETERS = ("ansicht", "pro-seite", "seite", "sortierung")
#: Values that were not understood are quoted back no longer than this.
_SHOWN_LENGTH = 40
_SHOWN_PROBLEMS = 8

#: Where a search looks in every record, its own name first.
OWN_TEXTS = (
    SearchField("Name", "name", NAME),
    SearchField("Weiterer Name", "other_names__name", NAME),
    SearchField("Kurz gesagt", "summary"),
    SearchField("Beschreibung", "description"),
)


class QueryField(forms.CharField):
    """The search words; too long or unreadable ones are reported, not searched."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "max_length": f"Die Suche nimmt höchstens {MAX_QUERY_LENGTH} Zeichen.",
        "null_characters_not_allowed": "Die Suche enthält ein unzulässiges Zeichen.",
        "no_words": "Die Suche braucht mindestens einen Buchstaben oder eine Ziffer.",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MAX_QUERY_LENGTH, **kwargs)

    def clean(self, value: Any) -> str:
        """Return the query with single spaces; "" when none was given."""
        query = " ".join(super().clean(value).split())
        if query and not terms_of(query):
            raise forms.ValidationError(self.error_messages["no_words"], code="no_words")
        return query


class QueryFilter(django_filters.CharFilter):
    """Keeps the records that contain all words of the query."""

    field_class = QueryField


class CatalogueFilterSet(django_filters.FilterSet):
    """Filters, sorts and counts one kind of record.

    A subclass names its ``Meta.model``, the facets that only its records have, its
    ``search_fields`` and its nouns. Hits and counts come from the index of the current revision;
    a page's records come from the database.
    """

    q = QueryFilter(label="Suche")
    thema = Facet(
        label="Thema",
        lookup="topics__slug",
        labels=lambda: Topic.objects.values_list("slug", "name"),
    )
    ebene = Facet(
        label="Ebene",
        lookup="levels__slug",
        labels=lambda: Level.objects.values_list("slug", "name"),
    )
    land = Facet(
        label="Bundesland",
        rule="for_state",
        labels=lambda: FederalState.objects.values_list("code", "name"),
    )
    reichweite = Facet(label="Reichweite", lookup="reach", labels=lambda: Reach.choices)
    jahr = Facet(label="Jahr", pairs="year_pairs", missing_label="ohne Jahresangabe")
    hinweis = Facet(
        label="Hinweis", rule="with_hint", labels=lambda: Hint.choices, covers_all=False
    )

    search_fields: ClassVar[tuple[SearchField, ...]] = ()
    #: Name of the facet that holds the federal states, for the order by their number.
    state_facet = "land"
    #: Singular and plural of the records' noun, in the nominative and in the dative.
    nouns: ClassVar[tuple[str, str]]
    dative_nouns: ClassVar[tuple[str, str]]
    #: Sort name to its label; the first is the order without a query.
    sorts: ClassVar[dict[str, str]] = {
        "name": "Name",
        "neueste": "neuester Meilenstein",
        "laender": "Zahl der Länder",
    }

    _index: ClassVar[PerRevision[RecordIndex]]

    class Meta:
        fields: ClassVar[list[str]] = []

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._index = PerRevision(cls.build_index)

    def __init__(self, data: QueryDict) -> None:
        """Read the parameters of one request."""
        self.index = self._index.get()
        super().__init__(data=data, queryset=self.base_queryset())

    @classmethod
    def for_everything(cls) -> CatalogueFilterSet:
        """Return the filter set of a request without parameters."""
        return cls(QueryDict())

    @classmethod
    def with_value(cls, facet: str, value: str) -> CatalogueFilterSet:
        """Return the filter set of a request for one value of one facet."""
        return cls(QueryDict(urlencode({facet: value})))

    @classmethod
    def base_queryset(cls) -> Any:
        """Return all records that visitors may see."""
        return cls._meta.model.objects.published()

    @classmethod
    def facets(cls) -> dict[str, Facet]:
        """Return the facets by parameter name as declared, those that do not cover all last."""
        facets = [item for item in cls.base_filters.items() if isinstance(item[1], Facet)]
        return dict(sorted(facets, key=lambda item: not item[1].covers_all))

    @classmethod
    def build_index(cls) -> RecordIndex:
        """Read everything that filtering, counting and sorting need, and how to read the words."""
        queryset = cls.base_queryset()
        pks, positions = in_name_order(queryset)
        facets = {name: facet.values(queryset, positions) for name, facet in cls.facets().items()}
        index = RecordIndex(
            pks=pks,
            positions=positions,
            everything=(1 << len(pks)) - 1,
            facets=facets,
            orders={},
            load_search=lambda: SearchIndex(collect_lines(queryset, cls.search_fields, positions)),
        )
        newest: dict[int, tuple[int, ...]] = {}
        for pk, key in queryset.order_by().milestone_keys():
            position = positions[pk]
            newest[position] = max(newest.get(position, key), key)
        # Records without a milestone stay at the end in both directions.
        undated = [position for position in range(len(pks)) if position not in newest]
        dated = sorted(newest)
        state_counts = index.state_counts(facets[cls.state_facet])
        by_name = range(len(pks))
        index.orders.update(
            {
                "name": list(by_name),
                "-name": list(reversed(by_name)),
                "neueste": [
                    *sorted(dated, key=newest.__getitem__, reverse=True),
                    *undated,
                ],
                "-neueste": [*sorted(dated, key=newest.__getitem__), *undated],
                "laender": sorted(by_name, key=lambda position: -state_counts[position]),
                "-laender": sorted(by_name, key=state_counts.__getitem__),
            }
        )
        return index

    # What was asked -------------------------------------------------------------------------

    @cached_property
    def chosen(self) -> dict[str, list[str]]:
        """Facet name to its chosen values, in the facets' order."""
        cleaned = self._cleaned
        return {name: cleaned.get(name) or [] for name in self.facets()}

    @cached_property
    def query(self) -> str:
        """The search words; "" when none were given or none could be used."""
        return self._cleaned.get("q") or ""

    @cached_property
    def _cleaned(self) -> dict[str, Any]:
        self.form.full_clean()
        return getattr(self.form, "cleaned_data", {})

    @cached_property
    def sort(self) -> str:
        """The order in force: "relevanz", or a name from ``sorts``, with "-" for its reverse."""
        asked = self.data.get("sortierung", "")
        if asked in self.index.orders or (asked == "relevanz" and self.query):
            return asked
        return self.default_sort

    @property
    def default_sort(self) -> str:
        """Relevance where something is searched for, otherwise the first of ``sorts``."""
        return "relevanz" if self.query else next(iter(self.sorts))

    @cached_property
    def problems(self) -> list[str]:
        """What was not understood, in words; the rest of the request holds."""
        problems = [str(error) for errors in self.form.errors.values() for error in errors]
        for name, facet in self.facets().items():
            problems += [
                f"{facet.label} „{_shown(value)}“ gibt es nicht."
                for value in getattr(self.form.fields[name], "unknown", [])
            ]
        if len([value for value in self.data.getlist("q") if value.strip()]) > 1:
            problems.append("Es wurde mehr als eine Suche übergeben; die letzte gilt.")
        asked = self._asked("sortierung")
        if asked and asked not in self.index.orders and asked != "relevanz":
            problems.append(f"Die Sortierung „{_shown(asked)}“ gibt es nicht.")
        if asked == "relevanz" and not self.query:
            problems.append("Nach Relevanz lässt sich nur mit einem Suchwort sortieren.")
        known = {*self.base_filters, *VIEW_PARAMETERS}
        problems += [
            f"Den Filter „{_shown(name)}“ gibt es nicht."
            for name in sorted(self.data)
            if name not in known
        ]
        if len(problems) > _SHOWN_PROBLEMS:
            rest = len(problems) - _SHOWN_PROBLEMS
            problems = [*problems[:_SHOWN_PROBLEMS], f"Weitere {rest} Angaben ebenso."]
        return problems

    def _asked(self, name: str) -> str:
        return self.data.get(name, "").strip()

    # What was found -------------------------------------------------------------------------

    @cached_property
    def search_result(self) -> SearchResult | None:
        """What the search words found; None without any."""
        return find(self.query, [self.index.search])[0] if self.query else None

    def _matching(self, but: str = "") -> int:
        """Return the records that match everything but the filter ``but``."""
        matching = self.index.everything
        if self.search_result and but != "q":
            matching &= self.search_result.hits
        for name, values in self.chosen.items():
            if values and name != but:
                bitmaps = self.index.facets[name].bitmaps
                any_of = 0
                for value in values:
                    any_of |= bitmaps[value]
                matching &= any_of
        return matching

    @cached_property
    def hits(self) -> int:
        """The records found, as a bitmap of positions."""
        return self._matching()

    @cached_property
    def count(self) -> int:
        """How many records were found."""
        return self.hits.bit_count()

    @cached_property
    def pks(self) -> list[int]:
        """Primary keys of all records found, in the order asked for; ties by name."""
        pks = self.index.pks
        if self.sort == "relevanz" and self.search_result:
            scores = self.search_result.scores
            positions = members(self.hits, range(len(pks)))
            return [pks[position] for position in sorted(positions, key=lambda p: (-scores[p], p))]
        if self.sort == "name":
            return list(members(self.hits, pks))
        return [pks[place] for place in ordered_members(self.hits, self.index.orders[self.sort])]

    def filter_queryset(self, queryset: Any) -> Any:
        """Return the records found as a queryset, in no particular order."""
        return queryset.filter(pk__in=self.pks)

    def records(self, pks: Iterable[int], *, details: bool = False) -> list[Any]:
        """Load the records with these keys and all that a list shows of them, in this order.

        With ``details``, all that the page of each one shows comes along.
        """
        pks = list(pks)
        queryset = self.base_queryset()
        queryset = queryset.with_details() if details else queryset.with_relations()
        found = queryset.in_bulk(pks)
        return [found[pk] for pk in pks if pk in found]

    def all_records(self, chunk: int = 500, *, details: bool = False) -> Iterator[Any]:
        """Yield all records found, loading ``chunk`` of them at a time."""
        for start in range(0, len(self.pks), chunk):
            yield from self.records(self.pks[start : start + chunk], details=details)

    # How it is shown ------------------------------------------------------------------------

    @cached_property
    def parameters(self) -> dict[str, list[str]]:
        """What was understood of the filters, as parameters of an address."""
        parameters = {name: values for name, values in self.chosen.items() if values}
        if self.query:
            parameters["q"] = [self.query]
        return parameters

    def url(self, **changes: list[str]) -> str:
        """Return the query string of this result with some parameters replaced."""
        return query_string({**self.parameters, **changes})

    @cached_property
    def facet_views(self) -> list[FacetView]:
        """The facets with their counts: each is counted with its own choice cleared."""
        views = []
        for name, facet in self.facets().items():
            values = self.index.facets[name]
            others = self._matching(but=name)
            options = [
                Option(
                    value=value,
                    label=label,
                    count=(others & values.bitmaps[value]).bit_count(),
                    is_chosen=value in self.chosen[name],
                    url=self.url(**{name: [value]}) or "?",
                )
                for value, label in values.labels.items()
            ]
            views.append(FacetView(name, facet.label, options))
        return views

    @cached_property
    def chips(self) -> list[Chip]:
        """The active values; each one's address is this result without it."""
        chips = []
        if self.query:
            chips.append(Chip(f"Suche: {self.query}", {**self.parameters, "q": []}))
        for name, values in self.chosen.items():
            label = self.base_filters[name].label
            labels = self.index.facets[name].labels
            for value in values:
                rest = [other for other in values if other != value]
                chips.append(Chip(f"{label}: {labels[value]}", {**self.parameters, name: rest}))
        return chips

    def _any_of(self, name: str) -> str:
        """Return the chosen values of a facet in words: "Thüringen oder Saarland"."""
        labels = self.index.facets[name].labels
        return in_words([labels[value] for value in self.chosen[name]], "oder")

    @property
    def suggestions(self) -> list[Suggestion]:
        """Where nothing was found: which filter to drop, and what is found then."""
        suggestions = []
        if self.query:
            count = self._matching(but="q").bit_count()
            suggestions.append(Suggestion(f"Suche: {self.query}", self.url(q=[]) or "?", count))
        for name, values in self.chosen.items():
            if values:
                label = f"{self.base_filters[name].label}: {self._any_of(name)}"
                count = self._matching(but=name).bit_count()
                suggestions.append(Suggestion(label, self.url(**{name: []}) or "?", count))
        return [suggestion for suggestion in suggestions if suggestion.count]

    @cached_property
    def corrections(self) -> list[Correction]:
        """Mistyped words of the query, what was searched instead, and the address of that."""
        result = self.search_result
        if not result:
            return []
        url = self.url(q=[result.query])
        return [Correction(typed, word, url) for typed, word in result.corrections.items()]

    @property
    def result_query(self) -> str:
        """The one query string of this result: filters and order, but no page and no view."""
        order = {} if self.sort == self.default_sort else {"sortierung": [self.sort]}
        return self.url(**order)

    @cached_property
    def filters_in_words(self) -> list[str]:
        """Each active filter: "Bundesland Thüringen"."""
        parts = [f"Suche „{self.query}“"] if self.query else []
        for name, values in self.chosen.items():
            if values:
                parts.append(f"{self.base_filters[name].label} {self._any_of(name)}")
        return parts

    @property
    def in_words(self) -> str:
        """The filters as a sentence part: "Bundesland Thüringen, Ebene Land"; "" without any."""
        return ", ".join(self.filters_in_words)

    @property
    def title(self) -> str:
        """Nouns and filters: "Projekte: Bundesland Thüringen, Ebene Land"."""
        return f"{self.nouns[1]}: {self.in_words}" if self.in_words else self.nouns[1]


def _shown(value: str) -> str:
    """Return a value to quote back: printable and short."""
    printable = "".join(char if char.isprintable() else "�" for char in value)
    return printable if len(printable) <= _SHOWN_LENGTH else f"{printable[:_SHOWN_LENGTH]}…"
