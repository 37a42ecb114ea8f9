"""The reading desk: every sentence gets a statement or a reason, without a script."""

import re
from html import unescape

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission

from hzd_catalogue.records.kinds import FIELDS, Kind
from hzd_catalogue.records.models import Evidence, OtherName, Statement, StatusStatement
from hzd_catalogue.records.rechecks import take_in
from hzd_catalogue.reference.models import OmittedSentence
from projects.models import Participation
from tests.editing import editor_client, form_data
from tests.factories import make_partner, make_project, make_source, make_state

pytestmark = pytest.mark.django_db

TEXT = ["Ein Titel", "Hessen nutzt das Wohngeldverfahren. Das Verfahren ist im Einsatz."]


@pytest.fixture
def editor(empty_catalogue):
    return editor_client()


@pytest.fixture
def source(empty_catalogue):
    source = make_source()
    take_in(source, TEXT)
    return source


@pytest.fixture
def project(empty_catalogue):
    return make_project(name="Wohngeldverfahren", slug="wohngeld", evidence=False)


def address(source):
    return f"/verwaltung/reference/source/{source.pk}/text/lesen/"


def opened(editor, source, *abouts, **values):
    return editor.get(address(source), {"fuer": list(abouts), **values})


def sent(page, **values):
    """Return what a browser would send from the form for statements."""
    context = page.context
    data = {"fuer": [new.about for new in context["made"]], "save": "Sichern"}
    for form in (context["passage"], *(new.form for new in context["made"])):
        for field in form:
            if field.value() is not None:
                data[field.html_name] = field.value()
    return data | values


def test_the_desk_counts_what_is_open_and_leads_to_it(editor, source):
    page = editor.get(address(source)).content.decode()
    assert "3 Sätze offen." in page
    assert '<a href="#satz-1-1">Zum nächsten offenen Satz</a>' in page
    for place in ("satz-1-1", "satz-2-1", "satz-2-2"):
        assert f'id="{place}"' in page


def test_a_sentence_is_left_out_with_a_reason_right_there(editor, source):
    data = {"paragraph": 1, "number": 1, "reason": "Titel", "omit": "ja"}
    response = editor.post(address(source), data)
    assert response["Location"] == f"{address(source)}#satz-2-1"
    row = OmittedSentence.objects.get()
    row.full_clean()
    assert (row.paragraph, row.number, row.reason) == (1, 1, "Titel")
    assert "1 Satz offen" not in editor.get(address(source)).content.decode()
    assert LogEntry.objects.filter(change_message__startswith="Ausgelassen").count() == 1


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"reason": ""}, "Bitte angeben, warum aus dem Satz keine Angabe wurde."),
        ({"number": 7}, "Diesen Satz gibt es nicht."),
        ({"paragraph": 2, "number": 1}, "Dieser Satz ist nicht mehr offen: Angabe."),
    ],
)
def test_what_cannot_be_left_out_is_refused(editor, source, project, values, message):
    Participation.objects.create(
        record=project,
        federal_state=make_state(),
        participation_status="nutzt",
        source=source,
        paragraph=2,
        quote="Hessen nutzt",
    )
    data = {"paragraph": 1, "number": 1, "reason": "Titel", "omit": "ja", **values}
    assert message in editor.post(address(source), data).content.decode()
    assert not OmittedSentence.objects.exists()


def test_what_a_statement_is_about_is_chosen_and_nothing_typed_is_lost(editor, source, project):
    page = opened(editor, source, absatz="2", wortlaut="im Einsatz")
    chosen = {"record": project.pk, "kind": "status", "add": "ja"}
    page = editor.post(address(source), sent(page) | chosen)
    assert [new.title for new in page.context["made"]] == ["Wohngeldverfahren (Projekt): Status"]
    data = sent(page, **{"angabe-0-status": "im-einsatz", "angabe-0-year": "2019"})
    del data["save"]
    page = editor.post(address(source), data | {**chosen, "kind": "beleg"})
    assert [new.kind for new in page.context["made"]] == ["status", "beleg"]
    assert not page.context["made"][0].form.errors
    data = sent(page)
    assert data["angabe-0-status"] == "im-einsatz"
    assert data["angabe-0-year"] == "2019"
    assert (data["paragraph"], data["quote"]) == ("2", "im Einsatz")
    partner = make_partner(evidence=False)
    wrong = {"record": partner.pk, "kind": "status", "add": "ja"}
    page = editor.post(address(source), wrong).content.decode()
    assert "Status: nicht bei Partner." in page


def test_one_passage_supports_several_statements_at_once(editor, source, project):
    state = make_state()
    page = opened(
        editor,
        source,
        "projekte/wohngeld:beteiligung",
        "projekte/wohngeld:beleg",
        absatz="2",
        wortlaut="Hessen nutzt das Wohngeldverfahren",
    )
    values = {
        "angabe-0-federal_state": state.pk,
        "angabe-0-participation_status": "nutzt",
        "angabe-1-aspect": "reichweite",
    }
    response = editor.post(address(source), sent(page, **values))
    assert response["Location"] == f"{address(source)}#satz-2-2"
    for row in (Participation.objects.get(), Evidence.objects.get()):
        assert (row.record, row.source, row.paragraph) == (project, source, 2)
        assert row.quote == "Hessen nutzt das Wohngeldverfahren"
    page = editor.get(address(source)).content.decode()
    marked = re.findall(r"<mark[^>]*>([^<]*)</mark>", page)
    assert "".join(marked) == "Hessen nutzt das Wohngeldverfahren"
    assert "Wohngeldverfahren: Hessen: nutzt" in page
    assert "<summary>2 Angaben zu Wohngeldverfahren</summary>" in page


def test_the_paragraph_stands_beside_the_fields(editor, source, project):
    for number, text in (("2", TEXT[1]), ("9999", ""), ("zwei", ""), ("", "")):
        page = opened(editor, source, "projekte/wohngeld:beleg", absatz=number)
        assert page.context["passage"].paragraph_text == text
        shown = f'<p class="desk-passage" lang="de" data-paragraph="{number}">{text}</p>'
        assert (shown in page.content.decode()) == bool(text)


def test_all_or_nothing_and_two_that_say_the_same_are_refused(editor, source, project):
    about = ("projekte/wohngeld:status", "projekte/wohngeld:name")
    passage = {"absatz": "2", "wortlaut": "im Einsatz"}
    page = opened(editor, source, *about, **passage)
    data = sent(page, **{"angabe-0-status": "im-einsatz", "angabe-1-name": ""})
    page = editor.post(address(source), data)
    assert "Bitte den Namen angeben." in page.content.decode()
    assert "Nichts ist gesichert." in page.content.decode()
    assert not Statement.objects.exists()
    data |= {"angabe-1-name": "WoGV", "angabe-1-name_kind": "kurzform"}
    assert editor.post(address(source), data).status_code == 302
    assert StatusStatement.objects.count() == OtherName.objects.count() == 1
    # The same again, from the same document.
    page = editor.post(address(source), data)
    assert "Diese Quelle hat schon einen Status." in page.content.decode()
    assert Statement.objects.count() == 2


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"quote": "im Einsatze"}, "steht nicht in Absatz 2"),
        ({"paragraph": "9999"}, "Das Dokument hat nur 2 Absätze."),
        ({"quote": ""}, "Bitte den Wortlaut der Stelle angeben"),
        ({"quote": "ein " * 13}, "Höchstens 12 Wörter zitieren"),
    ],
)
def test_a_passage_that_does_not_stand_there_is_refused(editor, source, project, values, message):
    page = opened(editor, source, "projekte/wohngeld:status", absatz="2", wortlaut="im Einsatz")
    data = sent(page, **{"angabe-0-status": "im-einsatz"})
    page = editor.post(address(source), data | values)
    assert message in page.content.decode()
    assert not Statement.objects.exists()


def test_every_kind_has_a_form(editor, source, project):
    abouts = [f"projekte/wohngeld:{kind}" for kind in Kind]
    page = opened(editor, source, *abouts)
    assert {new.kind for new in page.context["made"]} == {str(kind) for kind in FIELDS}
    page = opened(editor, source, "projekte/gibt-es-nicht:status", "x", "projekte/wohngeld:x")
    assert page.context["made"] == []


def test_a_document_is_read_until_no_sentence_is_open(editor, source, project):
    make_state()
    editor.post(address(source), {"paragraph": 1, "number": 1, "reason": "Titel", "omit": "ja"})
    for _ in range(2):
        desk = editor.get(address(source))
        shown = next(row for row in desk.context["desk"].sentences if row.is_open)
        page = editor.get(
            address(source)
            + shown.state_url.replace("#angabe", "&")
            + ("&fuer=projekte/wohngeld:beleg")
        )
        data = sent(page, **{"angabe-0-aspect": "beschreibung"})
        assert editor.post(address(source), data).status_code == 302
    assert "Kein Satz ist offen." in editor.get(address(source)).content.decode()


def test_names_of_known_records_are_marked(editor, source, project):
    page = editor.get(address(source)).content.decode()
    assert re.findall(r'<span class="known-name">([^<]*)</span>', page) == ["Wohngeldverfahren"]


def test_a_document_without_text_leads_to_where_it_is_taken_in(editor):
    other = make_source()
    response = editor.get(address(other))
    assert response["Location"] == f"/verwaltung/reference/source/{other.pk}/text/"


def test_who_may_only_view_reads_and_changes_nothing(source, project, client, django_user_model):
    reader = django_user_model.objects.create_user("liest", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(reader)
    page = opened(client, source, "projekte/wohngeld:beleg", absatz="2", wortlaut="im Einsatz")
    assert "3 Sätze offen." in page.content.decode()
    assert page.context["made"] == []
    assert "Angabe daraus" not in page.content.decode()
    data = {
        "fuer": "projekte/wohngeld:beleg",
        "paragraph": "2",
        "quote": "im Einsatz",
        "angabe-0-aspect": "beschreibung",
        "save": "ja",
    }
    client.post(address(source), data)
    omitted = {"paragraph": 1, "number": 1, "reason": "Titel", "omit": "ja"}
    client.post(address(source), omitted)
    assert not Statement.objects.exists()
    assert not OmittedSentence.objects.exists()


def test_a_record_that_is_made_from_the_desk_leads_back_to_its_passage(editor, source, project):
    typed = {"paragraph": "2", "quote": "im Einsatz", "fuer": ["projekte/wohngeld:status"]}
    for key, name in (("projekte", "Neues Vorhaben"), ("partner", "Neues „Amt“ & Söhne")):
        form = editor.post(address(source), {**typed, "new": key})["Location"]
        data = form_data(editor.get(form)) | {"name": name, "slug": f"neu-{key}"}
        page = editor.post(form, data, follow=True).content.decode()
        (link,) = re.findall(f'href="({address(source)}[^"]+)"', page)
        assert f"Zurück zum Lesepult: {source.label}, Absatz 2" in page
        desk = editor.get(unescape(link))
        assert sent(desk)["fuer"] == ["projekte/wohngeld:status"]
        assert (sent(desk)["paragraph"], sent(desk)["quote"]) == ("2", "im Einsatz")
    # Whatever stands in the address of a form, it is no other page's business.
    for number in ("0", "x", "9" * 30, str(source.pk + 1)):
        form = f"/verwaltung/projects/project/add/?lesepult={number}"
        data = form_data(editor.get(form)) | {"name": number, "slug": f"neu-{number}"}
        assert "Lesepult" not in editor.post(form, data, follow=True).content.decode()
