"""Related records, by a rule that the page shows.

Three points for each common partner, of partners for each record in which both have a role, two
for each common topic, one for each federal state that sources name in both, of which at most three
count. Hessen, for which everything counts, does not.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from hzd_catalogue.lists.facets import MISSING, FacetValues
from hzd_catalogue.lists.listing import Listing
from hzd_catalogue.lists.result import Result
from hzd_catalogue.reference.german import in_words
from hzd_catalogue.reference.models import HOME_STATE

from .filters import JOINT_RECORD, NAMED_STATE

RELATED_SHOWN = 5
MAX_STATE_POINTS = 3

#: Facet or trait, points for each common value, singular and plural.
_SHARED = (
    (JOINT_RECORD, 3, "gemeinsames Vorhaben", "gemeinsame Vorhaben"),
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
    slot = index.slots.get(pk)
    if slot is None:
        return []
    values = {**index.facets, **index.traits}
    # Two partners are tied by what both take part in, not by who else does.
    ties = [name for name, *_ in _SHARED if name in values]
    if JOINT_RECORD in ties:
        ties.remove("partner")
    shared = {name: _sharing(values[name], slot) for name in ties}
    points = _points(shared)
    del points[slot]
    best = sorted(points, key=lambda other: (-points[other], index.ranks[other]))[:RELATED_SHOWN]
    names = listing.rows().names()
    return [
        Related(record, _reason(shared, index.slots[record.pk]))
        for record in everything.records([index.pks[other] for other in best], names)
    ]


def _sharing(values: FacetValues, slot: int) -> dict[int, list[str]]:
    """Return for each row the values that it shares with the one at ``slot``, in words."""
    shared: dict[int, list[str]] = defaultdict(list)
    for value in values.of(slot):
        if value not in (MISSING, HOME_STATE):
            for other in values.bitmaps.rows_of(value):
                shared[other].append(values.labels[value])
    return shared


def _points(shared: dict[str, dict[int, list[str]]]) -> Counter[int]:
    points: Counter[int] = Counter()
    for name, weight, *_ in _SHARED:
        for other, labels in shared.get(name, {}).items():
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
        if (labels := shared.get(name, {}).get(other))
    )
