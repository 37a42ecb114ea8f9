"""As it stood: an earlier state of a record, read from its version, whatever came after it."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from django.utils.html import escape
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hzd_catalogue.records import publishing
from hzd_catalogue.records.kinds import RecordType
from hzd_catalogue.records.models import OtherName, Statement, Version
from hzd_catalogue.records.public_data import with_addresses
from hzd_catalogue.records.taking_back import take_back
from hzd_catalogue.records.versions import Cause
from hzd_catalogue.reference import changes
from tests.chance import FACTOR
from tests.factories import make_cooperation, make_partner, make_project, make_source, passage

pytestmark = pytest.mark.django_db

MAKE = {
    RecordType.PROJECT: make_project,
    RecordType.COOPERATION: make_cooperation,
    RecordType.PARTNER: make_partner,
}


def rename(record, **values):
    with changes.change():
        for name, value in values.items():
            setattr(record, name, value)
        record.save()


@pytest.fixture(params=list(RecordType))
def record(request, empty_catalogue):
    """A record that was published, edited, renamed and withdrawn, each on a day of its own."""
    record = MAKE[request.param](is_published=False, name="Erster Name", slug="alt")
    OtherName.objects.create(
        record=record, name="Kürzel", name_kind="kurzform", **passage(make_source("905"))
    )
    publishing.publish(record)
    rename(record, name="Zweiter Name")
    rename(record, slug="neu")
    with changes.change():
        publishing.withdraw(record)
    for version in Version.objects.filter(record=record.pk):
        # 23:30 in Berlin of November 1st, 3rd, 5th, 7th.
        at = datetime(2026, 10, 30, 22, 30, tzinfo=UTC) + timedelta(days=2 * version.number)
        Version.objects.filter(pk=version.pk).update(at=at)
    return record


def page(client, record, query, slug="alt"):
    return client.get(f"/{record.type}/{slug}/?{query}")


def test_the_version_at_the_end_of_that_day_in_berlin(record, client):
    for slug in ("alt", "neu"):
        for day, name, number in (
            ("2026-11-01", "Erster Name", 1),
            ("2026-11-02", "Erster Name", 1),
            ("2026-11-03", "Zweiter Name", 2),
            ("2026-11-06", "Zweiter Name", 3),
        ):
            response = page(client, record, f"stand={day}", slug)
            assert response.status_code == 200
            assert response.context["earlier"].version.number == number
            assert f'<h1 class="kern-heading-large">{name}</h1>' in response.content.decode()
            assert "noindex" in response.content.decode()
            data = client.get(f"/{record.type}/{slug}.json?stand={day}").json()["record"]
            version = Version.objects.get(record=record.pk, number=number)
            assert data == with_addresses(version.shown, lambda path: f"http://testserver{path}")


#: Status and words of the answer to each.
OTHER_DAYS = {
    "2026-10-31": (404, "noch nicht im Katalog"),
    "2026-11-08": (404, "stand dieser Eintrag nicht im Katalog"),
    "2026-02-31": (400, "Diesen Tag gibt es nicht"),
    "gestern": (400, "Diesen Tag gibt es nicht"),
    "20261101": (400, "Diesen Tag gibt es nicht"),
    "0001-01-01": (400, "Diesen Tag gibt es nicht"),
    "9999-12-31": (400, "liegt in der Zukunft"),
}


def test_other_days_are_answered_in_words(record, client):
    for day, (status, words) in OTHER_DAYS.items():
        response = page(client, record, f"stand={day}")
        assert response.status_code == status, day
        assert words in response.content.decode(), day
        answer = client.get(f"/{record.type}/alt.json?stand={day}")
        told = answer.status_code, answer["Content-Type"]
        assert told == (status, "application/problem+json"), day


def test_of_what_was_public_before_there_were_versions_no_day_is_made_up(record, client):
    Version.objects.filter(record=record.pk, number=1).update(cause=Cause.FIRST_KEPT)
    html = page(client, record, "stand=2026-10-31").content.decode()
    assert "Festgehalten sind Fassungen dieses Eintrags erst seit dem 1. November 2026." in html
    assert "Zuerst veröffentlicht" not in html
    answer = client.get(f"/{record.type}/alt.json?stand=2026-10-31")
    assert (answer.status_code, answer.json()["title"]) == (
        404,
        "Dieser Stand ist nicht aufgehoben",
    )


def test_other_numbers_are_answered_in_words(record, client):
    for number in ("0", "4", "5", "x", "-1", "²", "9" * 30):
        response = page(client, record, f"fassung={number}")
        assert response.status_code == 404, number
        assert "Diese Fassung gibt es nicht" in response.content.decode(), number


def test_a_number_and_a_day_together_are_no_question(record, client):
    query = "fassung=2&stand=2026-11-01"
    response = page(client, record, query)
    assert response.status_code == 400
    assert "zusammen gelten sie nicht" in response.content.decode()
    answer = client.get(f"/{record.type}/alt.json?{query}")
    assert (answer.status_code, answer.json()["title"]) == (400, "Fassung oder Tag")


def test_a_draft_is_never_an_answer(empty_catalogue, client):
    draft = make_project(is_published=False, name="Geheimwerk", slug="geheim")
    today = timezone.localdate().isoformat()
    for query in (f"stand={today}", "fassung=1"):
        for address in (f"/projekte/geheim/?{query}", f"/projekte/geheim.json?{query}"):
            response = client.get(address)
            assert response.status_code == 404
            assert "Geheimwerk" not in response.content.decode()
    publishing.publish(draft)
    with changes.change():
        publishing.withdraw(draft)
    draft.name = "Geheimnis danach"
    draft.save()
    assert "Geheimnis" not in client.get("/projekte/geheim/?fassung=1").content.decode()


def test_the_page_leads_to_today_and_to_what_changed_since(record, client):
    withdrawn = page(client, record, "fassung=1").content.decode()
    assert "inzwischen zurückgezogen" in withdrawn
    assert 'rel="canonical"' not in withdrawn
    with changes.change():
        publishing.publish(record)
    html = page(client, record, "fassung=1").content.decode()
    assert f'<link rel="canonical" href="http://testserver/{record.type}/neu/">' in html
    assert f'href="/{record.type}/neu/"' in html
    assert "Name: Erster Name → Zweiter Name" in html
    newest = page(client, record, "fassung=5").content.decode()
    assert "wie der Eintrag auch heute steht" in newest
    assert "Was sich seitdem" not in newest


def test_other_views_of_a_record_say_that_they_have_no_earlier_state(catalogue, client):
    for ending in ("/einordnung.csv", "/netz.svg"):
        address = f"/projekte/wohngeld{ending}?stand={timezone.localdate().isoformat()}"
        assert client.get(address).status_code == 400, address


def test_every_statement_of_every_record_stands_on_its_page(catalogue, client):
    for version in Version.objects.all():
        html = client.get(version.url).content.decode()
        for rows in version.shown["statements"].values():
            for row in rows:
                for words in (row["fact"], row["quote"], f"Abs. {row['paragraph']}"):
                    assert escape(words) in html


def test_an_older_statement_says_what_it_was_beside_the_newest_one(catalogue, client):
    html = client.get("/projekte/wohngeld/?fassung=1").text
    beside = "(älter, geht der neuesten Angabe voraus)"
    assert f'<strong>Brandenburg: tritt bei</strong> <span class="muted">{beside}</span>' in html


def test_no_earlier_state_links_to_a_document_that_was_taken_back(catalogue, client):
    version = Version.objects.get(slug="wohngeld", type=RecordType.PROJECT)
    source = Statement.objects.filter(record=version.record_id).first().source
    day = timezone.localdate() - timedelta(days=2)
    addresses = version.url, f"/aussagen/?stand={day}&pro-seite=100"
    Version.objects.update(at=timezone.now() - timedelta(days=2))
    for address in addresses:
        assert f'href="{source.get_absolute_url()}#' in client.get(address).content.decode()
    take_back(source)
    for address in addresses:
        html = client.get(address).content.decode()
        assert source.label in html
        assert source.get_absolute_url() not in html


def test_no_earlier_state_is_kept_in_the_page_cache(catalogue, client, settings, monkeypatch):
    settings.PAGE_CACHE = True
    kept = []
    monkeypatch.setattr(cache, "set", lambda key, *args, **kwargs: kept.append(key))
    for query in ("fassung=1", f"stand={timezone.localdate().isoformat()}"):
        for address in ("/projekte/wohngeld/", "/projekte/wohngeld.json"):
            assert client.get(f"{address}?{query}").status_code == 200
    assert not [key for key in kept if key.startswith("page-")]
    client.get("/projekte/wohngeld/")
    assert [key for key in kept if key.startswith("page-")]


def test_the_json_of_today_is_the_same_as_its_version(catalogue, client):
    version = Version.objects.get(type="projekte", slug="wohngeld")
    today = json.loads(client.get("/projekte/wohngeld.json").content)["record"]
    then = json.loads(client.get(f"/projekte/wohngeld.json?fassung={version.number}").content)
    assert then["record"] == today


ODD = [
    "9999-12-31",
    "0001-01-01",
    "1900-01-01",
    "10000-01-01",
    "2026-02-30",
    "-1",
    "\x00",
    "²",
    "1e9",
]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=4 * FACTOR)
@given(text=st.sampled_from(ODD) | st.dates().map(str) | st.text() | st.integers().map(str))
def test_whatever_is_asked_is_answered_in_words(record, client, text):
    """Never with a failure of the site."""
    query = dict.fromkeys(("stand", "fassung", "geaendert-seit"), text)
    for path in (f"/{record.type}/alt/", f"/{record.type}/alt.json", f"/{record.type}/alt.csv"):
        for name in ("stand", "fassung"):
            assert client.get(path, {name: text}).status_code in (200, 301, 400, 404, 410)
    for path in (f"/{record.type}/", f"/{record.type}.json", "/aenderungen/", "/aenderungen.atom"):
        for name in query:
            assert client.get(path, {name: text}).status_code in (200, 400, 404)
        assert client.get(path, query).status_code in (200, 400, 404)


def test_no_day_is_beyond_the_calendar(record):
    for day in (date.min, date(1, 1, 2), date(9999, 12, 30), date.max):
        shown = Version.objects.shown_on(day)
        assert shown.count() == 0
        assert Version.objects.until(day).exists() == (day.year > 1)
