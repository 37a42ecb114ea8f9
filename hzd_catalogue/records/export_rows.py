"""Finished rows of the files of lists: one text a record and file, written at the end of a change.

They hold nothing that cannot be made anew from records and statements. Whoever reads them asks
first whether they are of this release and of the very state of the data; else the rows are made
from the records, which takes fifty times as long.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from functools import cached_property
from typing import Any, ClassVar

from django.db import models

from hzd_catalogue.reference.models import Revision
from hzd_catalogue.release import code

from .statements import Statement

#: Stand in finished texts for the site, which whoever asks knows, and between texts that are kept
#: together. Neither is a character (Unicode, "Noncharacters"); what holds one is not kept.
SITE, END = "\uffff", "\ufffe"


class ExportFile(IntEnum):
    """A file with rows of a record: its list's, or that of all statements."""

    CSV = 1
    JSON = 2
    STATEMENTS_CSV = 3
    STATEMENTS_JSON = 4


#: By the formats of text: where the rows of a list of records are kept, and those of statements.
OF_RECORDS = {"csv": ExportFile.CSV, "json": ExportFile.JSON}
OF_STATEMENTS = {"csv": ExportFile.STATEMENTS_CSV, "json": ExportFile.STATEMENTS_JSON}


class ExportRows(models.Model):
    """What a record adds to a file."""

    #: A number alone: what is not published any more is never asked for.
    record = models.BigIntegerField("Eintrag")
    file = models.PositiveSmallIntegerField("Datei")
    #: Compressed: a fourth of the text.
    packed = models.BinaryField("Zeilen")

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        verbose_name = "Zeilen einer Datei"
        verbose_name_plural = "Zeilen von Dateien"
        constraints = [
            models.UniqueConstraint(
                fields=["record", "file"], name="records_exportrows_once_a_file"
            )
        ]

    def __str__(self) -> str:
        return f"{self.record}, {self.file}"


class ExportState(models.Model):
    """What all finished rows are of, in one row: the code, and a state of the data."""

    code = models.CharField("Ausgabe", max_length=64)
    #: ``Revision.key``.
    number = models.PositiveBigIntegerField("Revision")
    changed_at = models.DateTimeField("geändert")

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        verbose_name = "Stand der Dateien"
        verbose_name_plural = "Stand der Dateien"
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="records_exportstate_single_row")
        ]

    def __str__(self) -> str:
        return f"Revision {self.number}"


def are_of(revision: tuple[int, datetime] | None) -> bool:
    """Return whether finished rows are those of this code and of a state of the data."""
    if revision is None:
        return False
    number, changed_at = revision
    found = ExportState.objects.filter(code=code(), number=number, changed_at=changed_at)
    return bool(found.exists())


def are_right() -> bool:
    """Return whether there are finished rows of all that is public now."""
    return are_of(Revision.current_key())


@dataclass(frozen=True)
class FinishedRows:
    """The finished rows of a file, for one who asks."""

    file: ExportFile
    #: ``Revision.key`` of the data that the one who asks sees.
    revision: tuple[int, datetime]
    #: What the addresses of this site begin with.
    site: str

    @cached_property
    def are_right(self) -> bool:
        """Whether there are any of these data."""
        return are_of(self.revision)

    def of(self, pks: Collection[int]) -> dict[int, bytes]:
        """Return the rows of records, or of statements; those that are not kept are left out."""
        if not self.are_right:
            return {}
        if self.file in OF_RECORDS.values():
            return self._texts(pks)
        return self._of_statements(pks)

    def _texts(self, records: Collection[int]) -> dict[int, bytes]:
        mark, site = SITE.encode(), self.site.encode()
        rows = ExportRows.objects.filter(file=self.file, record__in=records)
        return {
            record: zlib.decompress(packed).replace(mark, site)
            for record, packed in rows.values_list("record", "packed")
        }

    def _of_statements(self, pks: Collection[int]) -> dict[int, bytes]:
        records = Statement.objects.filter(pk__in=pks).order_by().values_list("record", flat=True)
        found: dict[int, bytes] = {}
        for text in self._texts(set(records)).values():
            parts = text.split(END.encode())
            found.update(zip(map(int, parts[::2]), parts[1::2], strict=False))
        return found


def packed(text: str) -> bytes:
    """Return a finished text as it is kept."""
    return zlib.compress(text.encode())


def together(texts: Iterable[tuple[int, str]]) -> str:
    """Return the rows of statements as one text."""
    return END.join(part for pk, text in texts for part in (str(pk), text))
