"""The history of a record in the admin, and what is brought back there."""

import re

import pytest
from django.contrib.auth.models import User

from hzd_catalogue.records import publishing
from hzd_catalogue.records.models import Record, StatusStatement, Version
from hzd_catalogue.reference import changes
from tests.editing import editor_client, form_data
from tests.factories import make_partner, make_project, make_role, make_source, passage

pytestmark = pytest.mark.django_db

PROJECTS = "/verwaltung/projects/project/"
WITHDRAWN = "/verwaltung/records/withdrawnrecord/"


@pytest.fixture
def editor(db):
    return editor_client("erika")


def published(make=make_project, **values):
    record = make(is_published=False, **values)
    publishing.publish(record)
    return record


def save(editor, record, **values):
    address = f"{PROJECTS}{record.pk}/change/"
    data = form_data(editor.get(address))
    assert editor.post(address, {**data, **values}).status_code == 302


def words_of(response):
    return " ".join(re.sub("<[^>]+>", " ", response.content.decode()).split())


def test_the_history_shows_each_version_with_its_differences(editor):
    project = published(name="Alt")
    save(editor, project, name="Neu", reason="Das Amt heißt jetzt so.")
    with changes.change():
        statement = passage(make_source("006", rank=30906), paragraph=4)
        StatusStatement.objects.create(record=project, status="im-einsatz", **statement)

    text = words_of(editor.get(f"{PROJECTS}{project.pk}/history/"))

    for words in (
        "Fassung 3: neue Quelle",
        "Status: neu „im Einsatz“, wegen Dokument 006, Abs. 4",
        "Fassung 2: Korrektur des Katalogs",
        "erika, Revision",
        "Warum: Das Amt heißt jetzt so.",
        "Name: Alt → Neu",
        "Fassung 1: erste Veröffentlichung",
    ):
        assert words in text


def test_a_version_is_brought_back_by_who_may_change_the_record(editor):
    project = published(name="Alt")
    save(editor, project, name="Neu")
    history = editor.get(f"{PROJECTS}{project.pk}/history/")
    addresses = re.findall(r'action="([^"]+/fassungen/\d+/)"', history.content.decode())
    assert addresses == [f"{PROJECTS}{project.pk}/fassungen/1/"]
    assert editor.get(addresses[0]).status_code == 405
    stranger = editor_client("fremd")
    User.objects.get(username="fremd").groups.clear()
    assert stranger.post(addresses[0]).status_code == 403

    response = editor.post(addresses[0], follow=True)

    assert "Fassung 1 ist zurückgeholt und veröffentlicht." in words_of(response)
    version = Version.objects.filter(record=project).first()
    assert (version.number, version.name, version.edit.editor.username) == (3, "Alt", "erika")


def test_what_stands_in_the_way_is_said_and_nothing_is_changed(editor):
    partner, project = published(make_partner, slug="amt"), published()
    with changes.change():
        role = make_role(project, partner)
    with changes.change():
        role.delete()
        partner.delete()

    response = editor.post(f"{PROJECTS}{project.pk}/fassungen/2/", follow=True)

    assert "Fassung 2 lässt sich nicht zurückholen." in words_of(response)
    assert "„amt“ gibt es nicht" in words_of(response)
    assert Version.objects.filter(record=project).first().number == 3


def test_what_was_deleted_comes_back_in_bulk_whatever_names_what(editor, client):
    partner, project = published(make_partner, slug="amt"), published(slug="vorhaben")
    withdrawn = published(slug="ruhend")
    with changes.change():
        make_role(project, partner)
    editor.post(f"{PROJECTS}{project.pk}/delete/", {"post": "yes"})
    editor.post(f"/verwaltung/partners/partner/{partner.pk}/delete/", {"post": "yes"})
    publishing.withdraw(withdrawn)
    Record.objects.filter(pk=withdrawn.pk).update(summary="Seitdem geändert.")
    assert not Record.objects.filter(slug__in=("amt", "vorhaben")).exists()

    page = editor.get(WITHDRAWN)
    rows = list(page.context["cl"].result_list)
    assert {(row.slug, row.is_there) for row in rows} == {
        *(("amt", False), ("vorhaben", False), ("ruhend", True)),
    }
    for address in ("add/", f"{rows[0].pk}/change/", f"{rows[0].pk}/delete/"):
        assert editor.get(f"{WITHDRAWN}{address}").status_code in (302, 403)
    data = {"action": "bring_back", "_selected_action": [row.pk for row in rows]}
    response = editor.post(WITHDRAWN, data, follow=True)

    assert "3 Einträge zurückgeholt." in words_of(response)
    for address in ("/partner/amt/", "/projekte/vorhaben/", "/projekte/ruhend/"):
        assert client.get(address).status_code == 200
    assert Version.objects.filter(slug="vorhaben").first().shown["partners"][0]["key"] == "amt"
    assert Version.objects.filter(slug="ruhend").first().shown["summary"] == "Seitdem geändert."
    assert list(editor.get(WITHDRAWN).context["cl"].result_list) == []
