"""The tables of a record's page, and the same as files."""

import re

import pytest
from django.core.cache import caches
from django.urls import reverse

from hzd_catalogue.records import tables
from hzd_catalogue.records.models import KeyFigure, Milestone, StatusStatement
from hzd_catalogue.records.publishing import withdraw
from partners.models import Cooperation, Partner
from projects.models import Project
from tests.exporting import csv_records
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

pytestmark = pytest.mark.django_db


def rows_of(client, address):
    """Return the rows of a CSV file, by the names of their columns."""
    return csv_records(client.get(address).getvalue())


@pytest.mark.parametrize("model", [Project, Cooperation, Partner])
def test_every_table_of_a_page_is_its_file(catalogue, client, model):
    """What the page shows of a table, its file holds, in the same order."""
    for record in model.objects.published()[:4]:
        page = client.get(record.get_absolute_url()).content.decode()
        links = re.findall(rf'href="({record.get_absolute_url()}[a-z]+\.csv)"', page)
        tables = model.objects.with_details().get(pk=record.pk).tables
        links = [link for link in links if not link.endswith(("/netz.csv", "/karte.csv"))]
        assert {link.rpartition("/")[2] for link in links} == {
            f"{slug}.csv" for slug, table in tables.items() if table.rows
        }
        for link in links:
            rows = rows_of(client, link)
            assert rows, link
            places = [page.find(f">{row['quote'].replace('&', '&amp;')}</q>") for row in rows]
            assert -1 not in places, link
            anchored = set(re.findall(r'id="aussage-(\w+)"', page))
            own = set(record.statements.values_list("key", flat=True))
            assert {row["key"] for row in rows} & own <= anchored, link


def test_every_statement_is_in_one_table_of_its_record(catalogue):
    for model in (Project, Cooperation, Partner):
        for record in model.objects.published().with_details():
            shown = [row.key for table in record.tables.values() for row in table.statements]
            assert len(shown) == len(set(shown))
            assert {row.key for row in record.statements.all()} <= set(shown), record


def test_a_table_says_who_says_what_and_where(empty_catalogue, client):
    older = make_source("801", title="Alt", publisher="HZD", date="vermutlich vor Juli 2021")
    newer = make_source("802", title="Neu", publisher="KGSt", date="2022")
    project = make_project(slug="wohnen", evidence=False)
    state = make_state("DE-TH", "Thüringen")
    make_participation(project, state, source=older, participation_status="tritt-bei")
    current = make_participation(project, state, source=newer, year=2022, paragraph=4)

    first, second = rows_of(client, "/projekte/wohnen/laender.csv")
    said = {
        "record": "wohnen",
        "federal_state": "DE-TH",
        "federal_state_name": "Thüringen",
        "status": "beteiligt",
        "since": "2022",
        "rank": "aktuell",
        "source": "802",
        "source_name": "Neu",
        "publisher": "KGSt",
        "source_date": "2022",
        "paragraph": "4",
        "key": current.key,
    }
    assert {name: first[name] for name in said} == said
    assert first["url"].endswith(f"/projekte/wohnen/#{current.anchor}")
    assert [second[name] for name in ("rank", "difference", "difference_name", "since")] == [
        *("älter", "entwicklung", "Entwicklung", ""),
    ]


def test_the_head_answers(empty_catalogue, client):
    project = make_project(evidence=False)
    source = make_source(publisher="HZD", date="nach dem 21. Februar 2024")
    make_participation(project, make_state("DE-TH", "Thüringen"), source=source, year=2013)
    StatusStatement.objects.create(record=project, status="im-einsatz", **passage(source))
    StatusStatement.objects.create(record=project, status="geplant", **passage(make_source(rank=1)))

    page = client.get(project.get_absolute_url()).content.decode()
    head = " ".join(re.sub(r"<[^>]+>", " ", page.partition("</header>")[2]).split())
    head = head.partition("Inhalt")[0]
    for answer in (
        "Status im Einsatz Länder Thüringen beteiligt, seit 2013",
        "Beginn: ohne Angabe",
        "nach HZD, nach Febr. 2024, und 1 weiteren Dokument",
    ):
        assert answer in head


def test_neighbours_that_rest_on_one_paragraph_share_a_note(empty_catalogue, client):
    project, source = make_project(evidence=False), make_source(publisher="HZD", date="2021")
    for letter, paragraph in (("A", 1), ("B", 1), ("C", 2), ("D", 1)):
        make_participation(
            project, make_state(f"DE-X{letter}", letter), source=source, paragraph=paragraph
        )

    page = client.get(project.get_absolute_url()).content.decode()
    table = page.partition('id="laender"')[2].partition("</table>")[0]
    # Three notes are too many to show all their words: each folds its own.
    assert re.findall(r"<summary>HZD, 2021, Abs\. (\d)</summary>", table) == ["1", "2", "1"]
    assert page.count('rowspan="2"') == 1


def test_passages_are_numbered_and_explained_at_the_end(catalogue):
    for record in Project.objects.published().with_details():
        numbers = [passage.number for item in record.documents for passage in item.passages]
        assert numbers == list(range(1, len(numbers) + 1))
        places = {
            passage.number: (item.source.pk, passage.paragraph)
            for item in record.documents
            for passage in item.passages
        }
        for rows in record.grouped_statements().values():
            assert all(places[row.passage_number] == (row.source_id, row.paragraph) for row in rows)


def test_a_table_that_there_is_not_is_not_found(catalogue, client):
    for address in ("/projekte/wohngeld/nichts.csv", "/projekte/nichts/laender.csv"):
        assert client.get(address).status_code == 404


FILES = (".json", "/laender.csv", "/laender.json", "/karte.svg", "/karte.csv", "/netz.svg")


@pytest.mark.parametrize("file", FILES)
def test_files_follow_their_record(client, file):
    project = make_project(slug="alt")
    make_participation(project, make_state("DE-TH", "Thüringen"))
    make_role(project, make_partner())
    assert client.get(f"/projekte/alt{file}").status_code == 200
    project.slug = "neu"
    project.save()

    moved = client.get(f"/projekte/alt{file}")
    assert (moved.status_code, moved["Location"]) == (301, f"/projekte/neu{file}")
    assert client.get(f"/projekte/neu{file}").status_code == 200

    withdraw(project)
    for slug in ("neu", "alt"):
        gone = client.get(f"/projekte/{slug}{file}")
        assert (gone.status_code, gone["Content-Type"]) == (410, "application/problem+json")


@pytest.mark.parametrize("file", ["/nichts.csv", "/karte.svg", "/netz.svg"])
def test_what_a_record_has_not_is_not_found(client, file):
    make_project(slug="allein")
    assert client.get(f"/projekte/allein{file}").status_code == 404


def test_a_draft_has_no_files(client):
    project = make_project(is_published=False)
    make_participation(project)
    address = reverse("project-table-export", args=[project.slug, "laender", "csv"])
    assert client.get(address).status_code == 404


def test_an_error_is_reported_with_the_record_or_not_at_all(client, settings):
    project = make_project(name="Wohngeld & Co")
    address = project.get_absolute_url()
    assert "Fehler melden" not in client.get(address).content.decode()

    settings.CONTACT_EMAIL = "katalog@example.org"
    page = client.get(address).content.decode()
    (link,) = re.findall(r'href="(mailto:[^"]*)">Fehler melden', page)
    assert link.startswith("mailto:katalog@example.org?subject=Fehler%20im%20Eintrag")
    assert "Wohngeld%20%26%20Co" in link
    assert address.replace("/", "%2F") in link


def test_a_document_that_the_description_names_is_said_in_words(empty_catalogue, client):
    source = make_source("803", publisher="K&G", date="2021")
    project = make_project(
        evidence=False, description="Nach Dokument 803 <b>und</b>\nDokument 804 gilt es."
    )
    make_participation(project, source=source)

    page = client.get(project.get_absolute_url()).content.decode()
    assert 'Nach <a href="/quellen/dokument-803/">Dokument 803</a> (K&amp;G, 2021) &lt;b' in page
    assert "<br>Dokument 804 gilt es." in page


def test_an_event_of_another_record_may_be_the_beginning(empty_catalogue, client):
    project, cooperation = make_project(evidence=False), make_cooperation(evidence=False)
    event = Milestone.objects.create(
        record=project, event="veranstaltung", title="Kongress", year=2021, **passage()
    )
    event.concerns.add(cooperation)
    page = client.get(cooperation.get_absolute_url()).content.decode()
    assert "Beginn: ohne Angabe" in page
    assert "erster Meilenstein: 2021, Kongress" in page

    start = Milestone.objects.create(
        record=project, event="beginn", title="Es geht los", year=2022, **passage()
    )
    start.concerns.add(cooperation)
    page = client.get(cooperation.get_absolute_url()).content.decode()
    assert "2022: Es geht los" in page
    assert "Beginn: ohne Angabe" not in page


def test_how_often_is_not_how_long(empty_catalogue, client):
    project = make_project(evidence=False)
    for qualifier in ("alle", "über"):
        KeyFigure.objects.create(
            record=project, qualifier=qualifier, value=3, unit="Jahre Forum", **passage()
        )
    assert [row.qualifier for row in project.durations] == ["über"]


def test_a_table_of_very_many_rows_shows_the_first_and_leads_to_the_others(
    client, catalogue, monkeypatch
):
    partner = Partner.objects.with_details().get(slug="ekom21")
    address = partner.get_absolute_url()
    whole = client.get(address).content.decode()
    assert "Gezeigt sind die ersten" not in whole
    assert "Was sagt welches Dokument?" in whole
    monkeypatch.setattr(tables, "MOST_ROWS", 2)
    caches["fragments"].clear()
    html = client.get(address).content.decode()
    long = [table for table in partner.sections if table.left_out]
    assert len(long) > 1
    assert len(html) < len(whole)
    for table in long:
        shown = {row.anchor for row in table.shown}
        assert f"Gezeigt sind die ersten 2 von {len(table.rows)} Angaben." in html
        every_row = rows_of(client, f"{address}{table.slug}.csv")
        assert len(every_row) == len(table.compared)
        for row in (item.statement for item in table.compared):
            if row.anchor not in shown:
                assert f'id="{row.anchor}"' not in html
    assert "?eintrag=partner/ekom21" in html
    assert "Hier stehen nur die Dokumente und Stellen" in html
    # Each number in the text stands among the documents that are shown.
    numbers = set(re.findall(r'<span class="ref">\[(\d*)\]', html.partition('id="quellen"')[0]))
    named = set(re.findall(r'<span class="ref">\[(\d*)\]', html.partition('id="quellen"')[2]))
    assert numbers <= named
    assert "" not in numbers
    assert "Was sagt welches Dokument?" not in html
