"""Two editors at one form: nothing is overwritten unseen."""

import re

import pytest
from django.db import OperationalError, connection

from hzd_catalogue.records import publishing
from hzd_catalogue.records.models import Record, Statement, Version
from hzd_catalogue.reference import changes
from hzd_catalogue.reference.models import Revision, Source
from hzd_catalogue.reference.two_editors import OPENED
from tests.editing import add_row, editor_client, form_data
from tests.factories import make_participation, make_project, make_state

pytestmark = pytest.mark.django_db


@pytest.fixture
def editors(db):
    return editor_client("erste"), editor_client("zweite")


@pytest.fixture
def project(db):
    record = make_project(is_published=False, name="Vorhaben")
    make_participation(record, make_state("DE-TH", "Thüringen"))
    make_participation(record, make_state("DE-BY", "Bayern"))
    publishing.publish(record)
    return record


@pytest.fixture
def address(project):
    return f"/verwaltung/projects/project/{project.pk}/change/"


def lines(response):
    """Return what the page says that either has changed, by its place."""
    assert response.status_code == 200
    assert "Nichts ist gesichert" in response.content.decode()
    return {
        line.place: (line.before, line.stored, line.typed)
        for line in response.context["meeting"].lines
    }


def row_of(data, prefix, pk):
    number = next(
        name.split("-")[1]
        for name, value in data.items()
        if re.fullmatch(rf"{prefix}-\d+-id", name) and str(value) == str(pk)
    )
    return f"{prefix}-{number}"


def test_whoever_comes_second_sees_both_and_decides(editors, project, address):
    first, second = editors
    one, other = form_data(first.get(address)), form_data(second.get(address))
    one |= {"name": "Von der ersten", "summary": "Nur die erste."}
    assert first.post(address, one).status_code == 302
    revision = Revision.current().number

    response = second.post(
        address, other | {"name": "Von der zweiten", "description": "Nur die zweite."}
    )

    assert lines(response) == {
        "Name": ("Vorhaben", "Von der ersten", "Von der zweiten"),
        "Kurz gesagt": (
            "Ein Satz, den jeder versteht.",
            "Nur die erste.",
            "Ein Satz, den jeder versteht.",
        ),
        "Beschreibung": (
            *("Eine Beschreibung. Sie hat zwei Sätze.",) * 2,
            "Nur die zweite.",
        ),
    }
    assert Revision.current().number == revision
    # What only one of them has changed is in the form; of what both have, the second one's.
    merged = form_data(response)
    assert (merged["name"], merged["summary"], merged["description"]) == (
        *("Von der zweiten", "Nur die erste.", "Nur die zweite."),
    )
    assert [line.place for line in response.context["meeting"].lines if line.is_contested] == [
        "Name"
    ]

    assert second.post(address, merged).status_code == 302
    stored = Record.objects.get(pk=project.pk)
    assert (stored.name, stored.summary, stored.description) == (
        *("Von der zweiten", "Nur die erste.", "Nur die zweite."),
    )
    versions = Version.objects.filter(record=project)
    assert [version.name for version in versions] == [
        *("Von der zweiten", "Von der ersten", "Vorhaben"),
    ]


def test_a_third_change_in_between_is_seen_too(editors, address):
    first, second = editors
    data = form_data(second.get(address))
    for name in ("Einmal", "Zweimal"):
        assert (
            first.post(address, form_data(first.get(address)) | {"name": name}).status_code == 302
        )
        response = second.post(address, data | {"name": "Meins"})
        assert lines(response)["Name"][1:] == (name, "Meins")
        data = form_data(response)
    assert second.post(address, data).status_code == 302


def test_where_nobody_else_has_saved_the_form_is_saved_at_once(editors, address):
    first, _second = editors
    data = form_data(first.get(address))
    assert OPENED in data
    assert first.post(address, data | {"name": "Einfach so"}).status_code == 302


def test_rows_that_the_other_one_added_changed_and_deleted(editors, project, address):
    first, second = editors
    thuringia, bavaria = Statement.objects.filter(record=project, kind="beteiligung").order_by("pk")
    one, other = form_data(first.get(address)), form_data(second.get(address))
    one[f"{row_of(one, 'participations', thuringia.pk)}-quote"] = "anders gelesen"
    one[f"{row_of(one, 'participations', bavaria.pk)}-DELETE"] = "on"
    name = {"name": "VHB", "name_kind": "kurzform", "paragraph": 1, "quote": "kurz VHB genannt"}
    add_row(one, "other_names", source=one["evidence-0-source"], **name)
    assert first.post(address, one).status_code == 302

    other["name"] = "Von der zweiten"
    mine = {"name": "VH", "name_kind": "kurzform", "paragraph": 1, "quote": "auch VH genannt"}
    add_row(other, "other_names", source=other["evidence-0-source"], **mine)
    response = second.post(address, other)

    found = lines(response)
    assert found["Beteiligung eines Landes „Thüringen: beteiligt“, Wortlaut"] == (
        *("ein kurzer Wortlaut", "anders gelesen", "ein kurzer Wortlaut"),
    )
    assert found["Beteiligung eines Landes „Bayern“"] == ("", "gelöscht", "")
    assert found["weiterer Name „VHB (Kurzform)“"] == ("", "neu", "")
    merged = form_data(response)
    assert second.post(address, merged).status_code == 302
    stored = Record.objects.get(pk=project.pk)
    assert [row.quote for row in stored.participations] == ["anders gelesen"]
    assert {row.name for row in stored.other_names} == {"VHB", "VH"}


def test_a_row_that_was_deleted_meanwhile_says_so_and_keeps_what_was_typed(
    editors, project, address
):
    _first, second = editors
    bavaria = Statement.objects.get(record=project, federal_state__code="DE-BY")
    other = form_data(second.get(address))
    prefix = row_of(other, "participations", bavaria.pk)
    with changes.change():
        bavaria.delete()
    other[f"{prefix}-participation_status"] = "nutzt"

    response = second.post(address, other)

    assert lines(response)["Beteiligung eines Landes „Bayern“"][1:] == (
        "gelöscht",
        "geändert; die Zeile steht im Formular als neue",
    )
    assert second.post(address, form_data(response)).status_code == 302
    stored = Record.objects.get(pk=project.pk)
    assert {row.fact for row in stored.participations} == {"Thüringen: beteiligt", "Bayern: nutzt"}


@pytest.mark.parametrize("number", ["²", "9" * 30])
def test_what_no_form_of_this_site_sends_is_no_row(editors, address, number):
    first, second = editors
    data = form_data(second.get(address))
    assert first.post(address, form_data(first.get(address)) | {"name": "X"}).status_code == 302

    response = second.post(address, data | {f"participations-{number}-state": number})

    assert list(lines(response)) == ["Name"]


def test_whoever_deletes_a_row_sees_that_it_was_changed(editors, project, address):
    first, second = editors
    row = Statement.objects.get(record=project, federal_state__code="DE-BY")
    one, other = form_data(first.get(address)), form_data(second.get(address))
    one[f"{row_of(one, 'participations', row.pk)}-quote"] = "anders gelesen"
    assert first.post(address, one).status_code == 302
    other[f"{row_of(other, 'participations', row.pk)}-DELETE"] = "on"

    response = second.post(address, other)

    assert lines(response)["Beteiligung eines Landes „Bayern: beteiligt“"] == (
        *("", "geändert", "zum Löschen angekreuzt"),
    )
    data = form_data(response)
    assert second.post(address, data).status_code == 302
    assert not Statement.objects.filter(pk=row.pk).exists()


def test_what_was_typed_for_a_record_that_was_deleted_meanwhile_is_not_lost(
    editors, project, address
):
    first, second = editors
    other = form_data(second.get(address)) | {"description": "Lange überlegt."}
    assert first.post(address.replace("change", "delete"), {"post": "yes"}).status_code == 302

    response = second.post(address, other)

    assert response.status_code == 200
    assert "Der Eintrag wurde gelöscht, seit Sie das Formular" in response.content.decode()
    data = form_data(response)
    assert data["description"] == "Lange überlegt."
    assert data["participations-TOTAL_FORMS"] == "2"
    assert not Record.objects.filter(pk=project.pk).exists()
    # Its address stays reserved.
    data |= {"slug": "neu-angelegt"}
    add = address.replace(f"{project.pk}/change", "add")
    assert f'action="{add}"' in response.content.decode()
    assert second.post(add, data).status_code == 302
    assert len(Record.objects.get(slug="neu-angelegt").participations) == 2


def test_sources_are_not_overwritten_unseen_either(editors, project):
    first, second = editors
    source = Source.objects.first()
    address = f"/verwaltung/reference/source/{source.pk}/change/"
    one, other = form_data(first.get(address)), form_data(second.get(address))
    assert first.post(address, one | {"title": "Titel der ersten"}).status_code == 302
    response = second.post(address, other | {"title": "Titel der zweiten"})
    assert lines(response)["Titel"][1:] == ("Titel der ersten", "Titel der zweiten")


def test_a_database_that_is_locked_leaves_what_was_typed(editors, address):
    first, _second = editors
    data = form_data(first.get(address)) | {"name": "Lange überlegt"}
    revision = Revision.current().number
    # Long ago, so that the session would be saved, too.
    session = first.session
    session["seen_at"] = 0
    session.save()
    refused = []

    def locked(execute, sql, *args):
        if not sql.startswith("SELECT"):
            refused.append(sql)
            raise OperationalError("database is locked")
        return execute(sql, *args)

    with connection.execute_wrapper(locked):
        response = first.post(address, data)

    # A savepoint stands for the transaction within the test's own; nothing tried to write.
    assert refused
    assert all(sql.startswith("SAVEPOINT") for sql in refused)
    assert response.status_code == 200
    assert "Die Datenbank nimmt gerade nichts an." in response.content.decode()
    assert form_data(response)["name"] == "Lange überlegt"
    assert Revision.current().number == revision
    assert first.post(address, form_data(response)).status_code == 302
