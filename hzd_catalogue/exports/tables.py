"""A table that leaves the house: its columns, its rows, and what it says about itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any, Protocol

from django.conf import settings
from django.utils import timezone

from hzd_catalogue.reference.german import counted, grouped
from hzd_catalogue.reference.licences import data_licence, licence_data, licence_in_words

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
            **meta_data(self.title, self.revision, self.url),
            "filters": self.filters_in_words,
            "parameters": self.parameters,
            "sort": self.sort,
            "count": self.count,
            "total": self.total,
            "formats": self.formats,
        }

    @property
    def entries(self) -> list[tuple[str, Cell]]:
        """The same as label and value, for people."""
        licence = data_licence()
        return [
            ("Titel", self.title),
            ("Herkunft", settings.SITE_NAME),
            ("Lizenz", licence_in_words()),
            *([("Lizenztext", licence.url)] if licence else []),
            ("Filter", self.filters_in_words),
            ("Treffer", f"{grouped(self.count)} von {counted(self.total, 'Eintrag', 'Einträgen')}"),
            ("Abgerufen am", local(self.generated_at)),
            ("Datenstand", f"Revision {self.revision.number}"),
            ("Datenstand vom", local(self.revision.changed_at)),
            ("Seite mit diesem Ergebnis", self.url),
        ]


def meta_data(title: str, revision: Snapshot, url: str) -> dict[str, Any]:
    """Return what every answer in JSON says of itself.

    Not when it was made: the same state of the data gives the same answer, whichever process
    makes it, and the moment stands in the header ``Date``.
    """
    return {
        "title": title,
        "site": settings.SITE_NAME,
        "licence": licence_data(),
        "revision": revision_data(revision),
        "url": url,
    }


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


#: Makes the text of one row of its data by the columns' keys.
RowText = Callable[[Mapping[str, Any]], str]
#: How many rows are made before any of them is sent.
_AT_ONCE = 100


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
    #: The columns that no two rows have in common; by default the first one.
    own_key: Sequence[str] = ()
    #: The columns of the lists in which keys of it stand, by the full addresses of these lists.
    key_lists: Mapping[str, Sequence[Column]] = field(default_factory=dict)
    #: Gives the rows in a format of text, some at a time, where that is quicker than to make each
    #: of its record; takes the format's ending and what makes one.
    finished: Callable[[str, RowText], Iterator[Sequence[bytes]]] | None = None

    @property
    def primary_key(self) -> list[str]:
        """The columns of a flat file that name a row."""
        return list(self.own_key) or [self.columns[0].key]

    @property
    def labels(self) -> list[str]:
        """The headings."""
        return [column.label for column in self.columns]

    def data(self) -> Iterator[dict[str, Any]]:
        """Yield each record's structured data by the columns' keys."""
        yield from map(self.data_of, self.records)

    def data_of(self, record: Any) -> dict[str, Any]:
        """Return one record's structured data by the columns' keys."""
        return {column.key: column.data(record, self.context) for column in self.columns}

    @property
    def flat(self) -> list[FlatColumn]:
        """The columns of a flat file for programs."""
        return [flat for column in self.columns for flat in column.flat]

    def texts(self, suffix: str, row_text: RowText) -> Iterator[Sequence[bytes]]:
        """Yield the rows in a format of text, some at a time and never none.

        Args:
            suffix: the ending of the format.
            row_text: makes one.
        """
        if self.finished:
            yield from filter(None, self.finished(suffix, row_text))
            return
        data = self.data()
        while texts := [row_text(row).encode() for row in islice(data, _AT_ONCE)]:
            yield texts

    def cells(self) -> Iterator[list[Cell]]:
        """Yield each record's cells."""
        for record in self.records:
            yield [column.cell(column.data(record, self.context)) for column in self.columns]
