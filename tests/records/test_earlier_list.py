"""Lists as they stood at the end of a day."""

import json
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from hzd_catalogue.records import publishing
from hzd_catalogue.records.models import Record, Version
from hzd_catalogue.reference import changes
from tests.factories import make_participation, make_project, make_state

pytestmark = pytest.mark.django_db

LISTS = {"projekte": "/projekte", "kooperationen": "/kooperationen", "partner": "/partner"}


def names(client, query):
    return [row.shown["name"] for row in client.get(f"/projekte/?{query}").context["earlier"].found]


@pytest.fixture
def november(empty_catalogue):
    """One project from the 1st, renamed on the 3rd, withdrawn on the 5th; one from the 3rd."""
    state = make_state("DE-TH", "Thüringen")
    make_state()
    first = make_project(is_published=False, name="Erster", slug="erster")
    publishing.publish(first)
    with changes.change():
        first.name = "Umbenannter"
        first.save()
    second = make_project(is_published=False, name="Zweiter", slug="zweiter")
    make_participation(second, state)
    publishing.publish(second)
    with changes.change():
        publishing.withdraw(first)
    for version, day in zip(Version.objects.order_by("pk"), (1, 3, 3, 5), strict=True):
        at = datetime(2026, 11, day, 22, 30, tzinfo=UTC)
        Version.objects.filter(pk=version.pk).update(at=at)


@pytest.mark.parametrize(
    ("day", "found"),
    [
        ("2026-10-31", []),
        ("2026-11-02", ["Erster"]),
        ("2026-11-03", ["Umbenannter", "Zweiter"]),
        ("2026-11-05", ["Zweiter"]),
    ],
)
def test_a_list_shows_what_was_public_at_the_end_of_that_day(november, client, day, found):
    assert names(client, f"stand={day}") == found
    answer = json.loads(client.get(f"/projekte.json?stand={day}").content)
    assert [row["name"] for row in answer["records"]] == found
    html = client.get(f"/projekte/?stand={day}").content.decode()
    assert "noindex" in html
    assert '<link rel="canonical" href="http://testserver/projekte/">' in html
    assert ("ist hier nichts festgehalten" in html) == (not found)


def test_a_day_on_which_everything_was_withdrawn_is_not_said_to_be_before_all(november, client):
    with changes.change():
        publishing.withdraw(Record.objects.get(slug="zweiter"))
    html = client.get(f"/projekte/?stand={timezone.localdate()}").content.decode()
    assert "noch nichts" not in html
    assert "Von diesem Tag ist hier nichts festgehalten." in html


def test_it_is_filtered_by_land_alone_and_says_so(november, client):
    assert names(client, "stand=2026-11-03&land=DE-TH") == ["Zweiter"]
    earlier = client.get("/projekte/?stand=2026-11-03&thema=x&land=DE-XX").context["earlier"]
    assert len(earlier.problems) == 2
    assert len(earlier.found) == 2


@pytest.mark.parametrize("day", ["gestern", "2026-02-31", "9999-01-01", "2026-W45-1"])
def test_other_days_are_answered_in_words(november, client, day):
    for address in ("/projekte/", "/projekte.json"):
        response = client.get(f"{address}?stand={day}")
        assert response.status_code == 400
        assert "Tag" in response.content.decode()
    assert client.get("/projekte.csv?stand=2026-11-03").status_code == 400


def test_the_matrix_of_a_day_is_refused_in_words(november, client):
    response = client.get("/laender/matrix/?stand=2026-11-03")
    assert response.status_code == 400
    assert "Frühere Stände gibt es von einzelnen Einträgen" in response.content.decode()
    assert client.get("/laender/matrix.json?stand=2026-11-03").status_code == 400


def test_today_it_shows_what_the_list_shows(catalogue, client):
    today = timezone.localdate().isoformat()
    for record_type, path in LISTS.items():
        then = json.loads(client.get(f"{path}.json?stand={today}").content)["records"]
        now = json.loads(client.get(f"{path}.json").getvalue())["records"]
        assert then == now
        assert len(now) == Record.objects.published().filter(type=record_type).count()
        assert client.get(f"{path}/?stand={today}").status_code == 200
