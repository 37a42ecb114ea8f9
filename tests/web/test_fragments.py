"""Kept parts of pages: each page is the same with them, without them, and where they are new."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import set_script_prefix
from django.utils import timezone

from hzd_catalogue.records import publishing
from hzd_catalogue.records.views import RecordDetailView
from hzd_catalogue.reference.models import Level, Source
from projects.models import Project
from tests.addresses import every_kind_of_public_address
from tests.chance import some
from tests.factories import make_project

pytestmark = pytest.mark.django_db

LISTS = [
    f"/{path}{query}"
    for path in ("projekte/", "kooperationen/", "partner/")
    for query in ("", "?ansicht=tabelle", "?land=DE-TH&ebene=land", "?q=verwaltung", "?jahr=ohne")
]
RECORDS = ["/projekte/wohngeld/", "/kooperationen/psita/", "/partner/ekom21/"]
#: The same page for different requests, each with something of its own.
REQUESTS = [
    {},
    {"QUERY_STRING": "weg=1"},
    {"HTTP_HOST": "andere.example"},
    {"SCRIPT_NAME": "/katalog/"},
    {"wsgi.url_scheme": "https", "HTTP_HOST": "testserver"},
]


@pytest.fixture(autouse=True)
def _begins_at_the_root():
    yield
    set_script_prefix("/")


def pages(client, asked):
    """Return the answer to each request: its status, its links and its bytes."""
    found = []
    for address, request in asked:
        # As the server does with the environment of each request.
        set_script_prefix(request.get("SCRIPT_NAME", "/"))
        page = client.get(address, **request)
        found.append((page.status_code, page.get("Link"), page.getvalue()))
    return found


def assert_same_without(client, settings, asked):
    new, kept = pages(client, asked), pages(client, asked)
    off = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    settings.CACHES = {**settings.CACHES, "fragments": off}
    without = pages(client, asked)
    for request, *answers in zip(asked, new, kept, without, strict=True):
        assert answers[0] == answers[1] == answers[2], request


def test_each_page_is_the_same_with_and_without(catalogue, client, settings):
    others = [path for path in every_kind_of_public_address() if path.endswith("/")]
    addresses = ["/", "/laender/thueringen/", *LISTS, *RECORDS, *some(others, 20)]
    assert_same_without(client, settings, [(address, {}) for address in addresses])


@pytest.mark.parametrize("address", ["/projekte/", *RECORDS[:1]])
def test_each_request_has_its_own(catalogue, client, settings, address):
    settings.ALLOWED_HOSTS = ["testserver", "andere.example"]
    asked = [(address, request) for request in REQUESTS]
    assert_same_without(client, settings, asked)
    assert len({page for _status, _links, page in pages(client, asked)}) == len(REQUESTS)


@pytest.mark.parametrize("address", ["/projekte/?land=DE-TH", RECORDS[0]])
def test_who_has_the_page_already_asks_for_the_revision_alone(catalogue, client, address):
    tag = client.get(address)["ETag"]
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address, headers={"if-none-match": tag})

    assert response.status_code == 304
    assert len(captured) == 1


@pytest.mark.parametrize("address", ["/projekte/", "/projekte/?ansicht=tabelle", RECORDS[0]])
def test_an_edit_shows_at_once_wherever_the_text_comes_from(catalogue, client, address):
    assert "Ein ganz neues Wort" not in client.get(address).content.decode()
    for row in (Project.objects.get(slug="wohngeld"), Level.objects.get(slug="land")):
        row.name = f"Ein ganz neues Wort {row.pk}"
        row.save()
        if address != RECORDS[0] or row.slug != "land":
            assert row.name in client.get(address).content.decode()
    assert client.get("/projekte/wohngeld/").content.decode().count("Ein ganz neues Wort") > 2


def test_what_is_withdrawn_is_gone_at_once(catalogue, client):
    for address in ("/projekte/", RECORDS[0]):
        client.get(address)
    publishing.withdraw(Project.objects.get(slug="wohngeld"))

    assert "/projekte/wohngeld/" not in client.get("/projekte/").content.decode()
    assert client.get(RECORDS[0]).status_code == 410


def test_a_new_day_has_its_own_pages(catalogue, client, monkeypatch):
    client.get(RECORDS[0])
    monkeypatch.setattr(Source, "comparison_in_words", "mit anderen Worten")
    assert "mit anderen Worten" not in client.get(RECORDS[0]).content.decode()
    tomorrow = timezone.localdate() + timedelta(days=1)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: tomorrow)

    assert "mit anderen Worten" in client.get(RECORDS[0]).content.decode()


def test_a_preview_is_neither_kept_nor_looked_up(catalogue, client, admin_client, monkeypatch):
    def refuse(view):
        raise AssertionError

    monkeypatch.setattr(RecordDetailView, "kept_page", refuse)
    draft = make_project(slug="entwurf", is_published=False)
    for record in (Project.objects.get(slug="wohngeld"), draft):
        preview = admin_client.get(f"/verwaltung/projects/project/{record.pk}/vorschau/")
        assert "nur für die Redaktion" in preview.text or "Vorschau" in preview.text
    monkeypatch.undo()

    assert "Vorschau" not in client.get(RECORDS[0]).content.decode()
    assert client.get("/projekte/entwurf/").status_code == 404
