"""Related records, by a rule that the page shows.

Three points for each common partner, two for each common topic, one for each federal state that
sources name in both, of which at most three count. Hessen, for which everything counts, does not.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from hzd_catalogue.lists.bitmaps import members
from hzd_catalogue.lists.facets import MISSING
from hzd_catalogue.lists.index import ListIndex
from hzd_catalogue.lists.listing import Listing
from hzd_catalogue.lists.result import Result
from hzd_catalogue.reference.german import in_words
from hzd_catalogue.reference.models import HOME_STATE

from .filters import NAMED_STATE

RELATED_SHOWN = 5
MAX_STATE_POINTS = 3

#: Facet or trait, points for each common value, singular and plural.
_SHARED = (
    ("partner", 3, "Partner", "Partner"),
    ("thema", 2, "Thema", "Themen"),
    (NAMED_STATE, 1, "Land", "Länder"),
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


def _sharing(index: ListIndex, name: str, position: int) -> dict[int, list[str]]:
    """Return for each position the values that it shares with ``position``, in words."""
    values, everyone = {**index.facets, **index.traits}[name], range(len(index))
    shared: dict[int, list[str]] = defaultdict(list)
    for value in values.of(position):
        if value not in (MISSING, HOME_STATE):
            for other in members(values.bitmaps[value], everyone):
                shared[other].append(values.labels[value])
    return shared


def _points(shared: dict[str, dict[int, list[str]]]) -> Counter[int]:
    points: Counter[int] = Counter()
    for name, weight, *_ in _SHARED:
        for other, labels in shared[name].items():
            number = len(labels)
            points[other] += weight * (
                min(number, MAX_STATE_POINTS) if name == NAMED_STATE else number
            )
    return points


def _reason(shared: dict[str, dict[int, list[str]]], other: int) -> str:
    """Return what connects: "Partner: ekom21; Thema: Justiz"."""
    return "; ".join(
        f"{singular if len(labels) == 1 else plural}: {in_words(labels)}"
        for name, _weight, singular, plural in _SHARED
        if (labels := shared[name].get(other))
    )
