"""What answers at the addresses of exports."""

import json
import time
from dataclasses import replace
from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from hzd_catalogue.exports.formats import FORMATS
from hzd_catalogue.lists.result import Result
from hzd_catalogue.records.models import Record
from hzd_catalogue.reference.models import Revision
from projects.filters import PROJECTS
from tests.exporting import OFFERED, count_queries, csv_rows, keys_in, keys_on_pages
from tests.factories import make_project


@pytest.mark.django_db
class TestAddresses:
    """What answers at the addresses of exports."""

    def test_unknown_ending_is_not_found(self, client):
        assert client.get("/projekte.pdf").status_code == 404
        assert client.get("/projekte.csvx").status_code == 404

    @pytest.mark.parametrize("suffix", [*OFFERED, "csv-metadata.json"])
    def test_head_has_the_headers_only(self, client, suffix):
        response = client.head(f"/projekte.{suffix}")

        assert response.status_code == 200
        assert response.getvalue() == b""
        full = client.get(f"/projekte.{suffix}")
        full.close()
        assert response["Content-Type"] == full["Content-Type"]
        assert "Content-Length" not in response

    def test_downloads_are_named_and_json_is_shown(self, catalogue, client):
        today = timezone.localdate().isoformat()
        disposition = client.get("/projekte.csv?land=DE-TH")["Content-Disposition"]
        assert disposition == f'attachment; filename="projekte_bundesland-thueringen_{today}.csv"'
        assert client.get("/projekte.json")["Content-Disposition"].startswith("inline; ")

    def test_the_description_of_a_csv_file_says_what_was_filtered(self, catalogue, client):
        answer = client.get("/projekte.csv-metadata.json?land=DE-TH")
        described, *others = json.loads(answer.getvalue())["tables"]
        header = csv_rows(client.get("/projekte.csv?land=DE-TH").getvalue())[0]
        assert described["url"] == "http://testserver/projekte.csv?land=DE-TH"
        assert described["dc:description"] == "Filter: Bundesland Thüringen"
        moment = described["notes"][0]["revision"]["changed_at"]
        assert described["dc:created"] == moment
        assert [row["name"] for row in described["tableSchema"]["columns"]] == header
        keys = {
            key["columnReference"]: key["reference"]["resource"]
            for key in described["tableSchema"]["foreignKeys"]
        }
        assert keys["partners"] == "http://testserver/partner.csv"
        assert {*keys.values()} == {other["url"] for other in others}
        for other in others:
            header = csv_rows(client.get(other["url"]).getvalue())[0]
            assert [row["name"] for row in other["tableSchema"]["columns"]] == header

    def test_list_names_its_formats(self, catalogue, client):
        response = client.get("/projekte/?land=DE-TH&seite=1&ansicht=tabelle")

        html = response.content.decode()
        for suffix in OFFERED:
            url = f"/projekte.{suffix}?land=DE-TH"
            assert f'href="{url}" title="Projekte: Bundesland Thüringen (' in html
            assert f'<{url}>; rel="alternate"; type="' in response["Link"]

    def test_files_are_streamed(self, catalogue, client):
        assert client.get("/projekte.csv").streaming
        assert client.get("/projekte.json").streaming


@pytest.mark.django_db
class TestManyRecords:
    """A list of several pages."""

    @pytest.fixture
    def projects(self, empty_catalogue):
        return [make_project(name=f"Projekt {number}") for number in range(60)]

    @pytest.mark.parametrize("suffix", OFFERED)
    def test_all_pages_are_in_the_file(self, client, projects, suffix):
        keys = keys_in(suffix, client.get(f"/projekte.{suffix}").getvalue())

        assert len(keys) == 60
        assert keys == keys_on_pages(client, "/projekte/", "")

    def test_what_is_too_long_for_a_sheet_leads_to_csv(self, client, projects, monkeypatch):
        for suffix in ("xlsx", "ods"):
            few = replace(FORMATS[suffix], most_rows=59)
            monkeypatch.setitem(FORMATS, suffix, few)

            answer = client.get(f"/projekte.{suffix}?sortierung=-name")
            assert answer.status_code == 400
            assert answer["Content-Type"] == "application/problem+json"
            assert answer.json()["detail"].endswith(
                "bis 59 Zeilen, dieses Ergebnis hat 60. "
                "Als CSV: http://testserver/projekte.csv?sortierung=-name"
            )
        said = "Excel und ODS gibt es bis 59 Zeilen; für mehr ist CSV da."
        page = client.get("/projekte/")
        assert said in page.content.decode()
        assert 'href="/projekte.csv"' in page.content.decode()
        assert 'href="/projekte.ods"' not in page.content.decode()
        assert "/projekte.ods" not in page["Link"]
        for meta in (
            json.loads(client.get("/projekte.json").getvalue())["meta"],
            json.loads(client.get("/projekte.csv-metadata.json").getvalue())["tables"][0]["notes"][
                0
            ],
        ):
            assert list(meta["formats"]) == ["csv", "json"]

        projects[0].delete()
        assert client.get("/projekte.ods").status_code == 200
        page = client.get("/projekte/").content.decode()
        assert said not in page
        assert 'href="/projekte.ods"' in page

    def test_queries_do_not_grow_with_records(self, client, projects):
        before = count_queries(client, "/projekte.csv")
        for number in range(10):
            make_project(name=f"Weiteres {number}")
        Revision.advance()

        assert count_queries(client, "/projekte.csv") == before

    def test_drafts_stay_out(self, client, projects):
        make_project(slug="entwurf", is_published=False)
        Revision.advance()

        assert "entwurf" not in keys_in("csv", client.get("/projekte.csv").getvalue())
        assert client.get("/projekte/entwurf.json").status_code == 404


def test_a_table_of_a_record_with_a_long_address_is_a_workbook(catalogue, client):
    """Excel takes 31 letters for the name of a sheet, of which some addresses have more."""
    record = max(Record.objects.published(), key=lambda row: len(row.slug))
    (table, *_) = type(record).objects.with_details().get(pk=record.pk).tables
    response = client.get(f"{record.get_absolute_url()}{table}.xlsx")
    assert load_workbook(BytesIO(b"".join(response))).sheetnames[0].startswith(record.slug[:20])


def test_an_export_lets_others_have_their_turn_and_asks_in_portions(catalogue, monkeypatch):
    turns = []
    result = Result.of(PROJECTS, Revision.current().key)
    monkeypatch.setattr(time, "sleep", turns.append)
    pks = [record.pk for record in result.all_records(chunk=5)]
    assert pks == result.pks
    assert len(turns) == -(-len(pks) // 5)
    # With 0, gevent looks at no clock: gunicorn would take the process for dead.
    assert all(turns)
