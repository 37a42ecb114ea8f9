"""Versions: what was published can be had again, complete, in the words that were shown."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection

from hzd_catalogue.data import reading_role
from hzd_catalogue.records import publishing, version_writer
from hzd_catalogue.records.export_rows import are_right
from hzd_catalogue.records.kinds import RecordType
from hzd_catalogue.records.models import Edit, Milestone, Record, RetiredKey, Statement, Version
from hzd_catalogue.records.public_data import public_data, with_addresses
from hzd_catalogue.records.versions import Cause
from hzd_catalogue.reference import changes
from hzd_catalogue.reference.models import Revision, Source
from tests.editing import editor_client, form_data
from tests.factories import (
    make_cooperation,
    make_participation,
    make_partner,
    make_project,
    make_role,
    make_source,
    make_state,
    make_topic,
    passage,
)

pytestmark = pytest.mark.django_db

ADMIN = {
    "partner": "/verwaltung/partners/partner/",
    "kooperationen": "/verwaltung/partners/cooperation/",
    "projekte": "/verwaltung/projects/project/",
}


def newest(record):
    return Version.objects.filter(record=record.pk).first()


def published(make, **values):
    """Make a record that was published as an editor would do it."""
    record = make(is_published=False, **values)
    publishing.publish(record)
    return record


def send(editor, record, **values):
    """Send a record's form as it is, but for some of its fields."""
    address = f"{ADMIN[record.type]}{record.pk}/change/"
    data = form_data(editor.get(address))
    return editor.post(address, {**data, **values})


# What a version holds ----------------------------------------------------------------------------


def test_the_first_load_makes_one_version_of_each_record_as_its_address_shows_it(catalogue, client):
    versions = {version.record_id: version for version in Version.objects.all()}

    assert set(versions) == set(Record.objects.published().values_list("pk", flat=True))
    for record in Record.objects.published():
        version = versions[record.pk]
        address = f"{record.get_absolute_url().rstrip('/')}.json"
        shown = json.loads(client.get(address).content)["record"]
        assert with_addresses(version.shown, lambda path: f"http://testserver{path}") == shown
        # The order of the keys, too.
        assert list(version.shown) == list(shown)
        assert (version.number, version.cause) == (1, Cause.FIRST)
        assert (version.type, version.slug, version.name) == (
            *(record.type, record.slug, record.name),
        )
    assert Version.objects.values("revision").distinct().get()["revision"] == (
        Revision.current().number
    )


def test_each_version_has_its_row_in_the_form_of_the_files(catalogue):
    rows = list(Edit.objects.select_related("version"))
    assert len(rows) == Version.objects.count()
    for edit in rows:
        assert edit.row["slug"] == edit.version.slug
        assert edit.row["is_published"]
        assert edit.row["evidence"]
        assert (edit.editor, edit.reason) == (None, "")


# When one is made --------------------------------------------------------------------------------


def test_a_draft_has_no_version_until_it_is_published():
    draft = make_project(is_published=False)
    with changes.change():
        draft.save()
    assert newest(draft) is None

    publishing.publish(draft)

    assert (newest(draft).number, newest(draft).cause) == (1, Cause.FIRST)


def test_equal_states_make_none():
    project = published(make_project)

    send(editor_client(), project)
    publishing.publish(project)

    assert Version.objects.filter(record=project).count() == 1


def test_a_version_is_written_with_its_editor_in_the_transaction_of_the_change():
    project = published(make_project)
    editor = editor_client("erika")

    send(editor, project, summary="Neu gefasst.")

    version = newest(project)
    assert (version.number, version.cause) == (2, Cause.CORRECTION)
    assert version.shown["summary"] == "Neu gefasst."
    assert version.previous.shown["summary"] == "Ein Satz, den jeder versteht."
    assert version.edit.editor.username == "erika"
    assert version.revision == Revision.current().number


def test_what_is_rolled_back_leaves_no_version():
    project = published(make_project)
    project.summary = "Verworfen."

    def fail():
        with changes.change():
            project.save()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert newest(project).number == 1


def test_what_is_withdrawn_ends_with_a_version_and_comes_back_with_one():
    project = published(make_project)

    publishing.withdraw(project)
    gone = newest(project)
    assert (gone.number, gone.cause, gone.shown) == (2, Cause.WITHDRAWN, None)
    assert gone.edit.row["evidence"]

    publishing.publish(project)
    assert (newest(project).number, newest(project).cause) == (3, Cause.AGAIN)


def test_a_name_that_was_never_public_stands_in_no_version():
    project = published(make_project, slug="alt", name="Alt")
    address = f"{ADMIN['projekte']}{project.pk}/change/"
    editor = editor_client()
    data = form_data(editor.get(address)) | {"name": "Geheim", "slug": "geheim"}
    del data["published"]
    assert editor.post(address, data).status_code == 302

    gone = newest(project)
    assert (gone.cause, gone.name, gone.slug) == (Cause.WITHDRAWN, "Alt", "alt")


def test_public_hosts_read_versions_and_never_who_made_them():
    tables = reading_role.public_tables()
    assert Version._meta.db_table in tables
    assert Edit._meta.db_table not in tables
    assert not {"editor", "reason", "row"} & {part.name for part in Version._meta.fields}


def test_versions_outlive_their_record():
    project = published(make_project, slug="fort")
    number = project.pk
    with changes.change():
        project.delete()

    rows = Version.objects.filter(record=number)
    assert [row.cause for row in rows] == [Cause.WITHDRAWN, Cause.FIRST]
    assert list(rows.select_related("record").values_list("number", flat=True)) == [2, 1]
    assert list(Version.objects.of("projekte", "fort")) == list(rows)
    assert rows[0].edit.row["evidence"]
    connection.check_constraints()


def test_a_draft_that_is_deleted_leaves_no_version():
    draft = make_project(is_published=False)
    number = draft.pk
    with changes.change():
        draft.delete()
    assert not Version.objects.filter(record=number).exists()


# What shows on other pages -----------------------------------------------------------------------


def test_a_partners_new_name_makes_a_version_of_each_record_that_shows_it():
    partner, other = published(make_partner, name="Altes Amt"), published(make_partner)
    project, aside = published(make_project), published(make_project)
    with changes.change():
        make_role(project, partner)
    assert [newest(record).number for record in (partner, project, other, aside)] == [2, 2, 1, 1]

    send(editor_client(), partner, name="Neues Amt")

    assert [newest(record).number for record in (partner, project, other, aside)] == [3, 3, 1, 1]
    assert newest(project).shown["partners"][0]["name"] == "Neues Amt"
    assert newest(project).previous.shown["partners"][0]["name"] == "Altes Amt"


def test_a_state_that_joins_a_project_shows_on_its_cooperation_and_on_that_ones_partner():
    partner, cooperation = published(make_partner), published(make_cooperation)
    project = published(make_project, cooperation=cooperation)
    with changes.change():
        make_role(cooperation, partner)

    with changes.change():
        make_participation(project, make_state("DE-TH", "Thüringen"))

    for record in (project, cooperation, partner):
        version = newest(record)
        assert "DE-TH" in [state["key"] for state in version.shown["states"]]
        assert "DE-TH" not in [state["key"] for state in version.previous.shown["states"]]
        # All for the one reason: the project's new statement is from a new document.
        assert version.cause == Cause.NEW_SOURCE


def test_what_an_event_concerns_shows_wherever_it_stands():
    partner = published(make_partner)
    own, concerned, other = (published(make_project) for _ in range(3))
    with changes.change():
        make_role(concerned, partner)
        event = Milestone.objects.create(
            record=own, event="start", title="Beginn", year=2001, **passage()
        )
        event.concerns.set([concerned, other])
    (event_shown,) = newest(concerned).shown["statements"]["concerning_events"]
    assert set(event_shown["concerns"]) == {concerned.path, other.path}

    publishing.withdraw(other)
    (event_shown,) = newest(concerned).shown["statements"]["concerning_events"]
    assert event_shown["concerns"] == [concerned.path]

    assert newest(partner).shown["years"] == [2001]
    with changes.change():
        event.year = 2002
        event.save()
    assert newest(partner).shown["years"] == [2002]


def test_no_more_records_are_read_than_may_show_the_change(monkeypatch):
    partner = published(make_partner)
    projects = [published(make_project) for _ in range(5)]
    with changes.change():
        for project in projects:
            make_role(project, partner)
    read = []
    monkeypatch.setitem(
        version_writer._writers, "public", lambda pks: read.extend(pks) or public_data(pks)
    )

    with changes.change():
        projects[0].name = "Umbenannt"
        projects[0].save()

    assert sorted(read) == sorted([projects[0].pk, partner.pk])


def test_both_partners_get_a_version_where_a_role_goes_from_one_to_the_other():
    first, second = published(make_partner), published(make_partner)
    project = published(make_project)
    with changes.change():
        role = make_role(project, first)
    with changes.change():
        role = Statement.objects.get(pk=role.pk)
        role.partner = second
        role.save()

    assert newest(first).shown["projects"] == []
    assert newest(second).shown["projects"][0]["key"] == project.slug


# Why ---------------------------------------------------------------------------------------------


def test_the_cause_is_said():
    project = published(make_project)
    source = Source.objects.get(pk=project.evidence[0].source_id)
    state = make_state()
    with changes.change():
        make_participation(project, state, source=source)
    assert newest(project).cause == Cause.CORRECTION
    with changes.change():
        make_participation(project, state, source=make_source())
    assert newest(project).cause == Cause.NEW_SOURCE
    with changes.change():
        source.title = "Neuer Titel"
        source.save()
    assert newest(project).cause == Cause.SOURCE_CHANGED


# Asking ------------------------------------------------------------------------------------------


def test_what_was_shown_at_the_end_of_a_day_in_berlin():
    project = published(make_project)
    publishing.withdraw(project)
    publishing.publish(project)
    # 22:59 in Greenwich is 23:59 in Berlin, and 23:00 the next day.
    for number, moment in (
        (1, datetime(2026, 11, 28, 22, 59, tzinfo=UTC)),
        (2, datetime(2026, 11, 28, 23, 0, tzinfo=UTC)),
        (3, datetime(2026, 11, 30, 10, 0, tzinfo=UTC)),
    ):
        Version.objects.filter(record=project, number=number).update(at=moment)
    own = Version.objects.filter(record=project)

    def shown(day):
        return [version.number for version in own.shown_on(date(2026, 11, day))]

    assert (shown(27), shown(28), shown(29), shown(30)) == ([], [1], [], [3])


def test_changes_come_newest_first_with_what_was_before(django_assert_num_queries):
    project = published(make_project)
    revision = Revision.current().number
    send(editor_client(), project, summary="Neu gefasst.")
    publishing.withdraw(project)

    with django_assert_num_queries(1):
        found = list(Version.objects.changes(since_revision=revision))
        assert [(version.cause, version.previous.number) for version in found] == [
            (Cause.WITHDRAWN, 2),
            (Cause.CORRECTION, 1),
        ]


# What no change has kept -------------------------------------------------------------------------


def test_what_was_changed_in_a_shell_is_kept_by_a_command(catalogue, capsys):
    Record.objects.filter(slug="wohngeld", type="projekte").update(summary="Anders.")
    call_command("keep_versions")
    assert capsys.readouterr().out == "Festgehalten: 1 Fassung.\n"
    assert Version.objects.first().shown["summary"] == "Anders."
    call_command("keep_versions")
    assert capsys.readouterr().out == "Festgehalten: 0 Fassungen.\n"


def test_a_database_from_before_there_were_versions_gets_them(catalogue, capsys):
    number = Version.objects.count()
    Edit.objects.all().delete()
    Version.objects.all().delete()

    call_command("load_catalogue")

    assert f"Was öffentlich ist, ist nun festgehalten: {number} Fassungen." in (
        capsys.readouterr().out
    )
    # When each was first shown like this, nobody knows.
    assert {version.cause for version in Version.objects.all()} == {Cause.FIRST_KEPT}
    call_command("load_catalogue")
    assert "festgehalten" not in capsys.readouterr().out


# Nothing forgotten -------------------------------------------------------------------------------


def differing():
    """Return the records whose last version is not what the public sees."""
    pks = {*Version.objects.values_list("record", flat=True)}
    pks |= set(Record.objects.values_list("pk", flat=True))
    now = public_data(pks)
    last = {version.record_id: version.shown for version in Version.objects.newest()}
    return [pk for pk in pks if last.get(pk) != now.get(pk)]


def test_nothing_differs_after_a_load(catalogue):
    assert differing() == []


# Bringing back -----------------------------------------------------------------------------------


def everything(record):
    """Return a record's public data but for what tells when its rows were saved.

    Of two statements on one paragraph, the one that was entered first stands first.
    """
    public = public_data([record.pk])[record.pk]
    return in_any_order({**public, "changed_at": None})


def in_any_order(data):
    if isinstance(data, dict):
        return {name: in_any_order(value) for name, value in data.items()}
    if isinstance(data, list):
        return sorted(map(in_any_order, data), key=repr)
    return data


@pytest.mark.parametrize("record_type", RecordType)
def test_an_earlier_version_comes_back_as_a_new_one(catalogue, record_type):
    record = max(
        Record.objects.filter(type=record_type), key=lambda row: (row.statements.count(), row.pk)
    )
    before, keys = everything(record), set(record.statements.values_list("key", flat=True))
    with changes.change():
        record.name, record.slug, record.summary = "Ganz anders", "ganz-anders", "Anders."
        record.save()
        record.topics.clear()
        for number, statement in enumerate(Statement.objects.filter(record=record)):
            if number % 2:
                statement.delete()
            else:
                statement.quote = "anders gelesen"
                statement.save()
    assert everything(record) != before

    publishing.bring_back(newest(record).previous)

    assert everything(record) == before
    assert set(record.statements.values_list("key", flat=True)) == keys
    assert not RetiredKey.objects.filter(key__in=keys).exists()
    assert (newest(record).number, newest(record).cause) == (3, Cause.CORRECTION)
    assert newest(record).edit.reason == "Fassung 1 zurückgeholt"


def test_what_was_deleted_comes_back_with_key_and_address(client):
    project = published(make_project, slug="alt", topics=[make_topic("Recht")])
    with changes.change():
        make_participation(project, make_state())
        project.slug = "neu"
        project.save()
    number, before = project.pk, everything(project)
    first = Record.objects.get(pk=number).first_published_at
    with changes.change():
        project.delete()
    assert client.get("/projekte/neu/").status_code == 410

    publishing.bring_back(Version.objects.filter(record=number).first())

    record = Record.objects.get(pk=number)
    assert everything(record) == before
    assert newest(record).cause == Cause.AGAIN
    assert abs(record.first_published_at - first) < timedelta(seconds=1)
    assert client.get("/projekte/neu/").status_code == 200
    assert client.get("/projekte/alt/").url == "/projekte/neu/"


def test_a_draft_that_was_edited_since_it_was_withdrawn_is_not_lost():
    project = published(make_project)
    publishing.withdraw(project)
    publishing.bring_back(newest(project))
    publishing.withdraw(project := Record.objects.get(pk=project.pk))
    with changes.change():
        project.summary = "Seitdem geändert."
        project.save()

    with pytest.raises(ValidationError, match="Bitte zuerst veröffentlichen"):
        publishing.bring_back(Version.objects.get(record=project, number=1))

    publishing.publish(project)
    assert newest(project).shown["summary"] == "Seitdem geändert."
    publishing.bring_back(Version.objects.get(record=project, number=1))
    assert newest(project).shown["summary"] == "Ein Satz, den jeder versteht."


def test_what_names_somebody_who_is_gone_does_not_come_back():
    partner, project = published(make_partner, slug="amt"), published(make_project)
    with changes.change():
        make_role(project, partner)
    with changes.change():
        Statement.objects.filter(partner=partner).get().delete()
    with changes.change():
        partner.delete()

    with pytest.raises(ValidationError, match="„amt“ gibt es nicht"):
        publishing.bring_back(Version.objects.get(record=project, number=2))

    assert newest(project).number == 3
    assert RetiredKey.objects.count() >= 1


def test_a_partner_that_has_moved_is_found_under_its_former_address():
    partner, project = published(make_partner, slug="amt"), published(make_project)
    with changes.change():
        make_role(project, partner)
    with changes.change():
        partner.slug = "neues-amt"
        partner.save()
        Statement.objects.filter(partner=partner).get().delete()

    publishing.bring_back(Version.objects.get(record=project, number=2))

    assert newest(project).shown["partners"][0]["key"] == "neues-amt"


def test_versions_that_are_kept_later_are_shown_at_once(client):
    project = make_project(name="Vorher")
    publishing.keep()
    project.name = "Nachher"
    project.save()
    assert "Nachher" not in client.get("/aenderungen/").content.decode()
    before = Revision.current().key

    assert publishing.keep() == 1

    assert "Nachher" in client.get("/aenderungen/").content.decode()
    assert are_right()
    kept = Revision.current().key
    assert kept != before
    # Where nothing was missing, nothing is another.
    assert publishing.keep() == 0
    assert Revision.current().key == kept
