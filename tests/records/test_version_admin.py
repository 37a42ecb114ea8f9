"""The history of a record in the admin, and what is brought back there."""

import re

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from hzd_catalogue.records import publishing
from hzd_catalogue.records.models import Record, Relation, StatusStatement, Version
from hzd_catalogue.reference import changes
from hzd_catalogue.reference.choices import RelationKind
from tests.editing import editor_client, form_data
from tests.factories import (
    make_partner,
    make_project,
    make_relation,
    make_role,
    make_source,
    passage,
)

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


def test_a_history_without_forms_does_not_say_that_there_is_none(editor):
    project = published()
    address = f"{PROJECTS}{project.pk}/history/"

    text = words_of(editor.get(address))
    assert "Fassung 1: erste Veröffentlichung" in text
    assert "keine Änderungsgeschichte" not in text
    assert "In der Redaktion gesichert" not in text

    save(editor, project, name="Neu")
    assert "In der Redaktion gesichert" in words_of(editor.get(address))


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


def test_deleted_records_that_name_each_other_come_back_together(editor, client):
    one, two = published(slug="eins", name="Eins"), published(slug="zwei", name="Zwei")
    alone = published(slug="allein", name="Allein")
    with changes.change():
        for record, other in ((one, two), (two, one), (alone, one)):
            make_relation(record, other, relation=RelationKind.MENTIONED_WITH)
    for record in (one, two, alone):
        publishing.withdraw(record)
    keys = set(Relation.objects.values_list("key", flat=True))
    Relation.objects.all().delete()
    for record in (one, two, alone):
        record.delete()
    gone = Version.objects.newest().filter(slug__in=("eins", "zwei", "allein"))
    versions = {row.slug: row for row in gone}

    for row, others in (("eins", "„Zwei“"), ("allein", "„Eins“")):
        with pytest.raises(ValidationError, match=f"Zusammen damit zurückzuholen, .*: {others}"):
            publishing.bring_back(versions[row])
    assert not Record.objects.filter(slug__in=versions).exists()
    chosen = [versions[name].pk for name in ("eins", "zwei")]
    data = {"action": "bring_back", "_selected_action": chosen}
    assert "2 Einträge zurückgeholt." in words_of(editor.post(WITHDRAWN, data, follow=True))
    for row in Version.objects.newest().filter(slug__in=("eins", "zwei")):
        (relation,) = row.shown["statements"]["relations"]
        assert relation["fact"].startswith("im Zusammenhang genannt mit ")
        assert relation["key"] in keys
        assert client.get(row.record_path).status_code == 200
    data["_selected_action"] = [versions["allein"].pk]
    assert "1 Eintrag zurückgeholt." in words_of(editor.post(WITHDRAWN, data, follow=True))
