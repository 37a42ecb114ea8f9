"""``/aenderungen.json``: every revision, what was added, modified and deleted."""

import json
from itertools import pairwise

import pytest

from hzd_catalogue.opendata import changes as json_view
from hzd_catalogue.records import publishing
from hzd_catalogue.records.models import Version
from hzd_catalogue.reference import changes
from hzd_catalogue.reference.models import Revision
from tests.factories import make_project

pytestmark = pytest.mark.django_db


def read(client, address="/aenderungen.json"):
    """Return all changes over all pages, each with its revision."""
    found = []
    while address:
        data = json.loads(client.get(address).content)
        for revision in data["revisions"]:
            found += [(revision["number"], row) for row in revision["changes"]]
        address = (data["meta"]["next"] or "").removeprefix("http://testserver")
    return found


@pytest.fixture
def life(empty_catalogue):
    """A project that was published, renamed, withdrawn and published again."""
    project = make_project(is_published=False, slug="alt")
    publishing.publish(project)
    with changes.change():
        project.slug = "neu"
        project.save()
    with changes.change():
        publishing.withdraw(project)
    with changes.change():
        publishing.publish(project)
    return project


def test_each_change_says_before_and_after(life, client):
    rows = [row for _revision, row in read(client)]

    assert [row["operation"] for row in rows] == ["ADD", "MOD", "DEL", "ADD"]
    assert [row["key"] for row in rows] == [
        *("projekte/alt", "projekte/neu", "projekte/neu", "projekte/neu"),
    ]
    assert [row["former_key"] for row in rows] == [None, "projekte/alt", None, None]
    for before, after in pairwise(rows):
        assert before["after"] == after["before"]
    assert rows[-1]["after"] == json.loads(client.get("/projekte/neu.json").content)["record"]


def test_who_has_a_revision_gets_what_came_after_it(life, client):
    everything = read(client)
    for known in {revision for revision, _row in everything} | {0}:
        later = [pair for pair in everything if pair[0] > known]
        assert read(client, f"/aenderungen.json?ab={known}") == later
    assert read(client, f"/aenderungen.json?ab={Revision.current().number}") == []


@pytest.mark.parametrize("size", [1, 2, 3])
def test_pages_together_hold_every_change_once(life, client, monkeypatch, size):
    monkeypatch.setattr(json_view, "CHANGES_PER_PAGE", size)

    assert len(read(client)) == Version.objects.count()


@pytest.mark.parametrize("query", ["ab=-1", "ab=x", "ab=1.5", f"ab={'9' * 40}", "nach=x", "seit=1"])
def test_what_is_not_understood_is_answered_in_words(life, client, query):
    response = client.get(f"/aenderungen.json?{query}")

    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert json.loads(response.content)["detail"]


def test_the_documentation_names_it(catalogue, client):
    assert "/aenderungen.json?ab=" in client.get("/api/").content.decode()
