"""Puts a backup back into the database, in one transaction: all of it or nothing.

The rows are written through the database, never by replacing its file: a crash leaves the old
state, processes that run read the old state until the new one is complete, and a ``-wal`` that a
crash has left is SQLite's own business.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from hzd_catalogue.records import blocking
from hzd_catalogue.reference.models import Block, Revision
from hzd_catalogue.reference.snapshots import snapshot

from .backup import (
    LEFT_OUT,
    Backup,
    BackupError,
    Database,
    Manifest,
    Migrations,
    columns_of,
    insert,
    rows_of,
    write,
)
from .filling import after_filling

CONTENT_TYPES = "contenttypes.contenttype"
BLOCKS = "reference.block"
MIGRATIONS = MigrationRecorder.Migration._meta.db_table


@dataclass(frozen=True)
class Outcome:
    """What the operator has to know after a restore."""

    revision: int
    #: Whether numbers that running processes remember mean something else now.
    needs_restart: bool
    #: Roles that lost their rights to tables that were made anew.
    roles: list[str]
    #: Rows of the backup in which words stood that are blocked by now.
    blocked: int = 0


def present() -> Manifest | None:
    """Describe what the database holds; None when it is newer than this code."""
    with snapshot():
        database = Database()
        return None if database.unknown(database.migrations) else Manifest.of_database(database)


def restore(backup: Backup, kept: Path | None, blocks: Iterable[Block] = ()) -> Outcome:
    """Make the database what ``backup`` says, and migrate that to what this code expects.

    What was blocked since the backup was made is taken out of it again.

    Args:
        backup: opened, and so checked.
        kept: where the state before is written first, unless it is empty; None to lose it.
        blocks: what is blocked beside what the database before and the backup say.

    Raises:
        BackupError: when the backup and this code do not fit, or the state before cannot be
            kept. The database is then as before.
        DatabaseError: when the database refuses. It is then as before, too.
    """
    # SQLite alters tables only while foreign keys are unchecked; they are checked at the end.
    with connection.constraint_checks_disabled(), transaction.atomic():
        database = _locked()
        target = _fitting_models(database, backup)
        before, listed = None, list(blocks)
        if not database.unknown(database.migrations):
            before = Manifest.of_database(database)
            listed += _blocks(database)
        if kept and database.migrations:
            write(kept, database)
        roles: list[str] = []
        needs_restart = database.migrations != backup.manifest.migrations
        if needs_restart:
            roles = _other_roles()
            _drop(_tables(database))
            _migrate_to(backup.manifest.migrations)
        else:
            types = list(rows_of(target[CONTENT_TYPES]))
            needs_restart = types != list(backup.rows(CONTENT_TYPES))
            _empty(target.values())
        # Rows come in any order; on PostgreSQL, migrations leave some keys checked at once.
        connection.check_constraints()
        for label, table in backup.manifest.tables.items():
            if insert(target[label], backup.rows(label)) != table.rows:
                raise BackupError(f"Der Sicherung fehlen Zeilen von {label}.")
        _settle(target.values())
        _migrate_on()
        blocking.take_over(listed)
        blocked = blocking.replay() if Block.objects.exists() else 0
        revision = _advance_revision(before)
    return Outcome(revision, needs_restart, roles, blocked)


def _blocks(database: Database) -> list[Block]:
    """Return what is blocked, whatever other columns the table has by now."""
    model = database.models().get(BLOCKS)
    names = [field.attname for field in Block._meta.local_concrete_fields if field.attname != "id"]
    return [Block(**row) for row in model._base_manager.values(*names)] if model else []


def blocks_in(backup: Backup) -> list[Block]:
    """Return what is blocked by the list in a backup; none where it is older than such lists."""
    table = backup.manifest.tables.get(BLOCKS)
    if table is None:
        return []
    fields = {field.column: field for field in Block._meta.local_concrete_fields}
    return [
        Block(
            **{
                fields[column].attname: fields[column].to_python(value)
                for column, value in zip(table.columns, row, strict=True)
                if column in fields and column != "id"
            }
        )
        for row in backup.rows(BLOCKS)
    ]


def _locked() -> Database:
    """Return the database, closed to all writers until the transaction ends.

    On SQLite, the transaction has done so when it began.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '20s'")
        # First against a migration that runs, so that the tables are those of its end.
        _lock(_tables_among({MIGRATIONS}))
        _lock(_tables(Database()))
    return Database()


def _lock(tables: list[str]) -> None:
    if tables:
        names = ", ".join(map(connection.ops.quote_name, tables))
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {names} IN EXCLUSIVE MODE")


def _tables(database: Database) -> list[str]:
    """Return the catalogue's tables; of a newer database, which this code cannot tell, all."""
    if database.unknown(database.migrations):
        return connection.introspection.table_names()
    return _tables_among(
        {MIGRATIONS, *(model._meta.db_table for model in database.models().values())}
    )


def _tables_among(names: set[str]) -> list[str]:
    return [name for name in connection.introspection.table_names() if name in names]


def _fitting_models(database: Database, backup: Backup) -> dict[str, Any]:
    """Return the models that the backup's rows belong to.

    Raises:
        BackupError: when they are not those of this code's migrations.
    """
    manifest = backup.manifest
    if unknown := database.unknown(manifest.migrations):
        raise BackupError(
            f"Die Sicherung stammt von Version {manifest.software} des Katalogs und setzt "
            f"Migrationen voraus, die hier fehlen ({', '.join(unknown)}); spielen Sie sie mit "
            "jener Version ein."
        )
    target = database.models(manifest.migrations)
    expected = {
        label: columns_of(model) for label, model in target.items() if label not in LEFT_OUT
    }
    found = {label: table.columns for label, table in manifest.tables.items()}
    if expected != found:
        different = sorted(
            label
            for label in expected.keys() | found.keys()
            if expected.get(label) != found.get(label)
        )
        raise BackupError(
            f"Die Sicherung passt nicht zu dieser Version des Katalogs: {', '.join(different)} "
            f"hat andere Spalten; spielen Sie sie mit Version {manifest.software} ein."
        )
    return target


def _empty(emptied: Iterable[Any]) -> None:
    # Not TRUNCATE: transactions that began before would find the tables empty.
    with connection.cursor() as cursor:
        for model in emptied:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608


def _drop(tables: list[str]) -> None:
    with connection.schema_editor() as editor:
        for table in tables:
            editor.execute(editor.sql_delete_table % {"table": editor.quote_name(table)})


def _migrate_to(migrations: Migrations) -> None:
    """Make the tables as ``migrations`` leave them, without what ``migrate`` puts into them."""
    executor = MigrationExecutor(connection)
    everything = executor.migration_plan(executor.loader.graph.leaf_nodes(), clean_start=True)
    plan = [step for step in everything if (step[0].app_label, step[0].name) in migrations]
    executor.migrate(None, plan)


def _migrate_on() -> None:
    """Take an older backup to this code's tables."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)


def _settle(filled: Iterable[Any]) -> None:
    """Check every foreign key, and let new rows be numbered after those that came."""
    connection.check_constraints()
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        # A table whose checks are put off cannot be altered by a migration.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    after_filling(filled)


def _advance_revision(before: Manifest | None) -> int:
    """Give the data a revision that no process and no cache has seen; return its number.

    The number is higher than both, and the time makes it unlike any other where the database's
    own number is lost.
    """
    number = max(Revision.current().number, before.revision if before else 0) + 1
    Revision.objects.update_or_create(
        pk=1, defaults={"number": number, "changed_at": timezone.now()}
    )
    return number


def _other_roles() -> list[str]:
    """Return PostgreSQL's roles, beside the tables' owner, that have rights to tables."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT grantee FROM information_schema.column_privileges"
            " WHERE table_schema = current_schema() AND grantee <> current_user ORDER BY grantee"
        )
        return [role for (role,) in cursor.fetchall()]


# A SQLite file that cannot be read ------------------------------------------------------------


def is_damaged() -> bool:
    """Return whether the database is a SQLite file that is beyond reading, or lost in part."""
    if connection.vendor != "sqlite":
        return False
    if not _file().exists():
        # Processes that run may hold what belonged to it; a new file must not share that.
        return any(path.exists() for path in _files_of(_file()))
    try:
        with connection.cursor() as cursor:
            return cursor.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",)
    except DatabaseError as error:
        reason = getattr(error.__cause__, "sqlite_errorname", "")
        if reason.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
            return True
        raise


@contextmanager
def set_aside() -> Iterator[Path]:
    """Give the damaged file and what SQLite keeps beside it another name, which is yielded.

    When what follows fails, they get their old names again.
    """
    connection.close()
    aside = _file().with_name(f"{_file().name}.damaged-{timezone.localtime():%Y-%m-%d-%H%M%S-%f}")
    names = list(zip(_files_of(_file()), _files_of(aside), strict=True))
    for usual, other in names:
        with suppress(FileNotFoundError):
            usual.rename(other)
    try:
        yield aside
    except BaseException:
        connection.close()
        for usual, other in names:
            usual.unlink(missing_ok=True)
            with suppress(FileNotFoundError):
                other.rename(usual)
        raise


def _file() -> Path:
    return Path(connection.settings_dict["NAME"])


def _files_of(file: Path) -> list[Path]:
    return [file.with_name(file.name + suffix) for suffix in ("", "-wal", "-shm")]
