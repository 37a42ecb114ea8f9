"""What a list page needs of all rows, held in memory for one revision of the data.

Each row has a slot (``slots``). Facets are sets of slots (``facets``, ``bitmaps``), orders are
blocks of them (``orders``), a search finds them. When some rows change, the next index is made of
this one and of these rows: what did not change is shared, what did is copied, and nothing that
somebody else may still read is altered.
"""

from __future__ import annotations

import threading
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import compress
from typing import Any, Generic, TypeVar

from .bitmaps import Counts, bitmap, flags, members
from .blocks import Blocks
from .facets import MISSING, Facet, FacetValues
from .orders import Names, Order, in_order
from .per_revision import Changed, let_others_go_on
from .search import Line, SearchField, SearchIndex, Tag, collect_lines, read_lines
from .slots import Since, Slots
from .understanding import Vocabulary

T = TypeVar("T")

#: Of more rows than this, an index that follows would do as much as one that reads all.
ROWS_FOLLOWED = 10_000
#: The counts of so many sets of rows are kept at most, and fewer where they take many bits.
_MOST_COUNTED, _BITS_COUNTED = 16, 2**23
#: Day of a row that was never changed.
_NEVER = 0


@dataclass(frozen=True)
class Queries:
    """What an index is read from: queries, and what they are read for."""

    #: The queryset of all rows that may be listed.
    rows: Any
    #: Takes it and primary keys, and returns these rows alone.
    few: Callable[[Any, Collection[int]], Any]
    #: By parameter name, in the order to show; and by a name that ``ListIndex.traits`` has too.
    facets: Mapping[str, Facet]
    traits: Mapping[str, Facet]
    #: By parameter value.
    sorts: Mapping[str, Sort]
    #: Fields or expressions whose values put the rows into the order of their names.
    name_order: Sequence[Any]
    #: Where a search looks, the rows' own name first.
    search_fields: Sequence[SearchField]
    #: Returns what else it finds, such as the labels of facets' values.
    search_tags: Callable[[ListIndex], Sequence[Tag]]
    #: Returns what the words of a query mean beyond the rows' texts.
    vocabulary: Callable[[], Vocabulary] = Vocabulary
    #: Returns the day of each row's last change; None where the list does not ask.
    days: Callable[[Any], Mapping[int, date]] | None = None


class Late(Generic[T]):
    """Something that is read, or follows, when somebody asks for it first.

    What nobody asks for costs nothing; what was asked for once waits with all that has changed
    since.
    """

    def __init__(
        self,
        read: Callable[..., T],
        follow: Callable[..., T],
        before: tuple[T, Since] | None = None,
    ) -> None:
        """Say how it is made.

        Args:
            read: takes what ``get`` is given, and reads all of it.
            follow: takes this, too, and it as it was, and what has changed since.
            before: the latter two, where it was made before.
        """
        self._read, self._follow, self._before = read, follow, before
        self._made: list[T] = []
        self._lock = threading.Lock()

    @property
    def is_made(self) -> bool:
        """Whether somebody has asked for it."""
        return bool(self._made)

    def get(self, *given: Any) -> T:
        """Return it, made by now.

        Args:
            given: what it is a part of. It must not know this itself: what goes in a circle stays
                in memory until somebody looks for such.
        """
        if not self._made:
            with self._lock:
                if not self._made:
                    let_others_go_on()
                    before = self._before
                    made = self._follow(*given, *before) if before else self._read(*given)
                    self._made.append(made)
                    self._before = None
        return self._made[0]

    def after(self, later: Since) -> tuple[T, Since] | None:
        """Return what it is made of once some more has changed; None: all is to be read."""
        before = (self._made[0], Since()) if self._made else self._before
        if before is None:
            return None
        since = before[1].then(later)
        return None if len(since.slots) > ROWS_FOLLOWED else (before[0], since)


class ReadFacets(Mapping[str, FacetValues]):
    """The values of facets by their names, each read when somebody asks for it first."""

    def __init__(
        self,
        queries: Queries,
        facets: Mapping[str, Facet],
        slots: Slots,
        before: Mapping[str, tuple[FacetValues, Since] | None] | None = None,
    ) -> None:
        """Keep what reads some facets of rows with these slots; ``before`` as in ``Late``."""
        self._facets = facets

        def late(facet: Facet, before: tuple[FacetValues, Since] | None) -> Any:
            def follow(values: FacetValues, since: Since) -> FacetValues:
                rows = queries.few(queries.rows, slots.present(since.slots))
                return facet.follow(values, rows, slots, since)

            return Late(lambda: facet.read(queries.rows, slots), follow, before)

        known = before or {}
        self._late = {name: late(facet, known.get(name)) for name, facet in facets.items()}

    def followed(self, queries: Queries, slots: Slots, since: Since) -> ReadFacets:
        """Return the same facets after some rows have changed."""
        before = {name: late.after(since) for name, late in self._late.items()}
        return ReadFacets(queries, self._facets, slots, before)

    def __getitem__(self, name: str) -> FacetValues:
        return self._late[name].get()

    def __iter__(self) -> Iterator[str]:
        return iter(self._late)

    def __len__(self) -> int:
        return len(self._late)


@dataclass(eq=False)
class ListIndex:
    """All rows of one kind by their slots, with facets, orders and search.

    A row that came after these were read has no slot: it belongs to the index of the next
    revision.
    """

    queries: Queries
    slots: Slots
    names: Names
    facets: ReadFacets
    #: What rows have in common that nobody filters by.
    traits: ReadFacets
    #: By name; None is the order of names.
    sorted: dict[str, Order | None]
    #: The ordinal of the day of each row's last change, by slot; None where nobody asks.
    _days: Blocks | None = None
    #: The words as they were, with what has changed since.
    _words_before: tuple[SearchIndex, Since] | None = None

    @classmethod
    def without_orders(cls, queries: Queries, slots: Slots) -> ListIndex:
        """Return an index of rows whose names are in the order of their slots."""
        return cls(
            queries=queries,
            slots=slots,
            names=Names.of(slots.size),
            facets=ReadFacets(queries, queries.facets, slots),
            traits=ReadFacets(queries, queries.traits, slots),
            sorted={},
        )

    def __post_init__(self) -> None:
        self._words = Late(ListIndex._read_words, ListIndex._follow_words, self._words_before)
        self._words_before = None
        #: Rows to the counts of each facet: those of everything stay.
        self._counted: dict[int, dict[str, Counts]] = {}

    @property
    def pks(self) -> Sequence[int]:
        """Primary keys by slot, also of holes."""
        return self.slots.pks

    @property
    def everything(self) -> int:
        """All rows, as a bitmap of slots."""
        return self.slots.everything

    @property
    def ranks(self) -> Sequence[int]:
        """By slot, a number that is higher the later a row's name comes: it decides ties."""
        return self.names.ranks

    @property
    def orders(self) -> list[str]:
        """The names of all orders, and of their reverses."""
        return [f"{sign}{name}" for name in self.sorted for sign in ("", "-")]

    def order(self, name: str) -> Sequence[int]:
        """Return all slots in one of the orders."""
        name, is_reverse = name.removeprefix("-"), name.startswith("-")
        order = self.sorted[name]
        if order:
            return order.backwards if is_reverse else order.forwards
        starts_last = self.queries.sorts[name].falls != is_reverse
        return self.names.backwards if starts_last else self.names.order

    @property
    def search(self) -> SearchIndex:
        """The words of all rows; read when something is searched for the first time.

        They take several times as long to read as all facets together.
        """
        return self._words.get(self)

    def _read_words(self) -> SearchIndex:
        queries = self.queries
        lines = read_lines(queries.rows, queries.search_fields, self.slots)
        return SearchIndex(lines, queries.search_tags(self), self.ranks)

    def _follow_words(self, words: SearchIndex, since: Since) -> SearchIndex:
        queries, pks = self.queries, self.slots.present(since.slots)
        slots = {pk: self.slots[pk] for pk in pks}
        lines = collect_lines(queries.few(queries.rows, pks), queries.search_fields, slots)
        holes: dict[int, Sequence[Line]] = {slot: () for slot in since.slots if slot not in lines}
        return words.followed({**holes, **lines}, queries.search_tags(self), self.ranks)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What the words of a query mean beyond the rows' texts."""
        return self.queries.vocabulary()

    def read_all(self) -> None:
        """Read what else would be read when somebody asks for it first."""
        for facets in (self.facets, self.traits):
            for name in facets:
                facets[name]
        for name in self.facets:
            self.counts(name, self.everything)
        self.search  # noqa: B018 (reads it)
        self.vocabulary  # noqa: B018

    @property
    def knows_days(self) -> bool:
        """Whether it knows when rows were changed."""
        return self._days is not None

    def changed_since(self, day: date) -> int:
        """Return the rows that were changed on a day or after it, as a bitmap."""
        first = day.toordinal()
        found = (slot for slot, last in enumerate(self._days or ()) if last >= first)
        return bitmap(found, self.slots.size) & self.everything

    def last_day(self, rows: int) -> date | None:
        """Return the day on which the last of some rows was changed, of a bitmap."""
        last = max(compress(self._days or (), flags(rows)), default=_NEVER)
        return date.fromordinal(last) if last else None

    def __len__(self) -> int:
        return len(self.slots)

    def counts(self, facet: str, rows: int) -> Counts:
        """Return how many of some rows, of a bitmap, each value of a facet has.

        Pages of one result, and those of one value of a facet, ask for the same.
        """
        counted = self._counted.get(rows)
        if counted is None:
            most = max(1, min(_MOST_COUNTED, _BITS_COUNTED // (self.slots.size + 1)))
            if len(self._counted) > most:
                kept = self._counted.get(self.everything)
                self._counted = {self.everything: kept} if kept else {}
            counted = self._counted.setdefault(rows, {})
        if facet not in counted:
            counted[facet] = self.facets[facet].bitmaps.counts(rows)
        return counted[facet]

    def by_slot(self, pairs: Iterable[tuple[int, Any]]) -> dict[int, Any]:
        """Return values by slot, of (primary key, value); of rows without a slot none."""
        slot_of = self.slots.get
        return {slot: value for pk, value in pairs if (slot := slot_of(pk)) is not None}

    def numbers_of_values(self, facet: str, slots: Iterable[int]) -> dict[int, int]:
        """Return for each of some slots how many values of a facet the row has."""
        counts = dict.fromkeys(slots, 0)
        size = self.slots.size
        wanted = bitmap(counts, size)
        for value, bits in self.facets[facet].bitmaps.items():
            if value != MISSING:
                for slot in members(bits & wanted, range(size)):
                    counts[slot] += 1
        return counts

    # Following ---------------------------------------------------------------------------------

    def followed(
        self, queries: Queries, pks: Collection[int], changed: Changed
    ) -> ListIndex | None:
        """Return the index after some rows have changed, came or went; None where that is too much.

        Args:
            queries: queries of the data as they are now.
            pks: the rows' primary keys, and any others.
            changed: what they follow from.
        """
        if len(pks) > ROWS_FOLLOWED or self.slots.size > 2 * len(self) + ROWS_FOLLOWED:
            return None
        before = self.slots
        found = queries.few(queries.rows, pks).order_by().values_list(*queries.name_order, "pk")
        keys_by_pk = {row[-1]: row for row in found}
        gone = [pk for pk in pks if pk in before and pk not in keys_by_pk]
        slots = before.followed(gone, sorted(pk for pk in keys_by_pk if pk not in before))
        left = frozenset(slot for pk in pks if (slot := before.get(pk)) is not None)
        keys = {slots[pk]: row for pk, row in keys_by_pk.items()}
        since = Since(left | keys.keys(), changed)

        def keys_of(others: Sequence[int]) -> dict[int, Any]:
            rows = queries.rows.filter(pk__in=[slots.pks[slot] for slot in others]).order_by()
            return {slots[row[-1]]: row for row in rows.values_list(*queries.name_order, "pk")}

        try:
            names = self.names.followed(left, keys, keys_of, slots.size)
        except KeyError:
            # A row has gone since the revision was read: outside of a transaction, that happens.
            return None
        index = ListIndex(
            queries=queries,
            slots=slots,
            names=names,
            facets=self.facets.followed(queries, slots, since),
            traits=self.traits.followed(queries, slots, since),
            sorted={},
            _days=self._days_after(queries, slots, keys_by_pk),
            _words_before=self._words.after(since),
        )
        rows = queries.few(queries.rows, list(keys_by_pk))
        for name, sort in queries.sorts.items():
            order = self.sorted[name]
            if order and sort.keys:
                new = sort.keys(rows, index, keys.keys())
                order = order.followed(left, new, keys, (self.names, names))
            index.sorted[name] = order
        return index

    def _days_after(self, queries: Queries, slots: Slots, pks: Collection[int]) -> Blocks | None:
        if self._days is None or queries.days is None:
            return None
        last = queries.days(queries.few(queries.rows, pks).order_by())
        new = {slots[pk]: last[pk].toordinal() if pk in last else _NEVER for pk in pks}
        return self._days.filled(slots.size, _NEVER).replaced(new)


@dataclass(frozen=True)
class Sort:
    """An order that a visitor may choose, and its reverse."""

    label: str
    #: Takes the queryset of some rows, the index and their slots, and returns slot to sort key, a
    #: number of 64 bits. Rows without a key stay at the end in both directions. None: the order of
    #: names.
    keys: Callable[[Any, ListIndex, Collection[int]], Mapping[int, int]] | None = None
    #: Whether it starts with the highest key.
    falls: bool = True
    #: What comes first, in words: as it is, and in its reverse.
    directions: tuple[str, str] = ("absteigend", "aufsteigend")


#: The order in which all ties are decided.
BY_NAME = Sort("Name", falls=False, directions=("A bis Z", "Z bis A"))


def build_index(queries: Queries) -> ListIndex:
    """Read the rows and their orders, and how to read their facets and their words."""
    found = queries.rows.order_by("pk").values_list(*queries.name_order, "pk")
    slots = Slots(in_order(found.iterator(), len(queries.name_order)))
    index = ListIndex.without_orders(queries, slots)
    index._days = _read_days(queries, slots)
    for name, sort in queries.sorts.items():
        keys = sort.keys and sort.keys(queries.rows, index, range(slots.size))
        index.sorted[name] = (
            Order.of(keys, index.names, falls=sort.falls) if keys is not None else None
        )
    return index


def _read_days(queries: Queries, slots: Slots) -> Blocks | None:
    if queries.days is None:
        return None
    days = array("i", [_NEVER]) * slots.size
    for pk, day in queries.days(queries.rows.order_by()).items():
        if (slot := slots.get(pk)) is not None:
            days[slot] = day.toordinal()
    return Blocks.of(days)
