"""Topics with the numbers of their records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from hzd_catalogue.browsing.filtersets import CatalogueFilterSet
from hzd_catalogue.reference import german
from hzd_catalogue.reference.models import Topic
from partners.filters import CooperationFilterSet, PartnerFilterSet
from projects.filters import ProjectFilterSet

#: Records of one kind that a topic's page names before it links to all of them.
RECORDS_SHOWN = 50

#: Each kind of record with its list.
LISTS: tuple[tuple[type[CatalogueFilterSet], str], ...] = (
    (ProjectFilterSet, "project-list"),
    (CooperationFilterSet, "cooperation-list"),
    (PartnerFilterSet, "partner-list"),
)


@dataclass(frozen=True)
class LinkedCount:
    """A number of records in words, and the list of exactly these records."""

    count: int
    words: str
    url: str


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


def counts_by_topic() -> dict[str, list[LinkedCount]]:
    """Return for each topic's slug the numbers of its records, those without any left out."""
    found: dict[str, list[LinkedCount]] = {}
    for filterset_class, url_name in LISTS:
        filterset = filterset_class.for_everything()
        views = {view.name: view for view in filterset.facet_views}
        for option in views["thema"].options:
            if option.count:
                words = german.counted(option.count, *filterset.nouns)
                url = reverse(url_name) + option.url
                found.setdefault(option.value, []).append(LinkedCount(option.count, words, url))
    return found


def topic_rows() -> list[TopicRow]:
    """Return all topics in the order of their names."""
    counts = counts_by_topic()
    return [TopicRow(topic, counts.get(topic.slug, [])) for topic in Topic.objects.all()]


def topic_groups(topic: Topic) -> list[TopicGroup]:
    """Return the records of a topic by kind, as their lists find them."""
    groups = []
    for filterset_class, url_name in LISTS:
        filterset = filterset_class.with_value("thema", topic.slug)
        if filterset.count:
            words = german.counted(filterset.count, *filterset.nouns)
            count = LinkedCount(filterset.count, words, reverse(url_name) + filterset.url())
            groups.append(TopicGroup(count, filterset.records(filterset.pks[:RECORDS_SHOWN])))
    return groups
