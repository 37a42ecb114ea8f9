"""Pictures of the federal states to take home."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hzd_catalogue.exports.tables import Column
from hzd_catalogue.reference.state_map import StateMap, StateShape

from .pictures import PictureView


class StateMapPicture(PictureView):
    """A picture of the federal states and its data, under the address of its page."""

    template_name = "reference/state_map.html"
    figure = "state-figure"
    credit = "Kartendaten: Natural Earth, gemeinfrei"
    columns = (
        Column(
            "key",
            "Schlüssel",
            "Schlüssel des Landes nach ISO 3166-2.",
            lambda shape, context: shape.code,
            width=10,
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
    def note(self) -> str:
        """The meaning of the areas, which a legend has on the page."""
        return self.map.in_words if self.map else ""

    @property
    def page_path(self) -> str:
        """The page of the same address without the picture's name."""
        return self.request.path.rpartition("/")[0] + "/"

    def drawing(self) -> Mapping[str, Any] | None:
        return {"map": self.map} if self.rows() else None

    def rows(self) -> Sequence[StateShape]:
        return self.map.shapes if self.map else []
