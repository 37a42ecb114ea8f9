"""``/aenderungen/``: what became public, was changed and was withdrawn, and nothing of editors."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hzd_catalogue.records import publishing
from hzd_catalogue.records.change_list import CHANGES
from hzd_catalogue.records.models import Edit, StatusStatement, Version
from hzd_catalogue.records.versions import Cause, facets_of
from hzd_catalogue.reference import changes
from hzd_catalogue.reference.models import Revision
from tests.editing import editor_client
from tests.factories import (
    make_participation,
    make_project,
    make_source,
    make_state,
    passage,
)

pytestmark = pytest.mark.django_db

EDITOR, REASON = "planted-editor", "gepflanzter Grund"


def published(**values):
    record = make_project(is_published=False, **values)
    publishing.publish(record)
    return record


@pytest.fixture
def history(empty_catalogue):
    """A project that was published, changed by a new source, and withdrawn by a named editor."""
    editor_client(EDITOR)
    from django.contrib.auth.models import User

    project = published(name="Wechselwerk", slug="wechselwerk")
    StatusStatement.objects.create(record=project, status="geplant", **passage(make_source("901")))
    other = published(name="Bleibwerk", slug="bleibwerk")
    make_participation(project, make_state("DE-TH", "Thüringen"), source=make_source("902"))
    with changes.change() as made:
        made.editor, made.reason = User.objects.get(username=EDITOR), REASON
        StatusStatement.objects.create(
            record=project, status="im-einsatz", **passage(make_source("906"), paragraph=4)
        )
        publishing.publish(project)
    with changes.change() as made:
        made.editor, made.reason = User.objects.get(username=EDITOR), REASON
        publishing.withdraw(project)
    assert Edit.objects.filter(reason=REASON).count() == 2
    return project, other


def shown(client, query=""):
    return client.get(f"/aenderungen/{query}").context["changes"]


def test_changes_stand_newest_first_with_cause_and_words(history, client):
    rows = shown(client)

    assert [row.version.cause for row in rows] == [
        *(Cause.WITHDRAWN, Cause.NEW_SOURCE, Cause.FIRST, Cause.FIRST),
    ]
    html = client.get("/aenderungen/").content.decode()
    assert "Status: neu „im Einsatz“, wegen Dokument 906, Abs. 4" in html


def test_only_what_is_public_is_linked(history, client):
    html = client.get("/aenderungen/").content.decode()

    assert 'href="/projekte/bleibwerk/"' in html
    assert 'href="/projekte/wechselwerk/"' not in html


def test_a_record_is_found_by_what_it_had_before_or_after_a_change(history, client):
    found = {row.version.cause for row in shown(client, "?land=DE-TH")}

    # It was published without the state and withdrawn with it.
    assert found == {Cause.NEW_SOURCE, Cause.WITHDRAWN}
    assert [row.version.name for row in shown(client, "?anlass=zurueckgezogen")] == ["Wechselwerk"]


def test_neither_editor_nor_reason_is_anywhere(history, client):
    for address in (
        *("/aenderungen/", "/aenderungen.atom", "/aenderungen.json"),
        *("/projekte/wechselwerk/?fassung=2", "/projekte/wechselwerk.json?fassung=2"),
    ):
        answer = client.get(address).content.decode()
        assert EDITOR not in answer
        assert REASON not in answer


def test_without_any_change_the_page_says_so(empty_catalogue, client):
    assert not Version.objects.exists()
    assert "Noch nichts" in client.get("/aenderungen/").content.decode()


def test_the_index_reads_nothing_of_what_versions_show_in_full(history):
    """There are many versions, and each revision asks anew."""
    with CaptureQueriesContext(connection) as asked:
        index = CHANGES.build_index()
        assert index.search
    assert len(index) == Version.objects.count()
    assert [query["sql"] for query in asked if '"public"' in query["sql"]] == []


def test_what_the_filters_ask_for_is_written_with_each_version_and_filled_in_once(history):
    expected = {row.pk: facets_of(row.shown) for row in Version.objects.all()}
    assert dict(Version.objects.values_list("pk", "facets")) == expected
    assert [{"key": "DE-TH", "name": "Thüringen"}] in [
        row.get("states") for row in expected.values()
    ]
    # As a database was before there was the column.
    Version.objects.update(facets={})
    name = "hzd_catalogue.records.migrations.0008_facets_and_blocks_of_versions"
    import_module(name).fill(apps, None)
    assert dict(Version.objects.values_list("pk", "facets")) == expected


def test_a_kind_that_two_lists_have_is_called_by_both_words(catalogue, client):
    labels = CHANGES.index(Revision.current().key).facets["art"].labels

    assert labels["ministerium"] == (
        "Regierung oder Ministerium / Zusammenarbeit mit Regierung oder Ministerium"
    )
    for version in Version.objects.all():
        kind = version.shown["kind"]
        assert kind["name"] in labels[kind["key"]], version
