"""Topics: all with the numbers of their records, and each with its records."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.views.generic import DetailView, TemplateView

from hzd_catalogue.lists.listing import Listing
from hzd_catalogue.lists.presentation import Presentation
from hzd_catalogue.lists.result import Result
from hzd_catalogue.reference import german
from hzd_catalogue.reference.choices import Reach
from hzd_catalogue.reference.models import FederalState, Topic
from hzd_catalogue.reference.revisions import revision_of
from hzd_catalogue.reference.state_map import StateMap
from partners.filters import COOPERATIONS, PARTNERS
from projects.filters import PROJECTS

from .named import Naming, named_projects, picture, states_beside_home

#: Records of one kind that a topic's page names before it links to all of them.
RECORDS_SHOWN = 50

#: The list of each kind of record.
LISTINGS: tuple[Listing, ...] = (PROJECTS, COOPERATIONS, PARTNERS)


@dataclass(frozen=True)
class LinkedCount:
    """A number of records in words, and the list of exactly these records."""

    count: int
    words: str
    url: str

    @classmethod
    def of(cls, listing: Listing, count: int, query: str) -> LinkedCount:
        """Return a number of the list's records, and the list of a query string."""
        words = german.counted(count, *listing.nouns)
        return cls(count, words, reverse(listing.url_name) + query)

    @classmethod
    def of_result(cls, result: Result) -> LinkedCount:
        """Return the number of what was found, and its list."""
        return cls.of(result.listing, result.count, Presentation(result).addresses.selection)


@dataclass(frozen=True)
class TopicRow:
    """A topic with its numbers of projects, cooperations and partners, and its states."""

    topic: Topic
    counts: list[LinkedCount]
    #: The states beside Hessen that its projects name, and whether each is joining only.
    states: list[tuple[FederalState, bool]]
    #: The numbers of its projects and cooperations that are bundesweit.
    nationwide: list[LinkedCount]


@dataclass(frozen=True)
class RecordGroup:
    """Some records of one kind."""

    count: LinkedCount
    records: list[Any]

    @property
    def more(self) -> int:
        """How many records the page leaves to the list."""
        return self.count.count - len(self.records)


def counts_by_topic(revision: Hashable) -> dict[str, list[LinkedCount]]:
    """Return for each topic's slug the numbers of its records, those without any left out."""
    found: dict[str, list[LinkedCount]] = {}
    for listing in LISTINGS:
        shown = Presentation(Result.of(listing, revision))
        for option in shown.facet("thema").options:
            if option.count:
                count = LinkedCount.of(listing, option.count, option.url)
                found.setdefault(option.value, []).append(count)
    return found


def nationwide_counts(topic: Topic, revision: Hashable) -> list[LinkedCount]:
    """Return how many projects and cooperations of a topic are bundesweit; none is left out."""
    chosen = {"thema": [topic.slug], "reichweite": [Reach.NATIONWIDE.value]}
    results = [Result.of(listing, revision, **chosen) for listing in (PROJECTS, COOPERATIONS)]
    return [LinkedCount.of_result(result) for result in results if result.count]


def topic_rows(revision: Hashable) -> list[TopicRow]:
    """Return all topics in the order of their names."""
    counts = counts_by_topic(revision)
    index = PROJECTS.index(revision)
    named = named_projects(revision)
    states = list(FederalState.objects.all())
    rows = []
    for topic in Topic.objects.all():
        projects = named.within(index.facets["thema"].bitmaps.get(topic.slug, 0))
        rows.append(
            TopicRow(
                topic,
                counts.get(topic.slug, []),
                states_beside_home(projects, states),
                nationwide_counts(topic, revision),
            )
        )
    return rows


def record_groups(revision: Hashable, **chosen: list[str]) -> list[RecordGroup]:
    """Return the records with some values of facets by kind, as their lists find them."""
    groups = []
    for listing in LISTINGS:
        result = Result.of(listing, revision, **chosen)
        if result.count:
            records = result.records(result.ordered[:RECORDS_SHOWN])
            groups.append(RecordGroup(LinkedCount.of_result(result), records))
    return groups


#: Each visitor of a topic asks for the same; of two revisions at most.
@lru_cache(maxsize=32)
def topic_map(topic: Topic, revision: Hashable) -> StateMap | None:
    """Return the picture of the states that a topic's projects name; None without any."""
    projects = Result.of(PROJECTS, revision, thema=[topic.slug])
    named = Naming.of(projects)
    if not named.beside_home:
        return None
    nationwide = Result.of(PROJECTS, revision, thema=[topic.slug], reichweite=[Reach.NATIONWIDE])
    return picture(
        "karte",
        f"Welche Länder in Projekten zum Thema {topic.name} genannt sind",
        named,
        FederalState.objects.all(),
        has_nationwide=bool(nationwide.count),
    )


class TopicListView(TemplateView):
    """All topics with their numbers of records."""

    template_name = "overview/topic_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(rows=topic_rows(revision_of(self.request).key), **kwargs)


class TopicDetailView(DetailView):
    """One topic with its records."""

    model = Topic
    template_name = "overview/topic_detail.html"
    context_object_name = "topic"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        revision = revision_of(self.request).key
        return super().get_context_data(
            groups=record_groups(revision, thema=[self.object.slug]),
            map=topic_map(self.object, revision),
            **kwargs,
        )
