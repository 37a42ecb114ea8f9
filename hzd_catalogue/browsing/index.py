"""What a list page needs of all records, held in memory for one revision of the data."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Generic, TypeVar

from hzd_catalogue.reference.models import Revision

from .bitmaps import bitmap, flags
from .search import SearchField, SearchIndex, collect_lines

T = TypeVar("T")

#: Key of "ohne Angabe" in every facet.
MISSING = "ohne"


@dataclass(frozen=True)
class FacetValues:
    """The values of one facet in their order, and the records that have each of them."""

    labels: dict[str, str]
    bitmaps: dict[str, int]

    @classmethod
    def build(
        cls,
        pairs: Iterable[tuple[int, Any]],
        labels: dict[str, str],
        missing_label: str,
        positions: dict[int, int],
    ) -> FacetValues:
        """Sort (primary key, value) pairs into one bitmap a value.

        Records without any value get the value ``ohne``, when there are any.
        """
        size = len(positions)
        by_value: dict[str, list[int]] = {value: [] for value in labels}
        for pk, value in pairs:
            if value is not None and str(value) in by_value and pk in positions:
                by_value[str(value)].append(positions[pk])
        bitmaps = {value: bitmap(found, size) for value, found in by_value.items()}
        known = 0
        for bits in bitmaps.values():
            known |= bits
        missing = ((1 << size) - 1) & ~known
        if missing:
            labels = {**labels, MISSING: missing_label}
            bitmaps[MISSING] = missing
        return cls(labels, bitmaps)

    def of(self, position: int) -> list[str]:
        """Return the values of the record at ``position``."""
        return [value for value, bits in self.bitmaps.items() if bits >> position & 1]


@dataclass(frozen=True)
class RecordIndex:
    """All records of one kind in the order of their German names, with facets and search."""

    pks: list[int]
    positions: dict[int, int]
    everything: int
    facets: dict[str, FacetValues]
    #: Sort name to all positions in that order.
    orders: dict[str, list[int]]
    load_search: Callable[[], SearchIndex]

    @cached_property
    def search(self) -> SearchIndex:
        """The words of all records; read when something is searched for the first time.

        They take several times as long to read as all facets together.
        """
        return self.load_search()

    def __len__(self) -> int:
        return len(self.pks)

    def state_counts(self, values: FacetValues) -> list[int]:
        """Return for each position in how many of the facet's values it lies."""
        counts = [0] * len(self.pks)
        for value, bits in values.bitmaps.items():
            if value != MISSING:
                for position, flag in enumerate(flags(bits)):
                    counts[position] += flag
        return counts


def in_name_order(queryset: Any) -> tuple[list[int], dict[int, int]]:
    """Return primary keys by German name, ties by slug, and each one's position."""
    rows = queryset.order_by().values_list("sort_key", "slug", "pk")
    pks = [row[2] for row in sorted(rows)]
    return pks, {pk: position for position, pk in enumerate(pks)}


class PerRevision(Generic[T]):
    """A value derived from the data, built once a revision in each process.

    The revision's time is part of the key: a database that was set back to an older state can
    reach the same number again with other data.
    """

    def __init__(self, build: Callable[[], T]) -> None:
        self._build = build
        self._lock = threading.Lock()
        self._kept: tuple[tuple[int, datetime], T] | None = None

    def get(self) -> T:
        """Return the value for the current revision; costs one query when it is at hand."""
        revision = Revision.current()
        key = (revision.number, revision.changed_at)
        kept = self._kept
        if kept is None or kept[0] != key or not revision.number:
            with self._lock:
                kept = self._kept
                if kept is None or kept[0] != key or not revision.number:
                    kept = self._kept = (key, self._build())
        return kept[1]


def build_search_index(
    queryset: Any, fields: Iterable[SearchField]
) -> tuple[list[int], SearchIndex]:
    """Index records that have a name but no facets (states, topics, sources).

    Returns:
        The primary keys by position, and the index.
    """
    pks = list(queryset.values_list("pk", flat=True))
    positions = {pk: position for position, pk in enumerate(pks)}
    return pks, SearchIndex(collect_lines(queryset, list(fields), positions))
