"""Sets of rows as Python integers: bit ``n`` stands for the row at position ``n``.

Intersections and counts of such sets take microseconds at thousands of rows and need
neither a query nor a dependency (docs/decisions/ tells why).
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
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


class Sparse(Mapping[str, int]):
    """The same, for thousands of names of which each has few rows.

    As integers they would take as many bits as there are names times rows: each is made when it is
    asked for.
    """

    def __init__(self, positions: Mapping[str, Iterable[int]], size: int) -> None:
        """Keep the positions of each name, once each."""
        self._size = size
        self._positions = {name: array("L", sorted(set(some))) for name, some in positions.items()}

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
        return self._names.get(position, ())

    @cached_property
    def _names(self) -> dict[int, list[str]]:
        names: dict[int, list[str]] = {}
        for name, some in self._positions.items():
            for position in some:
                names.setdefault(position, []).append(name)
        return names
