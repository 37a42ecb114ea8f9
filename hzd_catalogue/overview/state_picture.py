"""The picture of the states, to take home."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from hzd_catalogue.exports.tables import Column
from hzd_catalogue.lists.options import Option
from hzd_catalogue.lists.presentation import Presentation
from hzd_catalogue.lists.result import Result
from hzd_catalogue.records.pictures import PictureView
from projects.filters import PROJECTS

from .state_map import drawing_order
from .states import StateRow, counted_shapes, state_rows


class StateMapPicture(PictureView):
    """``/laender/karte.svg`` and its data"""

    name = "Karte"
    template_name = "overview/drawings/state_map.html"
    title = "Projekte je Bundesland"
    note = "Bundesweite Projekte zählen für jedes Land, alle für Hessen, das Land der HZD."
    credit = "Kartendaten: Natural Earth, gemeinfrei"
    columns = (
        Column(
            "key",
            "Schlüssel",
            "Schlüssel des Landes nach ISO 3166-2.",
            lambda row, context: row.federal_state.code,
            width=10,
        ),
        Column(
            "name",
            "Land",
            "Name des Landes.",
            lambda row, context: row.federal_state.name,
            width=28,
        ),
        Column(
            "projects",
            "Projekte",
            "Zahl der Projekte, die für das Land zählen.",
            lambda row, context: row.count,
            width=10,
        ),
        Column(
            "named",
            "davon mit Nennung des Landes",
            "Zahl der Projekte, zu denen eine Quelle das Land nennt.",
            lambda row, context: row.named,
            width=10,
        ),
        Column(
            "url",
            "Adresse",
            "Webadresse der Seite des Landes.",
            lambda row, context: context.absolute_url(row.federal_state.get_absolute_url()),
            width=40,
        ),
    )

    @property
    def page_path(self) -> str:
        return reverse("state-list")

    def _options(self) -> list[Option]:
        projects = Presentation(Result.of(PROJECTS, self.revision.key))
        return list(projects.facet("land").options)

    def drawing(self) -> Mapping[str, Any] | None:
        shapes = drawing_order(counted_shapes(self._options()))
        if not shapes:
            return None
        return {"shapes": shapes, "map_id": "karte", "map_title": self.title}

    def rows(self) -> list[StateRow]:
        return state_rows(self._options())
