"""What a list finds: the index and what was asked give hits, counts and their order."""

from __future__ import annotations

from collections.abc import Container, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import combinations
from operator import or_
from typing import Any

from .addresses import SINCE
from .bitmaps import Counts, Ordered
from .form import EVERYTHING, RELEVANCE, Asked
from .index import ListIndex
from .listing import Listing
from .per_revision import portions
from .understanding import Found, find


@dataclass(frozen=True)
class Result:
    """The rows that match, counted and in order; read from the index, not from the database."""

    listing: Listing
    index: ListIndex
    asked: Asked = EVERYTHING

    @classmethod
    def of(cls, listing: Listing, revision: Hashable, **chosen: list[str]) -> Result:
        """Return the result for some values of facets, by default everything."""
        return cls(listing, listing.index(revision), Asked(chosen))

    @cached_property
    def chosen(self) -> dict[str, list[str]]:
        """Facet name to its chosen values, for every facet in the order to show."""
        return {name: list(self.asked.chosen.get(name, ())) for name in self.index.facets}

    @property
    def default_sort(self) -> str:
        """Relevance where something is searched for, otherwise the list's first order."""
        return RELEVANCE if self.asked.query else next(iter(self.listing.sorts))

    @property
    def sort(self) -> str:
        """The order in force, with "-" for its reverse."""
        return self.asked.sort or self.default_sort

    @cached_property
    def search(self) -> Found | None:
        """What the search words found; None without any."""
        return self._find(relaxed=False)

    @cached_property
    def relaxed_search(self) -> Found | None:
        """What is found by some of the search words, or by parts of them."""
        return self._find(relaxed=True)

    def _find(self, *, relaxed: bool) -> Found | None:
        if not self.asked.query:
            return None
        index = self.index
        return find(self.asked.query, [index.search], index.vocabulary, relaxed=relaxed)

    @cached_property
    def filters(self) -> dict[str, int]:
        """The rows that each filter in force keeps by itself, as bitmaps; "q" is the search."""
        filters = {"q": self.search.hits[0].rows} if self.search else {}
        if self.asked.since:
            filters[SINCE] = self.index.changed_since(self.asked.since)
        for name, values in self.chosen.items():
            if values:
                bitmaps = self.index.facets[name].bitmaps
                filters[name] = reduce(or_, (bitmaps[value] for value in values))
        return filters

    def matching(self, but: Container[str] = ()) -> int:
        """Return the rows that match everything but the filters ``but``, as a bitmap."""
        found = self.index.everything
        for name, bits in self.filters.items():
            if name not in but:
                found &= bits
        return found

    @property
    def ways_out(self) -> list[set[str]]:
        """The filters to drop so that as many as possible stay and something is found.

        Each is one way to do it; there is none where no filter finds anything by itself.
        """
        for size in range(1, len(self.filters)):
            ways = [set(names) for names in combinations(self.filters, size)]
            if found := [dropped for dropped in ways if self.matching(but=dropped)]:
                return found
        return []

    @cached_property
    def hits(self) -> int:
        """The rows found, as a bitmap of slots."""
        return self.matching()

    @cached_property
    def count(self) -> int:
        """How many rows were found."""
        return self.hits.bit_count()

    @property
    def has_everything(self) -> bool:
        """Whether no row is left out."""
        return self.hits == self.index.everything

    @property
    def total(self) -> int:
        """How many rows there are."""
        return len(self.index)

    def counts(self, facet: str) -> Counts:
        """Return the hits of each value of a facet, counted with its own choice cleared."""
        rows = self.matching(but={facet}) if facet in self.filters else self.hits
        return self.index.counts(facet, rows)

    @cached_property
    def ordered(self) -> Ordered:
        """Primary keys of all rows found, in the order asked for; ties by name."""
        index = self.index
        if self.sort == RELEVANCE and self.search:
            by_score = self.search.hits[0].by_score
            groups = [by_score[score] & self.hits for score in sorted(by_score, reverse=True)]
            return Ordered(groups, index.names.order, index.pks, index.ranks)
        return Ordered([self.hits], index.order(self.sort), index.pks)

    def ordered_with(self, first: int) -> Ordered:
        """Return the same, those of a bitmap before the others; in an order that is no search's."""
        groups = [self.hits & first, self.hits & ~first]
        return Ordered(groups, self.index.order(self.sort), self.index.pks)

    @property
    def pks(self) -> list[int]:
        """All of them, looked up."""
        return self.ordered[:]

    def records(self, pks: Iterable[int], rows: Any = None) -> list[Any]:
        """Load rows in the order of their keys; one that has gone is left out.

        Args:
            pks: some of ``self.pks``.
            rows: a queryset that says what to load of each; by default the row itself.
        """
        pks = list(pks)
        found = (self.listing.rows() if rows is None else rows).in_bulk(pks)
        return [found[pk] for pk in pks if pk in found]

    def all_records(self, rows: Any = None, chunk: int = 100) -> Iterator[Any]:
        """Yield all rows found, loading ``chunk`` of them at a time."""
        for pks in self.portions(chunk):
            yield from self.records(pks, rows)

    def portions(self, chunk: int) -> Iterator[Sequence[int]]:
        """Yield the primary keys of all rows found, ``chunk`` of them at a time."""
        return portions(self.pks, chunk)
