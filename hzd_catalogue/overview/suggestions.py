"""The names that the search field suggests."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from django.db.models import Count

from hzd_catalogue.lists.per_revision import Changed, PerRevision
from hzd_catalogue.records.records import Record
from hzd_catalogue.records.version_writer import RECORDS
from hzd_catalogue.reference.models import FederalState

#: Names that the field suggests.
MOST_SUGGESTED = 60
#: So many records are known, so that some may fall behind before all are counted anew.
_KNOWN = 4 * MOST_SUGGESTED
#: What records are compared by, and their name; their primary key stands before it.
Counted = tuple[int, str, str, int, str]


def counted(records: Any) -> Any:
    """Return the published ones of some records, those with most statements first."""
    return (
        records.published()
        .annotate(order=-Count("statements"))
        .order_by("order", "sort_key", "type", "pk")
        .values_list("order", "sort_key", "type", "pk", "name")
    )


def _names(records: Iterable[Counted]) -> list[str]:
    """Return the names of all Länder and of records, each once."""
    states = FederalState.objects.values_list("name", flat=True)
    return list(dict.fromkeys([*states, *(name for *_order, name in records)]))


class MostNamed:
    """The records with most statements, and the names that are suggested."""

    def __init__(self, records: Sequence[Counted], *, are_all: bool) -> None:
        """Keep them in their order; say whether there are no others."""
        self.are_all = are_all and len(records) <= _KNOWN
        self.records = records[:_KNOWN]
        self.names = _names(self.records)[:MOST_SUGGESTED]

    @classmethod
    def read(cls) -> MostNamed:
        """Count the statements of all records."""
        return cls(list(counted(Record.objects)[: _KNOWN + 1]), are_all=True)

    def followed(self, changed: Changed) -> MostNamed | None:
        """Return the same after some changes; None where records may count that are not known."""
        pks = changed[RECORDS]
        left = [row for row in self.records if row[3] not in pks]
        found = sorted([*left, *counted(Record.objects.filter(pk__in=pks))])
        if not self.are_all:
            # Those that are not known come after the last one that is.
            found = [row for row in found if row <= self.records[-1]]
        after = MostNamed(found, are_all=self.are_all)
        return after if after.are_all or len(after.names) == MOST_SUGGESTED else None


NAMES = PerRevision(MostNamed.read, MostNamed.followed)


def suggested_names(revision: Hashable) -> list[str]:
    """Return the names that a search field suggests, at most ``MOST_SUGGESTED``."""
    return NAMES.get(revision).names
