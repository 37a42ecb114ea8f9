"""The formats of exports, and the text formats among them: CSV with its description, JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from hzd_catalogue.reference.german import LIST_SEPARATOR
from hzd_catalogue.reference.licences import NOT_CHOSEN, data_licence

from .shapes import EDTF, FlatColumn, Scalar
from .spreadsheets import write_ods, write_xlsx
from .tables import Column, RowText, Table, revision_data

#: The ending of a drawing's own address; beside it are its data in all formats.
PICTURE = "svg"
#: Nobody reads on in a sheet of more rows, which is made as a whole before it is sent: so many
#: projects take some ten seconds. Programs have CSV.
LARGEST_SHEET = 5_000
#: The ending of a CSV file's description.
DESCRIPTION = "csv-metadata.json"
_ENCODER = DjangoJSONEncoder()
#: Stands between two rows of JSON.
_BETWEEN = b",\n"


def to_json(data: Any) -> str:
    """Return JSON with umlauts as they are."""
    return json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False)


def csv_text(value: Any) -> str:
    """Return a value as it stands in a CSV file: moments as in JSON, nothing for none.

    Text stays as it is, also where a spreadsheet program would take it for a formula
    (docs/decisions/0006-exports.md).
    """
    if isinstance(value, list):
        return LIST_SEPARATOR.join(map(csv_text, value))
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(_ENCODER.default(value)) if isinstance(value, date) else str(value)


class _Line:
    """A file for ``csv.writer`` that hands back each line instead of keeping it."""

    def write(self, text: str) -> str:
        return text


def csv_line(values: Iterable[str]) -> str:
    """Return a line of a CSV file (RFC 4180)."""
    return str(csv.writer(_Line()).writerow(values))


def csv_text_of(columns: Sequence[Column]) -> RowText:
    """Return what makes a line of CSV of a row's data by the columns' keys."""
    flat = [(column.key, flat) for column in columns for flat in column.flat]
    write = csv.writer(_Line()).writerow
    return lambda data: str(write([csv_text(one.of(data[key])) for key, one in flat]))


def json_text_of(_columns: Sequence[Column]) -> RowText:
    """Return what makes JSON of a row's data by the columns' keys."""
    return to_json


#: The formats that are written row by row: from columns to what makes one row's text.
TEXTS: Mapping[str, Callable[[Sequence[Column]], RowText]] = {
    "csv": csv_text_of,
    "json": json_text_of,
}


def write_csv(table: Table) -> Iterator[bytes]:
    """Yield a CSV file (RFC 4180) some lines at a time; its description is beside it."""
    yield csv_line(column.name for column in table.flat).encode()
    for texts in table.texts("csv", csv_text_of(table.columns)):
        yield b"".join(texts)


_DATATYPES: Mapping[Scalar, Any] = {
    Scalar.TEXT: "string",
    Scalar.INTEGER: "integer",
    Scalar.BOOLEAN: "boolean",
    # The calendar dates of CSVW are complete ones.
    Scalar.DATE: {"base": "string", "format": EDTF},
    Scalar.MOMENT: "dateTime",
    Scalar.URL: "anyURI",
}


def _described(column: FlatColumn, meaning: str) -> dict[str, Any]:
    separator = {"separator": LIST_SEPARATOR} if column.is_list else {}
    return {
        "name": column.name,
        "titles": column.label,
        "dc:description": meaning,
        "datatype": _DATATYPES[column.scalar],
        **separator,
    }


def _schema(columns: Sequence[Column], primary_key: Sequence[str]) -> dict[str, Any]:
    return {
        "columns": [_described(flat, column.meaning) for column in columns for flat in column.flat],
        "primaryKey": primary_key,
    }


def _foreign_keys(table: Table) -> list[dict[str, Any]]:
    """Return which columns hold keys of which lists; a reference may not lead to nothing."""
    addresses = {address.rpartition("/")[2]: address for address in table.key_lists}
    return [
        {
            "columnReference": flat.name,
            "reference": {"resource": address, "columnReference": "key"},
        }
        for flat in table.flat
        if (address := addresses.get(f"{flat.list_name}.csv"))
        and (flat.is_list or not flat.is_nullable)
    ]


def write_csv_metadata(table: Table) -> Iterator[bytes]:
    """Yield the description of the CSV file (W3C, "Metadata Vocabulary for Tabular Data").

    It is the first of its tables; the others are the lists in which its keys stand.
    """
    described = {
        "url": table.about.formats["csv"],
        "dc:title": table.about.title,
        "dc:description": f"Filter: {table.about.filters_in_words}",
        # Not when it was asked for: the same state of the data gives the same bytes.
        "dc:created": revision_data(table.about.revision)["changed_at"],
        "dc:source": table.about.url,
        "dc:license": {"@id": found.url} if (found := data_licence()) else NOT_CHOSEN,
        "notes": [table.about.data],
        "tableSchema": {
            **_schema(table.columns, table.primary_key),
            "foreignKeys": _foreign_keys(table),
        },
    }
    lists = [
        {"url": address, "suppressOutput": True, "tableSchema": _schema(columns, ["key"])}
        for address, columns in table.key_lists.items()
        if address != described["url"]
    ]
    context = {"@context": ["http://www.w3.org/ns/csvw", {"@language": "de"}]}
    yield to_json({**context, "tables": [described, *lists]}).encode()


def write_json(table: Table) -> Iterator[bytes]:
    """Yield one object: ``meta`` says what this is, ``records`` holds one object a record."""
    yield f'{{"meta": {to_json(table.about.data)},\n"records": ['.encode()
    separator = b"\n"
    for texts in table.texts("json", json_text_of(table.columns)):
        yield separator + _BETWEEN.join(texts)
        separator = _BETWEEN
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
    #: How many rows it takes; 0: any number.
    most_rows: int = 0

    def takes(self, count: int) -> bool:
        """Return whether so many rows are written in it."""
        return not self.most_rows or count <= self.most_rows


#: Formats by the ending of their addresses.
FORMATS = {
    "csv": Format("CSV", "text/csv; charset=utf-8; header=present", write_csv),
    "xlsx": Format(
        "Excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        write_xlsx,
        most_rows=LARGEST_SHEET,
    ),
    "ods": Format(
        "ODS",
        "application/vnd.oasis.opendocument.spreadsheet",
        write_ods,
        most_rows=LARGEST_SHEET,
    ),
    "json": Format("JSON", "application/json", write_json, is_download=False),
    DESCRIPTION: Format(
        "Beschreibung der CSV-Datei",
        "application/csvm+json",
        write_csv_metadata,
        is_download=False,
        is_offered=False,
    ),
}
