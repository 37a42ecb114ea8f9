"""One file with everything the database holds, the same for SQLite and PostgreSQL.

Why the form is our own: docs/decisions/0009-backup-file.md.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import StateApps
from django.utils import timezone
from django.utils.version import get_version_tuple

from hzd_catalogue import __version__
from hzd_catalogue.reference.snapshots import snapshot

#: What no backup holds and a restore empties: sessions are keys to the admin, and failed logins are
#: personal data, whatever accounts and addresses were tried, that are to go within days. Finished
#: rows of files are made anew from the rest. Steps of the revision lead on from one that a process
#: has seen: none has seen that of restored data.
LEFT_OUT = frozenset(
    {
        "sessions.session",
        "axes.accessattempt",
        "axes.accessattemptexpiration",
        "axes.accessfailurelog",
        "axes.accesslog",
        "records.exportrows",
        "records.exportstate",
        "reference.revisionstep",
    }
)

#: The first member: what the file is, and what is in it.
MANIFEST = "hzd-catalogue-backup.json"
FORMAT = 1
#: The file ends in a ZIP comment, this and the SHA-256 of everything before the digits.
SEAL = b"sha256:"
DIGITS = hashlib.sha256().digest_size * 2

BLOCK = 1 << 20
ROWS_AT_ONCE = 500

Migrations = frozenset[tuple[str, str]]
Row = list[Any]


class BackupError(Exception):
    """Why there is no backup or nothing was restored, in one German sentence."""


def refusal(error: DatabaseError) -> str:
    """Say that the database refused, without the rows that its own message may quote."""
    reason = getattr(error.__cause__, "sqlite_errorname", type(error.__cause__ or error).__name__)
    if reason in ("SQLITE_BUSY", "LockNotAvailable", "DeadlockDetected"):
        return "Die Datenbank wird gerade geändert; versuchen Sie es gleich noch einmal."
    return f"Die Datenbank lehnt ab oder antwortet nicht: {reason} (mehr mit --traceback)."


# The database ------------------------------------------------------------------------------


class Database:
    """The database as its applied migrations left it, whatever this code's models are by now."""

    def __init__(self) -> None:
        self._loader = MigrationLoader(connection)
        graph, on_disk = self._loader.graph, self._loader.disk_migrations
        # Of migrations and the one that replaces them, the loader keeps what counts.
        self.migrations: Migrations = frozenset(
            key
            for key in self._loader.applied_migrations
            if key in graph.nodes or key not in on_disk
        )
        self._models: dict[Migrations, dict[str, Any]] = {}

    def unknown(self, migrations: Migrations) -> list[str]:
        """Return which of ``migrations`` this code does not have."""
        return sorted(".".join(key) for key in migrations - self._loader.graph.nodes.keys())

    def models(self, migrations: Migrations | None = None) -> dict[str, Any]:
        """Return every model with a table after ``migrations``, by label.

        Migrations' models are bare: no signals, no ``save``, no manager that hides rows.

        Raises:
            BackupError: when this code does not have all of them.
        """
        migrations = self.migrations if migrations is None else migrations
        if unknown := self.unknown(migrations):
            raise BackupError(
                "Die Datenbank stammt von einer neueren Version des Katalogs und lässt sich nur "
                f"mit jener sichern; hier fehlen die Migrationen {', '.join(unknown)}."
            )
        if migrations not in self._models:
            nodes = sorted(migrations)
            apps = self._loader.project_state(nodes).apps if nodes else StateApps([], {})
            self._models[migrations] = {
                model._meta.label_lower: model
                for model in apps.get_models(include_auto_created=True)
                if model._meta.managed and not model._meta.proxy
            }
        return self._models[migrations]


def rows_of(model: Any) -> Iterator[Row]:
    """Yield the rows of ``model``, each value as JSON can hold it without a loss."""
    fields = model._meta.local_concrete_fields
    for row in model._base_manager.order_by("pk").iterator(chunk_size=ROWS_AT_ONCE):
        values = [(field, field.value_from_object(row)) for field in fields]
        yield [
            value
            if value is None or isinstance(value, str | int | float)
            else field.value_to_string(row)
            for field, value in values
        ]


def insert(model: Any, rows: Iterator[Row]) -> int:
    """Write what ``rows_of`` has read; return how many rows there were.

    Neither ``bulk_create`` nor Django's deserializers write the very values: the one renews
    every ``auto_now``, the others have read times without their microseconds.
    """
    fields = model._meta.local_concrete_fields
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    columns = ", ".join(quote(field.column) for field in fields)
    places = f"({', '.join(['%s'] * len(fields))})"
    at_once = min(ROWS_AT_ONCE, connection.ops.bulk_batch_size(fields, range(ROWS_AT_ONCE)))
    count = 0
    with connection.cursor() as cursor:
        while some := list(islice(rows, at_once)):
            cursor.execute(
                f"INSERT INTO {table} ({columns}) VALUES {', '.join([places] * len(some))}",  # noqa: S608 (names from migrations)
                [
                    field.get_db_prep_save(field.to_python(value), connection)
                    for row in some
                    for field, value in zip(fields, row, strict=True)
                ],
            )
            count += len(some)
    return count


# The file ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Table:
    """What is kept of one model."""

    columns: list[str]
    rows: int


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself; of the database, what a backup would say now."""

    software: str
    created_at: datetime
    database: str
    revision: int
    changed_at: datetime | None
    migrations: Migrations
    tables: dict[str, Table]

    @classmethod
    def of_database(cls, database: Database) -> Manifest:
        """Describe the database, in the transaction that goes on to read it.

        Raises:
            BackupError: when it is newer than this code.
        """
        models = {
            label: model for label, model in database.models().items() if label not in LEFT_OUT
        }
        revision = models.get("reference.revision")
        current = revision._base_manager.first() if revision else None
        return cls(
            software=__version__,
            created_at=timezone.now(),
            database=connection.display_name,
            revision=current.number if current else 0,
            changed_at=current.changed_at if current else None,
            migrations=database.migrations,
            tables={
                label: Table(columns_of(model), model._base_manager.count())
                for label, model in models.items()
            },
        )

    @property
    def rows(self) -> int:
        """The number of rows in all tables."""
        return sum(table.rows for table in self.tables.values())

    def to_json(self) -> str:
        """Return the manifest as it stands in the file."""
        return json.dumps(
            {
                "format": FORMAT,
                "software": self.software,
                "created_at": self.created_at.isoformat(),
                "database": self.database,
                "revision": self.revision,
                "changed_at": self.changed_at and self.changed_at.isoformat(),
                "migrations": sorted(self.migrations),
                "tables": {
                    label: {"columns": table.columns, "rows": table.rows}
                    for label, table in self.tables.items()
                },
            },
            indent=1,
        )

    @classmethod
    def from_json(cls, text: bytes) -> Manifest:
        """Read what ``to_json`` wrote.

        Raises:
            BackupError: when a newer version wrote it.
        """
        content = json.loads(text)
        software = content["software"]
        is_newer = get_version_tuple(software) > get_version_tuple(__version__)
        if is_newer or content["format"] > FORMAT:
            raise BackupError(
                f"Die Sicherung stammt von Version {software} des Katalogs, hier läuft die ältere "
                f"Version {__version__}; spielen Sie sie mit jener oder einer neueren ein."
            )
        changed_at = content["changed_at"]
        return cls(
            software=software,
            created_at=datetime.fromisoformat(content["created_at"]),
            database=content["database"],
            revision=content["revision"],
            changed_at=datetime.fromisoformat(changed_at) if changed_at else None,
            migrations=frozenset((app, name) for app, name in content["migrations"]),
            tables={label: Table(**table) for label, table in content["tables"].items()},
        )


def columns_of(model: Any) -> list[str]:
    """Return the names of the columns in the order of ``rows_of``."""
    return [field.column for field in model._meta.local_concrete_fields]


def file_name(purpose: str) -> str:
    """Return a name for a backup that is made now: "catalogue-2026-11-23-084712-123456.zip"."""
    return f"{purpose}-{timezone.localtime():%Y-%m-%d-%H%M%S-%f}.zip"


def save(path: Path) -> Manifest:
    """Write the state of the database to ``path``, while others read and write.

    Returns:
        What is in the file.

    Raises:
        BackupError: when there is nothing to save, or no way to.
    """
    with snapshot():
        return write(path, Database())


def write(path: Path, database: Database) -> Manifest:
    """Write ``database`` to ``path``, as the transaction around this call sees it.

    The file is readable by its owner alone, whatever the umask, and has its name when it is
    complete.

    Returns:
        What is in the file.

    Raises:
        BackupError: when there is nothing to save, or no way to.
    """
    models = database.models()
    if not models:
        raise BackupError("Die Datenbank ist leer, auch ohne Tabellen: es gibt nichts zu sichern.")
    manifest = Manifest.of_database(database)
    try:
        with _private_file(path) as file:
            with ZipFile(file, "w", ZIP_DEFLATED) as archive:
                archive.comment = SEAL + b"0" * DIGITS
                archive.writestr(MANIFEST, manifest.to_json())
                for label in manifest.tables:
                    with archive.open(f"{label}.jsonl", "w", force_zip64=True) as member:
                        for row in rows_of(models[label]):
                            line = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
                            member.write(f"{line}\n".encode())
            digest = _digest(file)
            file.seek(-DIGITS, os.SEEK_END)
            file.write(digest)
    except OSError as error:
        raise BackupError(f"{path} lässt sich nicht schreiben: {error.strerror}.") from error
    return manifest


@contextmanager
def _private_file(path: Path) -> Iterator[IO[bytes]]:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        raise BackupError(f"Die Datei {path} gibt es schon; sie wird nicht überschrieben.")
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.", suffix=".part")
    try:
        with os.fdopen(number, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).rename(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _digest(file: IO[bytes]) -> bytes:
    """Return the seal's digits for ``file``."""
    digest = hashlib.sha256()
    left = file.seek(0, os.SEEK_END) - DIGITS
    file.seek(0)
    while left > 0 and (block := file.read(min(BLOCK, left))):
        digest.update(block)
        left -= len(block)
    return digest.hexdigest().encode()


class Backup:
    """A backup that is complete, undamaged and no newer than this code."""

    def __init__(self, archive: ZipFile, manifest: Manifest) -> None:
        self._archive = archive
        self.manifest = manifest

    def rows(self, label: str) -> Iterator[Row]:
        """Yield the rows of one model, as ``rows_of`` read them."""
        with self._archive.open(f"{label}.jsonl") as member:
            for line in TextIOWrapper(member, "utf-8", newline="\n"):
                yield json.loads(line)


@contextmanager
def opened(path: Path) -> Iterator[Backup]:
    """Open the backup at ``path`` after every byte of it was checked.

    Raises:
        BackupError: when it is damaged, newer than this code, or no backup.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise BackupError(f"Die Datei {path} gibt es nicht.") from error
    except OSError as error:
        raise BackupError(f"{path} lässt sich nicht öffnen: {error.strerror}.") from error
    with file:
        _check_seal(file, path)
        try:
            archive = ZipFile(file)
            manifest = Manifest.from_json(archive.read(MANIFEST))
        except (BadZipFile, KeyError, TypeError, ValueError) as error:
            raise BackupError(f"{path} ist keine Sicherung dieses Katalogs.") from error
        with archive:
            yield Backup(archive, manifest)


def _check_seal(file: IO[bytes], path: Path) -> None:
    # A ZIP's first member is named after a header of 30 bytes.
    start = file.read(30 + len(MANIFEST))
    if not (start.startswith(b"PK\3\4") and start.endswith(MANIFEST.encode())):
        raise BackupError(f"{path} ist keine Sicherung dieses Katalogs.")
    expected = SEAL + _digest(file)
    file.seek(max(0, file.seek(0, os.SEEK_END) - len(expected)))
    if file.read() != expected:
        raise BackupError(f"{path} ist beschädigt oder unvollständig: die Prüfsumme stimmt nicht.")
