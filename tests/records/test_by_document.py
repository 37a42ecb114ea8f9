"""The table of kinds of statement and documents on a record's page."""

import re

import pytest

from hzd_catalogue.records.models import KeyFigure, OtherName, Statement, StatusStatement
from partners.models import Cooperation, Partner
from projects.models import Project
from tests.factories import (
    make_cooperation,
    make_evidence,
    make_participation,
    make_partner,
    make_project,
    make_role,
    make_source,
    make_state,
    passage,
)

pytestmark = pytest.mark.django_db


def section(client, record):
    """Return the text of the section, as one line."""
    page = client.get(record.get_absolute_url()).content.decode()
    (found,) = re.findall(r'aria-labelledby="quellen">.*?</section>', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found).split())


def cells(record):
    """Return each row by its label: the words of each document."""
    table = type(record).objects.with_details().get(pk=record.pk).by_document
    return [source.code for source in table.sources], {
        row.label: [[entry.words for entry in entries] for _source, entries in row.cells]
        for row in table.rows
    }


def test_each_document_says_its_own_newest_first(client):
    older, newer = make_source("801"), make_source("802")
    project, state = make_project(evidence=False), make_state("DE-SL", "Saarland")
    make_participation(project, state, source=older, participation_status="tritt-bei")
    make_participation(project, state, source=newer, year=2020)
    StatusStatement.objects.create(record=project, status="im-einsatz", **passage(newer))
    OtherName.objects.create(record=project, name="Kurz", name_kind="kurzform", **passage(older))
    make_evidence(project, older)

    assert cells(project) == (
        ["802", "801"],
        {
            "Länder im Projekt: Saarland": [["beteiligt, seit 2020"], ["tritt bei"]],
            "weitere Namen": [[], ["Kurz (Kurzform)"]],
            "Belege": [[], ["Beschreibung", "Reichweite", "Ebene"]],
            "Status": [["im Einsatz"], []],
        },
    )
    assert "Status im Einsatz ohne Angabe" in section(client, project)


def test_a_row_says_how_its_documents_differ(client):
    older, newer = make_source(), make_source()
    project, states = make_project(evidence=False), [make_state(f"DE-X{x}", x) for x in "ABC"]
    for state, before, after in zip(
        states,
        ("tritt-bei", "beteiligt", "nutzt"),
        ("beteiligt", "tritt-bei", "beteiligt"),
        strict=True,
    ):
        make_participation(project, state, source=older, participation_status=before)
        make_participation(project, state, source=newer, participation_status=after)

    text = section(client, project)
    assert "Länder im Projekt: A Entwicklung beteiligt tritt bei" in text
    assert "Länder im Projekt: B Widerspruch tritt bei beteiligt" in text
    assert "Länder im Projekt: C beteiligt nutzt" in text


def test_a_partner_s_roles_are_said_with_their_records(client):
    partner, source = make_partner(evidence=False), make_source()
    make_role(make_cooperation(name="Bund"), partner, role="lädt ein", source=source)
    KeyFigure.objects.create(record=partner, value=3, unit="Häuser", **passage())

    _codes, rows = cells(partner)
    assert rows["Partner und ihre Rollen"] == [[], ["Bund: lädt ein"]]


def test_of_one_document_alone_there_is_nothing_to_compare(client):
    project = make_project(evidence=False)
    make_evidence(project, make_source("803", title="Das einzige"))
    assert "Das einzige" in section(client, project)
    assert "im Vergleich" not in section(client, project)

    make_participation(project)
    assert "2 Dokumente im Vergleich, das neueste zuerst" in section(client, project)


def test_nobody_knows_what_is_a_draft(client):
    partner = make_partner(is_published=False, name="Geheim", evidence=False)
    cooperation = make_cooperation()
    make_role(cooperation, partner, source=make_source())

    assert "Geheim" not in section(client, cooperation)
    assert "im Vergleich" not in section(client, cooperation)


@pytest.mark.parametrize("model", [Project, Cooperation, Partner])
def test_every_statement_of_the_catalogue_has_its_place(catalogue, client, model):
    for record in model.objects.published().with_details():
        table = record.by_document
        shown = {
            (source.pk, entry.words)
            for row in table.rows
            for source, entries in row.cells
            for entry in entries
        }
        own = Statement.objects.published().filter(record=record).with_names()
        assert {(row.source_id, row.brief) for row in own} <= shown, record
        ranks = [source.rank for source in table.sources]
        assert ranks == sorted(ranks, reverse=True)
        assert all(len(row.cells) == len(ranks) for row in table.rows)
