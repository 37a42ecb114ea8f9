"""Exports of a toy list: a model of two fields that knows nothing of the catalogue."""

import json

import pytest
from django.test import RequestFactory

from tests.exporting import csv_rows
from tests.toy import BookExportView, make_books

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def books(db):
    return make_books(("Die Wörter", "a"), ("=Bar", "b"), ("Alles", "a"))


def answer(suffix, query="", **headers):
    request = RequestFactory().get(f"/buecher.{suffix}?{query}", headers=headers)
    return BookExportView.as_view()(request, suffix=suffix)


def test_csv_holds_the_result_in_its_order():
    response = answer("csv", "shelf=a&shelf=b&sortierung=-name")

    header, *rows = csv_rows(response.getvalue())
    assert header == ["name", "shelf"]
    assert rows == [["Die Wörter", "a"], ["Alles", "a"], ["=Bar", "b"]]
    assert response["Content-Disposition"].startswith(
        'attachment; filename="buecher_regal-regal-a-oder-regal-b_'
    )


def test_csv_leads_to_its_description_first():
    """The description names the very address that was asked, whatever is written there."""
    asked = "sortierung=-name&shelf=a&q=alles<%22"
    links = answer("csv", asked)["Link"].split(", ")

    query = "sortierung=-name&shelf=a&q=alles%3C%22"
    assert links[0] == (
        f'</buecher.csv-metadata.json?{query}>; rel="describedby"; type="application/csvm+json"'
    )
    assert links[1].endswith('>; rel="alternate"; type="text/html"')
    (described,) = json.loads(answer("csv-metadata.json", asked).getvalue())["tables"]
    assert described["url"] == f"http://testserver/buecher.csv?{query}"
    assert described["dc:description"].startswith("Filter: ")


def test_json_says_what_it_holds():
    content = json.loads(answer("json", "q=alles").getvalue())

    assert content["records"] == [{"name": "Alles", "shelf": "a"}]
    meta = content["meta"]
    assert meta["title"] == "Bücher: Suche „alles“"
    assert meta["licence"] == {"key": None, "name": "noch nicht festgelegt", "url": None}
    assert (meta["count"], meta["total"], meta["sort"]) == (1, 3, "relevanz")
    assert meta["url"] == "http://testserver/buecher/?q=alles"
    assert meta["formats"]["ods"] == "http://testserver/buecher.ods?q=alles"
    assert meta["revision"]["number"] == 3


def test_what_is_not_understood_is_refused():
    response = answer("csv", "q=alles&farbe=rot")

    assert response.status_code == 400
    assert json.loads(response.content)["detail"] == "Den Filter „farbe“ gibt es nicht."
