"""The federal states as a picture: outlines, labels, and tints by number."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_OUTLINES = Path(__file__).parent / "outlines" / "federal_state_outlines.json"

#: Strongest tint that the stylesheet knows; 0 stands for none.
STRONGEST_TINT = 4

#: Where a state's label stands in the drawing.
_LABELS = {
    "BB": (343, 208),
    "BW": (133, 450),
    "BY": (261, 428),
    "HE": (140, 300),
    "MV": (288, 83),
    "NI": (175, 150),
    "NW": (78, 240),
    "RP": (49, 332),
    "SH": (178, 66),
    "SN": (320, 272),
    "ST": (248, 217),
    "TH": (218, 285),
}
#: States too small for a label: the dot on the state, and the label pulled out of it.
_CALLOUTS = {
    "BE": ((320, 164), (382, 126)),
    "HB": ((130, 124), (40, 84)),
    "HH": ((180, 98), (225, 42)),
    "SL": ((46, 376), (20, 428)),
}


@dataclass(frozen=True)
class TintScale:
    """Tints for numbers: equal numbers look alike, larger ones stronger, zero has its own."""

    steps: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, numbers: Iterable[int]) -> TintScale:
        """Share the different numbers out to the tints, as evenly as they go."""
        different = sorted({number for number in numbers if number})
        count = len(different)
        if count <= 1:
            return cls(tuple((number, STRONGEST_TINT) for number in different))
        if count <= STRONGEST_TINT:
            # Few numbers: the weakest first, the highest always the strongest.
            tints = [*range(1, count), STRONGEST_TINT]
        else:
            tints = [1 + place * STRONGEST_TINT // count for place in range(count)]
        return cls(tuple(zip(different, tints, strict=True)))

    def tint(self, number: int) -> int:
        """Return the tint of a number that the scale was made from; 0 for none."""
        return dict(self.steps).get(number, 0)

    @property
    def legend(self) -> list[tuple[int, str]]:
        """Each tint in use with the numbers it stands for: "3" or "4–7"."""
        by_tint: dict[int, list[int]] = {}
        for number, tint in self.steps:
            by_tint.setdefault(tint, []).append(number)
        return [
            (tint, str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}")
            for tint, numbers in by_tint.items()
        ]


@dataclass(frozen=True)
class Point:
    """A place in the drawing."""

    x: int
    y: int


@dataclass(frozen=True)
class StateShape:
    """One state as tile and map show it."""

    code: str
    name: str
    url: str
    #: What is said of the state, for the label: a number, or nothing.
    number: int | None
    tint: int

    @property
    def abbreviation(self) -> str:
        """The two letters after the country: "HE"."""
        return self.code[3:]

    @property
    def outline(self) -> str:
        """The state's SVG path."""
        return outlines()[self.abbreviation]

    @property
    def label(self) -> Point:
        """The middle of the state's label."""
        if self.callout:
            return Point(*_CALLOUTS[self.abbreviation][1])
        return Point(*_LABELS[self.abbreviation])

    @property
    def callout(self) -> Point | None:
        """The dot on a state too small for its label."""
        ends = _CALLOUTS.get(self.abbreviation)
        return Point(*ends[0]) if ends else None

    @property
    def box(self) -> Point:
        """The upper left corner of a pulled-out label, which is 40 by 30 units large."""
        return Point(self.label.x - 20, self.label.y - 15)


@cache
def outlines() -> dict[str, str]:
    """Return the SVG path of each state by its two letters."""
    return json.loads(_OUTLINES.read_text(encoding="utf-8"))


def drawing_order(shapes: Iterable[StateShape]) -> list[StateShape]:
    """Return the shapes with small states last: their labels lie above their neighbours."""
    return sorted(shapes, key=lambda shape: (shape.callout is not None, shape.abbreviation))
