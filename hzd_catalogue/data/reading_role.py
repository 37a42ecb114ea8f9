"""The database role of public hosts on PostgreSQL: what it reads, and what it may do beyond that.

Which tables these are follows from the models. One that nobody has named here is not readable:
accounts, sessions, and whatever a later package keeps.
"""

from __future__ import annotations

from typing import Any, cast

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model

from hzd_catalogue.records.models import Address, ExportRows, ExportState, RetiredKey, Version
from hzd_catalogue.reference.models import CatalogueModel, Revision, RevisionStep

#: What a public page is made of, what it was made of before, and what keeps its address, the keys
#: of its statements and its age; what tells the age of what is kept in memory; and the finished
#: rows of files.
READ_MODELS = (
    *(CatalogueModel, Address, ExportRows, ExportState, RetiredKey, Revision, RevisionStep),
    Version,
)

_ATTRIBUTES = {
    "rolsuper": "superuser",
    "rolcreaterole": "may create roles",
    "rolcreatedb": "may create databases",
    "rolreplication": "may replicate",
    "rolbypassrls": "bypasses row security",
}
#: Rights count that the role itself has, or that another one has which it may become. Rights to
#: single columns count, too.
_RIGHTS = """
SELECT n.nspname || '.' || c.relname,
       c.relname = ANY(%(tables)s) AND n.nspname = current_schema(),
       bool_or(CASE c.relkind
               WHEN 'S' THEN has_sequence_privilege(r.oid, c.oid, 'SELECT')
               ELSE has_any_column_privilege(r.oid, c.oid, 'SELECT') END),
       bool_or(CASE c.relkind
               WHEN 'S' THEN has_sequence_privilege(r.oid, c.oid, 'USAGE, UPDATE')
               ELSE has_any_column_privilege(r.oid, c.oid, 'INSERT, UPDATE, REFERENCES')
                    OR has_table_privilege(r.oid, c.oid, 'DELETE, TRUNCATE, TRIGGER') END)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_roles r ON pg_has_role(current_user, r.oid, 'MEMBER')
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
GROUP BY 1, 2
ORDER BY 1
"""
# Without USAGE on the schema, it is not among those that are searched.
_UNREADABLE = """
SELECT c.relname
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname = ANY(%(tables)s) AND n.nspname = coalesce(current_schema(), 'public')
  AND NOT (has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'))
ORDER BY 1
"""
_CREATES = """
SELECT 'schema ' || nspname FROM pg_namespace
WHERE nspname <> 'information_schema' AND nspname !~ '^pg_' AND has_schema_privilege(oid, 'CREATE')
UNION ALL
SELECT 'database ' || datname FROM pg_database
WHERE datname = current_database() AND has_database_privilege(oid, 'CREATE')
"""


def public_tables() -> list[str]:
    """Return the tables that the public side reads, with those of many-to-many fields."""
    tables = {MigrationRecorder.Migration._meta.db_table}
    for model in apps.get_models(include_auto_created=True):
        # The table of a many-to-many field belongs to the model that has the field.
        owner = cast("type[Model]", model._meta.auto_created or model)
        if issubclass(owner, READ_MODELS):
            tables.add(model._meta.db_table)
    return sorted(tables)


def grants(connection: BaseDatabaseWrapper, role: str) -> str:
    """Return SQL that lets ``role`` read the public tables and do nothing else.

    It may be run again at any time, by the account of ``connection``, which owns the tables.

    Raises:
        ValueError: when the role owns tables, and so cannot be kept from anything, or is our own.
    """
    from psycopg import sql

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database(), current_schema()")
        owner, database, schema = cursor.fetchone()
        if role == owner:
            raise ValueError(
                f"„{role}“ ist die Rolle dieser Verbindung; öffentliche Rechner brauchen eine "
                "andere. Auszuführen ist dies mit der, der die Tabellen gehören."
            )
        cursor.execute("SELECT EXISTS (SELECT FROM pg_tables WHERE tableowner = %s)", [role])
        if cursor.fetchone()[0]:
            raise ValueError(f"Der Rolle „{role}“ gehören Tabellen; sie ist keine Rolle zum Lesen.")
        return (
            sql.SQL(
                """\
BEGIN;
DO $do$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {name}) THEN
    CREATE ROLE {role} LOGIN;
  END IF;
END $do$;
REVOKE ALL ON DATABASE {database} FROM {role};
REVOKE ALL ON SCHEMA {schema} FROM {role};
REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role};
REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM {role};
REVOKE ALL ON ALL ROUTINES IN SCHEMA {schema} FROM {role};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {schema} REVOKE ALL ON TABLES FROM {role};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {schema} REVOKE ALL ON SEQUENCES FROM {role};
-- Up to PostgreSQL 14, everybody may create tables.
REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC;
GRANT CONNECT ON DATABASE {database} TO {role};
GRANT USAGE ON SCHEMA {schema} TO {role};
GRANT SELECT ON
  {tables}
TO {role};
COMMIT;
"""
            )
            .format(
                name=sql.Literal(role),
                role=sql.Identifier(role),
                owner=sql.Identifier(owner),
                database=sql.Identifier(database),
                schema=sql.Identifier(schema),
                tables=sql.SQL(",\n  ").join(
                    sql.Identifier(schema, table) for table in public_tables()
                ),
            )
            .as_string(cursor.connection)
        )


def unreadable(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the public tables that the account of ``connection`` may not read."""
    with connection.cursor() as cursor:
        cursor.execute(_UNREADABLE, {"tables": public_tables()})
        return [table for (table,) in cursor.fetchall()]


def excess(connection: BaseDatabaseWrapper) -> list[str]:
    """Return in words what the account of ``connection`` may do beyond reading public tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(_ATTRIBUTES)} FROM pg_roles WHERE rolname = current_user"  # noqa: S608
        )
        found = [
            words
            for words, is_so in zip(_ATTRIBUTES.values(), cursor.fetchone(), strict=True)
            if is_so
        ]
        if "superuser" in found:
            return ["superuser"]
        cursor.execute(_RIGHTS, {"tables": public_tables()})
        rights: list[Any] = cursor.fetchall()
        cursor.execute(_CREATES)
        for verb, names in (
            ("reads", [name for name, public, reads, _ in rights if reads and not public]),
            ("writes", [name for name, _, _, writes in rights if writes]),
            ("creates in", [name for (name,) in cursor.fetchall()]),
        ):
            if names:
                found.append(f"{verb} {', '.join(names)}")
    return found
