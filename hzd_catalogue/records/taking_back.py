"""A document taken back: what rests on it leaves the catalogue with it, in one change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from hzd_catalogue.reference import changes
from hzd_catalogue.reference.models import Source
from hzd_catalogue.reference.sentences import fingerprint

from .publishing import check, withdraw
from .records import Record
from .statements import Statement


@dataclass(frozen=True)
class Effects:
    """What taking a document back does."""

    #: They are deleted; the keys of public ones are given to nothing else.
    statements: list[Statement]
    #: Published records that would lack what a public one needs.
    withdrawn: list[Record]
    #: Records that only lose statements; drafts are among them.
    staying: list[Record]

    @property
    def fingerprint(self) -> str:
        """Equal for equal effects: nobody confirms what was not shown."""
        gone = sorted(statement.key for statement in self.statements)
        return fingerprint(" ".join([*gone, *(record.path for record in self.withdrawn)]))


def effects(source: Source) -> Effects:
    """Return what taking a document back would do now."""
    rows: Any = source.statements
    statements = list(rows.with_names().select_related("record").order_by("paragraph", "pk"))
    records = {row.record_id: row.record for row in statements}
    ordered = sorted(records.values(), key=lambda record: (record.sort_key, record.pk))
    withdrawn = [record for record in ordered if record.is_published and _lacks(record, source)]
    return Effects(statements, withdrawn, [row for row in ordered if row not in withdrawn])


def _lacks(record: Record, source: Source) -> bool:
    try:
        check(record, without=source)
    except ValidationError:
        return True
    return False


def take_back(source: Source) -> None:
    """Take a document out of the catalogue, with all that rests on it.

    The source itself stays, with its text and its omitted sentences, for editors; its number, its
    address and its place in time are given to no other. Versions stay as well.
    """
    with changes.change():
        for record in (found := effects(source)).withdrawn:
            withdraw(record)
        for statement in found.statements:
            # One by one: each kind has listeners of its own.
            statement.delete()
        _mark(source, timezone.now())


def take_up_again(source: Source) -> None:
    """Put a document back into the catalogue; statements come back with their records' versions."""
    with changes.change():
        _mark(source, None)


def _mark(source: Source, moment: Any) -> None:
    source.taken_back_at = moment
    source.save(update_fields=["taken_back_at"])
