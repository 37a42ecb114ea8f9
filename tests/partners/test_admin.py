"""The admin of partners and cooperations, as an editor uses it."""

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partners.models import Cooperation, Partner, Role
from tests.chance import some
from tests.editing import add_row, editor_client, form_data, row_errors
from tests.factories import (
    make_cooperation,
    make_partner,
    make_project,
    make_role,
    make_source,
    passage,
)

PARTNERS = "/verwaltung/partners/partner/"
COOPERATIONS = "/verwaltung/partners/cooperation/"
MAKERS = {PARTNERS: make_partner, COOPERATIONS: make_cooperation}


@pytest.fixture
def editor(db):
    return editor_client()


@pytest.mark.parametrize(
    ("change_list", "model"), [(PARTNERS, Partner), (COOPERATIONS, Cooperation)]
)
def test_a_record_of_the_catalogue_can_be_saved_unchanged(catalogue, editor, change_list, model):
    for record in some(model.objects.all(), 2):
        url = f"{change_list}{record.pk}/change/"
        response = editor.post(url, form_data(editor.get(url)))
        assert response.status_code == 302, response.context["errors"]


@pytest.mark.parametrize("change_list", MAKERS)
def test_list_and_add_page_open(editor, change_list):
    MAKERS[change_list](name="Zu finden")
    assert editor.get(f"{change_list}add/").status_code == 200
    page = editor.get(f"{change_list}?q=Zu+finden").content.decode()
    assert "Zu finden" in page


@pytest.mark.parametrize("change_list", MAKERS)
def test_change_lists_ask_the_same_number_of_queries_for_many(
    editor, change_list, django_assert_num_queries
):
    make = MAKERS[change_list]
    make(name="Zählprobe 1")
    editor.get(f"{change_list}?q=Zählprobe")
    with CaptureQueriesContext(connection) as one:
        editor.get(f"{change_list}?q=Zählprobe")
    for number in range(2, 5):
        make(name=f"Zählprobe {number}")
    with django_assert_num_queries(len(one)):
        editor.get(f"{change_list}?q=Zählprobe")


@pytest.mark.parametrize("change_list", MAKERS)
def test_drafts_are_previewed_by_editors_only(editor, client, change_list):
    record = MAKERS[change_list](name="Noch geheim", is_published=False)
    preview = f"{change_list}{record.pk}/vorschau/"
    page = editor.get(preview).content.decode()
    assert "Noch geheim" in page
    assert "Entwurf – nur für die Redaktion sichtbar" in page
    assert client.get(preview).status_code == 302
    assert client.get(record.get_absolute_url()).status_code == 404
    stranger = Client()
    stranger.force_login(User.objects.create_user("ohne-rechte", is_staff=True))
    assert stranger.get(preview).status_code == 403


def test_the_preview_of_a_draft_shows_its_roles_but_no_other_draft(editor):
    cooperation = make_cooperation(name="Entworfener Verbund", is_published=False)
    project = make_project(name="Entworfenes Verfahren", is_published=False)
    partner = make_partner(name="Entworfene Stelle", is_published=False)
    known = make_partner(name="Bekannte Stelle")
    public = make_cooperation(name="Bekannter Verbund")
    make_role(cooperation, known, role="prüft im Verbund")
    make_role(cooperation, partner)
    make_role(public, partner, role="berät den Verbund")
    Role.objects.create(record=project, partner=known, role="prüft im Verfahren", **passage())

    def preview(record):
        return editor.get(
            reverse(f"admin:{record._meta.label_lower.replace('.', '_')}_preview", args=[record.pk])
        ).content.decode()

    assert "prüft im Verbund" in preview(cooperation)
    assert "Entworfene Stelle" not in preview(cooperation)
    assert "prüft im Verfahren" in preview(project)
    assert "berät den Verbund" in preview(partner)
    assert "Entworfener Verbund" not in preview(partner)


def test_counts_stand_in_the_lists(editor):
    cooperation = make_cooperation(name="Gezählte Kooperation")
    partner = make_partner(name="Gezählter Partner")
    make_role(cooperation, partner, role="prüft")
    make_role(cooperation, partner, role="berät")
    row = editor.get(f"{COOPERATIONS}?q=Gezählte").context["cl"].result_list[0]
    assert (row.partner_count, row.project_count, row.statement_count) == (1, 0, 5)
    row = editor.get(f"{PARTNERS}?q=Gezählter").context["cl"].result_list[0]
    assert (row.cooperation_count, row.project_count, row.statement_count) == (1, 0, 5)


def test_a_role_without_source_is_refused_beside_the_field(editor):
    cooperation, partner = make_cooperation(), make_partner()
    url = f"{COOPERATIONS}{cooperation.pk}/change/"
    data = form_data(editor.get(url))
    row = add_row(
        data, "involvements", partner=partner.pk, role="prüft", paragraph=1, quote="ein Wort"
    )
    errors = row_errors(editor.post(url, data), row)
    assert errors == {"source": ["Bitte das Dokument wählen, in dem die Angabe steht."]}

    data[f"{row}-source"] = make_source().pk
    assert editor.post(url, data).status_code == 302
    assert Role.objects.get(record=cooperation).role == "prüft"


def test_a_partner_with_a_role_is_not_deleted(editor):
    partner = make_partner()
    make_role(make_cooperation(), partner)
    editor.post(f"{PARTNERS}{partner.pk}/delete/", {"post": "yes"})
    assert Partner.objects.filter(pk=partner.pk).exists()


def test_a_deleted_partner_is_gone_for_visitors_and_its_address_stays(editor, client):
    partner = make_partner(slug="aufgeloest")
    response = editor.post(f"{PARTNERS}{partner.pk}/delete/", {"post": "yes"})
    assert response.status_code == 302
    assert not Partner.objects.filter(pk=partner.pk).exists()
    assert client.get("/partner/aufgeloest/").status_code == 410

    data = form_data(editor.get(f"{PARTNERS}add/")) | {"name": "Neu", "slug": "aufgeloest"}
    errors = editor.post(f"{PARTNERS}add/", data).context["adminform"].form.errors
    assert errors == {
        "slug": [
            (
                "Unter dieser Adresse war früher ein anderer Eintrag zu finden. Bitte eine andere "
                "wählen."
            )
        ]
    }


@pytest.mark.parametrize(
    ("app", "model", "field", "name"),
    [
        ("partners", "role", "partner", "Zu finden: Partner"),
        ("records", "statement", "partner", "Zu finden: Partner"),
    ],
)
def test_names_are_completed_by_records_of_the_right_type(editor, app, model, field, name):
    for make, noun in (
        (make_partner, "Partner"),
        (make_cooperation, "Kooperation"),
        (make_project, "Projekt"),
    ):
        make(name=f"Zu finden: {noun}")
    query = {"term": "Zu finden", "app_label": app, "model_name": model, "field_name": field}
    found = editor.get("/verwaltung/autocomplete/", query).json()["results"]
    assert [row["text"] for row in found] == [f"{name} (Partner)"]


def test_the_button_beside_a_partner_leads_to_a_new_partner(editor):
    page = editor.get(f"{COOPERATIONS}add/").content.decode()
    assert f'href="{PARTNERS}add/?_to_field=id&amp;_popup=1"' in page
    assert "/verwaltung/records/record/" not in page


def test_records_of_all_types_are_no_page_of_the_admin(editor):
    assert "/verwaltung/records/record/" not in editor.get("/verwaltung/").content.decode()
    record = make_partner()
    assert editor.get("/verwaltung/records/record/add/").status_code == 403
    assert editor.post(f"/verwaltung/records/record/{record.pk}/delete/").status_code == 403


@pytest.mark.parametrize("change_list", MAKERS)
def test_who_may_only_view_sees_all_and_changes_nothing(db, change_list):
    reader = User.objects.create_user("liest", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client = Client()
    client.force_login(reader)
    record = MAKERS[change_list](name="Nur zu lesen")
    page = client.get(f"{change_list}{record.pk}/change/").content.decode()
    assert "Nur zu lesen" in page
    assert "ein kurzer Wortlaut" in page
    assert 'alt="True"' in page.partition("field-published")[2].partition("</div>")[0]
    assert client.post(f"{change_list}{record.pk}/change/", {"name": "x"}).status_code == 403
