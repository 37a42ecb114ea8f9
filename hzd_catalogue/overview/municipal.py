"""What municipalities take part in: the records of their level, in one view."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.views.generic import TemplateView

from hzd_catalogue.lists.presentation import Presentation
from hzd_catalogue.lists.result import Result
from hzd_catalogue.records.passages import documents
from hzd_catalogue.records.records import Record
from hzd_catalogue.records.statements import Statement, UserGroup
from hzd_catalogue.reference.models import Level
from hzd_catalogue.reference.revisions import revision_of

from .topics import LISTINGS, LinkedCount, RecordGroup, record_groups

#: The level that makes a record municipal: the one rule, wherever such records are counted.
MUNICIPAL = "kommune"

#: Words by which a passage speaks of what something costs.
_OF_COSTS = ("kostenfrei", "kostenlos", "unentgeltlich", "gebührenfrei")


def municipal_counts(revision: Hashable) -> list[LinkedCount]:
    """Return the numbers of municipal records by kind, each with its list."""
    return [
        LinkedCount.of(listing, option.count, option.url)
        for listing in LISTINGS
        for option in Presentation(Result.of(listing, revision)).facet("ebene").options
        if option.value == MUNICIPAL and option.count
    ]


def cost_statements(records: Iterable[Record]) -> dict[int, list[Statement]]:
    """Return by primary key what documents say of the costs of records, each passage once."""
    words = Q()
    for word in _OF_COSTS:
        words |= Q(quote__icontains=word)
    found: dict[int, dict[tuple[int, int, str], Statement]] = {}
    rows = Statement.objects.published().filter(words, record__in=list(records))
    for row in rows.select_related("source", "record").newest_first():
        passage = (row.source_id, row.paragraph, row.quote)
        found.setdefault(row.record_id, {}).setdefault(passage, row)
    return {pk: list(passages.values()) for pk, passages in found.items()}


def user_groups(records: Iterable[Record]) -> dict[int, list[str]]:
    """Return by primary key who uses records, as documents name them, newest document first."""
    found: dict[int, dict[str, None]] = {}
    rows = UserGroup.objects.published().filter(record__in=list(records)).newest_first()
    for pk, group in rows.values_list("record", "user_group"):
        found.setdefault(pk, {})[group] = None
    return {pk: list(groups) for pk, groups in found.items()}


@dataclass(frozen=True)
class MunicipalRecord:
    """A record with what a municipality asks of it."""

    record: Record
    user_groups: list[str]
    #: What documents say of its costs.
    costs: list[Statement]


class MunicipalView(TemplateView):
    """The projects, cooperations and partners of the municipal level."""

    template_name = "overview/municipal.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        revision = revision_of(self.request).key
        level = Level.objects.filter(slug=MUNICIPAL).first()
        groups: list[RecordGroup] = record_groups(revision, ebene=[MUNICIPAL]) if level else []
        records = [record for group in groups for record in group.records]
        costs, users = cost_statements(records), user_groups(records)
        return super().get_context_data(
            level=level,
            groups=[
                (
                    group,
                    [
                        MunicipalRecord(record, users.get(record.pk, []), costs.get(record.pk, []))
                        for record in group.records
                    ],
                )
                for group in groups
            ],
            has_costs=bool(costs),
            documents=documents(row for rows in costs.values() for row in rows),
            **kwargs,
        )
