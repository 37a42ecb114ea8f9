"""Legal pages: their format, their placeholders, the warning and the report of a barrier."""

import datetime as dt
from urllib.parse import unquote

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ValidationError
from django.core.management import call_command

from hzd_catalogue.legal import markup, shipped
from hzd_catalogue.legal.markup import Block, Part
from hzd_catalogue.legal.models import KnownBarrier, LegalPage, OperatorDetails, validate_body
from tests.editing import editor_client, form_data

FILLED = {
    "name": "Beispielbetrieb",
    "postal_address": "Beispielweg 1\n12345 Beispielstadt",
    "representative": "die Leitung",
    "email": "post@example.org",
    "phone": "0123 456",
    "supervisory_authority": "Beispielaufsicht",
    "privacy_contact": "Stelle für Datenschutz",
    "privacy_email": "datenschutz@example.org",
    "privacy_authority": "Beispielbehörde",
    "access_logs": "Sieben Tage lang die Adresse der Seite.",
    "accessibility_law": "Beispielgesetz",
    "conformance": "teilweise",
    "assessment_date": dt.date(2026, 3, 1),
    "assessment_method": "Selbstbewertung",
    "accessibility_email": "barriere@example.org",
    "accessibility_phone": "0123 457",
    "enforcement_body": "Beispielstelle",
}
NO_LINK = (
    "ist nicht erlaubt. Ein Link beginnt mit /, https:// oder mailto: und enthält weder \\ noch "
    "unsichtbare Zeichen noch einen Namen mit @ vor dem Host."
)
ADDRESSES = [f"/{slug}/" for slug in LegalPage.Slug.values]


def fill_in(**values):
    OperatorDetails.objects.update_or_create(pk=1, defaults=values)


def legal_warnings():
    return run_checks(tags=["legal"], include_deployment_checks=True)


def test_text_is_parsed_into_blocks():
    body = (
        "## Eins\nZeile\nzweite [[betreiber]].\r\n\r\n- a\n- [b](/b/)\n\n"
        "### Klein\n\n[[barriere-melden]]"
    )
    assert markup.parse(body, OperatorDetails(name="B")) == [
        Block("heading", [[Part("Eins")]]),
        Block("paragraph", [[Part("Zeile")], [Part("zweite "), Part("B"), Part(".")]]),
        Block("list", [[Part("a")], [Part("b", "/b/")]]),
        Block("subheading", [[Part("Klein")]]),
        Block("barriere-melden"),
    ]


def test_an_empty_field_is_a_missing_part():
    (block,) = markup.parse("[[betreiber]]", OperatorDetails())
    assert block.lines == [[Part("Betreiber", is_missing=True)]]


@pytest.mark.parametrize(
    ("field", "value", "part"),
    [
        ("email", "a@example.org", Part("a@example.org", "mailto:a@example.org")),
        ("phone", "+49 (12) 3", Part("+49 (12) 3", "tel:+49123")),
        ("conformance", "teilweise", Part("teilweise")),
        ("assessment_date", dt.date(2026, 3, 1), Part("1. März 2026")),
    ],
)
def test_values_have_the_form_of_their_type(field, value, part):
    placeholder = next(name for name, known in markup.FIELDS.items() if known == field)
    (block,) = markup.parse(f"[[{placeholder}]]", OperatorDetails(**{field: value}))
    assert block.lines == [[part]]


def test_every_field_of_the_operator_has_a_placeholder():
    fields = {field.name for field in OperatorDetails._meta.fields} - {"id"}
    assert set(markup.FIELDS.values()) == fields


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("[[unbekannt]]", "Den Platzhalter [[unbekannt]] gibt es nicht."),
        ("[x](javascript:y)", f"Der Link javascript:y {NO_LINK}"),
        ("[x](//fremd.example)", f"Der Link //fremd.example {NO_LINK}"),
        ("[x](/\\fremd.example)", f"Der Link /\\fremd.example {NO_LINK}"),
    ],
)
def test_wrong_placeholders_and_links_are_refused(body, message):
    with pytest.raises(ValidationError) as refusal:
        validate_body(body)
    assert refusal.value.messages == [message]


def test_a_link_that_was_stored_before_it_was_refused_is_shown_as_text():
    body = "[a](JavaScript:b) [c](/\\fremd.example) [d](mailto:d@example.org)"
    (block,) = markup.parse(body, OperatorDetails())
    assert [part.target for part in block.lines[0]] == ["", "", "", "", "mailto:d@example.org"]


@pytest.mark.parametrize("slug", LegalPage.Slug.values)
def test_shipped_texts_are_valid(slug):
    validate_body(shipped.shipped_page(slug)["body"])


@pytest.mark.parametrize("address", ADDRESSES)
def test_pages_show_openly_what_is_missing(db, client, address):
    page = LegalPage.objects.get(slug=address.strip("/"))
    content = client.get(address).content.decode()
    assert f'<h1 class="kern-heading-large">{page.title}</h1>' in content
    for label in page.missing(OperatorDetails()):
        assert f"[{label}: noch einzutragen]" in content


@pytest.mark.parametrize("address", ADDRESSES)
def test_filled_in_pages_have_no_placeholder_left(db, client, address):
    fill_in(**FILLED)
    content = client.get(address).content.decode()
    assert "noch einzutragen" not in content
    assert "[[" not in content


def test_values_are_escaped_and_keep_their_lines(db, client):
    fill_in(name="<script>x</script>", postal_address="Weg 1\nOrt")
    content = client.get("/impressum/").content.decode()
    assert "<script>x" not in content
    assert "&lt;script&gt;x" in content
    assert "Weg 1<br>Ort" in content


def test_known_barriers_are_listed(db, client):
    KnownBarrier.objects.create(title="Bild <b>", planned_until=dt.date(2027, 1, 31))
    content = client.get("/barrierefreiheit/").content.decode()
    assert "Bild &lt;b&gt;" in content
    assert "bis zum 31. Januar 2027 zu beheben" in content


@pytest.mark.parametrize("page", ["/projekte/wohngeld/", "/projekte/?land=DE-SL&q=ä"])
def test_a_report_of_a_barrier_carries_the_page(db, client, page):
    fill_in(accessibility_email="barriere@example.org")
    response = client.get("/barrierefreiheit/", {"seite": page})
    assert response.context["reported_page"] == page
    link = response.context["report_link"]
    assert link.startswith("mailto:barriere@example.org?subject=")
    assert f"Seite: http://testserver{page.split('?')[0]}" in unquote(link)
    assert 'id="barriere-melden"' in response.content.decode()


@pytest.mark.parametrize(
    "page",
    [
        "//fremd.example/",
        "https://fremd.example/",
        "/\\fremd.example",
        "javascript:x",
        "/a\nb",
        "/" * 501,
    ],
)
def test_a_report_never_leads_elsewhere(db, client, page):
    fill_in(accessibility_email="barriere@example.org")
    response = client.get("/barrierefreiheit/", {"seite": page})
    assert response.context["reported_page"] == ""
    assert "fremd" not in unquote(response.context["report_link"])


def test_without_an_address_there_is_no_mail_link(db, client):
    assert "mailto:" not in client.get("/barrierefreiheit/").content.decode()


def test_the_check_names_the_fields_until_they_are_filled_in(db):
    warnings = {warning.msg for warning in legal_warnings()}
    assert (
        "The legal page /impressum/ still shows placeholders: Betreiber, Anschrift, Vertretung, "
        "E-Mail, Telefon, Aufsichtsbehörde." in warnings
    )
    assert {warning.id for warning in legal_warnings()} == {"legal.W001"}
    fill_in(**FILLED)
    assert legal_warnings() == []


def test_without_deploy_the_check_is_silent(db):
    assert run_checks(tags=["legal"]) == []


def test_migrating_again_keeps_edited_texts_and_brings_missing_ones_back(db):
    LegalPage.objects.filter(slug="impressum").update(body="Eigener Text")
    LegalPage.objects.filter(slug="datenschutz").delete()
    fill_in(name="Beispielbetrieb")
    call_command("migrate", verbosity=0)
    assert LegalPage.objects.get(slug="impressum").body == "Eigener Text"
    assert LegalPage.objects.filter(slug="datenschutz").exists()
    assert OperatorDetails.objects.get().name == "Beispielbetrieb"


def test_an_editor_fills_in_the_details(db, client):
    editor = editor_client()
    response = editor.get("/verwaltung/legal/operatordetails/", follow=True)
    url = response.redirect_chain[-1][0]
    data = {**form_data(response), "name": "Beispielbetrieb"}
    assert editor.post(url, data).status_code == 302
    assert "Beispielbetrieb" in client.get("/impressum/").content.decode()


def test_an_editor_changes_a_text_and_is_told_of_wrong_placeholders(db, client):
    editor = editor_client()
    page = LegalPage.objects.get(slug="gebaerdensprache")
    url = f"/verwaltung/legal/legalpage/{page.pk}/change/"
    data = form_data(editor.get(url))
    response = editor.post(url, {**data, "body": "[[falsch]]"})
    assert response.context["adminform"].form.errors["body"] == [
        "Den Platzhalter [[falsch]] gibt es nicht."
    ]
    assert editor.post(url, {**data, "body": "Neuer Text"}).status_code == 302
    assert "Neuer Text" in client.get("/gebaerdensprache/").content.decode()


@pytest.mark.parametrize("model", ["legalpage", "operatordetails"])
def test_rows_of_the_installation_are_neither_added_nor_deleted(db, admin_client, model):
    base = f"/verwaltung/legal/{model}/"
    assert admin_client.get(f"{base}add/").status_code == 403
    assert admin_client.post(f"{base}1/delete/", {"post": "yes"}).status_code == 403


def test_the_list_of_pages_says_what_is_missing(db):
    page = editor_client().get("/verwaltung/legal/legalpage/").content.decode()
    assert "Betreiber, Anschrift, Vertretung" in page
    assert editor_client("zweite").get("/verwaltung/legal/knownbarrier/add/").status_code == 200
