"""The admin of projects, as an editor uses it."""

import re

import pytest
from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from hzd_catalogue.records.models import Milestone, OtherName, Statement, StatusStatement
from hzd_catalogue.records.publishing import withdraw
from hzd_catalogue.records.statements import QUOTE_MAX_WORDS
from hzd_catalogue.reference.choices import Reach
from hzd_catalogue.reference.models import Revision
from projects.models import Participation, Project
from tests.chance import some
from tests.editing import add_row, editor_client, form_data, row_errors
from tests.factories import (
    make_cooperation,
    make_level,
    make_participation,
    make_partner,
    make_project,
    make_relation,
    make_role,
    make_source,
    make_state,
    make_topic,
    passage,
)

CHANGE_LIST = "/verwaltung/projects/project/"


@pytest.fixture
def editor(db):
    return editor_client()


def change_url(project):
    return f"{CHANGE_LIST}{project.pk}/change/"


def names(response):
    return {project.name for project in response.context["cl"].result_list}


def test_a_project_of_the_catalogue_can_be_saved_unchanged(catalogue, editor):
    before = set(Participation.objects.values_list("pk", "quote"))
    for project in some(Project.objects.all(), 3):
        data = form_data(editor.get(change_url(project)))
        response = editor.post(change_url(project), data)
        assert response.status_code == 302, response.context["errors"]
    assert set(Participation.objects.values_list("pk", "quote")) == before


def test_an_editor_adds_a_joining_state_and_it_is_on_the_website(editor, client):
    project = make_project(name="Wohngeld", slug="wohngeld-test")
    source = make_source("911", title="Neues Dokument")
    state = make_state("DE-RP", "Rheinland-Pfalz")
    revision = Revision.current().number

    data = form_data(editor.get(change_url(project)))
    add_row(
        data,
        "participations",
        federal_state=state.pk,
        participation_status="tritt-bei",
        source=source.pk,
        paragraph=4,
        quote="Rheinland-Pfalz tritt der Kooperation bei",
    )
    response = editor.post(change_url(project), data)

    assert response.status_code == 302
    assert Revision.current().number > revision
    page = client.get(project.get_absolute_url()).content.decode()
    assert "Rheinland-Pfalz tritt der Kooperation bei" in page
    assert f"{source.reference}, Abs. 4" in page


def test_a_corrected_quotation_keeps_its_key_and_a_new_row_gets_one(editor):
    project = make_project()
    key = make_participation(project).key
    data = form_data(editor.get(change_url(project)))
    data["participations-0-quote"] = "ein berichtigter Wortlaut"
    other = make_state("DE-RP", "Rheinland-Pfalz").pk
    add_row(
        data,
        "participations",
        federal_state=other,
        participation_status="nutzt",
        **passage_data(),
    )
    assert editor.post(change_url(project), data).status_code == 302

    keys = dict(Participation.objects.filter(record=project).values_list("quote", "key"))
    assert keys["ein berichtigter Wortlaut"] == key
    assert len(keys["ein kurzer Wortlaut"]) == 10


def test_save_and_continue_stays_in_the_form(editor):
    project = make_project()
    data = {**form_data(editor.get(change_url(project))), "_continue": "1"}
    assert editor.post(change_url(project), data).url == change_url(project)


def test_what_is_missing_is_said_beside_its_field(editor):
    project = make_project()
    data = form_data(editor.get(change_url(project)))
    row = add_row(data, "participations", federal_state=make_state().pk)
    response = editor.post(change_url(project), data)

    assert row_errors(response, row) == {
        "participation_status": ["Bitte den Status wählen, den das Dokument nennt."],
        "source": ["Bitte das Dokument wählen, in dem die Angabe steht."],
        "paragraph": ["Bitte die Nummer des Absatzes angeben."],
        "quote": ["Bitte den Wortlaut der Stelle angeben, höchstens 12 Wörter."],
    }
    page = response.content.decode()
    leading = page.partition("Bitte das Dokument wählen, in dem die Angabe steht.")[0]
    assert leading.endswith(f'<a href="#id_{row}-source">Beteiligung eines Landes 1, Quelle</a>: ')
    after = page.rpartition("Bitte das Dokument wählen, in dem die Angabe steht.")[2]
    assert re.search(r"\bfield-\w+", after)[0] == "field-source"
    assert not Participation.objects.filter(record=project).exists()


def test_a_quote_of_more_than_12_words_is_refused_with_their_number(editor):
    project = make_project()
    data = form_data(editor.get(change_url(project)))
    quote = "eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn"
    row = add_row(data, "statuses", status="im-einsatz", **{**passage_data(), "quote": quote})
    response = editor.post(change_url(project), data)
    assert row_errors(response, row) == {"quote": ["Höchstens 12 Wörter zitieren; es sind 13."]}


def passage_data():
    values = passage()
    return {**values, "source": values["source"].pk}


@pytest.mark.parametrize(
    ("date", "field", "message"),
    [
        ({"year": 2021, "month": 2, "day": 30}, "day", "Den 30. Februar 2021 gibt es nicht."),
        ({"year": 2021, "month": 13}, "month", "Der Monat liegt zwischen 1 und 12."),
        ({"year": 2021, "day": 3}, "month", "Ein Tag braucht einen Monat."),
        (
            {"year": 2021, "month": 9, "day": 3, "part": "ende"},
            "part",
            "Ein Tag ist schon genau; der Abschnitt bleibt leer.",
        ),
        ({"year": 1066}, "year", "Das Jahr liegt zwischen 1900 und 2100."),
        ({}, "year", "Bitte das Jahr angeben. Ohne Jahr gibt es keinen Meilenstein."),
    ],
)
def test_an_impossible_date_is_said_beside_its_field(editor, date, field, message):
    project = make_project()
    data = form_data(editor.get(change_url(project)))
    row = add_row(data, "milestones", event="beginn", title="Beginn", **passage_data(), **date)
    response = editor.post(change_url(project), data)
    assert row_errors(response, row) == {field: [message]}
    assert message in response.content.decode()
    assert not Milestone.objects.filter(record=project).exists()


def test_a_second_statement_of_a_source_about_a_state_is_refused(editor):
    project = make_project()
    stated = make_participation(project)
    values = {
        "federal_state": stated.federal_state_id,
        "participation_status": "nutzt",
        "source": stated.source_id,
        "paragraph": 2,
        "quote": "ein anderer Wortlaut",
    }
    data = form_data(editor.get(change_url(project)))
    add_row(data, "participations", **values)
    response = editor.post(change_url(project), data)
    message = "Zu diesem Land gibt es aus dieser Quelle schon eine Aussage."
    assert message in response.content.decode()

    stated.delete()
    data = form_data(editor.get(change_url(project)))
    add_row(data, "participations", **values)
    add_row(data, "participations", **values)
    response = editor.post(change_url(project), data)
    assert message in response.content.decode()


def test_what_another_editor_has_stated_meanwhile_is_refused_with_a_message(editor):
    project, state, source = make_project(), make_state(), make_source()
    data = form_data(editor.get(change_url(project)))
    add_row(
        data,
        "participations",
        federal_state=state.pk,
        participation_status="nutzt",
        **{**passage_data(), "source": source.pk},
    )
    make_participation(project, state, source=source)

    response = editor.post(change_url(project), data)

    message = "Zu diesem Land gibt es aus dieser Quelle schon eine Aussage."
    # Below the row that the other one has stated.
    assert row_errors(response, "participations-0") == {}
    assert row_errors(response, "participations-1") == {"__all__": [message]}


def test_a_second_status_of_one_source_is_refused(editor):
    project = make_project()
    stated = StatusStatement.objects.create(record=project, status="geplant", **passage())
    data = form_data(editor.get(change_url(project)))
    values = {**passage_data(), "source": stated.source_id, "status": "im-einsatz"}
    add_row(data, "statuses", **values)
    response = editor.post(change_url(project), data)
    assert "Diese Quelle hat schon einen Status." in response.content.decode()


def test_a_new_project_starts_as_a_draft(editor, client):
    data = form_data(editor.get(f"{CHANGE_LIST}add/"))
    data |= {
        "name": "Neues Verfahren",
        "slug": "neues-verfahren",
        "summary": "Ein Satz\nin zwei Zeilen.",
        "description": "Zwei Sätze. In eigenen Worten.",
        "kind": "it-verfahren",
        "reach": "landesweit",
        "levels": [make_level().pk],
    }
    assert editor.post(f"{CHANGE_LIST}add/", data).status_code == 302
    project = Project.objects.get(slug="neues-verfahren")
    assert (project.is_published, project.summary) == (False, "Ein Satz in zwei Zeilen.")
    assert client.get(project.get_absolute_url()).status_code == 404


def test_an_empty_form_says_what_every_field_needs(editor):
    data = {
        name: value
        for name, value in form_data(editor.get(f"{CHANGE_LIST}add/")).items()
        if name.endswith("_FORMS")
    }
    response = editor.post(f"{CHANGE_LIST}add/", data)
    assert response.context["adminform"].form.errors == {
        "name": ["Bitte den Namen angeben, unter dem der Eintrag erscheint."],
        "slug": ["Bitte die Adresse angeben: Kleinbuchstaben und Bindestriche."],
    }


def test_a_draft_may_be_half_done_and_says_what_publishing_it_takes(editor):
    data = form_data(editor.get(f"{CHANGE_LIST}add/")) | {"name": "Halb", "slug": "halb"}
    row = add_row(data, "evidence", aspect="reichweite", **passage_data())

    response = editor.post(f"{CHANGE_LIST}add/", {**data, "published": "on"})

    lacking = (
        "Ein veröffentlichter Eintrag braucht mindestens einen Beleg für die Beschreibung und die "
        "Ebenen."
    )
    form = response.context["adminform"].form
    assert form.errors == {
        "__all__": [f'{lacking} <a href="#evidence-heading">Zu den Belegen</a>'],
        "summary": ["Bitte in einem Satz sagen, worum es geht."],
        "description": ["Bitte eine Beschreibung in eigenen Worten angeben."],
        "kind": ["Bitte die Art wählen."],
        "reach": ["Bitte die Reichweite wählen."],
        "levels": ["Bitte mindestens eine Ebene ankreuzen."],
        "published": ["Bitte ergänzen, was fehlt, oder als Entwurf speichern: ohne Haken."],
    }
    page = response.content.decode()
    assert "Bitte in einem Satz sagen, worum es geht." in page
    assert f'{lacking} <a href="#evidence-heading">Zu den Belegen</a>' in page
    assert page.count('id="evidence-heading"') == 1
    # Nothing that was typed is lost, and nothing is saved.
    shown = form_data(response)
    assert (shown["name"], shown["published"]) == ("Halb", True)
    assert shown[f"{row}-aspect"] == "reichweite"
    assert shown[f"{row}-quote"] == data[f"{row}-quote"]
    assert not Project.objects.filter(slug="halb").exists()
    assert not LogEntry.objects.exists()

    assert editor.post(f"{CHANGE_LIST}add/", data).status_code == 302
    assert not Project.objects.get(slug="halb").is_published


def test_publishing_needs_evidence_for_description_reach_and_levels(editor):
    project = make_project(evidence=False, is_published=False)
    data = {**form_data(editor.get(change_url(project))), "published": "on"}
    for aspect, words in (
        ("beschreibung", "die Beschreibung, die Reichweite und die Ebenen"),
        ("reichweite", "die Reichweite und die Ebenen"),
        ("ebene", "die Ebenen"),
    ):
        response = editor.post(change_url(project), data)
        assert f"mindestens einen Beleg für {words}." in response.content.decode()
        add_row(data, "evidence", aspect=aspect, **passage_data())

    assert editor.post(change_url(project), data).status_code == 302
    assert Project.objects.get(pk=project.pk).is_published


def errors_led_to(response):
    """Return the fields that the page's list of errors leads to, each by its anchor."""
    listed = re.search(r'<ul class="field-errors".*?</ul>', response.content.decode(), re.DOTALL)
    return re.findall(r'href="#([^"]+)"', listed[0]) if listed else []


def test_each_error_leads_to_its_field_and_folds_hide_none(editor):
    project = make_project()
    make_participation(project)
    stated = make_participation(project, make_state("DE-BB", "Brandenburg"))
    data = form_data(editor.get(change_url(project)))
    assert not errors_led_to(editor.get(change_url(project)))
    data |= {"name": "", "participations-1-month": "3", "evidence-0-quote": ""}
    row = add_row(data, "participations", federal_state=stated.federal_state_id)
    again = add_row(
        data,
        "participations",
        federal_state=stated.federal_state_id,
        participation_status="nutzt",
        source=stated.source_id,
        paragraph=2,
        quote="noch einmal",
    )
    data |= {"evidence-1-quote": "", "evidence-1-DELETE": "on"}

    response = editor.post(change_url(project), data)

    anchors = errors_led_to(response)
    # What is deleted is not asked for.
    assert sorted(anchors) == sorted(
        [
            *("id_name", "id_participations-1-year", again, "id_evidence-0-quote"),
            *(
                f"id_{row}-{name}"
                for name in ("participation_status", "source", "paragraph", "quote")
            ),
        ]
    )
    page = response.content.decode()
    for anchor in anchors:
        assert page.count(f'id="{anchor}"') == 1
    # The fold of the row with the error is none; the others stay as they are.
    assert "<details>" not in between(page, 'id="participations-1"', 'id="participations-2"')
    assert "<details>" in between(page, 'id="participations-0"', 'id="participations-1"')


def between(text, start, end):
    return text.partition(start)[2].partition(end)[0]


def test_the_only_evidence_of_a_published_project_cannot_be_deleted(editor):
    project = make_project()
    data = {**form_data(editor.get(change_url(project))), "evidence-0-DELETE": "on"}
    response = editor.post(change_url(project), data)
    assert "mindestens einen Beleg für die Beschreibung." in response.content.decode()
    assert project.statements.count() == 3

    del data["published"]
    assert editor.post(change_url(project), data).status_code == 302
    assert not Project.objects.get(pk=project.pk).is_published
    assert project.statements.count() == 2


def test_the_action_publishes_what_has_evidence_and_names_the_rest(editor, client):
    ready = make_project(name="Fertig", is_published=False)
    unready = make_project(name="Unfertig", is_published=False, evidence=False)
    revision = Revision.current().number
    data = {"action": "publish", "_selected_action": [ready.pk, unready.pk]}
    page = editor.post(CHANGE_LIST, data, follow=True).content.decode()

    assert "1 Projekt veröffentlicht." in page
    assert "Noch Entwurf: „Unfertig“. Ein veröffentlichter Eintrag braucht" in page
    assert Revision.current().number == revision + 1
    assert client.get(ready.get_absolute_url()).status_code == 200
    assert client.get(unready.get_absolute_url()).status_code == 404
    assert LogEntry.objects.get().change_message == "Veröffentlicht."


def test_the_action_withdraws(editor, client):
    project = make_project()
    assert client.get(project.get_absolute_url()).status_code == 200
    revision = Revision.current().number
    data = {"action": "withdraw", "_selected_action": [project.pk]}
    page = editor.post(CHANGE_LIST, data, follow=True).content.decode()
    assert "1 Projekt zurückgezogen." in page
    assert Revision.current().number == revision + 1
    assert client.get(project.get_absolute_url()).status_code == 410


def test_an_action_that_changes_nothing_makes_no_revision(editor):
    project = make_project()
    revision = Revision.current().number
    editor.post(CHANGE_LIST, {"action": "publish", "_selected_action": [project.pk]})
    assert Revision.current().number == revision


def test_only_a_published_project_links_to_the_website(editor):
    project = make_project()
    link = f'<a href="{project.get_absolute_url()}" class="viewsitelink">'
    page = editor.get(change_url(project)).content.decode()
    assert f"{link}Auf der Website ansehen</a>" in page
    assert "vorschau/" not in page

    withdraw(project)
    page = editor.get(change_url(project)).content.decode()
    assert link not in page
    assert f'<a href="{CHANGE_LIST}{project.pk}/vorschau/">Vorschau</a>' in page


def test_the_preview_shows_a_draft_to_editors_only(editor, client, db):
    project = make_project(name="Geheimes Vorhaben", is_published=False)
    preview = reverse("admin:projects_project_preview", args=[project.pk])

    response = editor.get(preview)
    assert response.status_code == 200
    assert "Geheimes Vorhaben" in response.content.decode()
    assert "Entwurf – nur für die Redaktion sichtbar" in response.content.decode()
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))

    assert client.get(preview).status_code == 302
    assert client.get(project.get_absolute_url()).status_code == 404
    stranger = Client()
    stranger.force_login(User.objects.create_user("ohne-rechte", is_staff=True))
    assert stranger.get(preview).status_code == 403
    assert stranger.get(preview.replace(str(project.pk), "0")).status_code == 403


def test_there_is_no_preview_of_a_missing_project(editor):
    preview = reverse("admin:projects_project_preview", args=[0])
    assert editor.get(preview).status_code == 404


def test_a_name_is_escaped_everywhere(editor):
    name = "<script>alert(1)</script>"
    project = make_project(name=name, is_published=False)
    make_participation(project, quote="<script>alert(2)</script>")
    pages = [
        editor.get(CHANGE_LIST),
        editor.get(change_url(project)),
        editor.get(f"{CHANGE_LIST}{project.pk}/vorschau/"),
        editor.post(
            CHANGE_LIST, {"action": "publish", "_selected_action": [project.pk]}, follow=True
        ),
    ]
    for page in pages:
        assert "<script>alert" not in page.content.decode()
        assert page.status_code == 200


def test_drafts_public_and_withdrawn_records_are_told_apart(editor):
    make_project(name="Entwurf", is_published=False)
    make_project(name="Öffentlich")
    withdraw(make_project(name="Zurückgezogen"))

    found = {
        value: names(editor.get(CHANGE_LIST, {"stand": value}))
        for value in ("entwurf", "veroeffentlicht", "zurueckgezogen", "unsinn")
    }

    assert found["entwurf"] == {"Entwurf"}
    assert "Öffentlich" in found["veroeffentlicht"]
    assert found["zurueckgezogen"] == {"Zurückgezogen"}
    assert found["unsinn"] == set().union(*found.values())
    assert found["veroeffentlicht"].isdisjoint(found["entwurf"] | found["zurueckgezogen"])


@pytest.mark.parametrize(
    "query",
    [
        "stand=entwurf",
        "art=register",
        "topics__id__exact={topic}",
        "levels__id__exact={level}",
        "reach__exact=bundesweit",
        "quelle=955",
        "status=geplant",
        "statements__federal_state__id__exact={state}",
        "q=Kurzwort",
    ],
)
def test_filters_and_search_find_the_project(editor, query):
    source = make_source("955")
    state = make_state("DE-SL", "Saarland")
    topic, level = make_topic(), make_level("probe", "Probe")
    make_project(name="Anderes")
    project = make_project(
        name="Gesucht",
        is_published=False,
        kind="register",
        reach=Reach.NATIONWIDE,
        topics=[topic],
        levels=[level],
    )
    make_participation(project, state, source=source)
    StatusStatement.objects.create(record=project, status="geplant", **passage(source))
    OtherName.objects.create(
        record=project, name="Kurzwort", name_kind="kurzform", **passage(source)
    )

    query = query.format(topic=topic.pk, level=level.pk, state=state.pk)
    found = names(editor.get(f"{CHANGE_LIST}?{query}"))
    assert "Gesucht" in found
    assert "Anderes" not in found


def test_projects_without_status_are_found(editor):
    project = make_project(name="Ohne Status")
    other = make_project(name="Mit Status")
    StatusStatement.objects.create(record=other, status="geplant", **passage())
    found = names(editor.get(f"{CHANGE_LIST}?status=ohne-angabe"))
    assert project.name in found
    assert other.name not in found


def test_the_change_list_counts_states_once(editor):
    project = make_project(name="Gezählt")
    make_participation(project)
    make_participation(project)
    make_participation(project, make_state("DE-BB", "Brandenburg"))
    row = editor.get(f"{CHANGE_LIST}?q=Gezählt").context["cl"].result_list[0]
    assert (row.state_count, row.partner_count, row.statement_count) == (2, 0, 6)


def test_the_change_list_asks_the_same_number_of_queries_for_many(
    editor, django_assert_num_queries
):
    make_participation(make_project(name="Zählprobe 1"))
    editor.get(f"{CHANGE_LIST}?q=Zählprobe")
    with CaptureQueriesContext(connection) as one:
        editor.get(f"{CHANGE_LIST}?q=Zählprobe")
    for number in range(2, 5):
        make_participation(make_project(name=f"Zählprobe {number}"))
    with django_assert_num_queries(len(one)):
        editor.get(f"{CHANGE_LIST}?q=Zählprobe")


def test_a_new_address_keeps_the_old_one_and_takes_no_other(editor, client):
    project = make_project(slug="alte-adresse")
    data = {**form_data(editor.get(change_url(project))), "slug": "neue-adresse"}
    assert editor.post(change_url(project), data).status_code == 302
    response = client.get("/projekte/alte-adresse/")
    assert (response.status_code, response.url) == (301, "/projekte/neue-adresse/")

    other = make_project()
    data = {**form_data(editor.get(change_url(other))), "slug": "alte-adresse"}
    response = editor.post(change_url(other), data)
    assert response.context["adminform"].form.errors["slug"] == [
        "Unter dieser Adresse war früher ein anderer Eintrag zu finden. Bitte eine andere wählen."
    ]


def test_autocomplete_shows_sources_by_number_and_title(editor):
    make_source("977", title="Ein Titel zum Finden")
    # No statement may rest on it; its own list still has it.
    make_source("978", title="Zurückgenommen, nicht zum Finden", taken_back_at=timezone.now())
    assert "978" in editor.get("/verwaltung/reference/source/?q=zum+Finden").content.decode()
    response = editor.get(
        "/verwaltung/autocomplete/",
        {
            "term": "zum Finden",
            "app_label": "projects",
            "model_name": "participation",
            "field_name": "source",
        },
    )
    assert [row["text"] for row in response.json()["results"]] == ["977 – Ein Titel zum Finden"]


def test_the_form_leads_to_each_kind_of_statement(editor):
    project = make_project()
    make_participation(project)
    page = editor.get(change_url(project)).content.decode()
    assert '<a href="#participations-heading">Länder im Projekt (1)</a>' in page
    assert 'id="participations-heading"' in page


def test_help_and_signs_stand_once(editor):
    project = make_project()
    make_participation(project)
    make_participation(project, make_state("DE-BB", "Brandenburg"))
    make_relation(project, make_cooperation())
    page = editor.get(change_url(project)).content.decode()

    help_texts = [
        str(field.help_text)
        for field in Statement._meta.get_fields()
        if getattr(field, "help_text", "")
    ]
    assert [text for text in help_texts if page.count(text) > 1] == []
    assert page.count("die nicht leeren Zeilen des Dokuments") == 1
    # A field under the head of a table has no label beside it.
    assert set(re.findall(r'name="evidence-0-(\w+)"[^>]*aria-label="', page)) == {
        *("aspect", "source", "paragraph", "quote", "DELETE")
    }
    # Only what may be empty has a cross that empties it; several choices have one each.
    clearable = re.findall(r'<select name="([^"]+)"[^>]*data-allow-clear="true"', page)
    assert {name.rpartition("-")[2] for name in clearable} == {"topics", "concerns"}
    assert not re.search(
        "(change|delete)-related", between(page, 'id="participations-group"', "<nav")
    )


def test_a_quotation_has_two_lines_in_the_form_and_none_in_the_catalogue(editor):
    project = make_project()
    make_participation(project)
    response = editor.get(change_url(project))
    field = re.search(r'<textarea name="participations-0-quote"[^>]*>', response.content.decode())[
        0
    ]
    assert 'rows="2"' in field
    assert f'data-max-words="{QUOTE_MAX_WORDS}"' in field

    data = form_data(response)
    words = "eins zwei drei vier fünf sechs sieben acht neun zehn elf"
    data["participations-0-quote"] = f"{words} \r\n zwölf dreizehn"
    errors = row_errors(editor.post(change_url(project), data), "participations-0")
    assert errors == {"quote": ["Höchstens 12 Wörter zitieren; es sind 13."]}

    data["participations-0-quote"] = f"{words}\r\nzwölf\r\n"
    assert editor.post(change_url(project), data).status_code == 302
    assert Participation.objects.get(record=project).quote == f"{words} zwölf"


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("", "uebersee-strasse-nr-2"),
        ("Größe & Maß", "groesse-mass"),
        ("wie-getippt", "wie-getippt"),
    ],
)
def test_an_address_is_spelled_as_german_is_without_umlauts(editor, typed, slug):
    data = form_data(editor.get(f"{CHANGE_LIST}add/"))
    data |= {"name": "Übersee-Straße (Nr. 2)", "slug": typed}
    assert editor.post(f"{CHANGE_LIST}add/", data).status_code == 302
    assert Project.objects.get(name="Übersee-Straße (Nr. 2)").slug == slug


def reminders(response):
    """Return the warnings that the page shows."""
    shown = response.context["messages"]
    return [str(message) for message in shown if message.level == messages.WARNING]


def test_a_new_participation_reminds_of_the_texts_that_name_laender(editor):
    make_state("DE-SN", "Sachsen")
    make_state("DE-ST", "Sachsen-Anhalt")
    project = make_project(
        name="Verfahren <1>",
        summary="Im Auftrag der Bund-Länder-Kommission in Hessen.",
        description="Es läuft in Sachsen-Anhalt und in zwei Ländern mehr.",
    )
    cooperation = make_cooperation(description="Neben Sachsen wirken andere Bundesländer mit.")
    other = make_project(description="Ohne Bezug, mit Sachsen.")
    make_relation(project, cooperation)

    def add(record, state):
        data = form_data(editor.get(change_url(record)))
        add_row(
            data,
            "participations",
            federal_state=state.pk,
            participation_status="nutzt",
            **passage_data(),
        )
        return editor.post(change_url(record), data, follow=True)

    (reminder,) = reminders(add(project, make_state("DE-TH", "Thüringen")))
    assert reminder.startswith("Beteiligung hinzugefügt: Thüringen.")
    links = re.findall(r'<a href="([^"]+)">([^<]+)</a> \(([^)]+)\)', reminder)
    assert links == [
        (
            f"{change_url(project)}#id_description",
            "Verfahren &lt;1&gt;, Beschreibung",
            "Sachsen-Anhalt und zwei Ländern",
        ),
        (
            f"/verwaltung/partners/cooperation/{cooperation.pk}/change/#id_description",
            f"{cooperation.name}, Beschreibung",
            "Sachsen und andere Bundesländer",
        ),
    ]
    assert other.name not in reminder
    # Nothing new, nothing to check.
    saved = editor.post(
        change_url(project), form_data(editor.get(change_url(project))), follow=True
    )
    assert reminders(saved) == []
    assert reminders(add(make_project(), make_state("DE-TH", "Thüringen"))) == []


def trail_of(response):
    trail = between(response.content.decode(), '<div class="breadcrumbs">', "</div>")
    return [place.strip() for place in re.sub("<[^>]+>", "", trail).split("&rsaquo;")]


def test_deletion_says_in_german_what_goes_and_each_place_is_named_once(editor):
    project = make_project(name="Zu löschen", topics=[make_topic()])
    make_participation(project, source=make_source("942"))
    partner = make_partner(name="Mit Rolle")
    make_role(project, partner, role="prüft", source=make_source("943"))
    row = f"{CHANGE_LIST}{project.pk}/"
    selected = {"action": "delete_selected", "_selected_action": [project.pk]}
    pages = {
        "Projekte": editor.get(CHANGE_LIST),
        "Projekt hinzufügen": editor.get(f"{CHANGE_LIST}add/"),
        "Zu löschen": editor.get(f"{row}change/"),
        "Verlauf": editor.get(f"{row}history/"),
        "Löschen": editor.get(f"{row}delete/"),
        "Löschen ": editor.post(CHANGE_LIST, selected),
    }
    for here, response in pages.items():
        trail = trail_of(response)
        assert trail[:2] == ["Start", "Projekte"]
        assert trail[-1] == here.strip()
        assert len(set(trail)) == len(trail)

    protected = editor.get(f"/verwaltung/partners/partner/{partner.pk}/delete/")
    for response in (pages["Löschen"], pages["Löschen "]):
        text = between(response.content.decode(), "Gelöscht wird:", "</form>")
        assert "Länder im Projekt: 1" in text
        assert "Hessen: beteiligt – Dokument 942, Abs. 1" in text
        assert "Mit Rolle: prüft – Dokument 943, Abs. 1" in text
    for response in (pages["Löschen"], pages["Löschen "], protected):
        assert not re.search(r"[Rr]ecord|object \(|Beziehung", text_of(response))
    assert "Projekt „Zu löschen“: Mit Rolle: prüft – Dokument 943, Abs. 1" in text_of(protected)


def test_a_record_with_very_many_statements_can_be_saved(editor):
    project, stated = make_project(name="Viel"), passage()
    for year in range(1900, 2050):
        title = f"Ereignis {year}"
        Milestone.objects.create(record=project, event="beginn", title=title, year=year, **stated)
    form = f"{CHANGE_LIST}{project.pk}/change/"
    data = form_data(editor.get(form)) | {"name": "Sehr viel"}
    assert len(data) > 1000

    assert editor.post(form, data).status_code == 302
    project.refresh_from_db()
    assert project.name == "Sehr viel"


def text_of(response):
    return re.sub("<[^>]+>", "", between(response.content.decode(), '<div id="content"', "<footer"))
