"""Documents beside their originals: whose voice, when compared, and with what result."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from hzd_catalogue.reference.models import COMPARED_FOR, Source
from tests.editing import editor_client, form_data
from tests.factories import (
    make_cooperation,
    make_participation,
    make_partner,
    make_project,
    make_source,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 5, 3)
RESULTS = {"noch-so": "noch so", "geaendert": "geändert", "nicht-abrufbar": "nicht mehr abrufbar"}


@pytest.fixture
def today(monkeypatch):
    """Stand still on one day."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: TODAY)


# What is stored ---------------------------------------------------------------------------------


def test_nothing_is_invented_of_the_five_documents(catalogue):
    rows = Source.objects.values_list("code", "voice", "comparison", "compared_on")
    unchecked = ("nicht-geprueft", None)
    assert set(rows) == {
        ("000", "selbstauskunft", *unchecked),
        ("001", "selbstauskunft", *unchecked),
        ("002", "selbstauskunft", *unchecked),
        ("003", "dritte", *unchecked),
        ("004", "betreiber", *unchecked),
    }
    assert all(source.voice_reason for source in Source.objects.all())


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"comparison": "noch-so"}, "compared_on"),
        ({"compared_on": TODAY}, "comparison"),
        ({"comparison": "noch-so", "compared_on": TODAY + timedelta(days=1)}, "compared_on"),
        ({"comparison": "vielleicht", "compared_on": TODAY}, "comparison"),
        ({"voice": "geraune"}, "voice"),
    ],
)
def test_a_result_and_its_day_belong_together(today, values, field):
    source = make_source()
    for name, value in values.items():
        setattr(source, name, value)
    with pytest.raises(ValidationError) as error:
        source.full_clean()
    assert list(error.value.message_dict) == [field]


@pytest.mark.parametrize(
    "values",
    [
        {"comparison": "noch-so"},
        {"compared_on": TODAY},
        {"comparison": "vielleicht", "compared_on": TODAY},
        {"voice": "geraune"},
    ],
)
def test_the_database_refuses_the_same(values):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_source(**values)


@pytest.mark.parametrize("result", RESULTS)
def test_today_in_berlin_is_no_future(monkeypatch, result):
    # Half past midnight in Berlin, still yesterday in UTC.
    moment = datetime(2026, 5, 2, 22, 30, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    make_source(comparison=result, compared_on=TODAY).full_clean()


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("", ""),
        ("einfo21-digital", ""),
        ("hzd.hessen.de/it-kooperationen", "https://hzd.hessen.de/it-kooperationen"),
        ("kgst.de", "https://kgst.de"),
        ("http://kgst.de/a?b=c", "http://kgst.de/a?b=c"),
        ("https://kgst.de/a", "https://kgst.de/a"),
        ("https://", ""),
        ("ftp://kgst.de/a", ""),
        ("javascript:alert(1)", ""),
        ("javascript:alert(document.cookie)//x.de/", ""),
        ("data:text/html,x.de/", ""),
        ("Seite 3 der Zeitung", ""),
        ("kgst.de und Seite 3", ""),
        ("HTTPS://KGSt.de/a", "HTTPS://KGSt.de/a"),
        ("https://kgst.de/a b", ""),
        ("https://kgst.de\\@fremd.example/", ""),
        ("https://kgst.de@fremd.example/", ""),
        ("kgst.de/\\a", ""),
    ],
)
def test_only_a_full_web_address_is_linked(client, address, url):
    source = make_source(published_at=address)
    assert source.original_url == url
    page = client.get(source.get_absolute_url()).content.decode()
    assert ('rel="external"' in page) == bool(url)
    assert f'href="{url}" rel="external"' in page or not url


# What is shown ----------------------------------------------------------------------------------


@pytest.mark.parametrize("result", RESULTS)
def test_pages_say_when_it_was_compared_and_with_what_result(empty_catalogue, client, result):
    source = make_source(comparison=result, compared_on=TODAY, voice="dritte")
    words = f"zuletzt verglichen am 3. Mai 2026 – {RESULTS[result]}"
    project = make_project(evidence=False)
    make_participation(project, source=source)
    record = client.get(project.get_absolute_url()).content.decode()
    for page in (
        client.get(source.get_absolute_url()).content.decode(),
        client.get("/quellen/").content.decode(),
        record,
    ):
        assert words in page
        assert "Dritte" in page

    # Beside passages only what a reader should mind.
    warning = f"Original {RESULTS[result]} (verglichen am 3. Mai 2026)"
    assert (warning in record) == (result != "noch-so")


def test_never_compared_is_said_as_such(empty_catalogue, client):
    source = make_source()
    page = client.get(source.get_absolute_url()).content.decode()
    assert "nicht geprüft" in page
    assert "verglichen am" not in page
    assert source.warning == ""


def test_a_record_lists_its_documents_newest_first(empty_catalogue, client):
    old, new, other = make_source(rank=901), make_source(rank=902), make_source(rank=903)
    for make in (make_project, make_cooperation, make_partner):
        record = make(evidence=False)
        for source in (old, new, old):
            record.statements.create(
                kind="beleg", aspect="ebene", source=source, paragraph=1, quote="ein Wort"
            )
        response = client.get(record.get_absolute_url())
        documents = response.context["documents"]
        assert [document.source for document in documents] == [new, old]
        listed = response.content.decode().partition('id="quellen"')[2].partition("</section>")[0]
        assert listed.index(new.title) < listed.index(old.title)
        assert other.title not in listed


def test_json_says_the_same(empty_catalogue, client):
    make_source("901", published_at="kgst.de/a")
    make_source(
        "902", voice="dritte", comparison="noch-so", compared_on=TODAY, voice_reason="Weil."
    )
    first, second = json.loads(client.get("/quellen.json").getvalue())["records"]
    assert (first["voice"], first["comparison"]["name"], first["compared_on"]) == (
        None,
        "nicht geprüft",
        None,
    )
    assert first["original_url"] == "https://kgst.de/a"
    assert second["voice"] == {"key": "dritte", "name": "Dritte"}
    assert (second["voice_reason"], second["original_url"]) == ("Weil.", None)
    assert second["comparison"] == {"key": "noch-so", "name": "noch so"}
    assert second["compared_on"] == "2026-05-03"


# What is due ------------------------------------------------------------------------------------


def test_gaps_count_what_the_list_shows(empty_catalogue, client, today):
    limit = TODAY - COMPARED_FOR
    make_source("901")
    make_source("902", comparison="noch-so", compared_on=limit)
    make_source("903", comparison="geaendert", compared_on=limit - timedelta(days=1))
    make_source("904", comparison="nicht-abrufbar", compared_on=date(2020, 1, 1))
    make_source("905", comparison="noch-so", compared_on=TODAY, date_basis="genannt")
    expected = {
        "Quellen: ohne eigenes Datum": ["901", "902", "903", "904"],
        "Quellen: nie verglichen": ["901"],
        "Quellen: länger als ein Jahr nicht verglichen": ["903", "904"],
    }
    gaps = {gap.title: gap for gap in client.get("/luecken/").context["gaps"]}
    for title, codes in expected.items():
        (count,) = gaps[title].counts
        response = client.get(count.url)
        assert sorted(row.source.code for row in response.context["rows"]) == codes
        assert count.count == len(codes)
        assert f">{title}</h1>" in response.content.decode()

    both = client.get("/quellen/?datum=ohne&vergleich=faellig")
    assert {row.source.code for row in both.context["rows"]} == {"903", "904"}
    assert not both.context["problems"]


@pytest.mark.parametrize("query", ["vergleich=morgen", "datum=ohne&vergleich=x", "datum=x"])
def test_an_unknown_choice_is_said(client, query):
    assert len(client.get(f"/quellen/?{query}").context["problems"]) == 1


def test_a_kept_page_does_not_outlive_its_day(empty_catalogue, client, settings, monkeypatch):
    settings.PAGE_CACHE = True
    make_source(comparison="noch-so", compared_on=TODAY - COMPARED_FOR)
    counts = []
    for days in (0, 0, 1):
        day = TODAY + timedelta(days=days)
        monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args, day=day: day)
        page = client.get("/luecken/").content.decode()
        counts.append("vergleich=faellig" in page)
    assert counts == [False, False, True]


# How it gets in and out -------------------------------------------------------------------------


def test_an_editor_enters_a_comparison(empty_catalogue):
    source, editor = make_source(), editor_client()
    address = f"/verwaltung/reference/source/{source.pk}/change/"
    data = form_data(editor.get(address))
    refused = editor.post(address, {**data, "comparison": "noch-so"})
    assert "Bitte den Tag des Vergleichs angeben." in refused.content.decode()

    stated = {"comparison": "noch-so", "compared_on": "03.05.2026", "voice": "dritte"}
    assert editor.post(address, {**data, **stated}).status_code == 302
    source.refresh_from_db()
    assert (source.comparison, source.compared_on, source.voice) == ("noch-so", TODAY, "dritte")
