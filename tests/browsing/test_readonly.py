import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from hzd_catalogue.browsing.readonly import ReadOnlyMiddleware, WriteRefusedError, is_read


def group_names():
    return set(Group.objects.values_list("name", flat=True))


def writing_view(request):
    Group.objects.create(name="geschrieben")
    return HttpResponse("ok")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "  (SELECT 1) UNION (SELECT 2)",
        'SELECT "update" FROM "insert" WHERE name = \'delete from; x\'',
        "WITH newest AS (SELECT 1) SELECT * FROM newest",
        "EXPLAIN SELECT 1",
        'SAVEPOINT "s1"',
        'RELEASE SAVEPOINT "s1"',
        'ROLLBACK TO SAVEPOINT "s1"',
        "PRAGMA foreign_keys",
        "SELECT 1;",
    ],
)
def test_reading_statements(sql):
    assert is_read(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO a VALUES (1)",
        "update a set b = 1",
        "DELETE FROM a",
        "WITH gone AS (DELETE FROM a RETURNING *) SELECT * FROM gone",
        "EXPLAIN ANALYZE INSERT INTO a VALUES (1)",
        "SELECT 1; DELETE FROM a",
        "SELECT * INTO b FROM a",
        "SELECT * FROM a FOR UPDATE",
        "SELECT * FROM a FOR SHARE",
        "PRAGMA query_only = 0",
        "CREATE TABLE a (b int)",
        "VACUUM",
        "SET default_transaction_read_only = off",
        "/* SELECT */ DELETE FROM a",
        "",
    ],
)
def test_writing_statements(sql):
    assert not is_read(sql)


@given(st.sampled_from(["INSERT INTO", "UPDATE", "DELETE FROM", "TRUNCATE"]), st.text())
def test_nothing_after_a_writing_word_makes_it_a_read(word, rest):
    assert not is_read(f"{word} {rest}")


@pytest.mark.django_db
def test_a_public_page_cannot_write():
    before = group_names()

    with pytest.raises(WriteRefusedError), transaction.atomic():
        ReadOnlyMiddleware(writing_view)(RequestFactory().get("/projekte/"))

    assert group_names() == before


@pytest.mark.django_db
def test_the_admin_can_write():
    ReadOnlyMiddleware(writing_view)(RequestFactory().get("/verwaltung/auth/group/"))

    assert "geschrieben" in group_names()


@pytest.mark.django_db
def test_the_guard_ends_with_the_request():
    ReadOnlyMiddleware(lambda request: HttpResponse())(RequestFactory().get("/"))

    Group.objects.create(name="danach")
    assert "danach" in group_names()
    assert not connection.execute_wrappers


@pytest.mark.django_db
def test_a_streamed_response_cannot_write_either():
    def stream():
        yield b"Kopf\n"
        Group.objects.create(name="gestroemt")

    middleware = ReadOnlyMiddleware(lambda request: StreamingHttpResponse(stream()))
    response = middleware(RequestFactory().get("/projekte.csv"))

    with pytest.raises(WriteRefusedError), transaction.atomic():
        list(response)
    assert "gestroemt" not in group_names()
    assert not connection.execute_wrappers


@pytest.mark.django_db
def test_a_public_page_reads():
    def counting_view(request):
        return HttpResponse(str(Group.objects.filter(name="update").count()))

    response = ReadOnlyMiddleware(counting_view)(RequestFactory().get("/"))

    assert response.content == b"0"
