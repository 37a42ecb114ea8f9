"""Facets of many values: their labels in order, and the rows that have each of them.

Each value has a number. As ``postings`` says, what is read at once is kept in texts and arrays, and
what has changed since beside them.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from copy import copy
from itertools import compress, islice

from .bitmaps import bitmap, flags, members
from .blocks import Blocks
from .postings import Joined, Postings, Words, positions_of, replaced

#: The place of a value that is gone.
_NONE = -1


class Labels(Mapping[str, str]):
    """The labels of values, in the order of these."""

    def __init__(self, labels: Mapping[str, str]) -> None:
        """Keep them."""
        self.words = Words(labels)
        self._texts = Joined([labels[value] for value in self.words])
        numbers = {value: number for number, value in enumerate(self.words)}
        #: The numbers of the values in their order, and the place of each number in it.
        self.order = Blocks.of(array("I", map(numbers.__getitem__, labels)))
        self.places = self._placed()
        #: By number, labels that are others since.
        self._since: dict[int, str] = {}

    def _placed(self) -> array[int]:
        places = array("i", [_NONE]) * len(self.words)
        for place, number in enumerate(self.order):
            places[number] = place
        return places

    def number(self, value: str) -> int:
        """Return the number of a value.

        Raises:
            KeyError: it is none of them.
        """
        number = self.words.number(value)
        if number is None or self.places[number] == _NONE:
            raise KeyError(value)
        return number

    def place(self, value: str) -> int:
        """Return the place of a value."""
        return self.places[self.number(value)]

    def __getitem__(self, value: str) -> str:
        return self._label(self.number(value))

    def _label(self, number: int) -> str:
        return self._since[number] if number in self._since else self._texts[number]

    def __iter__(self) -> Iterator[str]:
        return map(self.words.__getitem__, self.order)

    def __len__(self) -> int:
        return len(self.order)

    def followed(self, changed: Mapping[str, tuple[str, int] | None]) -> Labels:
        """Return the same with other labels of some values; their numbers stay.

        Args:
            changed: by value its label, and how many values now come before it; None: it is gone.
        """
        if not changed:
            return self
        after = copy(self)
        after.words = self.words.followed(changed)
        numbers = after.words.numbers(changed)
        known = (number for number in numbers.values() if number < len(self.places))
        left = [place for number in known if (place := self.places[number]) != _NONE]
        now = {numbers[value]: said for value, said in changed.items() if said}
        coming = sorted((place, number) for number, (_label, place) in now.items())
        # What comes before is not there yet.
        new = [(place - earlier, number) for earlier, (place, number) in enumerate(coming)]
        after.order = self.order.without(left).with_new(new)
        after.places = after._placed()
        labels = {number: label for number, (label, _place) in now.items()}
        after._since = {**self._since, **labels}
        return after

    def becoming(self, labels: Mapping[str, str]) -> Labels:
        """Return other labels, in the order of these; what is among both keeps its number."""
        before = {self.words[number]: self._label(number) for number in self.order}
        others = {
            value: (label, place)
            for place, (value, label) in enumerate(labels.items())
            if before.get(value) != label
        }
        stay = [value for value in before if value in labels and value not in others]
        if stay != [value for value in labels if value not in others]:
            others = {value: (label, place) for place, (value, label) in enumerate(labels.items())}
        gone = dict.fromkeys(before.keys() - labels.keys())
        return self.followed({**others, **gone})


class Sparse(Mapping[str, int]):
    """Sets by name, of thousands of names of which each has few rows.

    As integers they would take as many bits as there are names times rows: each is made when it is
    asked for.
    """

    def __init__(self, labels: Labels, positions: Mapping[str, Iterable[int]], size: int) -> None:
        """Keep the positions of each name, which are the values of the labels."""
        self.labels, self._size = labels, size
        self._rows = Postings((positions.get(name, ()) for name in labels.words), size)
        self._numbers = _NumbersOf(self._rows, len(labels.words), size)

    def __getitem__(self, name: str) -> int:
        some = self._rows[self.labels.number(name)]
        return some if isinstance(some, int) else bitmap(some, self._size)

    def __iter__(self) -> Iterator[str]:
        return iter(self.labels)

    def __len__(self) -> int:
        return len(self.labels)

    def counts(self, bits: int) -> SparseCounts:
        """Return how many rows of a set each name has."""
        return SparseCounts(self, bits)

    def top(self, bits: int, number: int) -> list[tuple[int, str, int]]:
        """Return place, name and count of the names that most rows of a set have; best first."""
        found = self._numbers.counted(bits, self._size)
        places, values = self.labels.places, self.labels.words
        ranked = sorted((each for each in found if places[each] != _NONE), key=places.__getitem__)
        ranked = sorted(ranked, key=found.__getitem__, reverse=True)[:number]
        best = [(places[each], values[each], found[each]) for each in ranked]
        if len(best) < number:
            having = {name for _place, name, _count in best}
            others = (each for each in enumerate(self) if each[1] not in having)
            best += ((place, name, 0) for place, name in islice(others, number - len(best)))
        return best

    def place(self, name: str) -> int:
        """Return the place of a name."""
        return self.labels.place(name)

    def rows_of(self, name: str) -> Iterable[int]:
        """Return the positions of a name, in their order."""
        return positions_of(self._rows[self.labels.number(name)])

    def names_of(self, position: int) -> Sequence[str]:
        """Return the names of the row at ``position``, in their order."""
        places, values = self.labels.places, self.labels.words
        numbers = sorted(self._numbers.of(position), key=places.__getitem__)
        return [values[number] for number in numbers if places[number] != _NONE]

    def keeps(self, name: str, changed: Container[int]) -> bool:
        """Whether a row has a name that is not among those that have changed."""
        some = self.rows_of(name) if name in self.labels else ()
        return any(place not in changed for place in some)

    def followed(
        self,
        changed: Iterable[int],
        rows: Mapping[str, Sequence[int]],
        names: Labels,
        size: int,
    ) -> Sparse:
        """Return the sets after some rows have changed, as those of ``Dense`` do.

        The names are labels that follow, or become, those before.
        """
        changed = set(changed)
        now = {names.number(name): {*some} for name, some in rows.items() if name in names}
        touched = {each for place in changed for each in self._numbers.of(place)} | now.keys()
        postings = {}
        for number in touched:
            some = self._rows[number]
            had = changed.intersection(positions_of(some))
            postings[number] = replaced(some, had, now.get(number, set()), size)
        found = copy(self)
        found.labels, found._size = names, size
        found._rows = self._rows.followed(postings)
        found._numbers = self._numbers.followed(changed, now)
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


class _NumbersOf:
    """The other way round: which names each position has, by their numbers."""

    def __init__(self, rows: Postings, count: int, size: int) -> None:
        """Turn round where so many names stand."""
        ends = array("I", [0]) * (size + 1)
        for number in range(count):
            for position in positions_of(rows[number]):
                ends[position + 1] += 1
        for position in range(size):
            ends[position + 1] += ends[position]
        #: The numbers of each position, one position after the other, and where each begins; and
        #: the position of each of these numbers.
        self._begins = ends
        self._numbers = array("I", [0]) * ends[-1]
        self._owners = array("I", [0]) * ends[-1]
        next_of = array("I", ends)
        for number in range(count):
            for position in positions_of(rows[number]):
                self._numbers[next_of[position]] = number
                self._owners[next_of[position]] = position
                next_of[position] += 1
        #: The numbers of the positions that have changed since.
        self._since: dict[int, list[int]] = {}

    def of(self, position: int) -> Sequence[int]:
        """Return the numbers of a position."""
        if position in self._since:
            return self._since[position]
        if position + 1 < len(self._begins):
            return self._numbers[self._begins[position] : self._begins[position + 1]]
        return ()

    def counted(self, bits: int, size: int) -> Counter[int]:
        """Return how many positions of a set have each name, by its number; in loops of C."""
        changed = bits & bitmap(self._since, size)
        chosen = flags(bits & ~changed).ljust(size, b"\0")
        found = Counter(compress(self._numbers, map(chosen.__getitem__, self._owners)))
        for position in members(changed, range(size)):
            found.update(self._since[position])
        return found

    def followed(self, changed: Iterable[int], rows: Mapping[int, Iterable[int]]) -> _NumbersOf:
        """Return them after some positions have changed.

        Args:
            changed: these.
            rows: those of them that have each number.
        """
        found = copy(self)
        found._since = {**self._since, **{position: [] for position in changed}}
        for number, some in rows.items():
            for position in some:
                found._since[position].append(number)
        return found
