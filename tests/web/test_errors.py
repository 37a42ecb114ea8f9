"""Error pages in the site's own face, without a database where there may be none."""

import pytest
from django.db import OperationalError
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

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
    response = client.get("/luecken/")
    assert response.status_code == 503
    assert response["Retry-After"] == "60"
    assert "nicht erreichbar" in response.content.decode()


@pytest.mark.parametrize("template", ["403.html", "503.html"])
def test_every_error_page_renders(db: None, template: str) -> None:
    request: HttpRequest = RequestFactory().get("/")
    html = render_to_string(template, request=request)
    assert html.count("<h1") == 1
