"""The tables of a download: what the lists export, and what is within their cells as rows."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.core.handlers.wsgi import WSGIRequest
from django.urls import get_resolver

from hzd_catalogue.exports.formats import write_csv
from hzd_catalogue.exports.shapes import FlatColumn, Scalar
from hzd_catalogue.exports.tables import Column, Table
from hzd_catalogue.exports.views import ExportView
from hzd_catalogue.lists.per_revision import let_others_go_on
from hzd_catalogue.prefix import without_prefix
from hzd_catalogue.records.kinds import RecordType
from hzd_catalogue.reference.german import LIST_SEPARATOR
from hzd_catalogue.reference.models import Revision

T = TypeVar("T")
#: The route of the files of a list: ``/projekte.csv``.
_ROUTE_OF_LIST = re.compile(r"[a-z]+\.<export:suffix>")
#: The table of all records: a key is one together with its type.
RECORDS = "eintraege"
_ROWS_AT_ONCE = 200
_RECORD = FlatColumn("record", "Eintrag", Scalar.TEXT, False, False, "", ())
_POSITION = FlatColumn("position", "Stelle", Scalar.INTEGER, False, False, "", ())
#: Names a row of a table that has the values of cells as rows.
PART_KEY = (_RECORD.name, _POSITION.name)


@dataclass(frozen=True)
class Field:
    """A column of a file and of the table in the database that has the same rows."""

    flat: FlatColumn
    meaning: str

    @property
    def name(self) -> str:
        """Its heading."""
        return self.flat.name


@dataclass(frozen=True)
class ForeignKey:
    """Columns that name a row of another table."""

    fields: tuple[str, ...]
    resource: str
    reference: tuple[str, ...]


@dataclass(frozen=True)
class Resource:
    """A CSV file, and the table of the database with the same rows."""

    name: str
    title: str
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...] = ()

    @property
    def file_name(self) -> str:
        """The file in the archive."""
        return f"{self.name}.csv"


def list_views() -> list[type[ExportView]]:
    """Return the views of all lists that there are files of, in the order of their routes."""
    patterns = chain.from_iterable(
        getattr(included, "url_patterns", ()) for included in get_resolver().url_patterns
    )
    return [
        pattern.callback.view_class
        for pattern in patterns
        if _ROUTE_OF_LIST.fullmatch(str(pattern.pattern))
    ]


def list_tables(site_url: str, revision: Revision) -> Iterator[tuple[str, Table]]:
    """Yield each list's name and all its rows, from the very views that answer at its address.

    Args:
        site_url: where the site is, as addresses in the files begin.
        revision: of the snapshot that is read.
    """
    for view_class in list_views():
        view = view_class()
        view.setup(_request(site_url, revision))
        yield without_prefix(view.file_path).strip("/"), view.table()


def _request(site_url: str, revision: Revision) -> WSGIRequest:
    url = urlsplit(site_url)
    request: Any = WSGIRequest(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": "/",
            "HTTP_HOST": url.netloc,
            "SERVER_NAME": url.hostname,
            "SERVER_PORT": str(url.port or ""),
            "wsgi.url_scheme": url.scheme,
            "wsgi.input": BytesIO(),
        }
    )
    request.revision = revision
    return request


def write_tables(folder: Path, tables: Iterable[tuple[str, Table]]) -> list[Resource]:
    """Write a file for each list and for each of its columns with several values.

    A list within a cell refers to nothing: its values are rows of a table of their own, so that
    their keys are foreign keys.
    """
    found = []
    for name, table in tables:
        resource = resource_of(name, table)
        with (folder / resource.file_name).open("wb") as file:
            file.writelines(_in_turns(write_csv(table)))
        found += [resource, *_write_parts(folder, resource, table)]
    found.append(_write_records(folder, found))
    return [_referring(resource, found) for resource in found]


def resource_of(name: str, table: Table) -> Resource:
    """Return what the file of a list is."""
    fields = tuple(Field(flat, column.meaning) for column in table.columns for flat in column.flat)
    return Resource(name, table.about.title, fields, tuple(table.primary_key))


def _write_parts(folder: Path, whole: Resource, table: Table) -> Iterator[Resource]:
    for column in table.columns:
        if column.shape.is_list:
            part = part_of(whole, column)
            with (folder / part.file_name).open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow([field.name for field in part.fields])
                writer.writerows(_values_of(folder, whole, part))
            yield part


def part_of(whole: Resource, column: Column) -> Resource:
    """Return the table that has the values of a column of ``whole`` as rows."""
    fields = (
        Field(_RECORD, f"Die Zeile in {whole.name}.csv, zu der es gehört."),
        Field(_POSITION, "Die wievielte Angabe in der Zelle es ist, ab 1."),
        *(Field(replace(flat, is_list=False), column.meaning) for flat in column.flat),
    )
    return Resource(
        f"{whole.name}_{column.key}",
        f"{whole.title}: {column.label}",
        fields,
        PART_KEY,
        (ForeignKey((_RECORD.name,), whole.name, whole.primary_key),),
    )


def _values_of(folder: Path, whole: Resource, part: Resource) -> Iterator[list[Any]]:
    names = [field.name for field in part.fields[2:]]
    for row in rows(folder, whole):
        cells = [row[name] for name in names]
        if any(cells):
            values = zip(*(cell.split(LIST_SEPARATOR) for cell in cells), strict=True)
            for position, value in enumerate(values, start=1):
                yield [row[whole.primary_key[0]], position, *value]


def _write_records(folder: Path, lists: Sequence[Resource]) -> Resource:
    """Write the table of the records of all types, which statements of any kind refer to."""
    records = Resource(
        RECORDS,
        "Einträge aller Listen",
        (
            Field(
                FlatColumn("type", "Typ", Scalar.TEXT, False, False, "", ()),
                "In welcher Tabelle er steht.",
            ),
            Field(
                FlatColumn("key", "Schlüssel", Scalar.TEXT, False, False, "", ()),
                "Sein Schlüssel dort.",
            ),
            Field(
                FlatColumn("name", "Name", Scalar.TEXT, False, False, "", ()), "Name des Eintrags."
            ),
            Field(
                FlatColumn("url", "Adresse", Scalar.URL, False, False, "", ()),
                "Webadresse seiner Seite.",
            ),
        ),
        ("type", "key"),
    )
    with (folder / records.file_name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([field.name for field in records.fields])
        for resource in lists:
            if resource.name in RecordType.values:
                for row in rows(folder, resource):
                    writer.writerow([resource.name, row["key"], row["name"], row["url"]])
    return records


def rows(folder: Path, resource: Resource) -> Iterator[dict[str, str]]:
    """Yield the rows of a file as they stand there."""
    with (folder / resource.file_name).open(encoding="utf-8", newline="") as file:
        yield from _in_turns(csv.DictReader(file))


def _in_turns(items: Iterable[T]) -> Iterator[T]:
    """Yield the items, and let others get their turn in a process that serves."""
    for number, item in enumerate(items):
        if number % _ROWS_AT_ONCE == 0:
            let_others_go_on()
        yield item


def _referring(resource: Resource, others: Sequence[Resource]) -> Resource:
    """Return a resource with a foreign key for each column whose values are keys of another."""
    keys = {other.name: other.primary_key for other in others}
    names = {field.name for field in resource.fields}
    found = list(resource.foreign_keys)
    for field in resource.fields:
        of_list, type_name = field.flat.list_name, f"{field.name}_type"
        if field.flat.is_list:
            continue
        if of_list in keys:
            found.append(ForeignKey((field.name,), of_list, keys[of_list]))
        elif type_name in names:
            found.append(ForeignKey((type_name, field.name), RECORDS, keys[RECORDS]))
    return replace(resource, foreign_keys=tuple(found))
