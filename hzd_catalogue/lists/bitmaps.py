"""Sets of rows as Python integers: bit ``n`` stands for the row at position ``n``, its slot.

Intersections and counts of such sets take microseconds at thousands of rows and need
neither a query nor a dependency (docs/decisions/ tells why).
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from copy import copy
from itertools import compress, count, islice
from operator import indexOf
from typing import Protocol, TypeVar, overload

T = TypeVar("T")

#: From one row in so many on, sorting the rows is faster than looking through all.
_FEW = 16
_TO_FLAGS = bytes.maketrans(b"01", b"\x00\x01")


def bitmap(positions: Iterable[int], size: int) -> int:
    """Return the set of ``positions`` (each from 0 to ``size - 1``)."""
    buffer = bytearray(size // 8 + 1)
    for position in positions:
        buffer[position >> 3] |= 1 << (position & 7)
    return int.from_bytes(buffer, "little")


def flags(bits: int) -> bytes:
    """Return one byte a position, 1 where the set has it; positions past its last are left out."""
    return format(bits, "b")[::-1].encode().translate(_TO_FLAGS) if bits else b""


def members(bits: int, items: Sequence[T]) -> Iterator[T]:
    """Yield those of ``items`` whose position is in the set, in their order."""
    return compress(items, flags(bits))


def ordered_members(bits: int, order: Sequence[int], size: int) -> Iterator[int]:
    """Yield the set's positions in the given ``order`` of positions, each below ``size``."""
    chosen = flags(bits).ljust(size, b"\0")
    return compress(order, map(chosen.__getitem__, order))


def by_number(rows: int, sets: Iterable[int]) -> list[int]:
    """Return those rows of a set that are in none of some others, those in one of them, and on."""
    found = [rows]
    for some in sets:
        more = [group & some for group in found]
        if any(more):
            found = [
                group & ~some | one_more
                for group, one_more in zip([*found, 0], [0, *more], strict=True)
            ]
    return found


class Ordered(Sequence[int]):
    """The primary keys of rows in an order: only those of a page are looked up."""

    def __init__(
        self,
        groups: Iterable[int],
        order: Sequence[int],
        pks: Sequence[int],
        ranks: Sequence[int] | None = None,
    ) -> None:
        """Keep sets of slots, none of which is in two of them: those of the first come first.

        Args:
            groups: the sets.
            order: of the slots of each of them.
            pks: by slot.
            ranks: where there are some, a number by slot that is higher the later it comes.
        """
        self._groups = [(bits, bits.bit_count()) for bits in groups]
        self._order, self._pks, self._ranks = order, pks, ranks

    def __len__(self) -> int:
        return sum(number for _bits, number in self._groups)

    def __iter__(self) -> Iterator[int]:
        return iter(self[:])

    @overload
    def __getitem__(self, where: int) -> int: ...

    @overload
    def __getitem__(self, where: slice) -> list[int]: ...

    def __getitem__(self, where: int | slice) -> int | list[int]:
        if isinstance(where, int):
            place = range(len(self))[where]
            return self[place : place + 1][0]
        start, stop, step = where.indices(len(self))
        found: list[int] = []
        for bits, number in self._groups:
            if start < number and stop > 0:
                found += islice(self._in_order(bits, number), max(start, 0), stop)
            start, stop = start - number, stop - number
        return [self._pks[slot] for slot in found[::step]]

    def _in_order(self, bits: int, number: int) -> Iterable[int]:
        size = len(self._pks)
        if self._ranks is not None and number * _FEW < size:
            return sorted(members(bits, range(size)), key=self._ranks.__getitem__)
        return ordered_members(bits, self._order, size)


class Counts(Protocol):
    """How many rows of a set each name has."""

    def __getitem__(self, name: str) -> int: ...

    def top(self, number: int, first: Collection[str] = ()) -> list[tuple[int, str]]:
        """Return names with their places in the order of names.

        Args:
            number: how many at most. Those with most rows come first; of equals, the first ones.
            first: names that come before all others.
        """


class DenseCounts(dict[str, int]):
    """The counts of few names."""

    def top(self, number: int, first: Collection[str] = ()) -> list[tuple[int, str]]:
        """Return names with their places, see ``Counts``."""
        # Sorting keeps the order of equals, also in reverse.
        ranked = sorted(enumerate(self), key=lambda item: self[item[1]], reverse=True)
        return sorted(ranked, key=lambda item: item[1] not in first)[:number]


class Dense(dict[str, int]):
    """Sets by name."""

    def counts(self, bits: int) -> DenseCounts:
        """Return how many rows of a set each name has."""
        return DenseCounts((name, (bits & some).bit_count()) for name, some in self.items())

    def rows_of(self, name: str) -> Iterable[int]:
        """Return the positions of a name, in their order."""
        return members(self[name], range(self[name].bit_length()))

    def names_of(self, position: int) -> Sequence[str]:
        """Return the names of the row at ``position``, in their order."""
        return [name for name, some in self.items() if some >> position & 1]

    def keeps(self, name: str, changed: Collection[int]) -> bool:
        """Whether a row has a name that is not among those that have changed."""
        bits = self.get(name, 0)
        return bool(bits & ~bitmap(changed, max(changed, default=0) + 1))

    def followed(
        self,
        changed: Iterable[int],
        rows: Mapping[str, Sequence[int]],
        names: Iterable[str] | None,
        size: int,
    ) -> Dense:
        """Return the sets after some rows have changed; what did not is shared.

        Args:
            changed: their positions.
            rows: which of them each name has now.
            names: all names in their order; None: they are the same.
            size: more than the highest position by now.
        """
        found, gone = Dense(), bitmap(changed, size)
        for name in self if names is None else names:
            bits = self.get(name, 0)
            if bits & gone:
                bits &= ~gone
            found[name] = bits | bitmap(rows[name], size) if name in rows else bits
        return found


class Sparse(Mapping[str, int]):
    """The same, for thousands of names of which each has few rows.

    As integers they would take as many bits as there are names times rows: each is made when it is
    asked for.
    """

    def __init__(self, positions: Mapping[str, Iterable[int]], size: int) -> None:
        """Keep the positions of each name, once each."""
        self._size = size
        #: A number for each name, in the order of names.
        self._numbers = {name: number for number, name in enumerate(positions)}
        #: The positions of those of each number, one name after the other, and where each begins:
        #: hundreds of thousands of arrays would take several times as much.
        self._positions, self._begins = array("I"), array("I", [0])
        for some in positions.values():
            self._positions.extend(sorted(set(some)))
            self._begins.append(len(self._positions))
        #: The positions of names that have changed since.
        self._since: dict[str, array[int]] = {}
        self._names = _NamesOf(list(positions), self._positions, self._begins, size)
        #: The place of each name by its number; None: that is the number.
        self._places: array[int] | None = None

    def __getitem__(self, name: str) -> int:
        return bitmap(self.rows_of(name), self._size)

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def counts(self, bits: int) -> SparseCounts:
        """Return how many rows of a set each name has."""
        return SparseCounts(self, bits)

    def top(self, bits: int, number: int) -> list[tuple[int, str, int]]:
        """Return place, name and count of the names that most rows of a set have; best first."""
        found = self._names.counted(bits, self._size)
        places = self._places
        ranked = sorted(found, key=places.__getitem__ if places else None)
        ranked = sorted(ranked, key=found.__getitem__, reverse=True)[:number]
        best = [
            (places[each] if places else each, self._names.all[each], found[each])
            for each in ranked
        ]
        if len(best) < number:
            having = {name for _place, name, _count in best}
            others = (each for each in enumerate(self) if each[1] not in having)
            best += ((place, name, 0) for place, name in islice(others, number - len(best)))
        return best

    def place(self, name: str) -> int:
        """Return the place of a name."""
        return indexOf(self._numbers, name)

    def rows_of(self, name: str) -> Sequence[int]:
        """Return the positions of a name, in their order."""
        number = self._numbers[name]
        if name in self._since:
            return self._since[name]
        return self._positions[self._begins[number] : self._begins[number + 1]]

    def names_of(self, position: int) -> Sequence[str]:
        """Return the names of the row at ``position``, in their order."""
        return self._names.of(position)

    def keeps(self, name: str, changed: Container[int]) -> bool:
        """Whether a row has a name that is not among those that have changed."""
        some = self.rows_of(name) if name in self._numbers else ()
        return any(place not in changed for place in some)

    def followed(
        self,
        changed: Iterable[int],
        rows: Mapping[str, Sequence[int]],
        names: Iterable[str] | None,
        size: int,
    ) -> Sparse:
        """Return the sets after some rows have changed, as those of ``Dense`` do."""
        changed = set(changed)
        found = copy(self)
        found._size = size
        new: list[str] = []
        if names is not None:
            names = list(names)
            new = [name for name in names if name not in self._numbers]
            numbers = self._numbers | dict(zip(new, count(len(self._names.all)), strict=False))
            found._numbers = {name: numbers[name] for name in names}
            places = array("I", [0]) * (len(self._names.all) + len(new))
            for place, number in enumerate(found._numbers.values()):
                places[number] = place
            found._places = places
        found._since = {
            name: some for name, some in self._since.items() if name in found._numbers
        } | dict.fromkeys(new, _EMPTY)
        touched = {name for position in changed for name in self.names_of(position)} | rows.keys()
        numbers_of = {name: found._numbers[name] for name in touched if name in found._numbers}
        for name in numbers_of:
            before = self.rows_of(name) if name in self._numbers else _EMPTY
            found._since[name] = array("I", sorted({*before} - changed | {*rows.get(name, ())}))
        having = {number: rows[name] for name, number in numbers_of.items() if name in rows}
        in_order = sorted(having, key=found._places.__getitem__ if found._places else None)
        found._names = self._names.followed(
            changed, {number: having[number] for number in in_order}, new
        )
        return found


class SparseCounts(Mapping[str, int]):
    """The counts of thousands of names, of which most are never asked for."""

    def __init__(self, sets: Sparse, bits: int) -> None:
        """Count the rows of a set."""
        self._sets, self._bits = sets, bits
        #: The best names with their places, and their counts.
        self._best: list[tuple[int, str]] = []
        self._known: dict[str, int] = {}

    def __getitem__(self, name: str) -> int:
        known = self._known.get(name)
        return (self._bits & self._sets[name]).bit_count() if known is None else known

    def __iter__(self) -> Iterator[str]:
        return iter(self._sets)

    def __len__(self) -> int:
        return len(self._sets)

    def top(self, number: int, first: Collection[str] = ()) -> list[tuple[int, str]]:
        """Return names with their places, see ``Counts``."""
        if len(self._best) < number:
            best = self._sets.top(self._bits, number)
            self._known = {name: count for _place, name, count in best}
            self._best = [(place, name) for place, name, _count in best]
        chosen = sorted((-self[name], self._sets.place(name), name) for name in first)
        others = ((place, name) for place, name in self._best if name not in first)
        return [*((place, name) for _count, place, name in chosen), *others][:number]


_EMPTY = array("I")


class _NamesOf:
    """The other way round: which names each position has."""

    def __init__(
        self, names: list[str], positions: Sequence[int], begins: Sequence[int], size: int
    ) -> None:
        #: The names by their numbers.
        self.all = names
        ends = array("I", [0]) * (size + 1)
        for position in positions:
            ends[position + 1] += 1
        for position in range(size):
            ends[position + 1] += ends[position]
        #: The numbers of the names of each position, one position after the other, and where each
        #: begins; and the position of each of these numbers.
        self._begins = ends
        self._numbers = array("I", [0]) * len(positions)
        self._owners = array("I", [0]) * len(positions)
        next_of = array("I", ends)
        for number in range(len(names)):
            for position in positions[begins[number] : begins[number + 1]]:
                self._numbers[next_of[position]] = number
                self._owners[next_of[position]] = position
                next_of[position] += 1
        #: The numbers of the positions that have changed since.
        self._since: dict[int, list[int]] = {}

    def of(self, position: int) -> Sequence[str]:
        """Return the names of a position, in their order."""
        numbers: Sequence[int] = ()
        if position in self._since:
            numbers = self._since[position]
        elif position + 1 < len(self._begins):
            numbers = self._numbers[self._begins[position] : self._begins[position + 1]]
        return [self.all[number] for number in numbers]

    def counted(self, bits: int, size: int) -> Counter[int]:
        """Return how many positions of a set have each name, by its number; in loops of C."""
        changed = bits & bitmap(self._since, size)
        chosen = flags(bits & ~changed).ljust(size, b"\0")
        found = Counter(compress(self._numbers, map(chosen.__getitem__, self._owners)))
        for position in members(changed, range(size)):
            found.update(self._since[position])
        return found

    def followed(
        self, changed: Iterable[int], rows: Mapping[int, Sequence[int]], new: Sequence[str]
    ) -> _NamesOf:
        """Return them after some positions have changed.

        Args:
            changed: these.
            rows: those of them that have each number, in the order of names.
            new: names with the next numbers.
        """
        found = copy(self)
        found._since = {**self._since, **{position: [] for position in changed}}
        if new:
            found.all = [*self.all, *new]
        for number, some in rows.items():
            for position in sorted({*some}):
                found._since[position].append(number)
        return found
