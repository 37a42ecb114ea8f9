"""Related records, by a rule that the page shows.

Three points for each common partner, two for each common topic, one for each federal state that
sources name in both, of which at most three count. Hessen, for which everything counts, does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from hzd_catalogue.lists.bitmaps import members
from hzd_catalogue.lists.facets import MISSING
from hzd_catalogue.lists.index import ListIndex
from hzd_catalogue.lists.listing import Listing
from hzd_catalogue.lists.result import Result
from hzd_catalogue.reference.german import counted, in_words
from hzd_catalogue.reference.models import HOME_STATE

from .filters import NAMED_STATE

RELATED_SHOWN = 5
MAX_STATE_POINTS = 3

#: Facet or trait, points for each common value, singular and plural.
_SHARED = (
    ("partner", 3, "gemeinsamer Partner", "gemeinsame Partner"),
    ("thema", 2, "gemeinsames Thema", "gemeinsame Themen"),
    (NAMED_STATE, 1, "in beiden genanntes Land", "in beiden genannte Länder"),
)


@dataclass(frozen=True)
class Related:
    """A related record, of which only the name is loaded, and why it is one."""

    record: Any
    reason: str


def related_records(listing: Listing, revision: Hashable, pk: int) -> list[Related]:
    """Return the records that have most in common with the one at ``pk``, best first.

    Ties are in the order of names. A record that is not published has none.
    """
    everything = Result.of(listing, revision)
    index = everything.index
    position = index.positions.get(pk)
    if position is None:
        return []
    shared = {name: _sharing(index, name, position) for name, *_ in _SHARED}
    points = _points(shared)
    del points[position]
    best = sorted(points, key=lambda other: (-points[other], other))[:RELATED_SHOWN]
    names = listing.rows().names()
    return [
        Related(record, _reason(shared, index.positions[record.pk]))
        for record in everything.records([index.pks[other] for other in best], names)
    ]


def _sharing(index: ListIndex, name: str, position: int) -> Counter[int]:
    """Return for each position how many values it shares with ``position``."""
    values, everyone = {**index.facets, **index.traits}[name], range(len(index))
    return Counter(
        other
        for value in values.of(position)
        if value not in (MISSING, HOME_STATE)
        for other in members(values.bitmaps[value], everyone)
    )


def _points(shared: dict[str, Counter[int]]) -> Counter[int]:
    points: Counter[int] = Counter()
    for name, weight, *_ in _SHARED:
        for other, number in shared[name].items():
            points[other] += weight * (
                min(number, MAX_STATE_POINTS) if name == NAMED_STATE else number
            )
    return points


def _reason(shared: dict[str, Counter[int]], other: int) -> str:
    return in_words(
        [
            counted(shared[name][other], singular, plural)
            for name, _weight, singular, plural in _SHARED
            if shared[name][other]
        ]
    )
