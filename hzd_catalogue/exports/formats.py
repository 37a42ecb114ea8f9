"""The formats of exports, and the text formats among them: CSV with its description, JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from hzd_catalogue.reference.licences import NOT_CHOSEN, data_licence

from .spreadsheets import write_ods, write_xlsx
from .tables import Cell, Table

#: What begins a formula in a spreadsheet program that opens a CSV file (OWASP, "CSV Injection").
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
CSV_DELIMITER = ";"
#: The ending of a drawing's own address; beside it are its data in all formats.
PICTURE = "svg"


#: A CSV file has no second sheet, and comments above its header break the programs that read it.
#: So each row carries what was filtered, when, and from which state of the catalogue.
ABOUT_COLUMNS: tuple[tuple[str, str, Callable[[Table], Cell]], ...] = (
    ("filters", "Filter der Datei", lambda table: table.about.filters_in_words),
    ("generated_at", "Abgerufen am", lambda table: table.about.generated_at),
    ("revision", "Revision der Daten", lambda table: table.about.revision.number),
)


def to_json(data: Any) -> str:
    """Return JSON with umlauts as they are."""
    return json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False)


def csv_text(cell: Cell) -> str:
    """Return a cell as text that no spreadsheet program takes for a formula; dates in ISO 8601."""
    if cell is None:
        return ""
    if isinstance(cell, date | datetime):
        return cell.isoformat()
    text = str(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(FORMULA_STARTS) else text


class _Line:
    """A file for ``csv.writer`` that hands back each line instead of keeping it."""

    def write(self, text: str) -> bytes:
        return text.encode()


def write_csv(table: Table) -> Iterator[bytes]:
    """Yield a CSV file line by line.

    Excel in German recognises UTF-8 by the byte order mark only and splits at semicolons, so the
    file has both; its description names them for every other program.
    """
    writer = csv.writer(_Line(), delimiter=CSV_DELIMITER)
    about = [csv_text(value(table)) for _key, _label, value in ABOUT_COLUMNS]
    yield b"\xef\xbb\xbf"
    yield writer.writerow([*table.labels, *(label for _key, label, _value in ABOUT_COLUMNS)])
    for cells in table.cells():
        yield writer.writerow([*map(csv_text, cells), *about])


def write_csv_metadata(table: Table) -> Iterator[bytes]:
    """Yield the description of the CSV file (W3C, "Metadata Vocabulary for Tabular Data")."""
    described = [(column.key, column.label, column.meaning) for column in table.columns]
    described += [(f"export_{key}", label, "") for key, label, _value in ABOUT_COLUMNS]
    yield to_json(
        {
            "@context": ["http://www.w3.org/ns/csvw", {"@language": "de"}],
            "url": table.about.formats["csv"],
            "dialect": {"delimiter": CSV_DELIMITER, "encoding": "utf-8", "header": True},
            "dc:title": table.about.title,
            "dc:description": f"Filter: {table.about.filters_in_words}",
            "dc:created": table.about.generated_at,
            "dc:source": table.about.url,
            "dc:license": {"@id": found.url} if (found := data_licence()) else NOT_CHOSEN,
            "notes": [table.about.data],
            "tableSchema": {
                "columns": [
                    {"name": key, "titles": label, "dc:description": meaning, "datatype": "string"}
                    for key, label, meaning in described
                ],
                "primaryKey": table.primary_key,
            },
        }
    ).encode()


def write_json(table: Table) -> Iterator[bytes]:
    """Yield one object: ``meta`` says what this is, ``records`` holds one object a record."""
    yield f'{{"meta": {to_json(table.about.data)},\n"records": ['.encode()
    separator = "\n"
    for data in table.data():
        yield f"{separator}{to_json(data)}".encode()
        separator = ",\n"
    yield b"\n]}\n"


@dataclass(frozen=True)
class Format:
    """A format that tables are written in."""

    label: str
    content_type: str
    write: Callable[[Table], Iterable[bytes]]
    #: Saved by browsers, not shown.
    is_download: bool = True
    #: Named among the formats of a result.
    is_offered: bool = True


#: Formats by the ending of their addresses.
FORMATS = {
    "csv": Format("CSV", "text/csv; charset=utf-8; header=present", write_csv),
    "xlsx": Format(
        "Excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        write_xlsx,
    ),
    "ods": Format("ODS", "application/vnd.oasis.opendocument.spreadsheet", write_ods),
    "json": Format("JSON", "application/json", write_json, is_download=False),
    "csv-metadata.json": Format(
        "Beschreibung der CSV-Datei",
        "application/csvm+json",
        write_csv_metadata,
        is_download=False,
        is_offered=False,
    ),
}
