"""The role of public hosts reads what the public side shows, and nothing else."""

import json
import os
import uuid
from io import StringIO
from urllib.parse import quote, urlsplit

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from hzd_catalogue.data.reading_role import excess, public_tables, unreadable
from hzd_catalogue.reference.models import CatalogueModel
from tests.processes import manage, shell

PASSWORD = "nur-im-test"
#: Answers of every public address, and of some that are none.
VISIT = """
import json
from django.test import Client
from tests.addresses import every_kind_of_public_address
from tests.chance import FACTOR
client = Client(raise_request_exception=False)
answers = {}
# Files of a list in one format read the tables that those in another do.
other_formats = () if FACTOR > 1 else (".csv", ".csv-metadata.json", ".ods", ".xlsx")
addresses = [row for row in every_kind_of_public_address() if not row.endswith(other_formats)]
for address in [*addresses, "/gibt-es-nicht/", "/projekte/gibt-es-nicht/"]:
    response = client.get(address)
    b"".join(response)
    answers[address] = response.status_code
print(json.dumps(answers))
"""
#: The tables that may not be read.
READ = """
import json
from django.db import DatabaseError, connection
refused = []
with connection.cursor() as cursor:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    for (table,) in cursor.fetchall():
        try:
            cursor.execute(f'SELECT * FROM "{table}" LIMIT 1')
        except DatabaseError as error:
            refused.append(table)
print(json.dumps(refused))
"""

on_postgres = pytest.mark.skipif(
    not os.environ.get("DATABASE_URL"), reason="only PostgreSQL has roles"
)


def execute(*statements):
    with connection.cursor() as cursor:
        for sql in statements:
            cursor.execute(sql)


def printed_grants(name):
    output = StringIO()
    call_command("reading_role", name, stdout=output)
    return output.getvalue()


def as_public_host(role, variables):
    url = urlsplit(variables["DATABASE_URL"])
    host = url.netloc.rpartition("@")[2]
    user = f"{quote(role)}:{PASSWORD}@{host}"
    return {
        **variables,
        "DATABASE_URL": url._replace(netloc=user).geturl(),
        "PUBLIC_ONLY": "on",
    }


@pytest.fixture
def role(db):
    """A role with the printed rights, all within the transaction of the test."""
    sql = printed_grants("reader").removeprefix("BEGIN;").rstrip().removesuffix("COMMIT;")
    execute(sql)


def test_public_tables_are_those_of_all_that_visitors_see():
    tables = set(public_tables())
    seen = {
        model._meta.db_table for model in apps.get_models() if issubclass(model, CatalogueModel)
    }

    assert seen < tables
    assert {"records_record_topics", "reference_revision", "django_migrations"} < tables
    assert not [name for name in tables if name.startswith("auth_")]
    assert tables.isdisjoint({"django_session", "django_admin_log", "django_content_type"})


@on_postgres
def test_the_role_serves_every_public_address_and_reads_nothing_else(own_site):
    import psycopg

    name = f"Reader {uuid.uuid4().hex}"
    with psycopg.connect(own_site["DATABASE_URL"], autocommit=True) as database:
        # What this project documented before.
        database.execute(
            f"""CREATE ROLE "{name}" LOGIN PASSWORD '{PASSWORD}';
            GRANT SELECT ON ALL TABLES IN SCHEMA public TO "{name}";
            ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO "{name}";"""
        )
        try:
            for _ in range(2):
                database.execute(manage(own_site, "reading_role", name))
            database.execute("CREATE TABLE of_a_later_package (username text)")
            tables = {
                table
                for (table,) in database.execute(
                    "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
                )
            }
            public = as_public_host(name, own_site)
            answers = json.loads(shell(public, VISIT))
            refused = json.loads(shell(public, READ))
            # Ends with an error when the role may do less or more.
            manage(public, "check", "--database", "default")
        finally:
            database.execute(f'DROP OWNED BY "{name}"; DROP ROLE "{name}"')

    assert {address: status for address, status in answers.items() if status != 200} == {
        "/gibt-es-nicht/": 404,
        "/projekte/gibt-es-nicht/": 404,
    }
    assert len(answers) > 50
    assert set(refused) == tables - set(public_tables())
    assert {
        *("auth_user", "auth_group", "django_session", "django_admin_log", "axes_accessattempt"),
        *("otp_totp_totpdevice", "otp_static_statictoken", "of_a_later_package"),
    } <= set(refused)


@on_postgres
def test_the_printed_rights_are_exactly_enough(role):
    execute("SET LOCAL ROLE reader")

    assert unreadable(connection) == []
    assert excess(connection) == []


@on_postgres
@pytest.mark.parametrize(
    ("grant", "words"),
    [
        ("GRANT SELECT ON auth_user TO reader", "reads public.auth_user"),
        ("GRANT SELECT (password) ON auth_user TO reader", "reads public.auth_user"),
        ("GRANT SELECT ON auth_user TO PUBLIC", "reads public.auth_user"),
        ("GRANT SELECT ON auth_user_id_seq TO reader", "reads public.auth_user_id_seq"),
        ("GRANT INSERT ON records_record TO reader", "writes public.records_record"),
        ("GRANT UPDATE (name) ON records_record TO reader", "writes public.records_record"),
        ("GRANT TRUNCATE ON legal_legalpage TO reader", "writes public.legal_legalpage"),
        ("GRANT USAGE ON legal_legalpage_id_seq TO reader", "writes public.legal_legalpage_id_seq"),
        (
            "CREATE ROLE staff; GRANT staff TO reader; GRANT DELETE ON auth_group TO staff",
            "writes public.auth_group",
        ),
        (
            (
                "CREATE SCHEMA more CREATE TABLE legal_legalpage (a int);"
                "GRANT SELECT ON more.legal_legalpage TO reader"
            ),
            "reads more.legal_legalpage",
        ),
        ("GRANT CREATE ON SCHEMA public TO reader", "creates in schema public"),
        ("ALTER ROLE reader CREATEDB", "may create databases"),
        ("ALTER ROLE reader BYPASSRLS", "bypasses row security"),
    ],
)
def test_each_right_too_many_is_named_and_taken_back(role, grant, words):
    execute(grant, "SET LOCAL ROLE reader")
    assert excess(connection) == [words]


@on_postgres
def test_inherited_rights_to_everything_are_named(role):
    execute("GRANT pg_read_all_data TO reader", "SET LOCAL ROLE reader")

    (reads,) = excess(connection)
    assert "public.auth_user, " in reads
    assert "public.django_session" in reads
    assert "public.records_record," not in reads


@on_postgres
def test_a_superuser_is_named(db):
    assert excess(connection) == ["superuser"]


@on_postgres
@pytest.mark.parametrize(
    ("revoke", "tables"),
    [
        ("REVOKE SELECT ON legal_legalpage FROM reader", ["legal_legalpage"]),
        ("REVOKE USAGE ON SCHEMA public FROM reader, PUBLIC", public_tables),
    ],
)
def test_each_right_too_few_is_named(role, revoke, tables):
    execute(revoke, "SET LOCAL ROLE reader")

    assert unreadable(connection) == (tables() if callable(tables) else tables)


@on_postgres
def test_a_public_host_without_a_right_does_not_start(role, settings):
    from hzd_catalogue.data.schema import migration_problem

    settings.PUBLIC_ONLY = True
    execute("REVOKE SELECT ON legal_legalpage FROM reader", "SET LOCAL ROLE reader")

    assert migration_problem() == (
        "Die Rolle der Datenbank darf legal_legalpage nicht lesen. „manage.py reading_role“ gibt "
        "aus, was sie braucht: docs/operating.md."
    )


@on_postgres
def test_the_check_speaks_on_a_public_host_only(role, settings):
    from django.core.checks import run_checks

    execute(
        "REVOKE SELECT ON records_record FROM reader",
        "GRANT SELECT ON auth_user TO reader",
        "SET LOCAL ROLE reader",
    )

    def messages(**given):
        return [message.msg for message in run_checks(**given) if message.id.startswith("data.E")]

    assert messages(databases=["default"]) == []
    settings.PUBLIC_ONLY = True
    expected = [
        "The database role of this host may not read records_record.",
        "The database role of this host has rights it should not have: reads public.auth_user.",
    ]
    assert messages(databases=["default"]) == expected
    assert messages(include_deployment_checks=True) == expected
    assert messages(include_deployment_checks=True, databases=["default"]) == expected


@on_postgres
def test_an_owner_of_tables_is_no_reading_role(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (owner,) = cursor.fetchone()
    with pytest.raises(CommandError, match="Rolle dieser Verbindung"):
        printed_grants(owner)

    execute("CREATE ROLE keeper", "CREATE TABLE kept (a int)", "ALTER TABLE kept OWNER TO keeper")
    with pytest.raises(CommandError, match="gehören Tabellen"):
        printed_grants("keeper")


def test_sqlite_has_no_roles(monkeypatch):
    monkeypatch.setattr(connection, "vendor", "sqlite")

    with pytest.raises(CommandError, match="nur auf PostgreSQL"):
        printed_grants("reader")
