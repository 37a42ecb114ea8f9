"""Whether the database fits this code: a host that would serve half of its pages serves none."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from django.apps import apps
from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError, connection
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from . import reading_role

Key = tuple[str, str]

logger = logging.getLogger(__name__)

PREPARE = "Zuerst „make prepare“ oder „manage.py migrate“ ausführen."
TAKE_OVER = (
    "Die Daten gehen durch Ausschreiben und Laden über: docs/operating.md, Abschnitt „Updates“."
)
#: As many names stand in a message.
_NAMED = 3
_COLUMNS = {
    "sqlite": (
        "SELECT tables.name, columns.name "
        "FROM sqlite_master tables JOIN pragma_table_info(tables.name) columns "
        "WHERE tables.type = 'table'"
    ),
    "postgresql": (
        "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
        "WHERE c.relkind IN ('r', 'p') AND pg_table_is_visible(c.oid) "
        "AND a.attnum > 0 AND NOT a.attisdropped"
    ),
}


def migration_problem() -> str:
    """Return in one German sentence or two why the database does not fit; empty when it does.

    It must have exactly the migrations of the installed apps, and their tables exactly the
    columns of the models: before 1.0.0, a migration may be rewritten under its own name. On a
    public host, its role must be allowed to read what it shows. Costs two to three queries.

    Raises:
        DatabaseError: when the database cannot be asked.
    """
    file = _missing_file()
    if file:
        return f"Die Datenbank {file} gibt es nicht. {PREPARE}"
    if settings.PUBLIC_ONLY and connection.vendor == "postgresql":
        tables = reading_role.unreadable(connection)
        if tables:
            return (
                f"Die Rolle der Datenbank darf {_named(tables)} nicht lesen. „manage.py "
                "reading_role“ gibt aus, was sie braucht: docs/operating.md."
            )
    columns = _columns()
    if MigrationRecorder.Migration._meta.db_table not in columns:
        return f"Die Datenbank ist leer. {PREPARE}"
    missing, unknown = _missing_and_unknown()
    if missing or unknown:
        return _difference_of_versions(missing, unknown)
    different = sorted(_differences(columns))
    if different:
        return (
            "Die Tabellen der Datenbank sind andere, als diese Software erwartet "
            f"({_named(different)}), obwohl die Migrationen gleich heißen: sie gehören zu einer "
            f"Fassung vor 1.0.0. {TAKE_OVER}"
        )
    return ""


def require_fitting_database() -> None:
    """Keep a command from working on a database that does not fit.

    Raises:
        CommandError: with the reason.
    """
    problem = migration_problem()
    if problem:
        raise CommandError(problem)


def stop_unless_database_fits() -> None:
    """End the process with the reason when the database does not fit.

    A PostgreSQL server that cannot be reached is waited for instead: the site answers with 503
    until it is back. A SQLite file that cannot be read stays so.
    """
    try:
        problem = migration_problem()
    except DatabaseError as error:
        problem = f"Die Datenbank ist nicht lesbar: {str(error).strip()}"
        if connection.vendor == "postgresql" and connection.connection is None:
            logger.warning("%s", problem)
            return
    finally:
        # A connection does not survive the fork into workers.
        connection.close()
    if problem:
        sys.stderr.write(f"{problem}\n")
        sys.exit(1)


@cache
def _migrations_of_this_code() -> dict[Key, Migration]:
    # Once: an update on the disk is not yet the code that this process runs.
    return MigrationLoader(None).disk_migrations


def _missing_and_unknown() -> tuple[set[Key], set[Key]]:
    """Return the migrations that the database lacks, and those that this code lacks."""
    ours = _migrations_of_this_code()
    replaced = {key for migration in ours.values() for key in migration.replaces}
    applied = set(MigrationRecorder(connection).migration_qs.values_list("app", "name"))
    missing = {
        key
        for key, migration in ours.items()
        if key not in replaced | applied
        and not (migration.replaces and applied.issuperset(migration.replaces))
    }
    # Of apps that a public host does not have, it says nothing.
    apps_here = {app for app, _ in ours}
    unknown = {key for key in applied if key[0] in apps_here} - ours.keys() - replaced
    return missing, unknown


def _difference_of_versions(missing: set[Key], unknown: set[Key]) -> str:
    if not missing:
        return (
            f"Die Datenbank ist neuer als diese Software: sie hat schon {_migrations(unknown)}. "
            "Zuerst die neuere Version einspielen."
        )
    if not unknown:
        return (
            "Die Datenbank ist älter als diese Software: ihr fehlen "
            f"{_migrations(missing)}. {PREPARE}"
        )
    return (
        "Die Datenbank gehört zu einer anderen Fassung dieser Software: ihr fehlen "
        f"{_migrations(missing)}, und sie hat {_migrations(unknown)}. {TAKE_OVER}"
    )


def _missing_file() -> Path | None:
    """Return the database's file when it is not there; connecting would make an empty one."""
    if connection.vendor != "sqlite":
        return None
    name = str(connection.settings_dict["NAME"])
    if "mode=memory" in name or name == ":memory:":
        return None
    file = Path(url2pathname(urlsplit(name).path) if name.startswith("file:") else name)
    return None if file.exists() else file


def _columns() -> dict[str, set[str]]:
    columns: dict[str, set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS[connection.vendor])
        for table, column in cursor.fetchall():
            columns.setdefault(table, set()).add(column)
    return columns


def _differences(columns: dict[str, set[str]]) -> Iterable[str]:
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        if meta.managed and not meta.proxy:
            expected = {field.column for field in meta.local_concrete_fields}
            for column in expected ^ columns.get(meta.db_table, set()):
                yield f"{meta.db_table}.{column}"


def _migrations(keys: Iterable[Key]) -> str:
    return _named(sorted(f"{app}.{name}" for app, name in keys))


def _named(names: list[str]) -> str:
    if len(names) <= _NAMED:
        return ", ".join(names)
    return f"{', '.join(names[:_NAMED])} und {len(names) - _NAMED} mehr"
