"""Where words and names stand: sets of rows as small as they can be kept, and scores of rows.

A **posting** is a bitmap where it has many rows, their positions where it has few, and the one
position's complement (a negative number) where it has one: most words stand in one row alone.
**Scores** are a bitmap for each score, of which no two have a row in common, so that adding and
choosing take as long as there are scores, however many rows there are.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property, reduce
from itertools import accumulate, chain, islice, repeat
from operator import or_
from typing import TypeAlias

from .bitmaps import bitmap, members

Posting: TypeAlias = "int | array[int]"
Scores: TypeAlias = dict[int, int]

#: A position takes as many bits as so many rows do in a bitmap.
_BITS = 32
#: From a share of all rows on, digits are written instead of bits.
_FEW = 16
#: So many positions are looked through while one is looked up.
_LOOK_UP = 10


def posting(positions: Iterable[int], size: int) -> Posting:
    """Return the smallest posting of positions, in any order, of so many rows."""
    found = sorted(set(positions))
    if len(found) == 1:
        return ~found[0]
    return bitmap(found, size) if len(found) * _BITS > size else array("I", found)


def positions_of(some: Posting) -> Iterable[int]:
    """Return the positions of a posting, in their order."""
    if not isinstance(some, int):
        return some
    return (~some,) if some < 0 else members(some, range(some.bit_length()))


def number_of(some: Posting) -> int:
    """Return how many rows a posting has."""
    if not isinstance(some, int):
        return len(some)
    return 1 if some < 0 else some.bit_count()


def among(postings: Mapping[str, Posting], few: Collection[int]) -> Iterator[tuple[str, set[int]]]:
    """Yield each word that a few positions have, with those that have it.

    Args:
        postings: of all words. Each is looked at, and most stand elsewhere: a change of one row
            costs a few comparisons for each of them.
        few: at least one position.
    """
    places = sorted(few)
    first, last = places[0], places[-1]
    bits = bitmap(places, last + 1)
    looked_for, singles = set(places), {~place for place in places}
    for word, some in postings.items():
        if isinstance(some, int):
            if some < 0:
                if some in singles:
                    yield word, {~some}
            elif common := some & bits:
                yield word, set(members(common, range(common.bit_length())))
        elif some[0] <= last and some[-1] >= first:
            if len(some) < _LOOK_UP * len(places):
                # A loop in C.
                found = looked_for.intersection(some)
            else:
                found = {
                    place
                    for place in places
                    if (at := bisect_left(some, place)) < len(some) and some[at] == place
                }
            if found:
                yield word, found


def replaced(some: Posting | None, old: set[int], new: set[int], size: int) -> Posting | None:
    """Return a posting without some of its positions and with others; None where none is left."""
    if isinstance(some, int) and some >= 0:
        for place in old - new:
            some ^= 1 << place
        for place in new:
            some |= 1 << place
        if some.bit_count() * _BITS > size:
            return some
        left = set(positions_of(some))
    else:
        left = set(() if some is None else positions_of(some)) - old | new
    return posting(left, size) if left else None


def union(some: Iterable[Posting], size: int) -> int:
    """Return all rows of several postings as a bitmap."""
    bits = 0
    few: list[Sequence[int]] = []
    for each in some:
        if not isinstance(each, int):
            few.append(each)
        elif each < 0:
            few.append((~each,))
        else:
            bits |= each
    if sum(map(len, few)) * _FEW < size:
        return bits | bitmap(chain.from_iterable(few), size) if few else bits
    digits = bytearray(b"0") * size
    # A loop in C.
    deque(map(digits.__setitem__, chain.from_iterable(few), repeat(ord("1"))), maxlen=0)
    return bits | int(digits[::-1], 2)


def best_of(found: Iterable[tuple[int, int]]) -> Scores:
    """Return the scores of (score, bitmap) pairs; the highest of a row counts."""
    joined: Scores = {}
    for score, rows in found:
        joined[score] = joined.get(score, 0) | rows
    best: Scores = {}
    taken = 0
    for score in sorted(joined, reverse=True):
        if rest := joined[score] & ~taken:
            best[score] = rest
            taken |= rest
    return best


def rows_of(scores: Scores) -> int:
    """Return all rows that have a score."""
    return reduce(or_, scores.values(), 0)


def added(scores: Scores, others: Scores, *, both: bool) -> Scores:
    """Return the sums of two scores; of rows with ``scores`` alone, too, unless it takes both."""
    sums: Scores = defaultdict(int)
    for score, rows in scores.items():
        rest = rows
        for other, some in others.items():
            if common := rest & some:
                sums[score + other] |= common
                rest ^= common
                if not rest:
                    break
        if rest and not both:
            sums[score] |= rest
    return dict(sums)


class Joined:
    """Texts without line breaks, joined to one in which a part is found in no time."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._text = "\n".join(["", *texts, ""])
        #: Where each of them begins.
        self.starts = array("I", accumulate((len(text) + 1 for text in texts), initial=1))

    def with_(self, part: str) -> Iterator[int]:
        """Yield the numbers of those that hold a part, each once."""
        start = self._text.find(part)
        while start >= 0:
            number = bisect_right(self.starts, start) - 1
            yield number
            start = self._text.find(part, self.starts[number + 1])


class Words:
    """Folded words in their order."""

    def __init__(self, words: Iterable[str]) -> None:
        self.all = sorted(words)
        self._joined = Joined(self.all)

    def beginning(self, part: str) -> Iterator[str]:
        """Yield those that begin with a part."""
        for word in islice(self.all, bisect_left(self.all, part), None):
            if not word.startswith(part):
                break
            yield word

    def holding(self, part: str) -> Iterator[str]:
        """Yield those that hold a part."""
        return map(self.all.__getitem__, self._joined.with_(part))

    @cached_property
    def by_length(self) -> Mapping[int, Sequence[str]]:
        """The words of each length, in their order."""
        found: dict[int, list[str]] = defaultdict(list)
        for word in self.all:
            found[len(word)].append(word)
        return found


class Names:
    """The names of rows, folded as a whole.

    What a change leaves behind in the joined names is not looked at any more, and goes when all
    are read again.
    """

    def __init__(self, rows: Mapping[str, Sequence[int]]) -> None:
        """Keep the positions of each folded name."""
        self._joined = Joined(list(rows))
        self._positions = array("I", chain.from_iterable(rows.values()))
        self._ends = array("I", accumulate(map(len, rows.values()), initial=0))
        self._changed: dict[int, Collection[str]] = {}
        self._left: frozenset[int] = frozenset()

    def followed(self, names: Mapping[int, Collection[str]]) -> Names:
        """Return the same after some rows got other names, or none."""
        after = copy(self)
        after._left = self._left | names.keys()
        after._changed = {place: some for place, some in {**self._changed, **names}.items() if some}
        return after

    def holding(self, part: str) -> Iterator[tuple[int, int]]:
        """Yield (length, position) of each name that holds a part."""
        starts, ends = self._joined.starts, self._ends
        for number in self._joined.with_(part):
            length = starts[number + 1] - starts[number] - 1
            for position in self._positions[ends[number] : ends[number + 1]]:
                if position not in self._left:
                    yield length, position
        for position, names in self._changed.items():
            yield from ((len(name), position) for name in names if part in name)
