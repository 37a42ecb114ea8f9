"""Sets of rows as Python integers: bit ``n`` stands for the row at position ``n``, its slot.

Intersections and counts of such sets take microseconds at thousands of rows and need
neither a query nor a dependency (docs/decisions/ tells why).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import compress, islice
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
        names: Iterable[str],
        size: int,
    ) -> Dense:
        """Return the sets after some rows have changed; what did not is shared.

        Args:
            changed: their positions.
            rows: which of them each name has now.
            names: all names in their order.
            size: more than the highest position by now.
        """
        found, gone = Dense(), bitmap(changed, size)
        for name in names:
            bits = self.get(name, 0)
            if bits & gone:
                bits &= ~gone
            found[name] = bits | bitmap(rows[name], size) if name in rows else bits
        return found
