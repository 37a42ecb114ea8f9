"""Exports of cooperations and partners: equal to the pages, on the real catalogue."""

import json

import pytest

from hzd_catalogue.records.export_rows import ExportState
from partners.columns import COOPERATION_COLUMNS, PARTNER_COLUMNS
from partners.filters import COOPERATIONS, PARTNERS
from partners.models import Partner, Role
from tests.chance import seeds
from tests.exporting import (
    OFFERED,
    count_queries,
    csv_rows,
    duplicate_records,
    keys_in,
    keys_on_pages,
    random_query,
    sheet_records,
)
from tests.factories import (
    make_cooperation,
    make_participation,
    make_partner,
    make_project,
    make_role,
    make_state,
)
from tests.listing import ask

pytestmark = pytest.mark.django_db

KINDS = [
    pytest.param("kooperationen", COOPERATIONS, COOPERATION_COLUMNS, id="cooperations"),
    pytest.param("partner", PARTNERS, PARTNER_COLUMNS, id="partners"),
]


def exported(client, kind, query=""):
    """Return the records of a JSON export by their keys."""
    records = json.loads(client.get(f"/{kind}.json{query}").getvalue())["records"]
    return {record["key"]: record for record in records}


@pytest.mark.parametrize(("kind", "listing", "columns"), KINDS)
@pytest.mark.parametrize("seed", seeds(3))
def test_every_format_holds_what_the_pages_show(catalogue, client, kind, listing, columns, seed):
    query = random_query(listing, seed)
    expected = keys_on_pages(client, f"/{kind}/", query)

    for suffix in OFFERED:
        file = client.get(f"/{kind}.{suffix}?{query}").getvalue()
        assert keys_in(suffix, file) == expected, suffix


@pytest.mark.parametrize(("kind", "listing", "columns"), KINDS)
def test_columns_are_the_same_in_csv_and_json(catalogue, client, kind, listing, columns):
    header = csv_rows(client.get(f"/{kind}.csv").getvalue())[0]

    assert header == [flat.name for column in columns for flat in column.flat]
    for record in exported(client, kind).values():
        assert list(record) == [column.key for column in columns]


@pytest.mark.parametrize(("kind", "listing", "columns"), KINDS)
@pytest.mark.parametrize(("facet", "column"), [("land", "states"), ("jahr", "years")])
def test_states_and_years_are_those_of_the_filters(
    catalogue, client, kind, listing, columns, facet, column
):
    everything = exported(client, kind)
    options = {view.name: view for view in ask(listing).facets}
    for option in options[facet].options:
        if option.value != "ohne":
            naming = {
                key
                for key, record in everything.items()
                if option.value
                in [str(item["key"] if facet == "land" else item) for item in record[column]]
            }
            assert naming == set(exported(client, kind, option.url)), option.value


def test_states_say_what_they_rest_on(empty_catalogue, client):
    for code, name in (("DE-HE", "Hessen"), ("DE-BY", "Bayern"), ("DE-SL", "Saarland")):
        make_state(code, name)
    partner = make_partner(slug="p", reach="bundesweit")
    nationwide = make_cooperation(slug="bund", reach="bundesweit")
    by_project = make_cooperation(slug="projekt")
    make_cooperation(slug="hessen")
    for cooperation in (nationwide, by_project):
        make_role(cooperation, partner)
        project = make_project(cooperation=cooperation, reach="bundesweit")
        make_participation(project, make_state("DE-SL"))

    def rests_on(kind, slug):
        states = client.get(f"/{kind}/{slug}.json").json()["record"]["states"]
        return {state["key"].removeprefix("DE-"): state["basis"] for state in states}

    assert rests_on("kooperationen", "bund") == {
        "HE": "hzd",
        "BY": "bundesweit",
        "SL": "projekt",
    }
    assert rests_on("kooperationen", "projekt") == {
        "HE": "hzd",
        "BY": "bundesweites-projekt",
        "SL": "projekt",
    }
    assert rests_on("kooperationen", "hessen") == {"HE": "hzd"}
    assert rests_on("partner", "p") == {"HE": "hzd", "SL": "projekt"}
    rows = sheet_records(client.get("/kooperationen.xlsx").getvalue())
    assert {row["Schlüssel"]: row["Länder"] for row in rows} == {
        "bund": "bundesweit; Hessen; Saarland",
        "projekt": "bundesweit (über ein Projekt); Hessen; Saarland",
        "hessen": "Hessen",
    }


@pytest.mark.parametrize(("kind", "listing", "columns"), KINDS)
def test_every_record_answers_and_its_page_links_to_it(catalogue, client, kind, listing, columns):
    for record in listing.rows():
        url = f"/{kind}/{record.slug}.json"
        assert json.loads(client.get(url).content)["record"]["key"] == record.slug
        assert f'href="{url}"' in client.get(record.get_absolute_url()).content.decode()


@pytest.mark.parametrize(("kind", "listing", "columns"), KINDS)
def test_queries_do_not_grow_with_records(catalogue, client, kind, listing, columns):
    # Without finished rows: each is made of its record.
    ExportState.objects.all().delete()
    before = count_queries(client, f"/{kind}.json")
    duplicate_records(listing.rows().model)

    assert count_queries(client, f"/{kind}.json") == before


def test_partners_come_with_roles_and_passages(catalogue, client):
    for record in exported(client, "kooperationen").values():
        roles = Role.objects.published().filter(record__slug=record["key"])
        assert {row["key"] for row in record["partners"]} == set(
            roles.filter(record__type="kooperationen").values_list("partner__slug", flat=True)
        )
        for partner in record["partners"]:
            assert all(role["role"] and role["passage"]["quote"] for role in partner["roles"])


def test_both_sides_agree(catalogue, client):
    cooperations = exported(client, "kooperationen")
    partners = exported(client, "partner")

    forth = {
        (key, row["key"]) for key, record in cooperations.items() for row in record["partners"]
    }
    back = {(row["key"], key) for key, record in partners.items() for row in record["cooperations"]}
    assert forth == back
    assert len(partners) == Partner.objects.published().count()
