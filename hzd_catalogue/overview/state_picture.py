"""The pictures of the states, to take home: all of them, those of one state, those of a topic."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from hzd_catalogue.records.state_pictures import StateMapPicture
from hzd_catalogue.reference.models import FederalState, Topic
from hzd_catalogue.reference.state_map import StateMap

from .named import whole_picture
from .states import neighbour_map, neighbours
from .topics import topic_map


class WholePicture(StateMapPicture):
    """``/laender/karte.svg`` and its data"""

    @cached_property
    def map(self) -> StateMap | None:
        """All states, by what the whole catalogue says of them."""
        return whole_picture(FederalState.objects.all(), self.revision.key)


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
