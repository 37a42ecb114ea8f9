"""The one picture of the federal states: outlines, labels, and what each area means."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path

from hzd_catalogue.reference.german import in_words

_OUTLINES = Path(__file__).parent / "outlines" / "federal_state_outlines.json"

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
    "BE": ((320, 164), (398, 122)),
    "HB": ((130, 124), (26, 78)),
    "HH": ((180, 98), (238, 30)),
    "SL": ((46, 376), (18, 440)),
}


class Meaning(StrEnum):
    """What the picture says of a state; the value names the class of its area."""

    SELF = "self"
    NAMED = "named"
    JOINING = "joining"
    WIDE = "wide"
    APART = "apart"


@dataclass(frozen=True)
class Point:
    """A place in the drawing."""

    x: int
    y: int


@dataclass(frozen=True)
class StateShape:
    """One state as the picture shows it."""

    code: str
    name: str
    url: str
    meaning: Meaning
    #: The meaning in words, for those who see no picture: "tritt bei".
    words: str = ""
    #: Second line of the label: what the state is named in, or nothing.
    note: str = ""

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
        """The upper left corner of a pulled-out label, which is 62 by 38 units large."""
        return Point(self.label.x - 31, self.label.y - 19)

    @property
    def lines(self) -> list[tuple[int, str]]:
        """The label's lines, each with the height of its middle."""
        if not self.note:
            return [(self.label.y, self.abbreviation)]
        return [(self.label.y - 8, self.abbreviation), (self.label.y + 9, self.note)]


@cache
def outlines() -> dict[str, str]:
    """Return the SVG path of each state by its two letters."""
    return json.loads(_OUTLINES.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class StateMap:
    """The picture of the states, whole: its drawing needs nothing else."""

    #: Begins the ids of its parts; unlike on one page.
    key: str
    title: str
    #: What each meaning in use is called, in the order of the legend.
    legend: Mapping[Meaning, str]
    shapes: Sequence[StateShape]

    @property
    def description(self) -> str:
        """The same, and what a link does."""
        return f"{self.in_words} Die Flächen führen zu den Seiten der Länder."

    @property
    def sentences(self) -> list[tuple[Meaning, str]]:
        """Each meaning with its states: "Tritt bei: Rheinland-Pfalz."."""
        found = []
        for meaning, words in self.legend.items():
            names = [shape.name for shape in self.shapes if shape.meaning == meaning]
            # The state that the picture is about is what its meaning is called.
            said = words if meaning == Meaning.SELF else f"{words}: {in_words(names)}"
            found.append((meaning, f"{said[0].upper()}{said[1:]}."))
        return found

    @property
    def in_words(self) -> str:
        """The picture in words."""
        return " ".join(sentence for _meaning, sentence in self.sentences)

    @property
    def drawn(self) -> list[StateShape]:
        """The shapes with small states last: their labels lie above their neighbours."""
        return sorted(
            self.shapes, key=lambda shape: (shape.callout is not None, shape.abbreviation)
        )


def state_map(
    key: str, title: str, words: Mapping[Meaning, str], shapes: Iterable[StateShape]
) -> StateMap:
    """Return the picture of some states.

    Args:
        key: begins the ids of its parts.
        title: what it shows.
        words: what each meaning is called, in the order of the legend.
        shapes: the states; their ``words`` are filled in from ``words``. One without an outline
            cannot be drawn and is left out.
    """
    said = [
        replace(shape, words=words[shape.meaning])
        for shape in shapes
        if shape.abbreviation in outlines()
    ]
    used = {shape.meaning for shape in said}
    legend = {meaning: text for meaning, text in words.items() if meaning in used}
    return StateMap(key, title, legend, said)
