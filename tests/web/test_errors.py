"""Error pages in the site's own face, without a database where there may be none."""

import io
import time
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.base import ContentFile
from django.db import (
    DatabaseError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
)
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from lxml import html

from hzd_catalogue.web import errors


def test_not_found_helps_on(db: None, client: Client) -> None:
    response = client.get("/gibt-es-nicht/")
    assert response.status_code == 404
    assert "Im ganzen Katalog suchen" in response.content.decode()


# Without the fixture "db" any query fails.
def test_failure_needs_no_database() -> None:
    response = errors.server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "Hier ist etwas schiefgegangen" in response.content.decode()


def test_bad_request_needs_no_database() -> None:
    response = errors.bad_request(RequestFactory().get("/"), ValueError())
    assert response.status_code == 400


def test_unreachable_database_is_temporary(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise OperationalError("no connection")

    monkeypatch.setattr("hzd_catalogue.overview.gaps.GapsView.get_context_data", fail)
    client.raise_request_exception = False
    response = client.get("/luecken/?a=1&b=%22")
    assert response.status_code == 503
    assert response["Retry-After"] == "60"
    assert "nicht erreichbar" in response.content.decode()
    # Other pages would say the same: the one that was asked for is the way on.
    content = html.document_fromstring(response.text).get_element_by_id("inhalt")
    assert [link.get("href") for link in content.iter("a")] == ["/luecken/?a=1&b=%22"]


@pytest.mark.parametrize("template", ["403.html", "503.html"])
def test_every_error_page_renders(db: None, template: str) -> None:
    request: HttpRequest = RequestFactory().get("/")
    assert render_to_string(template, request=request).count("<h1") == 1


def failing(error: Exception) -> Callable[..., None]:
    def fail(*args: object, **kwargs: object) -> None:
        raise error

    return fail


class StandbyError(Exception):
    """As psycopg says that a server only reads."""

    sqlstate = "25006"


def only_reading() -> Exception:
    error = InternalError("cannot execute UPDATE in a read-only transaction")
    error.__cause__ = StandbyError()
    return error


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("database or disk is full"), 503),
        (InterfaceError("connection already closed"), 503),
        (DatabaseError("database disk image is malformed"), 503),
        (only_reading(), 503),
        (InternalError("current transaction is aborted"), 500),
        (ProgrammingError("no such column"), 500),
        (IntegrityError("UNIQUE constraint failed"), 500),
        (ValueError("ours"), 500),
    ],
)
def test_what_the_database_is_the_reason_for_is_temporary(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    monkeypatch.setattr("hzd_catalogue.overview.gaps.GapsView.get_context_data", failing(error))
    client.raise_request_exception = False
    response = client.get("/luecken/")
    assert response.status_code == status
    assert response["Cache-Control"] == "no-store"


URLENCODED = "application/x-www-form-urlencoded"
FORM = "/verwaltung/auth/group/add/"
SENT = {"name": 'Karte & „Länder“ < "3"', "permissions": ["1", "2"], "_save": "x"}


def test_a_form_that_the_database_did_not_take_is_sent_again(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin_client.raise_request_exception = False
    before = Group.objects.count()
    with monkeypatch.context() as broken:
        broken.setattr(Group, "save", failing(OperationalError("server closed the connection")))
        response = admin_client.post(FORM, SENT)
    assert response.status_code == 503
    assert Group.objects.count() == before
    form = html.document_fromstring(response.text).forms[-1]
    assert form.action == FORM

    admin_client.post(form.action, urlencode(form.form_values()), content_type=URLENCODED)

    group = Group.objects.get(name=SENT["name"])
    assert group.permissions.count() == 2


def test_neither_passwords_nor_files_come_back(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin_client.raise_request_exception = False
    monkeypatch.setattr(User, "save", failing(OperationalError("disk I/O error")))
    sent = {"username": "neu", "password1": "Kranich-7", "password2": "Kranich-7"}
    response = admin_client.post(
        "/verwaltung/auth/user/add/", {**sent, "file": ContentFile(b"x", name="x.txt")}
    )
    assert response.status_code == 503
    assert "Kranich" not in response.text
    assert "nur Dateien und Passwörter nicht" in response.text
    fields = dict(html.document_fromstring(response.text).forms[-1].form_values())
    assert fields == {"username": "neu"}


@pytest.mark.parametrize(("held", "is_offered"), [("", False), ("name=Wohngeld", True)])
def test_a_login_is_not_sent_again_unless_it_carries_a_form(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch, held: str, is_offered: bool
) -> None:
    """Without its password it would only be refused."""
    client.raise_request_exception = False
    error = failing(OperationalError("attempt to write a readonly database"))
    monkeypatch.setattr("django.contrib.auth.authenticate", error)
    monkeypatch.setattr("django.contrib.auth.forms.authenticate", error)
    sent = {"username": "redaktion", "password": "Kranich-7", "held_form": held}
    response = client.post("/verwaltung/login/", sent)
    assert response.status_code == 503
    assert ("Noch einmal abschicken" in response.text) is is_offered
    assert "Kranich" not in response.text


def test_a_form_that_is_too_large_is_called_so(admin_client: Client) -> None:
    admin_client.raise_request_exception = False
    before = Group.objects.count()
    sent = {"name": "x", "_save": "x", "more": "ä" * 2_000_000}
    response = admin_client.post(FORM, urlencode(sent), content_type=URLENCODED)
    assert response.status_code == 413
    assert "Das ist zu viel auf einmal" in response.text
    assert Group.objects.count() == before


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_what_cannot_be_sent_gets_a_page_that_says_so(
    db: None, client: Client, method: str
) -> None:
    response = client.generic(method, "/projekte/", b"a=b", content_type=URLENCODED)
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert response["Content-Length"] == str(len(response.content))
    assert html.document_fromstring(response.text).findtext(".//h1").startswith("Hier lässt sich")


def test_what_nobody_has_looked_at_gets_no_button() -> None:
    """It may come from elsewhere, where the database was away before that was found out."""
    request = RequestFactory().post(FORM, SENT)
    try:
        failing(OperationalError("no connection"))()
    except OperationalError:
        response = errors.server_error(request)
    assert response.status_code == 503
    assert b"Noch einmal abschicken" not in response.content


def test_a_database_that_is_away_is_one_line_a_minute(
    db: None, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    error = OperationalError("connection refused\n\tIs the server running?")
    monkeypatch.setattr("hzd_catalogue.overview.gaps.GapsView.get_context_data", failing(error))
    client = Client(raise_request_exception=False)
    clock = time.monotonic() + 3600
    monkeypatch.setattr("hzd_catalogue.web.logs.time.monotonic", lambda: clock)
    for _ in range(5):
        client.get("/luecken/")
    assert len(log.getvalue().splitlines()) == 1
    assert "/luecken/: connection refused Is the server running?" in log.getvalue()
    clock += 60
    client.get("/luecken/")
    assert len(log.getvalue().splitlines()) == 2
