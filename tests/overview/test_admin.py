"""The admin of states, levels, topics and sources, as an editor uses it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html

from hzd_catalogue.reference.models import FederalState, Level, SearchAid, Source, Topic
from partners.models import Cooperation, Partner
from projects.models import Project
from tests.editing import editor_client, form_data
from tests.factories import (
    make_level,
    make_participation,
    make_project,
    make_source,
    make_state,
    make_topic,
)

SOURCES = "/verwaltung/reference/source/"
TOPICS = "/verwaltung/reference/topic/"


@pytest.fixture
def editor(db):
    return editor_client()


@pytest.mark.parametrize("model", ["federalstate", "level", "topic", "source"])
def test_lists_and_rows_open(editor, model):
    rows = {
        "federalstate": make_state,
        "level": make_level,
        "topic": make_topic,
        "source": make_source,
    }
    row = rows[model]()
    base = f"/verwaltung/reference/{model}/"
    assert editor.get(base).status_code == 200
    assert editor.get(f"{base}{row.pk}/change/").status_code == 200


@pytest.mark.parametrize(("model", "rows"), [("federalstate", FederalState), ("level", Level)])
def test_closed_lists_are_neither_changed_nor_extended(editor, admin_client, model, rows):
    make_state()
    make_level()
    base = f"/verwaltung/reference/{model}/"
    row = rows.objects.first()
    assert admin_client.get(f"{base}add/").status_code == 403
    assert admin_client.post(f"{base}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert editor.post(f"{base}{row.pk}/change/", {"name": "Anders"}).status_code == 403


@pytest.mark.parametrize(
    "model", ["reference/revision", "records/address", "records/retiredkey", "records/statement"]
)
def test_machinery_is_not_shown(admin_client, model):
    assert admin_client.get(f"/verwaltung/{model}/").status_code == 404


def test_a_source_shows_how_many_statements_rest_on_it(editor):
    source = make_source("966")
    project = make_project()
    make_participation(project, source=source)
    make_participation(project, make_state("DE-BB", "Brandenburg"), source=source)
    assert editor.get(f"{SOURCES}?q=966").context["cl"].result_list[0].statement_count == 2
    page = editor.get(f"{SOURCES}{source.pk}/change/").content.decode()
    assert '<div class="readonly">2</div>' in page


def test_an_editor_adds_a_source(editor):
    data = form_data(editor.get(f"{SOURCES}add/"))
    data |= {
        "code": "988",
        "title": "Neues Dokument",
        "slug": "988-neues-dokument",
        "file_name": "988.txt",
        "date_basis": "unbekannt",
        "date_reason": "Das Dokument nennt kein Datum.",
        "rank": 988,
        "rank_reason": "Es ist zuletzt erschienen.",
    }
    assert editor.post(f"{SOURCES}add/", data).status_code == 302
    assert str(Source.objects.get(code="988")) == "988 – Neues Dokument"


def test_number_file_and_rank_of_a_new_source_are_suggested(editor):
    make_source("041", rank=977)
    response = editor.get(f"{SOURCES}add/")
    data = form_data(response)
    names = ("code", "slug", "file_name", "rank")
    assert [data[name] for name in names] == ["042", "dokument-042", "042.txt", 978]
    assert not {"publisher", "title"} & {name for name in data if data[name]}

    data |= {"title": "Übersee", "slug": "", "date_basis": "unbekannt"}
    data |= {"date_reason": "Kein Datum.", "rank_reason": "Zuletzt erschienen."}
    assert editor.post(f"{SOURCES}add/", data).status_code == 302
    assert Source.objects.get(code="042").slug == "042-uebersee"

    # No number has four digits.
    make_source("999")
    data = form_data(editor.get(f"{SOURCES}add/"))
    assert ("code" in data, data["rank"]) == (False, Source.objects.latest("rank").rank + 1)


def test_what_a_topic_or_source_is_needed_for_is_said_in_german(admin_client):
    topic, source = make_topic(), make_source("944")
    project = make_project(name="Mit Thema", topics=[topic])
    make_participation(project, source=source)
    page = admin_client.get(f"{TOPICS}{topic.pk}/delete/").content.decode()
    assert "Projekt „Mit Thema“ verliert das Thema" in page
    assert "Record" not in page
    page = admin_client.get(f"{SOURCES}{source.pk}/delete/").content.decode()
    assert "Mit Thema</a>“: Hessen: beteiligt – Dokument 944, Abs. 1" in page


def test_a_source_is_not_deleted_by_editors(editor):
    source = make_source()
    assert editor.post(f"{SOURCES}{source.pk}/delete/", {"post": "yes"}).status_code == 403


def test_topics_count_their_records(editor):
    topic = make_topic("Gezähltes Thema")
    make_project(topics=[topic])
    make_project(topics=[topic], is_published=False)
    row = editor.get(f"{TOPICS}?q=Gezähltes").context["cl"].result_list[0]
    assert (row.project_count, row.cooperation_count, row.partner_count) == (2, 0, 0)


@pytest.mark.parametrize(("base", "make"), [(SOURCES, make_source), (TOPICS, make_topic)])
def test_change_lists_ask_the_same_number_of_queries_for_many(
    editor, base, make, django_assert_num_queries
):
    make()
    editor.get(base)
    with CaptureQueriesContext(connection) as one:
        editor.get(base)
    for _ in range(3):
        make()
    with django_assert_num_queries(len(one)):
        editor.get(base)


@pytest.mark.parametrize("model", [Source, Topic, SearchAid, Project, Cooperation, Partner])
def test_every_field_of_a_form_has_a_name_and_no_help_names_a_command(catalogue, editor, model):
    """In a table of rows, the head of a column is no label of the fields below it."""
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
    rows = model.objects.order_by("pk").first()
    if model is Source:
        rows = model.objects.filter(omitted_sentences__isnull=False).first()
    page = html.document_fromstring(editor.get(reverse(name, args=[rows.pk])).text)
    form = page.get_element_by_id(f"{model._meta.model_name}_form")
    labelled = {label.get("for") for label in form.iter("label")}

    unnamed = [
        html.tostring(field, encoding="unicode")[:120]
        for field in form.iter("input", "select", "textarea")
        if field.get("type") not in ("hidden", "submit")
        and not (field.get("aria-label") or field.get("title") or field.get("id") in labelled)
        and next(field.iterancestors("label"), None) is None
        # The row that "hinzufügen" copies is not shown.
        and next((row for row in field.iterancestors() if "empty-form" in row.classes), None)
        is None
    ]
    assert unnamed == []
    assert "check_sources" not in form.text_content()
