"""Where words and names stand: sets of rows as small as they can be kept, and scores of rows.

A **posting** is a bitmap where it has many rows, and their positions where it has few. What is read
at once is kept in a few long texts and arrays, whatever has changed since in small tables beside
them. An object for each word would take four times as much, and Python counts in each how often it
is referred to: processes that share it would each have a copy of it once they had looked at it.

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
from itertools import accumulate, chain, pairwise, repeat
from operator import or_
from typing import TypeAlias

from .bitmaps import bitmap, members

Posting: TypeAlias = "int | array[int]"
Scores: TypeAlias = dict[int, int]

#: A position takes as many bits as so many rows do in a bitmap.
_BITS = 32
#: From a share of all rows on, digits are written instead of bits.
_FEW = 16
_NOWHERE: Posting = array("I")
#: So many words are looked through for one; and the numbers of so many are kept at most.
_SOME, _MOST_ASKED = 16, 2000
#: So many positions are looked through while one is looked up.
_LOOK_UP = 10


def posting(positions: Iterable[int], size: int) -> Posting:
    """Return the smallest posting of positions, in any order, of so many rows."""
    found = sorted(set(positions))
    return bitmap(found, size) if len(found) * _BITS > size else array("I", found)


def positions_of(some: Posting) -> Iterable[int]:
    """Return the positions of a posting, in their order."""
    return members(some, range(some.bit_length())) if isinstance(some, int) else some


def number_of(some: Posting) -> int:
    """Return how many rows a posting has."""
    return some.bit_count() if isinstance(some, int) else len(some)


def replaced(some: Posting, old: set[int], new: set[int], size: int) -> Posting:
    """Return a posting without some of its positions and with others."""
    if isinstance(some, int):
        for place in old - new:
            some ^= 1 << place
        for place in new:
            some |= 1 << place
        if some.bit_count() * _BITS > size:
            return some
    return posting(set(positions_of(some)) - old | new, size)


class Postings:
    """The postings of many words, each of which has a number."""

    def __init__(self, found: Iterable[Iterable[int]], size: int) -> None:
        """Keep the positions of each word, in the order of their numbers, of so many rows."""
        #: The positions of each of them, one word after the other, and where each begins; or its
        #: bitmap.
        self._positions, self._begins = array("I"), array("I", [0])
        self._bitmaps: dict[int, int] = {}
        for number, places in enumerate(found):
            some = posting(places, size)
            if isinstance(some, int):
                self._bitmaps[number] = some
            else:
                self._positions.extend(some)
            self._begins.append(len(self._positions))
        #: Those that are others since.
        self._since: dict[int, Posting] = {}

    def __getitem__(self, number: int) -> Posting:
        """Return the posting of a word; an empty one where it has none."""
        some = self._since.get(number)
        if some is None:
            some = self._bitmaps.get(number)
        if some is None:
            begins = self._begins
            # A word that came later has the next number, and no place here.
            end = begins[number + 1] if number + 1 < len(begins) else 0
            some = self._positions[begins[number] : end] if end else _NOWHERE
        return some

    def followed(self, changed: Mapping[int, Posting]) -> Postings:
        """Return the same with other postings of some words."""
        after = copy(self)
        after._since = {**self._since, **changed}
        return after

    def among(self, few: Collection[int]) -> Iterator[tuple[int, set[int]]]:
        """Yield each word that a few positions have, with those that have it.

        Args:
            few: at least one position. Each word is looked at, and most stand elsewhere: a change
                of one row costs a few comparisons for each of them.
        """
        places = sorted(few)
        first, last, looked_for = places[0], places[-1], set(places)
        bits = bitmap(places, last + 1)
        positions = self._positions
        for number, (begin, end) in enumerate(pairwise(self._begins)):
            if begin == end or positions[begin] > last or positions[end - 1] < first:
                continue
            if end - begin < _LOOK_UP * len(places):
                # A loop in C.
                found = looked_for.intersection(positions[begin:end])
            else:
                found = {
                    place
                    for place in places
                    if (at := bisect_left(positions, place, begin, end)) < end
                    and positions[at] == place
                }
            if found and number not in self._since:
                yield number, found
        for number, some in {**self._bitmaps, **self._since}.items():
            if isinstance(some, int):
                found = set(members(some & bits, range(last + 1)))
            else:
                found = looked_for.intersection(some)
            if found:
                yield number, found


def union(some: Iterable[Posting], size: int) -> int:
    """Return all rows of several postings as a bitmap."""
    bits = 0
    few: list[Sequence[int]] = []
    for each in some:
        if isinstance(each, int):
            bits |= each
        else:
            few.append(each)
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
        self._starts = array("I", accumulate((len(text) + 1 for text in texts), initial=1))

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __iter__(self) -> Iterator[str]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, number: int) -> str:
        return self._text[self._starts[number] : self._starts[number + 1] - 1]

    def length(self, number: int) -> int:
        """Return how many letters one of them has."""
        return self._starts[number + 1] - self._starts[number] - 1

    def with_(self, part: str) -> Iterator[int]:
        """Yield the numbers of those that hold a part, each once."""
        start = self._text.find(part)
        while start >= 0:
            number = bisect_right(self._starts, start) - 1
            yield number
            start = self._text.find(part, self._starts[number + 1])

    @cached_property
    def _starts_by_length(self) -> Mapping[int, array[int]]:
        """Where those of each length begin."""
        found: dict[int, array[int]] = defaultdict(lambda: array("I"))
        for start, end in pairwise(self._starts):
            found[end - start - 1].append(start)
        return found

    def of_length(self, length: int) -> list[str]:
        """Return those of so many letters."""
        text, starts = self._text, self._starts_by_length.get(length, ())
        return [text[start : start + length] for start in starts]


class Words:
    """Words, each of which has a number: those read at once in their order, others as they came."""

    def __init__(self, words: Iterable[str]) -> None:
        self._read, self._come = Joined(sorted(words)), Joined(())
        self._numbers: dict[str, int] = {}
        #: One of several, to look the others up between them; new ones, because one word that stays
        #: keeps the memory of all that were made with it.
        self._some = [self._read[number] for number in range(0, len(self._read), _SOME)]
        #: Numbers that were asked for: pages ask for the same.
        self._asked: dict[str, int] = {}

    def followed(self, words: Iterable[str]) -> Words:
        """Return them with those of some words that are not among them."""
        new = sorted(word for word in words if self.number(word) is None)
        if not new:
            return self
        after = copy(self)
        after._numbers = {**self._numbers, **{w: n for n, w in enumerate(new, len(self))}}
        after._come = Joined(list(after._numbers))
        return after

    def __len__(self) -> int:
        return len(self._read) + len(self._come)

    def __iter__(self) -> Iterator[str]:
        return chain(self._read, self._come)

    def __getitem__(self, number: int) -> str:
        read = len(self._read)
        return self._read[number] if number < read else self._come[number - read]

    def number(self, word: str) -> int | None:
        """Return the number of a word; None where it is not among them."""
        place = self._asked.get(word)
        if place is not None:
            return place
        place = self._place(word)
        if place < len(self._read) and self._read[place] == word:
            if len(self._asked) >= _MOST_ASKED:
                self._asked.clear()
            self._asked[word] = place
            return place
        return self._numbers.get(word)

    def _place(self, word: str) -> int:
        """Return how many of those read come before a word."""
        low = max(bisect_right(self._some, word) - 1, 0) * _SOME
        return bisect_left(self._read, word, low, min(low + _SOME, len(self._read)))

    def numbers(self, words: Iterable[str]) -> dict[str, int]:
        """Return the numbers of those of some words that are among them."""
        found = ((word, self.number(word)) for word in words)
        return {word: number for word, number in found if number is not None}

    def beginning(self, part: str) -> Iterator[int]:
        """Yield the numbers of those that begin with a part."""
        for number in range(self._place(part), len(self._read)):
            if not self._read[number].startswith(part):
                break
            yield number
        yield from (number for word, number in self._numbers.items() if word.startswith(part))

    def holding(self, part: str) -> Iterator[int]:
        """Yield the numbers of those that hold a part."""
        yield from self._read.with_(part)
        read = len(self._read)
        yield from (read + number for number in self._come.with_(part))

    def of_length(self, length: int) -> list[str]:
        """Return those of so many letters."""
        return self._read.of_length(length) + self._come.of_length(length)


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
        for number in self._joined.with_(part):
            for position in self._positions[self._ends[number] : self._ends[number + 1]]:
                if position not in self._left:
                    yield self._joined.length(number), position
        for position, names in self._changed.items():
            yield from ((len(name), position) for name in names if part in name)
