"""Many numbers in a row, in blocks: one that is another since shares all blocks that stay.

There are millions of them, and what a process makes anew to follow a change, it has for itself.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain
from typing import TypeVar, overload

#: Numbers of a block at first. One that has twice as many is divided.
_SIZE = 4096

T = TypeVar("T")


class Blocks(Sequence[int]):
    """Numbers in an order. They stay as they are: what changes them returns others."""

    def __init__(self, blocks: Sequence[array[int]]) -> None:
        """Keep blocks, of which there is one at least."""
        self._blocks = [block for block in blocks if block] or [blocks[0][:0]]
        self._starts = array("I", accumulate(map(len, self._blocks), initial=0))

    @classmethod
    def of(cls, numbers: array[int]) -> Blocks:
        """Return some numbers in blocks."""
        return cls(_divided(numbers))

    def __len__(self) -> int:
        return self._starts[-1]

    def __iter__(self) -> Iterator[int]:
        return chain.from_iterable(self._blocks)

    @overload
    def __getitem__(self, where: int) -> int: ...

    @overload
    def __getitem__(self, where: slice) -> list[int]: ...

    def __getitem__(self, where: int | slice) -> int | list[int]:
        places = range(len(self))[where]
        if isinstance(places, range):
            return [self[place] for place in places]
        block, place = self._found(places)
        return self._blocks[block][place]

    def _found(self, place: int) -> tuple[int, int]:
        """Return the number of the block in which something stands, and where in it."""
        block = min(bisect_right(self._starts, place), len(self._blocks)) - 1
        return block, place - self._starts[block]

    def backwards(self) -> Blocks:
        """Return them in reverse."""
        return Blocks([block[::-1] for block in reversed(self._blocks)])

    def filled(self, size: int, number: int) -> Blocks:
        """Return so many of them, with one number for each that is missing at the end."""
        own = len(self)
        return self.with_new([(own, number)] * (size - own))

    def replaced(self, numbers: Mapping[int, int]) -> Blocks:
        """Return them with other numbers at some places."""
        others = [(place, number) for place, number in numbers.items() if self[place] != number]
        return self._with(others, _replaced)

    def without(self, places: Iterable[int]) -> Blocks:
        """Return them without those at some places."""
        return self._with([(place, None) for place in sorted(places)], _without)

    def with_new(self, new: Iterable[tuple[int, int]]) -> Blocks:
        """Return them with others, each before what stands at a place; in the order of places."""
        return self._with(new, _with_new)

    def _with(
        self,
        changes: Iterable[tuple[int, T]],
        change: Callable[[array[int], Sequence[tuple[int, T]]], array[int]],
    ) -> Blocks:
        by_block = defaultdict(list)
        for where, what in changes:
            block, place = self._found(where)
            by_block[block].append((place, what))
        if not by_block:
            return self
        blocks = [[block] for block in self._blocks]
        for number, some in by_block.items():
            after = change(self._blocks[number], some)
            blocks[number] = _divided(after) if len(after) >= 2 * _SIZE else [after]
        return Blocks([*chain.from_iterable(blocks)])


def _divided(numbers: array[int]) -> list[array[int]]:
    return [numbers[start : start + _SIZE] for start in range(0, len(numbers) or 1, _SIZE)]


def _replaced(block: array[int], numbers: Iterable[tuple[int, int]]) -> array[int]:
    after = block[:]
    for place, number in numbers:
        after[place] = number
    return after


def _without(block: array[int], places: Iterable[tuple[int, None]]) -> array[int]:
    left, last = block[:0], 0
    for place, _nothing in places:
        left.extend(block[last:place])
        last = place + 1
    left.extend(block[last:])
    return left


def _with_new(block: array[int], new: Iterable[tuple[int, int]]) -> array[int]:
    longer, last = block[:0], 0
    for place, number in new:
        longer.extend(block[last:place])
        longer.append(number)
        last = place
    longer.extend(block[last:])
    return longer
