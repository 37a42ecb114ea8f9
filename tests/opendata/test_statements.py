"""The list of all statements, and each of them at an address of its own."""

import json
import random
import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hzd_catalogue.data.reading_role import public_tables
from hzd_catalogue.opendata.statements import gone_statement
from hzd_catalogue.records import publishing
from hzd_catalogue.records.kinds import Kind
from hzd_catalogue.records.models import (
    Milestone,
    Record,
    RetiredKey,
    StatusStatement,
    Version,
)
from hzd_catalogue.records.public_data import public_data
from hzd_catalogue.records.statement_columns import STATEMENT_COLUMNS
from hzd_catalogue.records.statement_list import STATEMENTS
from hzd_catalogue.reference import changes
from hzd_catalogue.reference.models import FederalState, Source
from tests.chance import seeds, some
from tests.exporting import keys_in
from tests.factories import (
    make_cooperation,
    make_participation,
    make_partner,
    make_project,
    make_role,
    make_source,
    make_state,
    passage,
)
from tests.listing import ask, random_request

pytestmark = pytest.mark.django_db

_ANCHOR = re.compile(r'<td><a href="/[^"#]+#aussage-(\w+)"')


def rows_of(client, query=""):
    """Return the rows of the JSON file."""
    return json.loads(client.get(f"/aussagen.json{query}").getvalue())["records"]


def keys_of(client, query=""):
    return [row["key"] for row in rows_of(client, query)]


def keys_on_page(response):
    return _ANCHOR.findall(response.content.decode())


def reading(row):
    """Return what the list and the JSON of a record both say of a statement."""
    difference = row.get("difference")
    return (
        *(row["fact"], row["paragraph"], row["quote"], row["url"], row.get("rank")),
        difference["key"] if isinstance(difference, dict) else difference,
    )


# The list --------------------------------------------------------------------------------------


def test_each_public_statement_is_a_row_that_says_what_its_record_says(catalogue, client):
    make_role(make_project(), make_partner(is_published=False))
    make_participation(make_project(is_published=False), make_state())
    rows = {row["key"]: row for row in rows_of(client)}

    said = {}
    for shown in public_data(Record.objects.values_list("pk", flat=True)).values():
        said |= {row["key"]: row for group in shown["statements"].values() for row in group}
    assert set(rows) == set(said)
    for key, row in rows.items():
        path = {**row, "url": row["url"].removeprefix("http://testserver")}
        assert reading(path) == reading(said[key])
        assert row["source"]["key"] == said[key]["source"]
        assert row["federal_state"] is None or row["federal_state"]["key"].startswith("DE-")
        if row["newer"]:
            assert rows[row["newer"]]["rank"] == "aktuell"
            assert rows[row["newer"]]["record"] == row["record"]
    assert any(row["newer"] for row in rows.values())


@pytest.mark.parametrize("seed", seeds(2))
def test_page_and_files_show_the_same_for_any_filters(catalogue, client, seed):
    chance = random.Random(seed)  # noqa: S311 (repeatable, not secret)
    data = random_request(STATEMENTS, chance, ["", "", "wohngeld", "verwaltung"])
    if order := chance.choice(["", "-eintrag", "quelle", "-datum", "-quelle"]):
        data["sortierung"] = order
    query = f"?{data.urlencode()}"
    shown = ask(STATEMENTS, query)
    assert shown.problems == []

    keys = keys_of(client, query)
    assert len(keys) == shown.count
    for suffix in ("csv", "xlsx", "ods"):
        assert keys_in(suffix, client.get(f"/aussagen.{suffix}{query}").getvalue()) == keys
    response = client.get(f"/aussagen/{query}&pro-seite=100")
    assert keys_on_page(response) == keys[:100]


def test_each_count_is_that_of_the_hits_behind_it(catalogue, client):
    options = [option for facet in ask(STATEMENTS).facets for option in facet.options]
    for option in some(options, 40):
        assert ask(STATEMENTS, option.url).count == option.count, option.url
    facets = {facet.name: facet for facet in ask(STATEMENTS).facets}
    total = ask(STATEMENTS).count
    for name in ("land", "art", "typ", "quelle", "stimme", "rang"):
        assert sum(option.count for option in facets[name].options) == total, name


def test_pages_lead_to_exactly_the_statements_that_they_count(catalogue, client):
    home = client.get("/")
    assert home.context["fact_count"] == ask(STATEMENTS).count
    pages = [source.get_absolute_url() for source in Source.objects.published()]
    named = FederalState.objects.filter(statements__isnull=False).distinct()
    pages += [state.get_absolute_url() for state in some(named, 3)]
    pages += [record.get_absolute_url() for record in some(Record.objects.published(), 6)]
    for address in pages:
        link = r'<a href="/aussagen/(\?[^"]+)">([\d.]+) Angaben? als Liste</a>'
        [(query, number)] = re.findall(link, client.get(address).content.decode())
        assert ask(STATEMENTS, query).count == int(number), address


def test_a_record_counts_what_any_record_says_of_it(empty_catalogue, client):
    make_state()
    partner, other = make_partner(slug="p"), make_cooperation()
    project = make_project(slug="e", cooperation=other)
    make_role(project, partner)
    event = Milestone.objects.create(
        record=project, event="beginn", title="Beginn", year=2020, **passage()
    )
    event.concerns.add(other)
    # Three passages each for what a record must have; role, relation and event beside them.
    for record, count in ((partner, 4), (other, 5), (project, 6)):
        assert ask(STATEMENTS, f"eintrag={record.path}").count == count
        assert (
            f">{count} Angaben als Liste<" in client.get(record.get_absolute_url()).content.decode()
        )


def test_records_of_one_name_are_told_apart(empty_catalogue):
    for make in (make_project, make_cooperation):
        make(name="Zwilling", slug="zwilling")
    make_partner(name="Einzelkind", slug="kind")
    options = ask(STATEMENTS).facet("eintrag").options
    assert {option.value: option.label for option in options} == {
        "kooperationen/zwilling": "Zwilling (Kooperation)",
        "projekte/zwilling": "Zwilling (Projekt)",
        "partner/kind": "Einzelkind",
    }


def test_an_empty_catalogue_says_so(empty_catalogue, client):
    make_project(is_published=False)
    assert "hat noch keinen Eintrag veröffentlicht" in client.get("/aussagen/").content.decode()


@pytest.fixture
def stated(empty_catalogue):
    """A project of which two documents speak: its status, and what happened on three days."""
    old, new = make_source(publisher="Alt", voice="dritte"), make_source(publisher="Neu")
    project = make_project(evidence=False, name="Gelber Ordner", slug="ordner")
    state = make_state("DE-TH", "Thüringen")
    StatusStatement.objects.create(record=project, status="im-einsatz", **passage(old))
    StatusStatement.objects.create(record=project, status="geplant", **passage(new))
    make_participation(project, state, source=new, quote="nutzen das Blaue", year=2019, month=5)
    Milestone.objects.create(
        record=project,
        event="beginn",
        title="Messe",
        year=2021,
        month=10,
        day=6,
        last_day=8,
        **passage(old),
    )
    return project


def test_a_row_says_it_in_words_and_as_data(stated, client):
    rows = {row["fact"]: row for row in rows_of(client)}
    older, newer = rows["Status: im Einsatz"], rows["Status: geplant"]
    assert (older["rank"], older["difference"]["key"]) == ("älter", "widerspruch")
    assert (older["newer"], newer["newer"]) == (newer["key"], None)
    assert older["value"] == {"key": "im-einsatz", "name": "im Einsatz"}
    assert older["voice"] == {"key": "dritte", "name": "Dritte"}
    assert newer["voice"] is None
    takes_part = rows["Thüringen: beteiligt, seit Mai 2019"]
    assert takes_part["federal_state"]["key"] == "DE-TH"
    assert takes_part["since"]["date"] == "2019-05"
    [fair] = [row for row in rows.values() if row["kind"]["key"] == Kind.MILESTONE]
    assert fair["text"] == "Messe"
    assert fair["date"] == {
        "date": "2021-10-06/2021-10-08",
        "date_in_words": "6.–8. Oktober 2021",
    }
    assert fair["rank"] is None


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("q=blaue", 1),
        ("q=gelber+ordner", 4),
        ("q=Messe", 1),
        ("q=Oktober+2021", 1),
        ("q=geplant", 1),
        ("q=einsatz+ordner", 1),
        ("q=kennzahl", 0),
        ("rang=widerspruch", 1),
        ("rang=aktuell", 2),
        ("rang=ohne", 1),
        ("land=DE-TH", 1),
        ("jahr=2019&jahr=2021", 2),
        ("stimme=dritte", 2),
    ],
)
def test_it_finds_what_statements_say(stated, client, query, number):
    assert ask(STATEMENTS, query).count == number


def test_orders_go_by_document_and_by_date(stated, client):
    def facts(sort):
        return [row["fact"].partition(":")[0] for row in rows_of(client, f"?sortierung={sort}")]

    assert [fact for fact in facts("datum") if "Status" not in fact][1] == "Thüringen"
    assert facts("-datum")[0] == "Thüringen"
    publishers = [row["publisher"] for row in rows_of(client, "?sortierung=quelle")]
    assert publishers == ["Neu", "Neu", "Alt", "Alt"]


def test_a_page_marks_what_was_searched_for(stated, client):
    html = client.get("/aussagen/?q=blaue").content.decode()
    assert "<q>nutzen das <mark>Blaue</mark></q>" in html
    assert '<meta name="robots" content="noindex">' in html
    assert "Neu, Abs. 1" in html


def test_only_what_changed_since_a_day_is_kept(empty_catalogue, client):
    for slug in ("alt", "neu"):
        publishing.publish(make_project(is_published=False, slug=slug))
    Version.objects.filter(slug="alt").update(at=datetime(2026, 3, 1, tzinfo=UTC))
    records = {row["record"]["key"] for row in rows_of(client, "?geaendert-seit=2026-03-02")}
    assert records == {"neu"}


# One statement ---------------------------------------------------------------------------------


def answers(client, key):
    """Return what page and JSON answer under a key."""
    page, data = client.get(f"/aussagen/{key}/"), client.get(f"/aussagen/{key}.json")
    return page, data


def test_a_key_leads_to_its_place_and_has_json_of_its_own(catalogue, client):
    rows = rows_of(client)
    for row in some(rows, 5):
        page, data = answers(client, row["key"])
        assert page.status_code == 302
        assert f"http://testserver{page.url}" == row["url"]
        assert f'id="aussage-{row["key"]}"' in client.get(page.url).content.decode()
        answer = json.loads(data.content)
        assert answer["record"] == row
        assert list(answer["record"]) == [column.key for column in STATEMENT_COLUMNS]
        assert answer["meta"]["url"] == f"http://testserver/aussagen/{row['key']}/"


def assert_gone(client, key, record):
    """Page and JSON say that it is gone, since today or a day, and to what it belonged."""
    page, data = answers(client, key)
    assert (page.status_code, data.status_code) == (410, 410)
    html, problem = page.content.decode(), json.loads(data.content)
    assert data["Content-Type"] == "application/problem+json"
    for words in (html, problem["detail"]):
        assert "nicht mehr" in words
        assert (f"Projekt „{record}“" in words) == bool(record)
    [last] = re.findall(r'<a href="(/projekte[^"]+)">Wie sie zuletzt stand', html) or [""]
    if record:
        assert problem["detail"].endswith(last)
        path, _, anchor = last.replace("&amp;", "&").partition("#")
        assert f'id="{anchor}"' in client.get(path).content.decode()
    return problem["detail"]


def assert_unknown(client, key):
    page, data = answers(client, key)
    assert (page.status_code, data.status_code) == (404, 404)
    assert "keine Angabe, auch keine frühere" in page.content.decode()
    assert "keine Angabe, auch keine frühere" in json.loads(data.content)["detail"]


@pytest.fixture
def published(empty_catalogue):
    """A public project with a status beside its evidence."""
    make_state()
    project = make_project(is_published=False, name="Ordner", slug="ordner")
    status = StatusStatement.objects.create(record=project, status="geplant", **passage())
    publishing.publish(project)
    return project, status


def test_what_was_deleted_is_gone_and_says_since_when_and_of_what(published, client):
    project, status = published
    key = status.key
    with changes.change():
        status.delete()
        publishing.publish(project)
    Version.objects.filter(number=2).update(at=datetime(2026, 11, 3, 23, 30, tzinfo=UTC))
    assert "4. November 2026" in assert_gone(client, key, "Ordner")


@pytest.mark.parametrize("is_deleted", [False, True])
def test_of_a_withdrawn_record_each_statement_is_gone(published, client, is_deleted):
    project, status = published
    key = status.key
    publishing.withdraw(project)
    Version.objects.filter(number=2).update(at=datetime(2026, 11, 3, tzinfo=UTC))
    if is_deleted:
        with changes.change():
            project.delete()
    assert "3. November 2026" in assert_gone(client, key, "Ordner")


def test_what_names_a_withdrawn_record_is_gone_until_that_comes_back(published, client):
    project, _status = published
    partner = make_partner(is_published=False)
    publishing.publish(partner)
    with changes.change():
        role = make_role(project, partner)
        publishing.publish(project)
    assert client.get(f"/aussagen/{role.key}/").status_code == 302
    publishing.withdraw(partner)
    assert_gone(client, role.key, "Ordner")
    publishing.publish(partner)
    key = role.key
    assert client.get(f"/aussagen/{key}/").status_code == 302
    with changes.change():
        role.delete()
        publishing.publish(project)
    # The partner's versions show it, too; it was never the partner's own.
    assert_gone(client, key, "Ordner")


def test_public_hosts_may_read_what_tells_the_gone_from_the_unknown(published, client):
    project, status = published
    keys = [status.key, "abcdefghjk"]
    with changes.change():
        status.delete()
        publishing.publish(project)
    with CaptureQueriesContext(connection) as asked:
        assert [client.get(f"/aussagen/{key}/").status_code for key in keys] == [410, 404]
    tables = {table for row in asked for table in re.findall('(?:FROM|JOIN) "(\\w+)"', row["sql"])}
    assert RetiredKey._meta.db_table in tables
    assert tables <= set(public_tables())


def test_a_key_that_nobody_had_costs_no_reading_of_versions(published, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert gone_statement("abcdefghjk") is None


def test_what_was_never_public_is_unknown(published, client):
    project, _status = published
    assert_unknown(client, "abcdefghjk")
    assert_unknown(client, "nie")
    draft = make_project(is_published=False)
    assert_unknown(client, draft.statements.first().key)
    # Written and deleted while its record was withdrawn: reserved, and yet never public.
    publishing.withdraw(project)
    with changes.change():
        late = StatusStatement.objects.create(record=project, status="laufend", **passage())
        assert_unknown(client, late.key)
        late.delete()
    assert RetiredKey.objects.filter(key=late.key).exists()
    assert_unknown(client, late.key)


def test_what_was_deleted_before_there_were_versions_is_gone_without_its_record(published, client):
    RetiredKey.objects.create(key="abcdefghjk", retired_at=datetime(2020, 5, 4, tzinfo=UTC))
    assert "4. Mai 2020" in assert_gone(client, "abcdefghjk", "")


# As it stood -----------------------------------------------------------------------------------


@pytest.fixture
def november(published):
    """The status is there from the 1st, corrected on the 3rd, withdrawn on the 5th."""
    project, status = published
    state = make_state("DE-TH", "Thüringen")
    with changes.change():
        status.status = "laufend"
        status.save()
        make_participation(project, state)
        publishing.publish(project)
    with changes.change():
        publishing.withdraw(project)
    for version, day in zip(Version.objects.order_by("pk"), (1, 3, 5), strict=True):
        at = datetime(2026, 11, day, 22, 30, tzinfo=UTC)
        Version.objects.filter(pk=version.pk).update(at=at)
    return status.key


def test_it_shows_what_was_public_at_the_end_of_that_day(november, client):
    found = {}
    for day in ("2026-10-31", "2026-11-02", "2026-11-03", "2026-11-05"):
        answer = json.loads(client.get(f"/aussagen.json?stand={day}").content)
        found[day] = {row["key"]: row["fact"] for row in answer["records"]}
        response = client.get(f"/aussagen/?stand={day}")
        html = response.content.decode()
        assert len(response.context["earlier"].found) == len(found[day]) == answer["meta"]["count"]
        assert '<meta name="robots" content="noindex">' in html
        assert '<a href="/aussagen/">Angaben, wie sie heute im Katalog stehen</a>' in html
        assert ("ist hier nichts festgehalten" in html) == (not found[day])
    assert [len(rows) for rows in found.values()] == [0, 4, 5, 0]
    assert found["2026-11-02"][november] == "Status: geplant"
    assert found["2026-11-03"][november] == "Status: laufend"


def test_it_is_filtered_by_the_land_that_statements_name(november, client):
    response = client.get("/aussagen/?stand=2026-11-03&land=DE-TH")
    [(row, stated)] = response.context["earlier"].shown
    assert stated.fact == "Thüringen: beteiligt"
    path, _, anchor = row.url.partition("#")
    assert f'id="{anchor}"' in client.get(path).content.decode()
    assert "1 von 5 Angaben" in response.content.decode()


@pytest.mark.parametrize("day", ["gestern", "2026-02-31", "9999-01-01"])
def test_other_days_are_answered_in_words(november, client, day):
    for address in ("/aussagen/", "/aussagen.json"):
        response = client.get(f"{address}?stand={day}")
        assert response.status_code == 400
        assert "Tag" in response.content.decode()
    assert client.get("/aussagen.csv?stand=2026-11-03").status_code == 400


def test_today_it_has_the_statements_of_the_list(catalogue, client):
    newest = Version.objects.order_by("-pk")[0]
    day = timezone.localdate(newest.at).isoformat()
    then = json.loads(client.get(f"/aussagen.json?stand={day}").content)["records"]
    assert {row["key"] for row in then} == set(keys_of(client))
    assert len(then) == len({row["key"] for row in then})
