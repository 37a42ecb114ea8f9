"""A table that leaves the house: its columns, its rows, and what it says about itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from django.conf import settings
from django.utils import timezone

from hzd_catalogue.reference.german import counted, grouped

from .shapes import TEXT, FlatColumn, Shape, flat_columns

#: What a cell of a flat table holds. Text is never taken for a formula.
Cell = str | int | date | datetime | None


def as_cell(data: Any) -> Cell:
    """Return data that needs no words of its own as a cell; lists are joined with semicolons."""
    return "; ".join(map(str, data)) if isinstance(data, list) else data


class Snapshot(Protocol):
    """The state of the data that a file was made from."""

    #: Counts the changes to the data.
    number: int
    changed_at: datetime


@dataclass(frozen=True)
class ExportContext:
    """What a column may ask for besides its record; the apps may give more."""

    #: Gives the full address of a path of this site.
    absolute_url: Callable[[str], str]


@dataclass(frozen=True)
class Column:
    """One property of a record: structured in JSON, one cell in a flat table."""

    #: Its name in JSON.
    key: str
    #: Its heading in flat tables.
    label: str
    meaning: str
    #: Takes a record and the table's context.
    data: Callable[[Any, Any], Any]
    #: Makes one cell of the structured data.
    cell: Callable[[Any], Cell] = as_cell
    #: Width in characters, for spreadsheets.
    width: int = 24
    #: What ``data`` gives: all formats and their descriptions follow from it.
    shape: Shape = TEXT

    @property
    def flat(self) -> list[FlatColumn]:
        """What stands for it in flat files for programs: a name beside its key."""
        return list(flat_columns(self.key, self.label, self.shape))


@dataclass(frozen=True)
class About:
    """What was filtered, when, and from which state of the catalogue."""

    title: str
    #: Each active filter in words.
    filters: Sequence[str]
    parameters: dict[str, list[str]]
    problems: Sequence[str]
    sort: str
    count: int
    total: int
    revision: Snapshot
    generated_at: datetime
    #: Full address of the page that shows this result.
    url: str
    #: Full address of this result in each format, by the format's ending.
    formats: dict[str, str]

    @property
    def filters_in_words(self) -> str:
        """The active filters in one line."""
        return ", ".join(self.filters) or "keine"

    @property
    def data(self) -> dict[str, Any]:
        """The same for machines."""
        return {
            "title": self.title,
            "site": settings.SITE_NAME,
            "filters": self.filters_in_words,
            "parameters": self.parameters,
            "problems": list(self.problems),
            "sort": self.sort,
            "count": self.count,
            "total": self.total,
            "revision": revision_data(self.revision),
            "generated_at": self.generated_at,
            "url": self.url,
            "formats": self.formats,
        }

    @property
    def entries(self) -> list[tuple[str, Cell]]:
        """The same as label and value, for people."""
        return [
            ("Titel", self.title),
            ("Herkunft", settings.SITE_NAME),
            ("Filter", self.filters_in_words),
            *(("Nicht verstanden", problem) for problem in self.problems),
            ("Treffer", f"{grouped(self.count)} von {counted(self.total, 'Eintrag', 'Einträgen')}"),
            ("Abgerufen am", local(self.generated_at)),
            ("Datenstand", f"Revision {self.revision.number}"),
            ("Datenstand vom", local(self.revision.changed_at)),
            ("Seite mit diesem Ergebnis", self.url),
        ]


def revision_data(revision: Snapshot) -> dict[str, Any]:
    """Return the state of the data for machines."""
    return {
        "number": revision.number,
        "changed_at": timezone.localtime(revision.changed_at).replace(microsecond=0),
    }


def now() -> datetime:
    """Return the moment at which a file is made, to the second."""
    return timezone.localtime().replace(microsecond=0)


def local(moment: datetime) -> datetime:
    """Return a moment as a German clock shows it, to the second and without its zone."""
    return timezone.localtime(moment).replace(microsecond=0, tzinfo=None)


@dataclass(frozen=True)
class Table:
    """Records under columns."""

    #: Name of the sheet.
    name: str
    columns: Sequence[Column]
    #: Read once.
    records: Iterable[Any]
    context: ExportContext
    about: About
    #: The column that no two rows have in common; by default the first one.
    own_key: str = ""

    @property
    def primary_key(self) -> str:
        """The column that names a row."""
        return self.own_key or self.columns[0].key

    @property
    def labels(self) -> list[str]:
        """The headings."""
        return [column.label for column in self.columns]

    def data(self) -> Iterator[dict[str, Any]]:
        """Yield each record's structured data by the columns' keys."""
        for record in self.records:
            yield {column.key: column.data(record, self.context) for column in self.columns}

    def cells(self) -> Iterator[list[Cell]]:
        """Yield each record's cells."""
        for record in self.records:
            yield [column.cell(column.data(record, self.context)) for column in self.columns]
