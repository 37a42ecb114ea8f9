from contextlib import suppress

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, connection, transaction
from django.db.utils import ConnectionHandler
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from hzd_catalogue.web import readonly
from hzd_catalogue.web.readonly import (
    Reading,
    ReadOnlyMiddleware,
    WriteRefusedError,
    is_read,
)

#: Begins like a query.
HIDDEN_WRITE = "WITH one AS (SELECT 2) INSERT INTO guarded SELECT * FROM one"
#: Refused on both databases, whatever was read before.
WRITES = (
    HIDDEN_WRITE,
    "INSERT INTO guarded VALUES (2)",
    "update guarded set number = 2",
    "DELETE FROM guarded",
    "CREATE TABLE other (number integer)",
    "DROP TABLE guarded",
    "WITH gone AS (SELECT 1) DELETE FROM guarded",
    "SELECT 1; DELETE FROM guarded",
    "SELECT 1;DELETE FROM guarded",
    "SELECT ';'; DELETE FROM guarded",
    "/* SELECT */ DELETE FROM guarded",
    "-- SELECT\nDELETE FROM guarded",
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "END",
    "VACUUM",
    "ANALYZE",
    "REINDEX",
    "EXPLAIN SELECT 1",
    "",
)
SQLITE_WRITES = (
    "REPLACE INTO guarded VALUES (2)",
    "PRAGMA query_only = 0",
    "PRAGMA query_only(0)",
    "pragma main.query_only(0)",
    "EXPLAIN PRAGMA query_only(0)",
    "EXPLAIN QUERY PLAN PRAGMA query_only = 0",
    "SELECT * FROM pragma_query_only(0)",
    "PRAGMA journal_mode = DELETE",
    "PRAGMA user_version = 7",
    "PRAGMA wal_checkpoint(TRUNCATE)",
    "ATTACH DATABASE '{directory}/attached.sqlite3' AS attached",
    "DETACH DATABASE main",
    "VACUUM INTO '{directory}/copied.sqlite3'",
    "SELECT load_extension('x')",
    "SELECT writefile('{directory}/written', 'x')",
)
POSTGRES_WRITES = (
    "WITH gone AS (DELETE FROM guarded RETURNING *) SELECT * FROM gone",
    "WITH made AS (INSERT INTO guarded VALUES (2) RETURNING *) SELECT * FROM made",
    "EXPLAIN ANALYZE INSERT INTO guarded VALUES (2)",
    "SELECT * INTO other FROM guarded",
    "SELECT * FROM guarded FOR UPDATE",
    "SELECT * FROM guarded FOR SHARE",
    "SELECT * FROM guarded FOR KEY SHARE",
    "SELECT guarded_write()",
    "SELECT nextval('guarded_numbers')",
    "SELECT lo_create(0)",
    "SELECT set_config('transaction_read_only', 'off', true)",
    "SELECT set_config('transaction_isolation', 'read committed', true)",
    "SELECT $$;$$; DELETE FROM guarded",
    "SELECT $tag$ ' $tag$; DELETE FROM guarded; SELECT '",
    "SELECT E'\\'; DELETE FROM guarded; SELECT '",
    "SELECT 1; COMMIT; DELETE FROM guarded",
    "SELECT 1; ROLLBACK; BEGIN READ WRITE; DELETE FROM guarded; COMMIT",
    "SET default_transaction_read_only = off",
    "SET TRANSACTION READ WRITE",
    "SET LOCAL transaction_read_only = off",
    "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
    "SET ROLE postgres",
    "RESET ALL",
    "DISCARD ALL",
    "START TRANSACTION READ WRITE",
    "ABORT",
    "DO $$BEGIN DELETE FROM guarded; END$$",
    "CALL guarded_write()",
    "PREPARE gone AS DELETE FROM guarded",
    "EXECUTE gone",
    "COPY guarded TO '{directory}/copied'",
    "COPY guarded FROM '/etc/hostname'",
    "COPY (SELECT 1) TO PROGRAM 'touch {directory}/copied'",
    "LISTEN guarded",
    "NOTIFY guarded",
    "LOCK TABLE guarded",
    "TRUNCATE guarded",
    "CREATE TEMPORARY TABLE other (number integer)",
    "REFRESH MATERIALIZED VIEW other",
    "GRANT ALL ON guarded TO PUBLIC",
    "COMMENT ON TABLE guarded IS 'x'",
    "SECURITY LABEL ON TABLE guarded IS 'x'",
    "LOAD 'x'",
    "CHECKPOINT",
    "MERGE INTO guarded USING guarded g ON true WHEN MATCHED THEN DELETE",
)
#: Pass, and change nothing that is there after the request.
POSTGRES_FUNCTIONS = (
    "SELECT set_config('default_transaction_read_only', 'off', false)",
    "SELECT set_config('search_path', 'pg_catalog', false)",
    "SELECT set_config('statement_timeout', '1', false)",
)


def group_names():
    return set(Group.objects.values_list("name", flat=True))


def run(database, sql):
    with database.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def numbers(database):
    return [number for (number,) in run(database, "SELECT number FROM guarded")]


@pytest.fixture
def database(db, tmp_path):
    """A connection of its own outside the test's transaction, with a table of one row."""
    if connection.vendor == "sqlite":
        given = {**connection.settings_dict, "NAME": str(tmp_path / "guarded.sqlite3")}
        database = ConnectionHandler({"default": given})["default"]
    else:
        database = connection.copy()
        run(database, "CREATE SEQUENCE guarded_numbers")
        run(
            database,
            "CREATE FUNCTION guarded_write() RETURNS void LANGUAGE sql "
            "AS 'UPDATE pg_description SET description = description'",
        )
    run(database, "CREATE TABLE guarded (number integer)")
    run(database, "INSERT INTO guarded VALUES (1)")
    yield database
    database.close()
    if connection.vendor != "sqlite":
        run(database, "DROP TABLE guarded")
        run(database, "DROP FUNCTION guarded_write")
        run(database, "DROP SEQUENCE guarded_numbers")
        database.close()


@pytest.fixture
def other(database):
    """A second connection to the same database."""
    if connection.vendor == "sqlite":
        other = ConnectionHandler({"default": database.settings_dict})["default"]
    else:
        other = database.copy()
    yield other
    other.close()


@pytest.fixture
def serve(database, monkeypatch):
    """Answer a request with a view, behind the middleware, from ``database``."""
    monkeypatch.setattr(readonly, "connections", {"default": database})

    def serve(view, address="/projekte/"):
        return ReadOnlyMiddleware(view)(RequestFactory().get(address))

    return serve


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "  (SELECT 1) UNION (SELECT 2)",
        "\nselect name FROM a",
        "VALUES (1)",
        "WITH newest AS (SELECT 1) SELECT * FROM newest",
        'SAVEPOINT "s1"',
        'RELEASE SAVEPOINT "s1"',
        'ROLLBACK TO SAVEPOINT "s1"',
        "SELECT 1; ",
    ],
)
def test_what_begins_like_a_query_may_be_asked(sql):
    assert is_read(sql)


@pytest.mark.parametrize("is_first", [True, False], ids=["first", "after a query"])
def test_the_database_is_written_by_no_statement(database, other, tmp_path, is_first):
    particular = SQLITE_WRITES if database.vendor == "sqlite" else POSTGRES_WRITES
    passed = []
    for sql in (*WRITES, *particular):
        reading = Reading(database)
        with reading.guard():
            if not is_first:
                run(database, "SELECT 1")
            with suppress(WriteRefusedError, DatabaseError):
                run(database, sql.format(directory=tmp_path))
                passed.append(sql)
        reading.end()
        assert numbers(other) == [1], sql

    assert passed == []
    assert not {path.name for path in tmp_path.iterdir()} & {"attached.sqlite3", "copied"}


def test_a_setting_changed_by_a_function_neither_helps_nor_lasts(database):
    if database.vendor == "sqlite":
        # Each of SQLite's own functions that reads a setting, given a value to set.
        names = [name for (name,) in run(database, "PRAGMA pragma_list")]
        changes = [f"SELECT * FROM pragma_{name}(0)" for name in names]  # noqa: S608
        settings = [f"PRAGMA {name}" for name in ("query_only", "journal_mode", "foreign_keys")]
    else:
        changes = POSTGRES_FUNCTIONS
        settings = ["SELECT name, setting FROM pg_settings WHERE context <> 'internal'"]
    before = [run(database, sql) for sql in settings]

    for change in changes:
        reading = Reading(database)
        with reading.guard(), suppress(DatabaseError):
            run(database, change)
            with pytest.raises(WriteRefusedError, match="The database refused"):
                run(database, HIDDEN_WRITE)
        reading.end()

    assert [run(database, sql) for sql in settings] == before
    assert numbers(database) == [1]


def test_a_request_reads_from_one_snapshot(database, other):
    reading = Reading(database)
    with reading.guard():
        first = numbers(database)
        run(other, "INSERT INTO guarded VALUES (2)")
        second = numbers(database)
    reading.end()

    assert (first, second, numbers(database)) == ([1], [1], [1, 2])


def test_a_page_without_a_statement_asks_for_nothing(database, serve):
    database.close()

    serve(lambda request: HttpResponse())

    assert database.connection is None


def test_a_public_page_cannot_write(database, serve):
    def view(request):
        run(database, "SELECT 1")
        run(database, "INSERT INTO guarded VALUES (2)")

    with pytest.raises(WriteRefusedError):
        serve(view)
    assert numbers(database) == [1]


def test_a_write_that_begins_like_a_query_is_refused_by_the_database(database, serve):
    with pytest.raises(WriteRefusedError, match="The database refused"):
        serve(lambda request: run(database, HIDDEN_WRITE))
    assert numbers(database) == [1]


def test_a_transaction_of_the_page_cannot_write_either(database, serve):
    def view(request):
        database.set_autocommit(False)
        try:
            run(database, HIDDEN_WRITE)
        finally:
            database.rollback()
            database.set_autocommit(True)

    with pytest.raises(WriteRefusedError):
        serve(view)
    assert numbers(database) == [1]


def test_an_atomic_block_of_the_page_cannot_write_either(database, serve, monkeypatch):
    def view(request):
        with transaction.atomic():
            run(database, HIDDEN_WRITE)

    with monkeypatch.context() as patched:
        patched.setattr(transaction, "get_connection", lambda using=None: database)
        with pytest.raises(WriteRefusedError):
            serve(view)
        assert numbers(database) == [1]
        with transaction.atomic():
            run(database, "INSERT INTO guarded VALUES (2)")
    assert numbers(database) == [1, 2]


def test_a_connection_made_anew_cannot_write_either(database, serve):
    def view(request):
        run(database, "SELECT 1")
        database.close()
        run(database, HIDDEN_WRITE)

    with pytest.raises(WriteRefusedError):
        serve(view)
    assert numbers(database) == [1]


def test_the_admin_can_write(database, serve):
    serve(lambda request: HttpResponse(run(database, "SELECT 1")))

    def view(request):
        run(database, "INSERT INTO guarded VALUES (2)")
        return HttpResponse()

    serve(view, "/verwaltung/projects/project/")

    assert numbers(database) == [1, 2]


def test_the_guard_ends_with_the_request(database, other, serve):
    serve(lambda request: HttpResponse(run(database, "SELECT 1")))

    assert database.get_autocommit()
    assert not database.execute_wrappers
    run(database, "INSERT INTO guarded VALUES (2)")
    assert numbers(other) == [1, 2]


def test_the_guard_ends_with_a_failing_request(database, other, serve):
    with pytest.raises(DatabaseError):
        serve(lambda request: run(database, "SELECT missing FROM guarded"))

    run(database, "INSERT INTO guarded VALUES (2)")
    assert numbers(other) == [1, 2]


def test_a_streamed_response_reads_from_the_snapshot_of_its_request(database, other, serve):
    def stream():
        run(other, "INSERT INTO guarded VALUES (2)")
        yield str(numbers(database)).encode()

    def view(request):
        numbers(database)
        return StreamingHttpResponse(stream())

    response = serve(view)

    assert list(response) == [b"[1]"]
    assert numbers(database) == [1, 2]


def test_a_streamed_response_cannot_write_either(database, serve):
    def stream():
        yield b"Kopf\n"
        run(database, "INSERT INTO guarded VALUES (2)")

    response = serve(lambda request: StreamingHttpResponse(stream()))

    with pytest.raises(WriteRefusedError):
        list(response)
    assert database.get_autocommit()
    assert numbers(database) == [1]


@pytest.mark.parametrize("parts_read", [0, 1])
def test_a_streamed_response_that_is_given_up_ends_the_guard(database, serve, parts_read):
    def stream():
        yield b"1"
        yield b"2"

    def view(request):
        numbers(database)
        return StreamingHttpResponse(stream())

    response = serve(view)
    parts = iter(response)
    for _ in range(parts_read):
        next(parts)
    assert not database.get_autocommit()
    response.close()

    assert database.get_autocommit()
    run(database, "INSERT INTO guarded VALUES (2)")
    assert numbers(database) == [1, 2]


def test_a_streamed_response_that_is_never_closed_costs_the_connection(database, serve):
    """As when a middleware gives another answer in its place."""

    def view(request):
        numbers(database)
        return StreamingHttpResponse([b"1"])

    serve(view)
    # What Django does before and after each request.
    database.close_if_unusable_or_obsolete()

    assert database.connection is None
    run(database, "INSERT INTO guarded VALUES (2)")
    assert numbers(database) == [1, 2]


@pytest.mark.django_db
def test_inside_a_transaction_of_somebody_else_a_stream_that_nobody_reads_leaves_nothing():
    response = ReadOnlyMiddleware(
        lambda request: StreamingHttpResponse([str(len(group_names())).encode()])
    )(RequestFactory().get("/projekte.csv"))

    Group.objects.create(name="danach")
    assert "danach" in group_names()
    response.close()


@pytest.mark.django_db
def test_inside_a_transaction_of_somebody_else_a_public_page_cannot_write():
    """Such as that of a test; it goes on after the request."""
    before = group_names()

    with pytest.raises(WriteRefusedError), transaction.atomic():
        ReadOnlyMiddleware(lambda request: Group.objects.create(name="geschrieben"))(
            RequestFactory().get("/projekte/")
        )

    assert group_names() == before
    Group.objects.create(name="danach")
    assert "danach" in group_names()
