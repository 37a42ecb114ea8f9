"""Pictures of the federal states to take home."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hzd_catalogue.exports.shapes import TEXT, URL
from hzd_catalogue.exports.tables import Column
from hzd_catalogue.reference.state_map import Meaning, StateMap, StateShape

from .pictures import PictureView

#: The legend of a picture that has left its page: its width, the height of a line of its words,
#: the distance of its rows, and letters that fit beside a sign.
_WIDTH, _LINE, _GAP, _LETTERS = 560, 19, 5, 74


@dataclass(frozen=True)
class LegendRow:
    """One meaning: its sign, and its sentence in lines with the heights of their middles."""

    meaning: Meaning
    y: int
    lines: list[tuple[int, str]]


@dataclass(frozen=True)
class Legend:
    """What the areas of a picture mean, and which Länder have each meaning."""

    rows: list[LegendRow]
    height: int

    width = _WIDTH

    @classmethod
    def of(cls, drawn: StateMap) -> Legend:
        """Lay out the meanings below each other."""
        rows: list[LegendRow] = []
        y = 0
        for meaning, sentence in drawn.sentences:
            lines = textwrap.wrap(sentence, _LETTERS, break_on_hyphens=False)
            middles = [y + 9 + place * _LINE for place in range(len(lines))]
            rows.append(LegendRow(meaning, y, list(zip(middles, lines, strict=True))))
            y += len(lines) * _LINE + _GAP
        return cls(rows, y)


class StateMapPicture(PictureView):
    """A picture of the federal states and its data, under the address of its page."""

    template_name = "reference/state_map.html"
    legend_name = "reference/state_map_legend.html"
    figure = "state-figure"
    credit = "Kartendaten: Natural Earth, gemeinfrei"
    columns = (
        Column(
            "key",
            "Schlüssel",
            "Schlüssel des Landes nach ISO 3166-2.",
            lambda shape, context: shape.code,
            width=10,
            shape=TEXT.key_of("laender"),
        ),
        Column("name", "Land", "Name des Landes.", lambda shape, context: shape.name, width=28),
        Column(
            "meaning",
            "im Bild",
            "Was die Fläche des Landes sagt.",
            lambda shape, context: shape.words,
            width=30,
        ),
        Column(
            "note",
            "Aufschrift",
            "Das Projekt, in dem das Land genannt ist, oder wie viele es sind.",
            lambda shape, context: shape.note,
        ),
        Column(
            "url",
            "Adresse",
            "Webadresse der Seite des Landes.",
            lambda shape, context: context.absolute_url(shape.url),
            width=40,
            shape=URL,
        ),
    )

    @property
    def name(self) -> str:
        return " ".join(["Karte", *self.kwargs.get("slug", "").split("-")])[:31].strip()

    @property
    def map(self) -> StateMap | None:
        """What is drawn."""
        raise NotImplementedError

    @property
    def title(self) -> str:
        return self.map.title if self.map else "Länder"

    @property
    def page_path(self) -> str:
        """The page of the same address without the picture's name."""
        return self.request.path.rpartition("/")[0] + "/"

    def drawing(self) -> Mapping[str, Any] | None:
        return (
            {"map": self.map, "legend": Legend.of(self.map)} if self.map and self.rows() else None
        )

    def rows(self) -> Sequence[StateShape]:
        return self.map.shapes if self.map else []
