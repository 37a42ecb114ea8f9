"""What a version shows that the one before did not, in plain words."""

import pytest

from hzd_catalogue.records import publishing
from hzd_catalogue.records.models import Record, StatusStatement, Version
from hzd_catalogue.records.version_words import differences
from hzd_catalogue.reference import changes
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


def published(make, **values):
    record = make(is_published=False, **values)
    publishing.publish(record)
    return record


def words(record):
    version = Version.objects.filter(record=record.pk).select_related("previous").first()
    return [str(difference) for difference in differences(version)]


def test_the_first_version_and_a_withdrawal_have_none():
    project = published(make_project)
    assert words(project) == []
    publishing.withdraw(project)
    assert words(project) == []


def test_a_newer_source_says_something_else_of_the_status():
    project = published(make_project)
    with changes.change():
        StatusStatement.objects.create(
            record=project, status="in-entwicklung", **passage(make_source("005", rank=905))
        )
    assert words(project) == ["Status: neu „in Entwicklung“, wegen Dokument 005, Abs. 1"]
    with changes.change():
        later = passage(make_source("006", rank=30906), paragraph=4)
        StatusStatement.objects.create(record=project, status="im-einsatz", **later)
    assert words(project) == ["Status: in Entwicklung → im Einsatz, wegen Dokument 006, Abs. 4"]


def test_a_statement_comes_changes_and_goes():
    project, thuringia = published(make_project), make_state("DE-TH", "Thüringen")
    source = make_source("006", rank=30906)
    with changes.change():
        row = make_participation(project, thuringia, source=source)
    assert words(project) == [
        "Länder im Projekt: neu „Thüringen: beteiligt“, wegen Dokument 006, Abs. 1"
    ]
    with changes.change():
        row.participation_status, row.quote = "nutzt", "nutzt es nun"
        row.save()
    assert words(project) == [
        "Länder im Projekt, Thüringen: beteiligt → nutzt, wegen Dokument 006, Abs. 1",
        (
            "Länder im Projekt, „Thüringen: nutzt“, Wortlaut: ein kurzer Wortlaut → nutzt es nun, "
            "wegen Dokument 006, Abs. 1"
        ),
    ]
    with changes.change():
        row.delete()
    assert words(project) == [
        "Länder im Projekt: entfällt „Thüringen: nutzt“ (Dokument 006, Abs. 1)"
    ]


def test_the_editors_own_words_and_a_sources_title():
    project = published(make_project, name="Alt")
    source = project.evidence[0].source
    with changes.change():
        project = Record.objects.get(pk=project.pk)
        project.name, project.reach = "Neu", "bundesweit"
        project.save()
        source.title = "Ganz anders"
        source.save()
    assert words(project) == [
        "Name: Alt → Neu",
        "Reichweite: landesweit → bundesweit",
        f"Dokument {source.code}, Titel: Titel {source.code} → Ganz anders",
    ]


def test_where_only_others_have_changed_their_names_and_states_are_said():
    partner = published(make_partner, name="Altes Amt")
    cooperation = published(make_cooperation)
    project = published(make_project, cooperation=cooperation)
    with changes.change():
        make_role(cooperation, partner)
    with changes.change():
        make_participation(project, make_state("DE-TH", "Thüringen"))
    assert words(cooperation) == ["Länder: neu „Thüringen“"]
    assert words(partner) == ["Länder: neu „Thüringen“"]

    with changes.change():
        partner.name = "Neues Amt"
        partner.save()
    assert words(cooperation) == [
        (
            "Partner und ihre Rollen: Altes Amt: wirkt mit → Neues Amt: wirkt mit, wegen Dokument "
            f"{cooperation.involvements[0].source.code}, Abs. 1"
        )
    ]


def test_where_only_the_reason_has_changed_for_which_a_land_counts_it_is_said():
    project, partner = published(make_project), published(make_partner, name="Amt")
    with changes.change():
        make_role(project, partner)
        hessen = make_participation(project, make_state("DE-HE", "Hessen"))
    with changes.change():
        hessen.delete()

    assert words(partner) == [
        "Länder, Hessen: eine Quelle nennt es in einem Projekt → das Land der HZD"
    ]
