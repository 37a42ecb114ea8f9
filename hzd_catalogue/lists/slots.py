"""Which slot each row of an index has: its place in bitmaps and arrays, as long as it is listed.

Slots say nothing of the order of rows. A new row gets the next one; one that is gone leaves a
hole, which no set of rows has.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from .bitmaps import bitmap, members
from .per_revision import Changed

_NONE = -1


class Slots(Mapping[int, int]):
    """The slots of the rows by their primary keys."""

    def __init__(self, pks: Iterable[int]) -> None:
        """Give each row the next slot."""
        #: The primary key of each slot, also of a hole. The table below bounds them: 32 bits do.
        self.pks: Sequence[int] = array("I", pks)
        #: All rows, as a bitmap of slots.
        self.everything = (1 << len(self.pks)) - 1
        # By primary key; a table, because a dictionary would take twenty times as much.
        self._slots = array("i", [_NONE]) * (max(self.pks, default=0) + 1)
        for slot, pk in enumerate(self.pks):
            self._slots[pk] = slot

    @property
    def size(self) -> int:
        """How many slots there are, holes included."""
        return len(self.pks)

    def get(self, pk: int, default: int | None = None) -> int | None:  # type: ignore[override]
        """Return the slot of a row; ``default`` where it is not listed."""
        slot = self._slots[pk] if 0 <= pk < len(self._slots) else _NONE
        return default if slot == _NONE else slot

    def __getitem__(self, pk: int) -> int:
        slot = self.get(pk)
        if slot is None:
            raise KeyError(pk)
        return slot

    def present(self, slots: Iterable[int]) -> list[int]:
        """Return the primary keys of those of some slots that are no holes."""
        return [self.pks[slot] for slot in slots if self.everything >> slot & 1]

    def __iter__(self) -> Iterator[int]:
        return members(self.everything, self.pks)

    def __len__(self) -> int:
        return self.everything.bit_count()

    def followed(self, gone: Iterable[int], come: Iterable[int]) -> Slots:
        """Return the slots without some rows and with some new ones, by their primary keys."""
        gone, come = list(gone), list(come)
        if not gone and not come:
            return self
        found = Slots(())
        found.pks = array("I", self.pks)
        found.pks.extend(come)
        longer = max([len(self._slots), *(pk + 1 for pk in come)]) - len(self._slots)
        found._slots = self._slots + array("i", [_NONE]) * longer
        holes = [self[pk] for pk in gone]
        for pk in gone:
            found._slots[pk] = _NONE
        for slot, pk in enumerate(come, start=self.size):
            found._slots[pk] = slot
        new = bitmap(range(self.size, found.size), found.size)
        found.everything = (self.everything & ~bitmap(holes, self.size)) | new
        return found


class Since(NamedTuple):
    """What has changed since something was made."""

    #: The slots of the rows that have changed, came or went.
    slots: frozenset[int] = frozenset()
    changed: Changed = MappingProxyType({})

    def then(self, later: Since) -> Since:
        """Return both, one after the other."""
        names = self.changed.keys() | later.changed.keys()
        none = frozenset[int]()
        changed = {
            name: self.changed.get(name, none) | later.changed.get(name, none) for name in names
        }
        return Since(self.slots | later.slots, changed)
