"""Related records, by a rule that the page shows.

Three points for each common partner, two for each common topic, one for each common federal
state, of which at most three count and Hessen, which takes part in everything, does not.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from hzd_catalogue.reference.german import counted, in_words
from hzd_catalogue.reference.models import HOME_STATE

from .bitmaps import members
from .filtersets import CatalogueFilterSet
from .index import MISSING

RELATED_SHOWN = 5
MAX_STATE_POINTS = 3

#: Facet, points for each common value, singular and plural.
_SHARED = (
    ("partner", 3, "gemeinsamer Partner", "gemeinsame Partner"),
    ("thema", 2, "gemeinsames Thema", "gemeinsame Themen"),
    ("land", 1, "gemeinsames Land", "gemeinsame Länder"),
)


@dataclass(frozen=True)
class Related:
    """A related record and why it is one."""

    record: Any
    reason: str


def related_records(filterset_class: type[CatalogueFilterSet], pk: int) -> list[Related]:
    """Return the records that have most in common with the one at ``pk``, best first.

    Ties are in the order of names. A record that is not published has none.
    """
    filterset = filterset_class.for_everything()
    index = filterset.index
    position = index.positions.get(pk)
    if position is None:
        return []
    everyone = range(len(index))
    shared = {
        facet: Counter(
            other
            for value in index.facets[facet].of(position)
            if value not in (MISSING, HOME_STATE)
            for other in members(index.facets[facet].bitmaps[value], everyone)
        )
        for facet, *_ in _SHARED
    }
    points: Counter[int] = Counter()
    for facet, weight, *_ in _SHARED:
        for other, number in shared[facet].items():
            points[other] += weight * (min(number, MAX_STATE_POINTS) if facet == "land" else number)
    del points[position]
    best = sorted(points, key=lambda other: (-points[other], other))[:RELATED_SHOWN]
    records = filterset.records([index.pks[other] for other in best])
    by_position = {index.positions[record.pk]: record for record in records}
    return [
        Related(
            by_position[other],
            in_words(
                [
                    counted(shared[facet][other], singular, plural)
                    for facet, _weight, singular, plural in _SHARED
                    if shared[facet][other]
                ]
            ),
        )
        for other in best
        if other in by_position
    ]
