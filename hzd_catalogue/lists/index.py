"""What a list page needs of all rows, held in memory for one revision of the data."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from .bitmaps import bitmap, members
from .facets import MISSING, Facet, FacetValues
from .per_revision import let_others_go_on
from .search import SearchField, SearchIndex, Tag, read_lines
from .understanding import Vocabulary


class ReadFacets(Mapping[str, FacetValues]):
    """The values of facets by their names, each read when somebody asks for it first.

    A search over everything needs few of them, and some take seconds.
    """

    def __init__(self, facets: Mapping[str, Facet], rows: Any, positions: dict[int, int]) -> None:
        """Keep how to read the facets of some rows, by primary key to position."""
        self._facets, self._rows, self._positions = facets, rows, positions
        self._read: dict[str, FacetValues] = {}
        self._lock = threading.Lock()

    def __getitem__(self, name: str) -> FacetValues:
        if name not in self._read:
            with self._lock:
                if name not in self._read:
                    let_others_go_on()
                    self._read[name] = self._facets[name].read(self._rows, self._positions)
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._facets)

    def __len__(self) -> int:
        return len(self._facets)


@dataclass(frozen=True)
class ListIndex:
    """All rows of one kind in the order of their names, with facets, orders and search.

    A row's position is its place in ``pks``. A row that came after these were read has none: it
    belongs to the index of the next revision.
    """

    pks: list[int]
    positions: dict[int, int]
    facets: Mapping[str, FacetValues]
    #: What rows have in common that nobody filters by.
    traits: Mapping[str, FacetValues]
    #: Name of an order, or "-" and its name, to all positions in that order.
    orders: dict[str, list[int]]
    load_search: Callable[[ListIndex], SearchIndex]
    load_vocabulary: Callable[[], Vocabulary] = Vocabulary
    #: The day of each row's last change, by primary key; None where the list does not ask.
    days: Mapping[int, date] | None = None

    @cached_property
    def search(self) -> SearchIndex:
        """The words of all rows; read when something is searched for the first time.

        They take several times as long to read as all facets together.
        """
        return self.load_search(self)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What the words of a query mean beyond the rows' texts."""
        return self.load_vocabulary()

    @property
    def everything(self) -> int:
        """All rows, as a bitmap of positions."""
        return (1 << len(self.pks)) - 1

    def changed_since(self, day: date) -> int:
        """Return the rows that were changed on a day or after it, as a bitmap."""
        found = (self.positions[pk] for pk, last in (self.days or {}).items() if last >= day)
        return bitmap(found, len(self.pks))

    def __len__(self) -> int:
        return len(self.pks)

    def numbers_of_values(self, facet: str) -> list[int]:
        """Return for each position how many values of a facet the row has."""
        counts = [0] * len(self.pks)
        for value, bits in self.facets[facet].bitmaps.items():
            if value != MISSING:
                for position in members(bits, range(len(counts))):
                    counts[position] += 1
        return counts


@dataclass(frozen=True)
class Sort:
    """An order that a visitor may choose, and its reverse."""

    label: str
    #: Takes the queryset of all rows and the index, and returns position to sort key. Rows
    #: without a key stay at the end in both directions.
    keys: Callable[[Any, ListIndex], Mapping[int, Any]]
    #: Whether it starts with the highest key.
    falls: bool = True
    #: What comes first, in words: as it is, and in its reverse.
    directions: tuple[str, str] = ("absteigend", "aufsteigend")

    def both_ways(self, rows: Any, index: ListIndex) -> tuple[list[int], list[int]]:
        """Return all positions in this order and in its reverse, ties in the order of names."""
        keys = self.keys(rows, index)
        keyed = sorted(keys)
        others = [position for position in range(len(index)) if position not in keys]
        forwards, backwards = (
            [*sorted(keyed, key=keys.__getitem__, reverse=falls), *others]
            for falls in (self.falls, not self.falls)
        )
        return forwards, backwards


#: The order in which an index holds its rows.
BY_NAME = Sort(
    "Name",
    lambda rows, index: {place: place for place in range(len(index))},
    falls=False,
    directions=("A bis Z", "Z bis A"),
)


def build_index(
    rows: Any,
    *,
    facets: Mapping[str, Facet],
    traits: Mapping[str, Facet],
    sorts: Mapping[str, Sort],
    name_order: Sequence[Any],
    search_fields: Sequence[SearchField],
    search_tags: Callable[[ListIndex], Sequence[Tag]],
    vocabulary: Callable[[], Vocabulary],
    days: Callable[[Any], Mapping[int, date]] | None = None,
) -> ListIndex:
    """Read the rows and their orders, and how to read their facets and their words.

    Args:
        rows: the queryset of all rows that may be listed.
        facets: by parameter name, in the order to show.
        traits: by a name that ``ListIndex.traits`` has too.
        sorts: by parameter value.
        name_order: fields or expressions whose values put the rows into the order of their names.
        search_fields: where a search looks, the rows' own name first.
        search_tags: returns what else it finds, such as the labels of facets' values.
        vocabulary: returns what the words of a query mean beyond the rows' texts.
        days: returns the day of each row's last change.
    """
    found = rows.order_by().values_list(*name_order, "pk")
    pks = [row[-1] for row in sorted(found)]
    positions = {pk: position for position, pk in enumerate(pks)}
    index = ListIndex(
        pks=pks,
        positions=positions,
        facets=ReadFacets(facets, rows, positions),
        traits=ReadFacets(traits, rows, positions),
        orders={},
        load_search=lambda index: SearchIndex(
            read_lines(rows, search_fields, positions), search_tags(index)
        ),
        load_vocabulary=vocabulary,
        days=days and {pk: day for pk, day in days(rows.order_by()).items() if pk in positions},
    )
    for name, sort in sorts.items():
        index.orders[name], index.orders[f"-{name}"] = sort.both_ways(rows, index)
    return index
