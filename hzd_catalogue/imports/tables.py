"""Tables of statements, as record pages offer them, edited and read back.

A row is the statement with its key; without one it is new. What stands in a cell as the export
writes it has not been edited; whatever else does is understood, or refused by row and column. A
table is never all that a record has: a statement without a row stays.
"""

from __future__ import annotations

import copy
import csv
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO, StringIO
from itertools import zip_longest
from typing import Any
from zipfile import ZipFile

from django.db import models

from hzd_catalogue.data.fixtures import FILES, Problem, rows_of
from hzd_catalogue.exports.formats import csv_text
from hzd_catalogue.exports.shapes import FlatColumn, Scalar
from hzd_catalogue.exports.spreadsheets import ABOUT_SHEET
from hzd_catalogue.exports.tables import Column, ExportContext
from hzd_catalogue.records.differences import COMPARED_KINDS, Compared, compared
from hzd_catalogue.records.kinds import FIELDS, SINCE, Kind
from hzd_catalogue.records.models import Record, Statement, Version
from hzd_catalogue.records.statement_columns import statement_columns
from hzd_catalogue.records.version_words import Difference, of_statement
from hzd_catalogue.reference import german
from hzd_catalogue.reference.choices import PartOfPeriod
from hzd_catalogue.reference.models import FederalState, Source
from hzd_catalogue.reference.text_files import MAX_UNPACKED

SUFFIXES = (".csv", ".xlsx")
#: Columns that follow from others: what they say is nobody's to write.
_FOLLOWING = frozenset(
    {"record", "date_iso", "rank", "difference", "publisher", "source_date", "url"}
)
_DATE = ("year", "month", "day", "part")
_FILE_OF = {str(getattr(model, "record_type", "")): name for name, model in FILES.items()}
_PARTS = "|".join(map(str, PartOfPeriod.labels))
_WORDS = re.compile(
    rf"(?:({_PARTS}) )?(?:(\d\d?)\.(?:[–-](\d\d?)\.)? )?(?:({'|'.join(german.MONTHS)}) )?(\d{{4}})"
)
#: What the files say of a field that is not there.
_MISSING = re.compile("Das Feld „(.+)“ fehlt.")
_EDTF = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:/\1-\2-(\d\d))?)?)?")
_FIGURES = re.compile(r"(\d\d?)\.(\d\d?)\.(\d{4})")


class _Wrong(Exception):  # noqa: N818 (a cell's, not the program's)
    """A cell that is not understood, and why."""


@dataclass(frozen=True)
class Place:
    """Where the reader finds what a place in the files stands for."""

    file: str
    row: str
    #: Columns by the names of fields in the files.
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Heading:
    """What stands in one column of a table."""

    #: As it stands in the file.
    text: str
    column: Column
    #: Which part of it, in a file for programs; None: all of it, in the words for people.
    part: FlatColumn | None = None

    def now(self, row: Any) -> Any:
        """Return what the export writes of a statement; addresses within are paths."""
        data = self.column.data(row, ExportContext(lambda path: path))
        return csv_text(self.part.of(data)) if self.part else self.column.cell(data)

    def is_same(self, cell: Any, now: Any) -> bool:
        """Whether a cell is as the export writes it."""
        scalar = self.part.scalar if self.part else self.column.shape.scalar
        if scalar == Scalar.URL and cell and now:
            return all(
                address.endswith(path)
                for address, path in zip_longest(
                    str(cell).split(german.LIST_SEPARATOR),
                    now.split(german.LIST_SEPARATOR),
                    fillvalue="",
                )
            )
        return _is_same(cell, now)


@dataclass(frozen=True)
class ChangedSince:
    """A row of a table whose statement somebody has changed since the table was downloaded."""

    file: str
    number: int
    #: The state of the data that the table shows.
    revision: int
    record: Any
    #: What was changed since, in plain words.
    lines: list[Difference]
    #: Whether the table has something else to say of it.
    is_edited: bool

    def __str__(self) -> str:
        place = f"{self.file}, Zeile {self.number}: {self.record}"
        return f"{place}; die Datei ändert diese Angabe auch" if self.is_edited else place


class Tables:
    """Tables that are read as edits of the records' entries."""

    def __init__(self, downloaded: int | None = None) -> None:
        """Start without any.

        Args:
            downloaded: the revision that tables show which do not say it themselves.
        """
        self.problems: list[Problem] = []
        #: Rows that stand in the table as they were, and in the catalogue as somebody made them.
        self.changed_since: list[ChangedSince] = []
        self._downloaded = downloaded
        #: That the last one shows; None: nobody knows.
        self.revision: int | None = None
        self._versions: dict[tuple[int, int], tuple[Any, Any]] = {}
        #: Entries of edited records by the names of their files.
        self.files: dict[str, list[Any]] = {}
        self._entries: dict[int, dict[str, Any]] = {}
        #: The rows that statements come from, by their keys and, where new, by their entries.
        self._places: list[tuple[dict[str, Any], dict[str, Any], str, Place]] = []
        self._seen: set[str] = set()
        self._file = ""

    def read(self, name: str, content: bytes) -> None:
        """Read one table; note what is wrong with it."""
        self._file = name
        try:
            rows = list(_xlsx(content) if name.lower().endswith(".xlsx") else _csv(content))
            kind, headings = _headings_of(rows[0] if rows else [])
        except _Wrong as error:
            self.problems.append(Problem(name, "", str(error)))
            return
        said = _revision_in(content) or _revision_in_name(name)
        self.revision = self._downloaded if said is None else said
        for number, cells in enumerate(rows[1:], start=2):
            if any(cell not in (None, "") for cell in cells):
                self._read_row(kind, number, list(zip_longest(headings, cells[: len(headings)])))

    def place_of(self, problem: Problem) -> Problem:
        """Return a problem with what the files say, by the row and column of the table."""
        for entry, row, group, place in self._places:
            key = entry["slug"]
            number = entry[group].index(row) + 1
            if problem.place == f"{key}, {group} {number}":
                if missing := _MISSING.fullmatch(problem.reason):
                    label = place.labels.get(missing[1], missing[0])
                    return Problem(place.file, f"{place.row}, {label}", "Hier fehlt etwas.")
                field, colon, rest = problem.reason.partition(": ")
                if colon and field in place.labels:
                    return Problem(place.file, f"{place.row}, {place.labels[field]}", rest)
                return Problem(place.file, place.row, problem.reason)
        return problem

    def _read_row(self, kind: Kind, number: int, cells: list[tuple[Heading, Any]]) -> None:
        labels: dict[str, str] = {}
        for heading, _cell in cells:
            labels.setdefault(heading.column.key, f"Spalte „{heading.text}“")
        given = {heading.text: cell for heading, cell in cells if heading.column.key == "key"}
        key = str(next(iter(given.values())) or "").strip()
        problems: list[Problem] = []

        def refuse(column: str, reason: str) -> None:
            problems.append(Problem(self._file, f"Zeile {number}, {column}", reason))

        statement = Statement.objects.with_names().select_related("record").filter(key=key).first()
        if key and (statement is None or statement.kind != kind):
            refuse(
                labels["key"], f"Eine Angabe dieser Art mit dem Schlüssel „{key}“ gibt es nicht."
            )
        elif key in self._seen:
            refuse(labels["key"], f"Der Schlüssel „{key}“ steht schon in einer anderen Zeile.")
        else:
            self._seen |= {key} - {""}
            edits: dict[str, Any] = {}
            for heading, cell, now in _changed(cells, statement):
                try:
                    _agree(edits, self._edit(kind, heading, cell, statement, now))
                except _Wrong as error:
                    refuse(f"Spalte „{heading.text}“", str(error))
            try:
                record: Any = statement.record if statement else _record(cells)
            except _Wrong as error:
                refuse(labels["record"], str(error))
            else:
                if not problems:
                    edits = self._edits_of_its_own(kind, number, statement, edits)
                    self._keep(kind, number, record, key, edits, labels)
        self.problems += problems

    def _edit(
        self, kind: Kind, heading: Heading, cell: Any, statement: Any, now: Any
    ) -> dict[str, Any]:
        """Return what a cell makes of the fields in the files."""
        fields, name = FIELDS[kind], heading.column.key
        if name in _FOLLOWING or (heading.part and heading.part.scalar == Scalar.URL):
            if statement is None or (name == "date_iso" and _as_iso(cell) == now):
                return {}
            if self._has_moved_on(statement):
                # Nobody can tell who has changed what it follows from.
                return {}
            raise _Wrong(
                "Diese Spalte folgt aus anderen und lässt sich hier nicht ändern; im Katalog steht "
                f"„{now or ''}“. Bitte so lassen oder die Tabelle neu herunterladen."
            )
        if name in ("since", "date"):
            return _date_fields(kind, cell)
        if name == "source":
            return {"source": _source(cell).slug}
        if name == "concerns":
            names = [part.strip() for part in re.split(rf"[;{german.LIST_SEPARATOR}]", _text(cell))]
            return {name: sorted(_named(part, Record).path for part in names if part)}
        field: Any = next(
            Statement._meta.get_field(own)
            for own in ("paragraph", "quote", *fields.own)
            if name in (own, fields.public_name(own))
        )
        return {name: _value(field, cell)}

    def _edits_of_its_own(
        self, kind: Kind, number: int, statement: Any, edits: dict[str, Any]
    ) -> dict[str, Any]:
        """Return what is edited in a row, without what somebody else has changed in the catalogue.

        What stands there as it was when the table was downloaded, nobody has edited in it.
        """
        if statement is None or self.revision is None:
            return edits
        fields, key, record = FIELDS[kind], statement.key, statement.record
        then, newest = self._versions_of(record.pk, self.revision)
        was, now = _row(then, fields.group, key), _row(newest, fields.group, key)
        if was == now or not (was and now):
            return edits
        # A date is one thing: of two, nobody wants the year of one and the month of the other.
        date_names = {fields.public_name(name) for name in (*SINCE, "last_day")}
        cells = [[name for name in edits if name in date_names]]
        cells += [[name] for name in edits if name not in date_names]
        own = {
            name: edits[name]
            for names in cells
            if any(_said(edits[name]) != _said(was.get(name)) for name in names)
            for name in names
        }
        lines = of_statement(record.type, key, then.shown, newest.shown)
        self.changed_since.append(
            ChangedSince(self._file, number, self.revision, record, lines, bool(own))
        )
        return own

    def _has_moved_on(self, statement: Any) -> bool:
        """Whether its record was another one when the table was downloaded."""
        if self.revision is None:
            return False
        then, newest = self._versions_of(statement.record_id, self.revision)
        return bool(then != newest)

    def _versions_of(self, record: int, revision: int) -> tuple[Any, Any]:
        """Return the versions of a record in a revision, and now; None where it had none."""
        if (record, revision) not in self._versions:
            versions = Version.objects.filter(record=record).select_related("edit").order_by("-pk")
            then = versions.filter(revision__lte=revision).first()
            self._versions[record, revision] = (then, versions.first())
        return self._versions[record, revision]

    def _keep(
        self,
        kind: Kind,
        number: int,
        record: Any,
        key: str,
        edits: dict[str, Any],
        labels: dict[str, str],
    ) -> None:
        """Put a row's edits, or what is new, into the entry of its record."""
        if key and not edits:
            return
        if record.pk not in self._entries:
            entry = copy.deepcopy(rows_of([record.pk])[record.pk])
            self._entries[record.pk] = entry
            self.files.setdefault(_FILE_OF[record.type], []).append(entry)
        entry, group = self._entries[record.pk], FIELDS[kind].group
        rows = entry.setdefault(group, [])
        row = next((found for found in rows if key and found["key"] == key), None)
        if row is None:
            row = {}
            rows.append(row)
        row |= edits
        for name in [name for name, value in row.items() if value in (None, "", [])]:
            del row[name]
        labels = dict(labels)
        for name in SINCE:
            date_column = labels.get("since") or labels.get("date") or ""
            labels.setdefault(FIELDS[kind].public_name(name), date_column)
        place = Place(self._file, f"Zeile {number}", labels)
        self._places.append((entry, row, group, place))


def _row(version: Any, group: str, key: str) -> dict[str, Any]:
    """Return a statement as the files had it in a version; empty where it was not there."""
    rows = version.edit.row.get(group, ()) if version else ()
    return next((row for row in rows if row["key"] == key), {})


def _said(value: Any) -> Any:
    """Return the value of a field; one that is left out is empty."""
    return None if value in ("", []) else value


# Files -------------------------------------------------------------------------------------------


def _csv(content: bytes) -> Iterator[list[Any]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Wrong(
            "Die Datei ist nicht in UTF-8 geschrieben. In Excel: Speichern unter, „CSV UTF-8“."
        ) from error
    if "\0" in text:
        raise _Wrong("Der Text enthält ein Nullzeichen.")
    first, _, rest = text.partition("\n")
    if first.startswith("sep="):
        text, first = rest, rest.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    try:
        yield from csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    except csv.Error as error:
        raise _Wrong("Die Datei ist keine lesbare CSV-Datei.") from error


def _xlsx(content: bytes, sheet: str = "") -> Iterator[list[Any]]:
    """Yield the rows of the first sheet, or of the one with this name, if there is one."""
    # Slow to import, and wanted by few.
    from openpyxl import load_workbook

    try:
        with ZipFile(BytesIO(content)) as packed:
            if sum(member.file_size for member in packed.infolist()) > MAX_UNPACKED:
                raise _Wrong("Die Datei ist entpackt größer als 50 MB.")  # noqa: TRY301
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
        found = [each for each in book.worksheets if not sheet or each.title == sheet]
        for row in found[0].iter_rows(values_only=True) if found or not sheet else ():
            yield list(row)
    except _Wrong:
        raise
    except Exception as error:
        # A Word document, half a sheet: the library fails in many ways.
        raise _Wrong("Die Datei ist keine lesbare Excel-Datei (XLSX).") from error


def _revision_in(content: bytes) -> int | None:
    """Return the revision that a spreadsheet shows, as it says itself; None where it does not."""
    if not content.startswith(b"PK"):
        return None
    for cells in _xlsx(content, ABOUT_SHEET):
        label, value = [*cells, None, None][:2]
        if label == "Datenstand":
            return _number(str(value or "").removeprefix("Revision "))
    return None


def _revision_in_name(name: str) -> int | None:
    found = re.search(r"revision-(\d+)", name.lower())
    return _number(found[1]) if found else None


def _number(text: str) -> int | None:
    return int(text) if german.is_number(text) else None


def _headings_of(header: list[Any]) -> tuple[Kind, list[Heading]]:
    """Return the kind of statement that a header belongs to, and what its columns hold.

    Its words are those for people, as in a spreadsheet, or the names for programs, as in CSV.

    Raises:
        _Wrong: when it belongs to none.
    """
    words = [str(word or "").strip() for word in header]
    while words and not words[-1]:
        words.pop()
    nearest: tuple[int, list[str]] | None = None
    for kind in Kind:
        columns = statement_columns(kind)
        for known in (
            [Heading(column.label, column) for column in columns],
            [Heading(part.name, column, part) for column in columns for part in column.flat],
        ):
            missing = Counter(heading.text for heading in known) - Counter(words)
            if not missing and len(known) == len(words):
                return kind, _in_order(known, words)
            if nearest is None or missing.total() < nearest[0]:
                nearest = (missing.total(), list(missing))
    lacking = ", ".join(nearest[1]) if nearest else ""
    raise _Wrong(
        "Die erste Zeile ist nicht die einer Tabelle von Angaben, wie die Seiten der Einträge sie "
        f"zum Herunterladen anbieten. Es fehlt: {lacking or 'nichts, aber es steht dort mehr'}."
    )


def _in_order(known: list[Heading], words: list[str]) -> list[Heading]:
    """Return headings as they stand in the file; of two with one word, the first comes first."""
    rest, order = list(known), []
    for word in words:
        heading = next(heading for heading in rest if heading.text == word)
        rest.remove(heading)
        order.append(heading)
    return order


# Cells -------------------------------------------------------------------------------------------


def _compared(statement: Any) -> Compared:
    """Return a statement as the export shows it."""
    if statement.kind not in COMPARED_KINDS:
        return Compared(statement)
    others = Statement.objects.naming_no_draft().select_related("source")
    found = compared(others.filter(record=statement.record_id, kind=statement.kind))
    row = next((one for one in found if one.statement.pk == statement.pk), None)
    return Compared(statement, row.difference if row else None)


def _changed(
    cells: list[tuple[Heading, Any]], statement: Any
) -> Iterator[tuple[Heading, Any, Any]]:
    """Yield what is not as the export writes it, and what that is; of a new row, all that it has.

    Of a value with a key and a name, one suffices.
    """
    row = _compared(statement) if statement else None
    for heading, cell in cells:
        now = heading.now(row) if row else None
        if heading.column.key == "key" or (row and heading.is_same(cell, now)):
            continue
        if row or not heading.part or cell not in (None, ""):
            yield heading, cell, now


def _agree(edits: dict[str, Any], more: dict[str, Any]) -> None:
    """Add edits to others; what one cell leaves open another may say, as "Ende" beside "2019-09".

    Raises:
        _Wrong: when two cells of one row say different things.
    """
    for name, value in more.items():
        said = edits.get(name)
        if said and value and said != value:
            raise _Wrong("Daneben steht etwas anderes. Es reicht, eine der Spalten zu ändern.")
        edits[name] = value or said or value


def _record(cells: list[tuple[Heading, Any]]) -> Any:
    """Return the record of a new row: of its address, key and name, one may be enough."""
    given = [cell for heading, cell in cells if heading.column.key == "record"]
    found = [set(_rows_named(cell, Record)) for cell in given if cell not in (None, "")]
    rows = set.intersection(*found) if found else set()
    return _only(rows, " / ".join(str(cell) for cell in given if cell), Record)


def _is_same(cell: Any, now: Any) -> bool:
    """Whether a cell is as the export writes it, be it as text where it was a number."""
    if isinstance(cell, (date, time)):
        return False
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = "" if cell is None else str(cell).replace("\r\n", "\n")
    return text in ("" if now is None else str(now), csv_text(now))


def _text(cell: Any) -> str:
    """Return the text of a cell.

    Raises:
        _Wrong: when the spreadsheet has made something else of it.
    """
    if isinstance(cell, (date, time)):
        shown = f"{cell:%d.%m.%Y}" if isinstance(cell, (date, datetime)) else str(cell)
        raise _Wrong(
            f"Das Programm hat daraus ein Datum gemacht ({shown}). Bitte die Zelle als Text "
            "formatieren und so genau schreiben wie die Quelle: „2013“, „Ende September 2019“."
        )
    if isinstance(cell, bool):
        raise _Wrong("Das Programm hat daraus einen Wahrheitswert gemacht; bitte als Text.")
    if isinstance(cell, float):
        if not cell.is_integer():
            raise _Wrong(f"Das Programm hat daraus eine Zahl gemacht ({cell}); bitte als Text.")
        cell = int(cell)
    return "" if cell is None else str(cell).replace("\r\n", "\n")


def _value(field: Any, cell: Any) -> Any:
    """Return what the files have of a field that a cell says."""
    text = _text(cell)
    if not text:
        return None
    if field.choices:
        values = {str(label): value for value, label in field.choices}
        if text not in values and text not in values.values():
            raise _Wrong(f"„{text}“ gibt es nicht. Möglich sind: {', '.join(values)}.")
        return values.get(text, text)
    if field.is_relation:
        target = _named(text, FederalState if field.name == "federal_state" else Record, field)
        if field.name == "related_record":
            return target.path
        return target.natural_key()[0]
    if isinstance(field, models.IntegerField):
        digits = text.replace(".", "") if re.fullmatch(r"\d{1,3}(\.\d{3})+", text) else text
        # Of thousands of digits, Python makes no number.
        if not re.fullmatch(r"\d{1,99}", digits):
            raise _Wrong(f"„{text}“ ist keine ganze Zahl.")
        return int(digits)
    return text


def _named(cell: Any, model: Any, field: Any = None) -> Any:
    """Return the one row that has a name, or else the one that has it as its key."""
    return _only(_rows_named(cell, model, field), _text(cell).strip(), model)


def _rows_named(cell: Any, model: Any, field: Any = None) -> list[Any]:
    """Return the rows with a name, or else with a key; of a record, its address is one, too."""
    text = _text(cell).strip()
    lookups = [{"name": text}, {model.natural_key_field: text}]
    if model is Record and "/" in text.strip("/"):
        record_type, slug = text.strip("/").split("/")[-2:]
        lookups = [{"name": text}, {"type": record_type, "slug": slug}]
    for lookup in lookups:
        found = model.objects.filter(**lookup)
        if field is not None:
            found = found.filter(**field.get_limit_choices_to())
        if rows := list(found[:10]):
            return rows
    return []


def _only(rows: Collection[Any], name: str, model: Any) -> Any:
    if len(rows) == 1:
        return next(iter(rows))
    if rows:
        raise _Wrong(f"„{name}“ heißen mehrere; bitte im Formular des Eintrags eintragen.")
    raise _Wrong(f"„{name}“ gibt es nicht ({model._meta.verbose_name}).")


def _source(cell: Any) -> Source:
    """Return the document with a title, or with a number."""
    text = _text(cell).strip()
    found = list(Source.objects.filter(models.Q(title=text) | models.Q(code=text)))
    if len(found) != 1:
        raise _Wrong(
            f"Ein Dokument mit dem Titel „{text}“ gibt es nicht."
            if not found
            else f"„{text}“ heißen mehrere Dokumente; bitte die Nummer angeben."
        )
    return found[0]


def _date_fields(kind: Kind, cell: Any) -> dict[str, Any]:
    """Return the fields of a date in words, no more precise than they are."""
    fields, text = FIELDS[kind], _text(cell).strip()
    names = ("year", "month", "day", "part", "last_day" if "last_day" in fields.own else "")
    year = month = day = last_day = None
    part = ""
    if edtf := _EDTF.fullmatch(text):
        year, month, day, last_day = (int(number) if number else None for number in edtf.groups())
    elif figures := _FIGURES.fullmatch(text):
        day, month, year = map(int, figures.groups())
    elif words := _WORDS.fullmatch(text):
        part_word, *numbers, month_word, year_word = words.groups()
        day, last_day = (int(number) if number else None for number in numbers)
        month = german.MONTHS.index(month_word) + 1 if month_word else None
        year = int(year_word)
        part = {str(label): value for value, label in PartOfPeriod.choices}.get(part_word, "")
    elif text:
        raise _Wrong(
            f"„{text}“ ist kein Datum wie „2013“, „Ende September 2019“ oder „21. Februar 2024“. "
            "Kürzt ein Programm Daten ab, bitte die Excel-Datei bearbeiten und nicht die CSV-Datei."
        )
    values = dict(zip(names, (year, month, day, part, last_day), strict=True))
    if last_day and "last_day" not in values:
        raise _Wrong(f"„{text}“: Mehrere Tage hat nur ein Meilenstein.")
    values.pop("", None)
    found = {fields.public_name(name): value for name, value in values.items()}
    if fields.has_since and year is None:
        found["since_quote"] = None
    return found


def _as_iso(cell: Any) -> str:
    """Return a whole day as the export writes it, where a spreadsheet has turned it round."""
    if isinstance(cell, date):
        return f"{cell:%Y-%m-%d}"
    figures = _FIGURES.fullmatch(str(cell or ""))
    return "-".join(f"{int(part):02}" for part in reversed(figures.groups())) if figures else ""
