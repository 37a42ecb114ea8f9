"""The documentation of the open data, and the matrix and the lists among it."""

import json
import re

import pytest
from django.http import QueryDict
from django.utils import timezone

from hzd_catalogue.exports import parameters
from hzd_catalogue.opendata.api import resources, statement_resource
from hzd_catalogue.opendata.reference_lists import REFERENCE_LISTS
from hzd_catalogue.records import data_lists
from hzd_catalogue.reference.models import FederalState, Level, Revision, Source, Topic
from partners.models import Cooperation, Partner
from projects.models import Project
from tests.chance import some
from tests.exporting import OFFERED, csv_records, csv_rows, ods_rows, xlsx_book
from tests.listing import ask

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(catalogue, client):
    return client.get("/api/").content.decode()


def test_every_link_of_the_documentation_answers(page, client):
    addresses = {url for url in re.findall(r'href="(/[^"#]*)"', page) if "static" not in url}

    assert len(addresses) > 20
    for address in some(sorted(addresses), 50):
        response = client.get(address.replace("&amp;", "&"))
        # Read a streamed file to its end: close() would close the test's connection with it.
        response.getvalue()
        assert response.status_code == 200, address


def test_the_examples_of_earlier_states_answer(catalogue, page, client):
    """A day before the data, or one that is still to come, would be refused."""
    questions = re.findall(r"<code>(\?(?:stand|fassung|geaendert-seit)=[^<]*)</code>", page)

    assert len(questions) == 4
    (of_record, version, of_list, changed) = questions
    for address in ("/projekte/wohngeld/", "/projekte/wohngeld.json"):
        assert client.get(address + of_record).status_code == 200
        assert client.get(address + version).status_code == 200
    assert client.get("/projekte/" + of_list).status_code == 200
    assert client.get("/projekte/" + changed).status_code == 200


def test_parameters_are_those_that_lists_know(catalogue):
    for resource in resources(Revision.current().key):
        query = QueryDict("q=hessen", mutable=True)
        for parameter in resource.parameters:
            for value in parameter.values:
                query[parameter.name] = value
                assert ask(resource.listing, query.urlencode()).problems == [], query


def test_only_the_search_takes_any_words(page):
    assert set(re.findall(r"<code>([^<]*)</code></th>\s*<td>[^<]*</td>\s*<td>beliebige", page)) == {
        "q"
    }


def test_fields_are_those_of_the_records(page, catalogue, client):
    for resource in resources(Revision.current().key):
        record = json.loads(client.get(resource.example_path).content)["record"]
        documented = [column.key for column in resource.columns]
        assert list(record) == [*documented, "statements"]
        assert list(record["statements"]) == [name for name, _meaning in resource.statements]
        for column in resource.columns:
            assert f"<code>{column.key}</code>" in page


def test_the_list_of_statements_is_described_whole(page, catalogue, client):
    resource = statement_resource(Revision.current().key)
    section = page.partition('aria-labelledby="aussagen"')[2].partition("</section>")[0]
    for row in (*resource.parameters, *resource.columns):
        name = getattr(row, "name", None) or row.key
        assert f'<th scope="row"><code>{name}</code></th>' in section
    example = json.loads(client.get(resource.example_path).content)["record"]
    assert list(example) == [column.key for column in resource.columns]


def test_what_lists_have_in_common_is_said_once(catalogue, client, page):
    common = client.get("/api/").context["common"]
    found = resources(Revision.current().key)
    # What the list of statements has stands there whole.
    page = page.partition('aria-labelledby="aussagen"')[0]

    assert {"q", "land", "ebene", "sortierung"} <= {row.name for row in common.parameters}
    assert {"key", "name", "changed_at"} <= {row.key for row in common.fields}
    for row in (*common.parameters, *common.fields):
        name = getattr(row, "name", None) or row.key
        assert page.count(f'<th scope="row"><code>{name}</code></th>') == 1, name
    for resource in found:
        for parameter in resource.parameters:
            assert f'<th scope="row"><code>{parameter.name}</code></th>' in page
            for value in parameter.values:
                assert value == "ohne" or f"<code>{value}</code>" in page


def test_values_that_grow_with_the_catalogue_are_those_of_the_lists_that_are_named(
    catalogue, client
):
    growing = set()
    for resource in [
        *resources(Revision.current().key),
        statement_resource(Revision.current().key),
    ]:
        for parameter in resource.parameters:
            if (where := parameter.value_list) is None:
                continue
            growing.add(parameter.name)
            found = set()
            for url in where.urls:
                rows = json.loads(client.get(url).getvalue())["records"]
                start = f"{url.removeprefix('/').removesuffix('.json')}/"
                found |= {(start if where.rule != "key" else "") + row["key"] for row in rows}
            assert set(parameter.values) - {"ohne"} == found, parameter.name
    assert growing == {"partner", "quelle", "eintrag"}


def test_very_many_values_are_not_listed_but_where_they_are(catalogue, client, monkeypatch):
    """In the documentation, in the description for programs, and where a value is refused."""
    monkeypatch.setattr(parameters, "MOST_VALUES", 2)
    monkeypatch.setattr(data_lists, "MOST_VALUES", 2)
    page = client.get("/api/").content.decode()
    total = Partner.objects.published().count()
    row = page.partition('<th scope="row"><code>partner</code></th>')[2].partition("</tr>")[0]
    assert len(re.findall("<li>", row)) == 2
    assert f"und {total - 2} weitere" in row
    assert f'alle {total}: key in <a href="/partner.json">/partner.json</a>' in row

    described = json.loads(client.get("/openapi.json").content)["components"]["parameters"]
    assert "enum" not in described["partner"]["schema"]["items"]
    assert "key in /partner.json" in described["partner"]["description"]
    assert "enum" in described["land"]["schema"]["items"]

    refused = json.loads(client.get("/projekte.json?partner=x&land=x").content)
    by_name = {error["parameter"]: error for error in refused["errors"]}
    assert by_name["partner"]["detail"].endswith("Die möglichen Werte: key in /partner.json.")
    assert "possible" not in by_name["partner"]
    assert len(by_name["land"]["possible"]) == 16


def test_the_former_description_leads_to_the_present_one(client):
    response = client.get("/api.json")
    assert (response.status_code, response["Location"]) == (301, "/openapi.json")


def test_the_tables_of_a_record_are_those_it_has(page, client):
    described = resources(Revision.current().key)
    for resource, model in zip(described, (Project, Cooperation, Partner), strict=True):
        names = [name.slug for name in resource.tables]
        for record in model.objects.published().with_details():
            assert [(table.slug, table.title) for table in record.tables.values()] == [
                (name.slug, name.title) for name in resource.tables
            ]
        address = resource.table_path
        section = page.partition(f"<code>{address}</code>")[2].partition("</details>")[0]
        assert re.findall("<code>(.*?)</code>", section) == names
        for name in names:
            url = address.replace("{key}", record.slug).replace("{tabelle}", name)
            assert client.head(url).status_code == 200, url


@pytest.mark.parametrize(
    ("address", "model", "key"),
    [
        ("/laender.json", FederalState, "code"),
        ("/ebenen.json", Level, "slug"),
        ("/themen.json", Topic, "slug"),
        ("/quellen.json", Source, "code"),
    ],
)
def test_lists_explain_the_keys(catalogue, client, address, model, key):
    content = json.loads(client.get(address).getvalue())

    assert [row["key"] for row in content["records"]] == list(
        model.objects.values_list(key, flat=True)
    )
    assert content["meta"]["count"] == model.objects.count()
    for row in content["records"]:
        assert "url" not in row or client.get(row["url"]).status_code == 200


@pytest.mark.parametrize("name", [item.path_name for item in REFERENCE_LISTS])
def test_each_row_of_a_list_has_an_address_of_its_own(catalogue, client, name):
    rows = json.loads(client.get(f"/{name}.json").getvalue())["records"]
    assert len(rows) > 2
    for row in rows:
        single = json.loads(client.get(f"/{name}/{row.get('slug', row['key'])}.json").content)
        assert single["record"] == row
        assert single["meta"]["title"] == row.get("name", row.get("title"))
    table = csv_rows(client.get(f"/{name}.csv").getvalue())
    assert [line[0] for line in table[1:]] == [row["key"] for row in rows]
    assert client.get(f"/{name}/gibt-es-nicht.json").status_code == 404


def test_a_document_that_was_taken_back_is_gone(catalogue, client):
    source = Source.objects.published().first()
    Source.objects.filter(pk=source.pk).update(taken_back_at=timezone.now())

    response = client.get(f"/quellen/{source.slug}.json")
    assert response.status_code == 410
    assert "nicht mehr zum Katalog" in json.loads(response.content)["detail"]


def test_topics_name_their_concept(catalogue, client):
    for row in json.loads(client.get("/themen.json").getvalue())["records"]:
        assert row["data_theme"].startswith("http://publications.europa.eu/resource/authority/")


@pytest.mark.parametrize("query", ["", "?ebene=kommune", "?land=DE-TH&sortierung=-name"])
def test_matrix_files_hold_what_the_page_shows(catalogue, client, query):
    shown = client.get(f"/laender/matrix/{query}").context["matrix"]
    expected = [[row.project.slug, *(cell.word for cell in row.cells)] for row in shown.rows]
    states = [state.name for state in shown.federal_states]
    found = [
        [
            row["key"],
            *(row[f"{state.code.replace('-', '_')}_name"] for state in shown.federal_states),
        ]
        for row in csv_records(client.get(f"/laender/matrix.csv{query}").getvalue())
    ]
    assert found == expected

    for suffix, rows in {
        "xlsx": list(
            xlsx_book(client.get(f"/laender/matrix.xlsx{query}").getvalue()).worksheets[0].values
        ),
        "ods": ods_rows(client.get(f"/laender/matrix.ods{query}").getvalue()),
    }.items():
        assert list(rows[0][3:19]) == states, suffix
        found = [[row[0], *((*row, *[None] * 19)[3:19])] for row in rows[1:]]
        assert [[cell or "" for cell in row] for row in found] == expected, suffix


def test_matrix_page_links_to_its_files(catalogue, client):
    html = client.get("/laender/matrix/?ebene=kommune").content.decode()

    for suffix in OFFERED:
        assert html.count(f'href="/laender/matrix.{suffix}?ebene=kommune"') == 2


def test_the_matrix_of_another_day_is_refused_and_no_other_list_given(catalogue, client):
    response = client.get("/laender/matrix.json?stand=2000-01-01")
    assert response.status_code == 400
    assert json.loads(response.content)["errors"][0]["parameter"] == "stand"


def test_matrix_as_json_links_to_the_statements(catalogue, client):
    records = json.loads(client.get("/laender/matrix.json").getvalue())["records"]

    row = next(record for record in records if record["key"] == "wohngeld")
    assert row["DE-RP"]["key"] == "tritt-bei"
    assert row["DE-RP"]["url"].startswith("http://testserver/projekte/wohngeld/#aussage-")
    assert row["DE-BB"]["difference"] == {"key": "entwicklung", "name": "Entwicklung"}
    assert row["DE-RP"]["difference"] is None
    assert row["DE-BY"] is None
