"""Publishing and withdrawing: the one writer, and what stays reserved afterwards."""

import ast
import json
from datetime import UTC, datetime

import pytest
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction

from hzd_catalogue.records import publishing
from hzd_catalogue.records.models import Address, Record
from hzd_catalogue.reference.models import Revision
from partners.models import Cooperation, Partner
from projects.models import Project
from tests.checkout import PROJECT
from tests.factories import (
    make_cooperation,
    make_evidence,
    make_level,
    make_partner,
    make_project,
)

pytestmark = pytest.mark.django_db

MAKERS = {make_partner: Partner, make_cooperation: Cooperation, make_project: Project}
STATE = {"is_published", "first_published_at", "withdrawn_at"}
#: Calls that only ask.
ASKING = {"filter", "exclude", "get", "Q"}


def writers():
    """Yield file and line of whatever writes whether a record is public."""
    for package in ("hzd_catalogue", "partners", "projects"):
        for file in sorted((PROJECT / package).rglob("*.py")):
            if "migrations" in file.parts:
                continue
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                    found = node.attr in STATE
                elif isinstance(node, ast.Call):
                    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                    words = {keyword.arg for keyword in node.keywords}
                    if name == "setattr":
                        words |= {arg.value for arg in node.args if isinstance(arg, ast.Constant)}
                    found = name not in ASKING and bool(words & STATE)
                else:
                    found = False
                if found:
                    yield file.relative_to(PROJECT).as_posix(), node.lineno


def test_nothing_else_writes_whether_a_record_is_public():
    found = list(writers())
    # What is invented fills an empty database, and is public from the beginning.
    invented = "hzd_catalogue/data/invented.py"
    assert {file for file, _line in found} == {"hzd_catalogue/records/publishing.py", invented}
    assert len(found) == 8
    # Nor does a form.
    assert not any(Record._meta.get_field(name).editable for name in STATE)


@pytest.mark.parametrize("make", MAKERS)
def test_a_record_is_published_with_what_it_needs(make):
    record = make(is_published=False)
    revision = Revision.current().number

    publishing.publish(record)

    stored = Record.objects.get(pk=record.pk)
    assert stored.is_published
    assert stored.first_published_at
    assert Revision.current().number > revision
    assert Address.objects.get(record=record).slug == record.slug


@pytest.mark.parametrize("field", ["summary", "description", "kind", "reach", "levels"])
def test_a_record_that_lacks_something_stays_a_draft(field):
    project = make_project(is_published=False)
    if field == "levels":
        project.levels.clear()
    else:
        setattr(project, field, "")
        project.save()

    with pytest.raises(ValidationError) as error:
        publishing.publish(project)

    assert list(error.value.message_dict) == [field]
    assert not project.is_published
    assert not Record.objects.get(pk=project.pk).is_published


@pytest.mark.parametrize(
    ("aspect", "words"),
    [
        ("beschreibung", "die Beschreibung"),
        ("reichweite", "die Reichweite"),
        ("ebene", "die Ebenen"),
    ],
)
def test_each_thing_that_needs_evidence_is_named(aspect, words):
    project = make_project(is_published=False)
    project.statements.filter(aspect=aspect).delete()

    with pytest.raises(ValidationError) as error:
        publishing.publish(project)

    message = f"Ein veröffentlichter Eintrag braucht mindestens einen Beleg für {words}."
    assert error.value.message_dict == {NON_FIELD_ERRORS: [message]}


def test_what_is_stored_counts_and_not_what_was_loaded_before():
    project = make_project(evidence=False, is_published=False)
    project.levels.clear()
    loaded = Project.objects.with_details().get(pk=project.pk)
    assert loaded.evidence == []
    make_evidence(project)
    project.levels.add(make_level())

    publishing.publish(loaded)

    assert Project.objects.get(pk=project.pk).is_published


def test_publishing_again_only_makes_sure():
    project = make_project()
    before = Project.objects.values().get(pk=project.pk)

    publishing.publish(project)

    assert Project.objects.values().get(pk=project.pk) == before
    project.levels.clear()
    with pytest.raises(ValidationError):
        publishing.publish(project)


def test_a_withdrawn_record_comes_back_as_it_was_first_published():
    project = make_project()
    first = project.first_published_at
    publishing.withdraw(project)
    assert Project.objects.get(pk=project.pk).withdrawn_at > first

    publishing.publish(project)

    stored = Project.objects.get(pk=project.pk)
    assert (stored.first_published_at, stored.withdrawn_at) == (first, None)


def test_a_draft_cannot_be_withdrawn():
    draft = make_project(is_published=False)
    revision = Revision.current().number
    publishing.withdraw(draft)
    assert Project.objects.get(pk=draft.pk).withdrawn_at is None
    assert Revision.current().number == revision


def test_the_table_knows_drafts_public_and_withdrawn_records_only():
    project = make_project()
    for values in (
        {"is_published": False},
        {"first_published_at": None},
        {"withdrawn_at": datetime(2026, 11, 25, tzinfo=UTC)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Project.objects.filter(pk=project.pk).update(**values)


# Addresses ---------------------------------------------------------------------------------------


def withdrawn_on(record, day):
    Record.objects.filter(pk=record.pk).update(withdrawn_at=day)


@pytest.mark.parametrize("make", MAKERS)
def test_a_withdrawn_record_is_gone_since_a_date(client, make):
    record = make(slug="fort")
    address = record.get_absolute_url()
    assert client.get(address).status_code == 200
    publishing.withdraw(record)
    # Still the day before in Greenwich.
    withdrawn_on(record, datetime(2026, 11, 24, 23, 30, tzinfo=UTC))

    page = client.get(address)
    data = client.get(f"{address.rstrip('/')}.json")

    assert (page.status_code, data.status_code) == (410, 410)
    assert "Seit dem 25. November 2026 steht er nicht mehr im Katalog." in page.content.decode()
    assert page["Content-Type"] == "text/html; charset=utf-8"
    assert data["Content-Type"] == "application/problem+json"
    assert json.loads(data.content) == {
        "title": "Zurückgezogen",
        "status": 410,
        "detail": (f"{record.get_type_display()} „fort“ wurde am 25. November 2026 zurückgezogen."),
    }

    publishing.publish(record)
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("make", MAKERS)
def test_a_deleted_record_is_gone_and_its_address_is_given_to_nobody(client, make):
    record = make(slug="fort")
    record.slug = "umgezogen"
    record.save()
    record.delete()

    for slug in ("fort", "umgezogen"):
        address = record.get_absolute_url().replace("umgezogen", slug)
        assert client.get(address).status_code == 410
        assert client.get(f"{address.rstrip('/')}.json").status_code == 410
        with pytest.raises(ValidationError, match="war früher ein anderer Eintrag"):
            MAKERS[make](slug=slug, name="Nachfolger").full_clean()
    with pytest.raises(ValueError, match="war die Adresse eines anderen Eintrags"):
        make(slug="fort")
    # Only that of its own type.
    make_other = next(other for other in MAKERS if other is not make)
    make_other(slug="fort")


def test_a_former_address_is_given_to_nobody_but_its_record(client):
    project = make_project(slug="alt")
    project.slug = "neu"
    project.save()
    other = make_project()
    other.slug = "alt"
    for successor in (other, Project(slug="alt", name="Nachfolger")):
        with pytest.raises(ValidationError, match="war früher ein anderer Eintrag"):
            successor.full_clean()

    project.slug = "alt"
    project.full_clean()
    project.save()

    assert client.get("/projekte/alt/").status_code == 200
    response = client.get("/projekte/neu/")
    assert (response.status_code, response.url) == (301, "/projekte/alt/")


def test_a_former_address_of_a_withdrawn_record_is_gone_with_it(client):
    project = make_project(slug="alt")
    project.slug = "neu"
    project.save()
    publishing.withdraw(project)
    assert client.get("/projekte/alt/").status_code == 410
    assert client.get("/projekte/neu/").status_code == 410


def test_a_draft_that_was_never_public_leaves_nothing(client):
    draft = make_project(slug="entwurf", is_published=False)
    draft.slug = "umbenannt"
    draft.save()
    draft.delete()

    assert not Address.objects.filter(slug__in=["entwurf", "umbenannt"]).exists()
    assert client.get("/projekte/entwurf/").status_code == 404
    for slug in ("entwurf", "umbenannt"):
        make_project(slug=slug, levels=[make_level()]).full_clean()
