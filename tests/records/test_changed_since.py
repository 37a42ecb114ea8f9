"""``geaendert-seit=``: the records whose last version is of that day or later."""

import json
from datetime import UTC, datetime

import pytest

from hzd_catalogue.records import publishing
from hzd_catalogue.records.models import Version
from hzd_catalogue.reference import changes
from tests.factories import make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(empty_catalogue):
    """Projects last changed on the 1st, the 3rd and the 5th of November, late in Berlin."""
    for number in (1, 3, 5):
        project = make_project(is_published=False, name=f"Am {number}.", slug=f"am-{number}")
        publishing.publish(project)
        at = datetime(2026, 11, number, 22, 30, tzinfo=UTC)
        Version.objects.filter(record=project.pk).update(at=at)
    with changes.change():
        make_project(name="Ohne Fassung", slug="ohne-fassung")
    Version.objects.filter(slug="ohne-fassung").delete()


def names(client, query):
    return [row.name for row in client.get(f"/projekte/?{query}").context["shown"].rows.loaded]


def test_lists_and_exports_keep_what_was_changed_on_that_day_or_later(three, client):
    for day, found in (
        ("2026-11-01", ["Am 1.", "Am 3.", "Am 5."]),
        ("2026-11-02", ["Am 3.", "Am 5."]),
        ("2026-11-05", ["Am 5."]),
        ("2026-11-06", []),
    ):
        query = f"geaendert-seit={day}"
        assert names(client, query) == found
        answer = json.loads(client.get(f"/projekte.json?{query}").getvalue())
        assert [row["name"] for row in answer["records"]] == found
        assert query in answer["meta"]["url"]


def test_the_page_says_it_keeps_it_and_leads_out_of_it(three, client):
    html = client.get("/projekte/?geaendert-seit=2026-11-03").content.decode()
    assert "Projekte: geändert seit 3. November 2026" in html
    assert '<input type="hidden" name="geaendert-seit" value="2026-11-03">' in html
    empty = client.get("/projekte/?geaendert-seit=2027-01-01&q=Am").content.decode()
    assert "Ohne „geändert seit 1. Januar 2027“" in empty


@pytest.mark.parametrize("day", ["gestern", "2026-02-31", "20261105", "2026-W45-1"])
def test_a_day_that_is_none_is_answered_in_words_and_keeps_all(three, client, day):
    shown = client.get(f"/projekte/?geaendert-seit={day}").context["shown"]
    assert shown.count == 4
    assert any(f"Den Tag „{day}“ gibt es nicht" in problem for problem in shown.problems)


def test_the_list_of_changes_takes_it_too(three, client):
    shown = client.get("/aenderungen/?geaendert-seit=2026-11-03").context["shown"]
    assert [row.name for row in shown.rows.loaded] == ["Am 5.", "Am 3."]
