"""The files of a download: the archive with its description, and the database."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.template.loader import render_to_string
from django.utils import timezone

from hzd_catalogue.exports.shapes import EDTF, Scalar
from hzd_catalogue.reference.german import LIST_SEPARATOR
from hzd_catalogue.reference.licences import data_licence
from hzd_catalogue.reference.models import Source

from .download_queries import QUERIES
from .download_tables import Field, ForeignKey, Resource, rows
from .downloads import NAME, Made, StoredFile

README = "LIESMICH.txt"
_PROFILES = "https://datapackage.org/profiles/2.0"
_TYPES: dict[Scalar, dict[str, Any]] = {
    Scalar.TEXT: {"type": "string"},
    Scalar.INTEGER: {"type": "integer"},
    Scalar.BOOLEAN: {"type": "boolean"},
    # Complete dates alone are dates there.
    Scalar.DATE: {"type": "string", "constraints": {"pattern": EDTF}},
    Scalar.MOMENT: {"type": "datetime"},
    Scalar.URL: {"type": "string", "format": "uri"},
}
_COLUMN_TYPES = {Scalar.INTEGER: "INTEGER", Scalar.BOOLEAN: "INTEGER"}
_BLOCK = 1 << 20


class DownloadError(Exception):
    """Why there is no new download, in one German sentence."""


def stored(path: Path) -> StoredFile:
    """Return size and checksum of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
        return StoredFile(file.tell(), digest.hexdigest())


# The archive ---------------------------------------------------------------------------------


def description(folder: Path, resources: Sequence[Resource], made: Made) -> dict[str, Any]:
    """Return the ``datapackage.json`` (Data Package 2.0) of files in a folder."""
    licence = data_licence()
    data: dict[str, Any] = {
        "$schema": f"{_PROFILES}/datapackage.json",
        "name": NAME,
        "id": f"{made.site_url}/daten/#revision-{made.revision}",
        "title": made.site_name,
        "description": (
            "Alle veröffentlichten Einträge des Katalogs mit ihren Angaben und deren Fundstellen."
        ),
        "homepage": f"{made.site_url}/daten/",
        "version": str(made.revision),
        "created": made.changed_at,
    }
    if licence:
        data["licenses"] = [{"name": licence.spdx, "path": licence.url, "title": licence.name}]
    if sources := [_source(source) for source in Source.objects.published()]:
        data["sources"] = sources
    data["resources"] = [_described(folder, resource) for resource in resources]
    # Of the database that comes along; the standard has no place for it.
    data["databaseViews"] = [{"name": query.name, "title": query.title} for query in QUERIES]
    return data


def _source(source: Source) -> dict[str, str]:
    found = {"title": source.title}
    if source.original_url:
        found["path"] = source.original_url
    if source.date:
        found["version"] = source.date
    return found


def _described(folder: Path, resource: Resource) -> dict[str, Any]:
    file = stored(folder / resource.file_name)
    schema: dict[str, Any] = {
        "$schema": f"{_PROFILES}/tableschema.json",
        "fields": [_field(field) for field in resource.fields],
        "missingValues": [""],
        "primaryKey": list(resource.primary_key),
    }
    if resource.foreign_keys:
        schema["foreignKeys"] = [
            {"fields": list(key.fields), "reference": _reference(key, resource)}
            for key in resource.foreign_keys
        ]
    return {
        "name": resource.name,
        "title": resource.title,
        "type": "table",
        "path": resource.file_name,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
        "schema": schema,
    }


def _reference(key: ForeignKey, resource: Resource) -> dict[str, Any]:
    found: dict[str, Any] = {"fields": list(key.reference)}
    # A table that refers to itself is not named.
    return found if key.resource == resource.name else {"resource": key.resource, **found}


def _field(field: Field) -> dict[str, Any]:
    kind = _TYPES[field.flat.scalar]
    if field.flat.is_list:
        item = "integer" if field.flat.scalar == Scalar.INTEGER else "string"
        kind = {"type": "list", "delimiter": LIST_SEPARATOR, "itemType": item}
    named = {"name": field.name, "title": field.flat.label, "description": field.meaning}
    return {**named, **kind}


def write_archive(path: Path, folder: Path, resources: Sequence[Resource], made: Made) -> None:
    """Write the archive: equal contents at one revision make equal bytes.

    Args:
        path: where to.
        folder: has the file of each resource and the description.
        resources: what is within.
        made: what it was made of.
    """
    licence = data_licence()
    context = {"made": made, "licence": licence, "resources": resources, "changed_at": _time(made)}
    (folder / README).write_text(
        render_to_string("opendata/download_readme.txt", context), "utf-8", newline="\r\n"
    )
    names = [README, "datapackage.json", *(resource.file_name for resource in resources)]
    moment = _time(made).timetuple()[:6]
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name in names:
            info = ZipInfo(name, moment)
            info.compress_type = ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            with (
                (folder / name).open("rb") as file,
                archive.open(info, "w", force_zip64=True) as to,
            ):
                while block := file.read(_BLOCK):
                    to.write(block)


def _time(made: Made) -> datetime:
    return timezone.localtime(datetime.fromisoformat(made.changed_at))


# The database --------------------------------------------------------------------------------


def write_database(path: Path, folder: Path, resources: Sequence[Resource], made: Made) -> None:
    """Write a SQLite file with the rows of the CSV files, typed, and with views.

    Raises:
        DownloadError: where a key leads nowhere.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        # Nobody reads it before it is complete.
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        database.execute("BEGIN")
        for statement in _about(made):
            database.execute(*statement)
        for resource in resources:
            database.execute(_create(resource))
            places = ", ".join("?" * len(resource.fields))
            database.executemany(
                f"INSERT INTO {_quoted(resource.name)} VALUES ({places})",  # noqa: S608 (own names)
                _typed(folder, resource),
            )
            for key in resource.foreign_keys:
                columns = ", ".join(map(_quoted, key.fields))
                name = "_".join((resource.name, *key.fields, "index"))
                database.execute(
                    f"CREATE INDEX {_quoted(name)} ON {_quoted(resource.name)} ({columns})"
                )
            database.executemany(
                "INSERT INTO _spalten VALUES (?, ?, ?, ?)",
                [(resource.name, f.name, f.flat.label, f.meaning) for f in resource.fields],
            )
        for query in QUERIES:
            database.execute(f"CREATE VIEW {_quoted(query.name)} AS {query.sql}")
        database.execute("COMMIT")
        for table, _row, other, _key in database.execute("PRAGMA foreign_key_check"):
            raise DownloadError(f"Eine Zeile von {table} nennt etwas, das in {other} nicht steht.")


def _quoted(name: str) -> str:
    return f'"{name}"'


def _about(made: Made) -> Iterator[tuple[Any, ...]]:
    licence = data_licence()
    yield ("CREATE TABLE _katalog (name TEXT PRIMARY KEY, wert TEXT)",)
    for row in (
        ("titel", made.site_name),
        ("adresse", f"{made.site_url}/daten/"),
        ("revision", str(made.revision)),
        ("datenstand_vom", made.changed_at),
        ("lizenz", licence.name if licence else None),
        ("lizenz_adresse", licence.url if licence else None),
    ):
        yield ("INSERT INTO _katalog VALUES (?, ?)", row)
    columns = "tabelle TEXT, spalte TEXT, titel TEXT, bedeutung TEXT"
    yield (f"CREATE TABLE _spalten ({columns}, PRIMARY KEY (tabelle, spalte))",)


def _create(resource: Resource) -> str:
    columns = [
        f"{_quoted(field.name)} {_column_type(field)}"
        f"{' NOT NULL' if field.name in resource.primary_key else ''}"
        for field in resource.fields
    ]
    columns.append(f"PRIMARY KEY ({', '.join(map(_quoted, resource.primary_key))})")
    columns += [
        f"FOREIGN KEY ({', '.join(map(_quoted, key.fields))}) REFERENCES "
        f"{_quoted(key.resource)} ({', '.join(map(_quoted, key.reference))})"
        for key in resource.foreign_keys
    ]
    return f"CREATE TABLE {_quoted(resource.name)} ({', '.join(columns)})"


def _column_type(field: Field) -> str:
    return "TEXT" if field.flat.is_list else _COLUMN_TYPES.get(field.flat.scalar, "TEXT")


def _typed(folder: Path, resource: Resource) -> Iterator[list[Any]]:
    kinds = [
        field.flat.scalar if not field.flat.is_list else Scalar.TEXT for field in resource.fields
    ]
    for row in rows(folder, resource):
        yield [_value(cell, kind) for cell, kind in zip(row.values(), kinds, strict=True)]


def _value(cell: str, kind: Scalar) -> Any:
    if not cell:
        return None
    if kind == Scalar.INTEGER:
        return int(cell)
    return cell == "true" if kind == Scalar.BOOLEAN else cell
