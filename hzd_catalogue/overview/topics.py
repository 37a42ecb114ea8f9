"""Topics: all with the numbers of their records, and each with its records."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.views.generic import DetailView, TemplateView

from hzd_catalogue.lists.listing import Listing
from hzd_catalogue.lists.presentation import Presentation
from hzd_catalogue.lists.result import Result
from hzd_catalogue.reference import german
from hzd_catalogue.reference.models import Topic
from hzd_catalogue.reference.revisions import revision_of
from partners.filters import COOPERATIONS, PARTNERS
from projects.filters import PROJECTS

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


@dataclass(frozen=True)
class TopicRow:
    """A topic with its numbers of projects, cooperations and partners."""

    topic: Topic
    counts: list[LinkedCount]


@dataclass(frozen=True)
class TopicGroup:
    """The records of one kind in a topic."""

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


def topic_rows(revision: Hashable) -> list[TopicRow]:
    """Return all topics in the order of their names."""
    counts = counts_by_topic(revision)
    return [TopicRow(topic, counts.get(topic.slug, [])) for topic in Topic.objects.all()]


def topic_groups(topic: Topic, revision: Hashable) -> list[TopicGroup]:
    """Return the records of a topic by kind, as their lists find them."""
    groups = []
    for listing in LISTINGS:
        result = Result.of(listing, revision, thema=[topic.slug])
        if result.count:
            query = Presentation(result).addresses.selection
            count = LinkedCount.of(listing, result.count, query)
            groups.append(TopicGroup(count, result.records(result.pks[:RECORDS_SHOWN])))
    return groups


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
        return super().get_context_data(
            groups=topic_groups(self.object, revision_of(self.request).key), **kwargs
        )
