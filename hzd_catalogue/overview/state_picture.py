"""The pictures of the states, to take home: all of them, those of one state, those of a topic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from hzd_catalogue.exports.tables import Column
from hzd_catalogue.records.pictures import PictureView
from hzd_catalogue.reference.models import FederalState, Topic

from .named import whole_picture
from .state_map import StateMap, StateShape
from .states import neighbour_map, neighbours
from .topics import topic_map


class StateMapPicture(PictureView):
    """``/laender/karte.svg`` and its data"""

    template_name = "overview/drawings/state_map.html"
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

    @cached_property
    def map(self) -> StateMap | None:
        """What is drawn."""
        return whole_picture(FederalState.objects.all(), self.revision.key)

    @property
    def title(self) -> str:
        return self.map.title if self.map else "Länder"

    @property
    def note(self) -> str:
        """The meaning of the areas, which a legend has on the page."""
        return f"{self.map.description}." if self.map else ""

    @property
    def page_path(self) -> str:
        """The page of the same address without the picture's name."""
        return self.request.path.rpartition("/")[0] + "/"

    def drawing(self) -> Mapping[str, Any] | None:
        return {"map": self.map} if self.rows() else None

    def rows(self) -> Sequence[StateShape]:
        return self.map.shapes if self.map else []


class StateNeighbourPicture(StateMapPicture):
    """``/laender/<slug>/karte.svg`` and its data"""

    @cached_property
    def map(self) -> StateMap | None:
        """One state and those that the same projects name."""
        state = get_object_or_404(FederalState, slug=self.kwargs["slug"])
        return neighbour_map(state, neighbours(state, self.revision.key))


class TopicPicture(StateMapPicture):
    """``/themen/<slug>/karte.svg`` and its data"""

    @cached_property
    def map(self) -> StateMap | None:
        """The states that a topic's projects name."""
        topic = get_object_or_404(Topic, slug=self.kwargs["slug"])
        return topic_map(topic, self.revision.key)
