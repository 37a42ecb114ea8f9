"""A database that does not fit the code is refused before anything is served from it."""

import sqlite3
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from hzd_catalogue.data import schema
from hzd_catalogue.data.schema import migration_problem
from tests.processes import new_site, run, shell
from tests.serving import served

GUNICORN = ("-m", "gunicorn", "--config", "gunicorn.conf.py", "--bind", "127.0.0.1:0")
LIKE_NEWER = "INSERT INTO django_migrations (app, name, applied) VALUES ('{}', '{}', '2030-01-01')"


def execute(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


def refusal(variables):
    """Return what the server says that does not start."""
    done = run(variables, *GUNICORN)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr.splitlines()[-1]


@pytest.mark.django_db
def test_the_database_of_this_code_fits(django_assert_num_queries):
    schema._migrations_of_this_code()
    with django_assert_num_queries(2):
        assert migration_problem() == ""


@pytest.mark.django_db
def test_an_older_database_is_called_so():
    execute("DELETE FROM django_migrations WHERE app = 'partners'")

    assert migration_problem() == (
        "Die Datenbank ist älter als diese Software: ihr fehlen partners.0001_initial. "
        "Zuerst „make prepare“ oder „manage.py migrate“ ausführen."
    )


@pytest.mark.django_db
def test_a_newer_database_is_called_so():
    execute(LIKE_NEWER.format("partners", "0002_later"))

    assert migration_problem() == (
        "Die Datenbank ist neuer als diese Software: sie hat schon partners.0002_later. "
        "Zuerst die neuere Version einspielen."
    )


@pytest.mark.django_db
def test_a_database_of_another_history_is_called_so():
    execute("UPDATE django_migrations SET name = '0001_other' WHERE app = 'partners'")

    problem = migration_problem()

    assert "ihr fehlen partners.0001_initial, und sie hat partners.0001_other" in problem
    assert "Ausschreiben und Laden" in problem


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE records_record ADD COLUMN extra integer",
        "ALTER TABLE records_record RENAME COLUMN summary TO extra",
        "ALTER TABLE records_record RENAME TO extra",
    ],
)
def test_a_migration_rewritten_under_its_name_is_noticed(change, tmp_path):
    execute(change)

    assert "(records_record." in migration_problem()
    with pytest.raises(CommandError, match=r"vor 1\.0\.0"):
        call_command("load_catalogue", stdout=StringIO())
    with pytest.raises(CommandError, match=r"vor 1\.0\.0"):
        call_command("export_fixtures", dir=tmp_path, stdout=StringIO())


@pytest.mark.django_db
def test_many_names_are_counted_in_a_message():
    execute("DELETE FROM django_migrations WHERE app = 'auth'")

    assert "auth.0003_alter_user_email_max_length und 9 mehr." in migration_problem()


@pytest.mark.django_db
def test_migrations_of_an_app_that_is_not_installed_say_nothing():
    """A public host lacks some apps of the host that migrates."""
    execute(LIKE_NEWER.format("elsewhere", "0001_initial"))

    assert migration_problem() == ""


@pytest.mark.django_db
@pytest.mark.parametrize("applied", [["0001_initial"], ["0001_initial_squashed"]])
def test_a_squashed_migration_counts_as_what_it_replaces(monkeypatch, applied):
    ours = dict(schema._migrations_of_this_code())
    del ours["partners", "0001_initial"]
    ours["partners", "0001_initial_squashed"] = SimpleNamespace(
        replaces=[("partners", "0001_initial")]
    )
    monkeypatch.setattr(schema, "_migrations_of_this_code", lambda: ours)
    execute("DELETE FROM django_migrations WHERE app = 'partners'")
    assert "partners.0001_initial_squashed" in migration_problem()

    for name in applied:
        execute(LIKE_NEWER.format("partners", name))
    assert migration_problem() == ""


def test_no_server_starts_on_an_empty_database(tmp_path):
    with new_site(tmp_path / "var") as variables:
        is_file = "DATABASE_URL" not in variables
        assert ("gibt es nicht" if is_file else "ist leer") in refusal(variables)
        assert not (tmp_path / "var" / "catalogue.sqlite3").exists()


def test_no_server_starts_on_an_older_database(own_site):
    forget = "from django.db.migrations.recorder import MigrationRecorder as R;"
    forget += "R.Migration.objects.filter(app='partners').delete()"
    shell(own_site, forget)
    assert refusal(own_site) == (
        "Die Datenbank ist älter als diese Software: ihr fehlen partners.0001_initial. "
        "Zuerst „make prepare“ oder „manage.py migrate“ ausführen."
    )
    done = run(own_site, "manage.py", "load_catalogue")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)


def test_a_server_that_is_away_is_waited_for(site):
    away = {**site, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}

    with served(away, wait_for="/healthz") as server, pytest.raises(HTTPError) as answer:
        urlopen(f"{server.url}/projekte/", timeout=20)

    with answer.value as response:
        assert response.status == 503


@pytest.fixture
def public(own_site):
    """A public host with a SQLite database that nobody else has open, in WAL mode."""
    if "DATABASE_URL" in own_site:
        pytest.skip("about SQLite's file")
    return {**own_site, "PUBLIC_ONLY": "on"}


@pytest.fixture
def database_file(public):
    return Path(public["VAR_DIR"]) / "catalogue.sqlite3"


def test_a_public_host_opens_the_file_for_reading_only(public):
    attempt = """
from django.db import DatabaseError, connection
with connection.cursor() as cursor:
    for sql in ("PRAGMA query_only(0)", "PRAGMA query_only=OFF", "CREATE TABLE written (a)"):
        try:
            cursor.execute(sql)
        except DatabaseError as error:
            print(error)
"""

    assert shell(public, attempt) == "attempt to write a readonly database\n"


@pytest.mark.parametrize("has_writer", [True, False])
def test_a_public_host_reads_beside_a_writer_and_without_one(public, database_file, has_writer):
    writer = sqlite3.connect(database_file)
    writer.execute("UPDATE legal_legalpage SET title = 'Geschrieben' WHERE slug = 'impressum'")
    writer.commit()
    if not has_writer:
        writer.close()

    with (
        served(public) as server,
        urlopen(f"{server.url}/impressum/", timeout=20) as response,
    ):
        assert b"<title>Geschrieben" in response.read()
    writer.close()


def test_a_public_host_reads_a_copy_where_it_can_write_nothing(public, database_file, tmp_path):
    """VACUUM INTO leaves a file that needs no others beside it."""
    copy = tmp_path / "copy" / "catalogue.sqlite3"
    copy.parent.mkdir()
    with sqlite3.connect(database_file) as connection:
        connection.execute("VACUUM INTO ?", [str(copy)])
    connection.close()

    with (
        served(public, DATABASE_URL=f"sqlite:///{copy}") as server,
        urlopen(f"{server.url}/impressum/", timeout=20) as response,
    ):
        assert response.status == 200
        assert list(copy.parent.iterdir()) == [copy]


def test_a_public_host_says_what_is_wrong_with_its_file(public, database_file):
    # In the way of the file that SQLite has to make, as a directory without the right to write is.
    (database_file.parent / "catalogue.sqlite3-wal").mkdir()
    assert refusal(public) == ("Die Datenbank ist nicht lesbar: unable to open database file")

    database_file.unlink()
    assert refusal(public).startswith(f"Die Datenbank {database_file} gibt es nicht.")
    assert not database_file.exists()
