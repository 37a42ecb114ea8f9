"""Exports of projects: equal to the pages, on the real catalogue."""

import json
from datetime import date, datetime

import pytest

from hzd_catalogue.records.export_rows import ExportState
from hzd_catalogue.records.models import Address, Milestone
from hzd_catalogue.reference.models import Revision
from projects.columns import PROJECT_COLUMNS
from projects.filters import PROJECTS
from projects.models import Project
from tests.chance import seeds
from tests.exporting import (
    OFFERED,
    count_queries,
    csv_records,
    csv_rows,
    duplicate_records,
    keys_in,
    keys_on_pages,
    ods_rows,
    random_query,
    sheet_records,
    xlsx_book,
)
from tests.factories import make_project, passage
from tests.listing import ask

pytestmark = pytest.mark.django_db


def exported(client, query=""):
    """Return the projects of a JSON export by their keys."""
    records = json.loads(client.get(f"/projekte.json{query}").getvalue())["records"]
    return {record["key"]: record for record in records}


def csv_cells(client, key):
    """Return a project's values in CSV by the names of its columns."""
    rows = csv_records(client.get("/projekte.csv").getvalue())
    return next(cells for cells in rows if cells["key"] == key)


def sheet_cells(client, key):
    """Return a project's cells in Excel by their headings."""
    rows = sheet_records(client.get("/projekte.xlsx").getvalue())
    return next(cells for cells in rows if cells["Schlüssel"] == key)


@pytest.mark.parametrize("seed", seeds(4))
def test_every_format_holds_what_the_pages_show(catalogue, client, seed):
    query = random_query(PROJECTS, seed)
    expected = keys_on_pages(client, "/projekte/", query)

    assert len(expected) == ask(PROJECTS, query).count
    for suffix in OFFERED:
        file = client.get(f"/projekte.{suffix}?{query}").getvalue()
        assert keys_in(suffix, file) == expected, suffix


def test_columns_are_the_same_in_every_format(catalogue, client):
    labels = [column.label for column in PROJECT_COLUMNS]
    files = {suffix: client.get(f"/projekte.{suffix}").getvalue() for suffix in OFFERED}

    names = [flat.name for column in PROJECT_COLUMNS for flat in column.flat]
    assert csv_rows(files["csv"])[0] == names
    assert [cell.value for cell in xlsx_book(files["xlsx"]).worksheets[0][1]] == labels
    assert ods_rows(files["ods"])[0] == labels
    keys = [column.key for column in PROJECT_COLUMNS]
    for record in json.loads(files["json"])["records"]:
        assert list(record) == keys


def test_states_are_those_of_the_filter(catalogue, client):
    for code in ("DE-HE", "DE-SL", "DE-TH", "DE-RP"):
        naming = {
            key
            for key, record in exported(client).items()
            if code in [state["key"] for state in record["states"]]
        }
        assert naming == set(exported(client, f"?land={code}"))


def test_newest_source_stands_first_and_older_ones_below(catalogue, client):
    states = {state["key"]: state for state in exported(client)["wohngeld"]["states"]}

    assert set(states) == {"DE-HE", "DE-BB", "DE-TH", "DE-RP"}
    assert states["DE-RP"]["status"]["key"] == "tritt-bei"
    brandenburg = states["DE-BB"]
    assert (brandenburg["status"]["key"], brandenburg["passage"]["source"]) == ("beteiligt", "000")
    assert [(row["status"]["key"], row["passage"]["source"]) for row in brandenburg["older"]] == [
        ("tritt-bei", "001")
    ]
    assert "Rheinland-Pfalz (tritt bei)" in sheet_cells(client, "wohngeld")["Länder"]
    cells = csv_cells(client, "wohngeld")
    keys, status = cells["states"].split("|"), cells["states_status"].split("|")
    assert dict(zip(keys, status, strict=True))["DE-RP"] == "tritt-bei"


def test_bundesweit_is_said(catalogue, client):
    assert sheet_cells(client, "konsens")["Länder"] == "bundesweit; Hessen (beteiligt, seit: 2004)"
    assert len(exported(client)["konsens"]["states"]) == 16


def test_sources_name_every_passage(catalogue, client):
    said = sheet_cells(client, "wohngeld")["Quellen"]
    assert said == "Dokument 000 Absatz 16; Dokument 001 Absatz 5"
    cells = csv_cells(client, "wohngeld")
    assert (cells["passages"], cells["passages_paragraph"]) == ("000|001", "16|5")


@pytest.fixture
def dated(empty_catalogue):
    """Three projects: with a day, with several days, with a part of a month."""
    for slug, values in {
        "tag": {"month": 2, "day": 21},
        "tage": {"month": 10, "day": 6, "last_day": 8},
        "ende": {"month": 9, "part": "ende"},
    }.items():
        Milestone.objects.create(
            record=make_project(slug=slug, name=slug),
            event="beginn",
            title="Ein Ereignis",
            year=2024,
            **values,
            **passage(),
        )


def test_dates_are_as_exact_as_their_source(dated, client):
    label = "Neuester Meilenstein (Datum)"
    expected = {
        "tag": date(2024, 2, 21),
        "tage": "6.–8. Oktober 2024",
        "ende": "Ende September 2024",
    }

    rows = ods_rows(client.get("/projekte.ods").getvalue())
    place = rows[0].index(label)
    assert {row[0]: row[place] for row in rows[1:]} == expected
    sheet = xlsx_book(client.get("/projekte.xlsx").getvalue()).worksheets[0]
    cells = {row[0].value: row[place] for row in sheet.iter_rows(min_row=2)}
    assert cells["tag"].is_date
    assert cells["tag"].value == datetime(2024, 2, 21)  # noqa: DTZ001
    assert cells["ende"].value == "Ende September 2024"
    names = ("newest_milestone", "newest_milestone_in_words")
    assert [csv_cells(client, "ende")[name] for name in names] == ["2024-09", expected["ende"]]
    assert [exported(client)[key]["newest_milestone"]["date"] for key in expected] == [
        "2024-02-21",
        "2024-10-06",
        "2024-09",
    ]


def test_formulas_in_names_stay_text(empty_catalogue, client):
    make_project(slug="formel", name="=1+1")

    assert csv_cells(client, "formel")["name"] == "=1+1"
    cell = xlsx_book(client.get("/projekte.xlsx").getvalue()).worksheets[0]["B2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    assert ods_rows(client.get("/projekte.ods").getvalue())[1][1] == "=1+1"
    assert exported(client)["formel"]["name"] == "=1+1"


#: The order in time of the two documents on Wohngeld.
RANKS = {"000": 5, "001": 2}


def test_record_has_every_statement(catalogue, client):
    response = client.get("/projekte/wohngeld.json")
    record = json.loads(response.content)["record"]
    project = Project.objects.with_details().get(slug="wohngeld")

    assert response["Content-Type"] == "application/json"
    assert [column.key for column in PROJECT_COLUMNS] == list(record)[:-1]
    groups = record["statements"]
    assert set(groups) == {
        "participations",
        "involvements",
        "relations",
        "incoming_relations",
        "concerning_events",
        "user_groups",
        "other_names",
        "evidence",
        "statuses",
        "milestones",
        "figures",
    }
    page = client.get(project.get_absolute_url()).content.decode()
    for name, rows in groups.items():
        assert len(rows) == len(project.grouped_statements()[name])
        for row in rows if name not in ("incoming_relations", "concerning_events") else ():
            assert row["fact"]
            assert row["quote"]
            assert row["source_title"]
            address, anchor = row["url"].split("#")
            assert anchor == f"aussage-{row['key']}"
            assert address == "http://testserver/projekte/wohngeld/"
            assert name == "evidence" or f'id="{anchor}"' in page
    assert {"DE-BB"} <= {row["federal_state"] for row in groups["participations"]}


def test_the_statements_of_a_record_start_with_the_newest_source(catalogue, client):
    statements = client.get("/projekte/wohngeld.json").json()["record"]["statements"]
    for rows in statements.values():
        places = [(-RANKS[row["source"]], row["paragraph"]) for row in rows]
        assert places == sorted(places)
    assert len({row["source"] for row in statements["participations"]}) > 1


def test_every_record_answers_and_its_page_links_to_it(catalogue, client):
    for project in Project.objects.published():
        url = f"/projekte/{project.slug}.json"
        assert client.get(url).status_code == 200
        assert f'href="{url}"' in client.get(project.get_absolute_url()).content.decode()


def test_former_address_leads_to_the_record(catalogue, client):
    project = Project.objects.get(slug="wohngeld")
    Address.objects.create(type="projekte", slug="hewog-alt", record=project)

    response = client.get("/projekte/hewog-alt.json")
    assert (response.status_code, response["Location"]) == (301, "/projekte/wohngeld.json")
    assert client.get("/projekte/gibt-es-nicht.json").status_code == 404


def test_description_of_the_file(catalogue, client):
    meta = json.loads(client.get("/projekte.json?land=DE-TH&ebene=land").getvalue())["meta"]

    revision = Revision.current()
    assert meta["title"] == "Projekte: Bundesland Thüringen, Ebene Land"
    assert meta["filters"] == "Bundesland Thüringen, Ebene Land"
    assert meta["parameters"] == {"ebene": ["land"], "land": ["DE-TH"]}
    assert (meta["count"], meta["total"]) == (
        ask(PROJECTS, "land=DE-TH&ebene=land").count,
        Project.objects.published().count(),
    )
    assert meta["revision"]["number"] == revision.number
    assert meta["url"] == "http://testserver/projekte/?ebene=land&land=DE-TH"
    assert meta["formats"]["ods"] == "http://testserver/projekte.ods?ebene=land&land=DE-TH"


def test_queries_do_not_grow_with_records(catalogue, client):
    # Without finished rows: each is made of its record.
    ExportState.objects.all().delete()
    before = count_queries(client, "/projekte.json")
    duplicate_records(Project)

    assert len(exported(client)) == 2 * Project.objects.filter(slug__endswith="-2").count()
    assert count_queries(client, "/projekte.json") == before
