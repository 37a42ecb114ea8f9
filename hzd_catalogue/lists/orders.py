"""Orders of the rows of an index, as slots in blocks, and how they follow when rows change."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import groupby, pairwise
from typing import Any

from .blocks import Blocks

#: Of a row that an order has no key for; such rows stay at its end in both directions.
NO_KEY = -(1 << 63)
#: Between the ranks of neighbours, so that others fit in between.
_SPACING = 1 << 36


def in_order(rows: Iterable[Sequence[Any]], number: int) -> list[int]:
    """Return the last values of rows in the order of the others; those of equals as they came.

    ``sorted(rows)`` says the same. Here each value is kept once and a row takes a few bytes: there
    are millions of them.

    Args:
        rows: sequences of values that can be compared, and one more.
        number: how many are to be compared.
    """
    last = array("q")
    columns = [array("I") for _number in range(number)]
    known: list[dict[Any, int]] = [{} for _number in range(number)]
    for row in rows:
        last.append(row[-1])
        for column, values, value in zip(columns, known, row, strict=False):
            column.append(values.setdefault(value, len(values)))
    keys = [0] * len(last)
    for column, values in zip(columns, known, strict=True):
        places = dict.fromkeys(values.values(), 0)
        for place, value in enumerate(sorted(values)):
            places[values[value]] = place
        for row_number, value_number in enumerate(column):
            keys[row_number] = keys[row_number] * len(values) + places[value_number]
    return [last[place] for place in sorted(range(len(last)), key=keys.__getitem__)]


class Names:
    """The order of names: by it all ties are decided."""

    def __init__(self, order: Blocks, ranks: array[int], *, are_ranks_new: bool = False) -> None:
        """Keep an order.

        Args:
            order: the slots.
            ranks: by slot a number, higher for what comes later; there are gaps.
            are_ranks_new: whether they have nothing to do with those before.
        """
        self.order, self.ranks, self.are_ranks_new = order, ranks, are_ranks_new

    @cached_property
    def backwards(self) -> Blocks:
        """The order in reverse; made when somebody asks for it, because few do."""
        return self.order.backwards()

    @classmethod
    def of(cls, size: int) -> Names:
        """Return the order in which slots are given first."""
        ranks = array("q", range(0, size * _SPACING, _SPACING))
        return cls(Blocks.of(array("I", range(size))), ranks)

    def followed(
        self, left: Iterable[int], keys: Mapping[int, Any], keys_of: _KeysOf, size: int
    ) -> Names:
        """Return the order after some rows have changed.

        Args:
            left: the slots that were in it and are to be put anew, or are gone.
            keys: the sort keys by slot of those to be put.
            keys_of: reads those of others, by slot.
            size: how many slots there are by now.
        """
        left = set(left)
        if size == len(self.ranks) and left == keys.keys() and self._stay(keys, keys_of):
            return self
        ranks = self.ranks + array("q", [0]) * (size - len(self.ranks))
        places = (bisect_left(self.order, ranks[slot], key=ranks.__getitem__) for slot in left)
        others = self.order.without(places)
        coming = sorted(keys, key=keys.__getitem__)
        found = _places(others, {slot: keys[slot] for slot in coming}, keys_of)
        new = [(found[slot], slot) for slot in coming]
        order = others.with_new(new)
        for place, group in groupby(new, key=lambda pair: pair[0]):
            low = ranks[others[place - 1]] if place else None
            high = ranks[others[place]] if place < len(others) else None
            if not _rank([slot for _place, slot in group], low, high, ranks):
                for number, slot in enumerate(order):
                    ranks[slot] = number * _SPACING
                return Names(order, ranks, are_ranks_new=True)
        return Names(order, ranks)

    def _stay(self, keys: Mapping[int, Any], keys_of: _KeysOf) -> bool:
        """Whether slots with other keys belong where they are: nothing is to be copied then."""
        order, ranks = self.order, self.ranks
        places = [bisect_left(order, ranks[slot], key=ranks.__getitem__) for slot in keys]
        around = [order[max(place - 1, 0) : place + 2] for place in places]
        others = {slot for three in around for slot in three} - keys.keys()
        known = {**keys_of(sorted(others)), **keys}
        return all(known[a] < known[b] for three in around for a, b in pairwise(three))


#: Takes slots; returns the sort keys of these rows.
_KeysOf = Callable[[Sequence[int]], Mapping[int, Any]]


def _places(order: Blocks, keys: Mapping[int, Any], keys_of: _KeysOf) -> dict[int, int]:
    """Return before which place of an order each of some rows belongs.

    All are searched for together, by bisection: the keys of the order's rows take too much memory
    to be kept, and their number doubles before it takes one more query.
    """
    bounds = {slot: (0, len(order)) for slot in keys}
    known: dict[int, Any] = {}
    while True:
        middles = {slot: (low + high) // 2 for slot, (low, high) in bounds.items() if low < high}
        if not middles:
            return {slot: low for slot, (low, _high) in bounds.items()}
        known |= keys_of(sorted({order[middle] for middle in middles.values()} - known.keys()))
        for slot, middle in middles.items():
            low, high = bounds[slot]
            is_before = keys[slot] < known[order[middle]]
            bounds[slot] = (low, middle) if is_before else (middle + 1, high)


def _rank(slots: Sequence[int], low: int | None, high: int | None, ranks: array[int]) -> bool:
    """Give slots ranks between two others; return whether there was room.

    They keep those that they have where these fit, so that no other order has to move them.
    """
    old = [low, *(ranks[slot] for slot in slots), high]
    known = [rank for rank in old if rank is not None]
    if all(one < other for one, other in pairwise(known)):
        return True
    if low is None or high is None:
        start = -len(slots) * _SPACING + (high or 0) if low is None else low + _SPACING
        step = _SPACING
    else:
        step = (high - low) // (len(slots) + 1)
        start = low + step
    for number, slot in enumerate(slots):
        ranks[slot] = start + number * step
    return step > 0


class Order:
    """An order by a key of its own, and its reverse; ties in the order of names."""

    def __init__(self, keys: Blocks, forwards: Blocks, backwards: Blocks, *, falls: bool) -> None:
        """Keep an order.

        Args:
            keys: by slot.
            forwards: the slots in the order.
            backwards: in its reverse.
            falls: whether it starts with the highest key.
        """
        self.keys, self.forwards, self.backwards = keys, forwards, backwards
        self._falls = falls

    @classmethod
    def of(cls, keys: Mapping[int, int], names: Names, *, falls: bool) -> Order:
        """Make an order of the keys by slot."""
        found = array("q", [NO_KEY]) * len(names.ranks)
        for slot, key in keys.items():
            found[slot] = key
        keyed = [slot for slot in names.order if found[slot] != NO_KEY]
        others = [slot for slot in names.order if found[slot] == NO_KEY]
        forwards, backwards = (
            Blocks.of(
                array("I", [*sorted(keyed, key=found.__getitem__, reverse=first_highest), *others])
            )
            for first_highest in (falls, not falls)
        )
        return cls(Blocks.of(found), forwards, backwards, falls=falls)

    def followed(
        self,
        left: Iterable[int],
        keys: Mapping[int, int],
        slots: Iterable[int],
        names: tuple[Names, Names],
    ) -> Order:
        """Return the order after some rows have changed.

        Args:
            left: the slots of rows that were in it.
            keys: by slot, those that rows have by now.
            slots: of the rows that are to be in it.
            names: the order of names as it was, and as it is.
        """
        before, now = names
        left, slots = set(left), set(slots)
        stay = {
            slot
            for slot in left & slots
            if not now.are_ranks_new
            and self.keys[slot] == keys.get(slot, NO_KEY)
            and before.ranks[slot] == now.ranks[slot]
        }
        if stay == left == slots and len(now.ranks) == len(self.keys):
            return self
        found = self.keys.filled(len(now.ranks), NO_KEY).replaced(
            {slot: keys.get(slot, NO_KEY) for slot in slots - stay}
        )
        forwards, backwards = (
            _moved(
                order,
                (left - stay, _by(self.keys, before.ranks, falls=falls)),
                (slots - stay, _by(found, now.ranks, falls=falls)),
            )
            for order, falls in ((self.forwards, self._falls), (self.backwards, not self._falls))
        )
        return Order(found, forwards, backwards, falls=self._falls)


_Key = Callable[[int], tuple[bool, int, int]]


def _by(keys: Blocks, ranks: array[int], *, falls: bool) -> _Key:
    """Return what a slot is compared by in one direction of an order."""

    def key(slot: int) -> tuple[bool, int, int]:
        own = keys[slot]
        return own == NO_KEY, -own if falls else own, ranks[slot]

    return key


def _moved(order: Blocks, left: tuple[set[int], _Key], come: tuple[set[int], _Key]) -> Blocks:
    """Take some slots out of an order, where they stood, and put some in, where they belong."""
    gone, key = left
    order = order.without([bisect_left(order, key(slot), key=key) for slot in gone])
    new, key = come
    coming = sorted(new, key=key)
    return order.with_new([(bisect_left(order, key(slot), key=key), slot) for slot in coming])
