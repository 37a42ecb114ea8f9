"""Sets of rows as Python integers: bit ``n`` stands for the row at position ``n``, its slot.

Intersections and counts of such sets take microseconds at thousands of rows and need
neither a query nor a dependency (docs/decisions/ tells why).
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from copy import copy
from itertools import compress
from typing import TypeVar

T = TypeVar("T")

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


def ordered_members(bits: int, order: Iterable[int]) -> Iterator[int]:
    """Yield the set's positions in the given ``order`` of positions."""
    chosen = flags(bits)
    size = len(chosen)
    return (position for position in order if position < size and chosen[position])


class Dense(dict[str, int]):
    """Sets by name."""

    def counts(self, bits: int) -> dict[str, int]:
        """Return how many rows of a set each name has."""
        return {name: (bits & some).bit_count() for name, some in self.items()}

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


class Sparse(Mapping[str, int]):
    """The same, for thousands of names of which each has few rows.

    As integers they would take as many bits as there are names times rows: each is made when it is
    asked for.
    """

    def __init__(self, positions: Mapping[str, Iterable[int]], size: int) -> None:
        """Keep the positions of each name, once each."""
        self._size = size
        self._positions = {
            name: array("I", sorted(set(some))) if some else _EMPTY
            for name, some in positions.items()
        }
        self._names = _NamesOf(self._positions, size)

    def __getitem__(self, name: str) -> int:
        return bitmap(self._positions[name], self._size)

    def __iter__(self) -> Iterator[str]:
        return iter(self._positions)

    def __len__(self) -> int:
        return len(self._positions)

    def counts(self, bits: int) -> dict[str, int]:
        """Return how many rows of a set each name has."""
        chosen = flags(bits).ljust(self._size, b"\0").__getitem__
        return {name: sum(map(chosen, some)) for name, some in self._positions.items()}

    def rows_of(self, name: str) -> Sequence[int]:
        """Return the positions of a name, in their order."""
        return self._positions[name]

    def names_of(self, position: int) -> Sequence[str]:
        """Return the names of the row at ``position``, in their order."""
        return self._names.of(position)

    def keeps(self, name: str, changed: Container[int]) -> bool:
        """Whether a row has a name that is not among those that have changed."""
        return any(place not in changed for place in self._positions.get(name, ()))

    def followed(
        self,
        changed: Iterable[int],
        rows: Mapping[str, Sequence[int]],
        names: Iterable[str],
        size: int,
    ) -> Sparse:
        """Return the sets after some rows have changed, as those of ``Dense`` do."""
        changed = set(changed)
        found = Sparse({}, 0)
        found._size = size
        touched = {name for position in changed for name in self.names_of(position)} | rows.keys()
        found._positions = {
            name: array("I", sorted({*self._positions.get(name, ())} - changed | {*rows[name]}))
            if name in rows
            else array("I", [place for place in self._positions[name] if place not in changed])
            if name in touched
            else self._positions.get(name, _EMPTY)
            for name in names
        }
        found._names = self._names.followed(
            changed, {name: rows[name] for name in found if name in rows}
        )
        return found


_EMPTY = array("I")


class _NamesOf:
    """The other way round: which names each position has."""

    def __init__(self, positions: Mapping[str, Sequence[int]], size: int) -> None:
        #: The names; the numbers of those of each position, one position after the other; and
        #: where each begins.
        self._all = list(positions)
        ends = array("I", [0]) * (size + 1)
        for some in positions.values():
            for position in some:
                ends[position + 1] += 1
        for position in range(size):
            ends[position + 1] += ends[position]
        self._begins = ends
        self._numbers = array("I", [0]) * ends[size]
        next_of = array("I", ends)
        for number, some in enumerate(positions.values()):
            for position in some:
                self._numbers[next_of[position]] = number
                next_of[position] += 1
        #: What has changed since.
        self._since: dict[int, list[str]] = {}

    def of(self, position: int) -> Sequence[str]:
        """Return the names of a position, in their order."""
        if position in self._since:
            return self._since[position]
        if position + 1 >= len(self._begins):
            return ()
        numbers = self._numbers[self._begins[position] : self._begins[position + 1]]
        return [self._all[number] for number in numbers]

    def followed(self, changed: Iterable[int], rows: Mapping[str, Sequence[int]]) -> _NamesOf:
        """Return them after some positions have changed; ``rows`` in the order of names."""
        found = copy(self)
        found._since = {**self._since, **{position: [] for position in changed}}
        for name, some in rows.items():
            for position in sorted({*some}):
                found._since[position].append(name)
        return found
