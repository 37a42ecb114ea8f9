"""A document's text in the admin: shown, corrected, taken in, then fixed; what it leaves behind."""

from io import BytesIO

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document

from hzd_catalogue.records.models import Recheck, Statement
from hzd_catalogue.records.rechecks import take_in
from hzd_catalogue.reference.models import OmittedSentence, Paragraph, Source, SourceText
from hzd_catalogue.reference.sentences import fingerprint
from tests.editing import add_row, editor_client, form_data, row_errors
from tests.factories import make_participation, make_project, make_source

pytestmark = pytest.mark.django_db

TEXT = ["Eine Überschrift", "Hessen ist dabei. Mehr sagt Abs. 2 nicht.", "Thüringen folgt."]


@pytest.fixture
def editor(empty_catalogue):
    return editor_client()


@pytest.fixture
def source(empty_catalogue):
    return make_source()


def address(source, end=""):
    return f"/verwaltung/reference/source/{source.pk}/text/{end}"


def texts(source):
    rows = Paragraph.objects.filter(edition__source=source, edition__is_current=True)
    return list(rows.order_by("number").values_list("text", flat=True))


def sent(page, **values):
    form = page.context["form"]
    data = {field.html_name: field.value() or "" for field in form if field.name != "file"}
    return data | values


def take(editor, source, text):
    """Paste a text, look at it, take it in."""
    new = address(source, "neu/")
    page = editor.post(new, {"text": text, "show": "ja"})
    return editor.post(new, sent(page, take="ja"), follow=True)


def test_a_pasted_text_is_shown_in_paragraphs_before_it_is_taken_in(editor, source):
    text = "\r\n\r\n".join(TEXT)
    new = address(source, "neu/")
    page = editor.post(new, {"text": text, "show": "ja", "note": "Aus dem Netz"})
    assert page.context["paragraphs"] == list(enumerate(TEXT, start=1))
    assert '<li value="2"><p lang="de">Hessen ist dabei.' in page.content.decode()
    assert not SourceText.objects.exists()
    page = editor.post(new, sent(page, take="ja"), follow=True)
    assert "Fassung 1 ist aufgenommen: 3 Absätze." in page.content.decode()
    assert texts(source) == TEXT
    assert SourceText.objects.get().note == "Aus dem Netz"
    assert LogEntry.objects.get().change_message == "Text aufgenommen: Fassung 1."


def test_what_was_not_shown_is_not_taken_in(editor, source):
    new = address(source, "neu/")
    page = editor.post(new, {"text": "\n".join(TEXT), "show": "ja"})
    page = editor.post(new, sent(page, take="ja", text="Anderes."))
    assert "war noch nicht so gezeigt" in page.content.decode()
    assert not SourceText.objects.exists()
    editor.post(new, sent(page, take="ja"))
    assert texts(source) == ["Anderes."]


def test_a_docx_is_taken_in_like_a_text(editor, source):
    document, file = Document(), BytesIO()
    document.add_heading(TEXT[0])
    document.add_table(rows=1, cols=1).cell(0, 0).text = TEXT[1]
    document.add_paragraph("")
    document.add_paragraph(TEXT[2])
    document.save(file)
    new = address(source, "neu/")
    upload = SimpleUploadedFile("Bericht.docx", file.getvalue())
    page = editor.post(new, {"text": "", "show": "ja", "file": upload})
    editor.post(new, sent(page, take="ja"))
    assert texts(source) == TEXT


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"text": " \n "}, "Der Text ist leer."),
        ({"file": SimpleUploadedFile("a.docx", b"nichts")}, "Die Datei ist kein lesbares DOCX."),
    ],
)
def test_what_is_no_text_is_refused_beside_its_field(editor, source, values, message):
    page = editor.post(address(source, "neu/"), {"show": "ja", **values})
    assert message in page.content.decode()
    assert not SourceText.objects.exists()


def test_the_same_text_makes_no_new_state(editor, source):
    take(editor, source, "\n".join(TEXT))
    page = editor.post(address(source, "neu/"), {"text": "\n".join(TEXT), "show": "ja"})
    assert "Es entsteht keine neue" in page.content.decode()
    editor.post(address(source, "neu/"), sent(page, take="ja"))
    assert SourceText.objects.count() == 1


def test_a_new_state_says_before_what_it_leaves_behind_and_keeps_the_old_one(editor, source):
    take(editor, source, "\n".join(TEXT))
    make_participation(make_project(), source=source, paragraph=2, quote="Hessen ist dabei")
    page = editor.post(address(source, "neu/"), {"text": "\n".join(["Vorab", *TEXT]), "show": "ja"})
    assert "<strong>1 Angabe</strong>" in page.content.decode()
    assert not Recheck.objects.exists()
    page = editor.post(address(source, "neu/"), sent(page, take="ja"), follow=True)
    assert Recheck.objects.get().offered == 3
    assert "1 Angabe neu zu prüfen" in page.content.decode()
    old = editor.get(address(source), {"fassung": 1}).content.decode()
    assert "Dies ist eine frühere Fassung" in old
    assert "Vorab" not in old
    assert editor.get(address(source), {"fassung": 7}).status_code == 404


def test_the_start_page_counts_what_is_open(editor, source):
    make_participation(make_project(evidence=False), source=source, paragraph=2, quote=TEXT[2])
    page = editor.get("/verwaltung/").content.decode()
    assert "1 Angabe mit ungeprüftem Wortlaut" in page
    assert f'<a href="{address(source)}">{source.label}</a>' in page
    take(editor, source, "\n".join(TEXT))
    page = editor.get("/verwaltung/").content.decode()
    assert "ungeprüft" not in page
    assert "1 Angabe neu zu prüfen" in page
    Statement.objects.get().delete()
    assert "Zu prüfen" not in editor.get("/verwaltung/").content.decode()


def test_a_form_marks_what_is_not_proved_and_a_list_finds_it(editor, source):
    project = make_project(evidence=False)
    make_participation(project, source=source, paragraph=3, quote="Hessen ist dabei")
    form = f"/verwaltung/projects/project/{project.pk}/change/"
    found = "/verwaltung/projects/project/?wortlaut="
    assert f"Wortlaut ungeprüft: Der Text von {source.label} fehlt." in (
        editor.get(form).content.decode()
    )
    assert editor.get(found + "ungeprueft").context["cl"].result_count == 1
    assert editor.get(found + "neu-zu-pruefen").context["cl"].result_count == 0
    take_in(source, TEXT)
    page = editor.get(form).content.decode()
    assert "Neu zu prüfen: Wortlaut steht nicht im Absatz; der Wortlaut steht in Absatz 2." in page
    assert 'aria-describedby="id_participations-0-quote_doubt"' in page
    assert editor.get(found + "ungeprueft").context["cl"].result_count == 0
    assert editor.get(found + "neu-zu-pruefen").context["cl"].result_count == 1


def test_an_invented_quotation_is_refused_beside_its_field(editor, source):
    take_in(source, TEXT)
    project = make_project(evidence=False)
    row = make_participation(project, source=source, paragraph=2, quote="Hessen ist dabei")
    form = f"/verwaltung/projects/project/{project.pk}/change/"
    for values, errors in (
        (
            {"quote": "Hessen war dabei"},
            {
                "quote": [
                    (
                        "Der Wortlaut „Hessen war dabei“ steht nicht in Absatz 2. "
                        "Am nächsten kommt Absatz 2: „Hessen ist dabei“."
                    )
                ]
            },
        ),
        (
            {"paragraph": 9999},
            {"paragraph": ["Das Dokument hat nur 3 Absätze. Der Wortlaut steht in Absatz 2."]},
        ),
    ):
        data = form_data(editor.get(form))
        data |= {f"participations-0-{name}": value for name, value in values.items()}
        page = editor.post(form, data)
        assert row_errors(page, "participations-0") == errors
    row.refresh_from_db()
    assert (row.paragraph, row.quote) == (2, "Hessen ist dabei")


def test_a_row_that_was_left_behind_does_not_hold_up_the_form(editor, source):
    take_in(source, TEXT)
    project = make_project(evidence=False, is_published=False)
    make_participation(project, source=source, paragraph=2, quote="Hessen ist dabei")
    take_in(source, ["Ganz anders."])
    form = f"/verwaltung/projects/project/{project.pk}/change/"
    data = form_data(editor.get(form)) | {"summary": "Ein neuer Satz."}
    assert editor.post(form, data).status_code == 302
    assert Recheck.objects.count() == 1
    add_row(
        data,
        "user_groups",
        source=source.pk,
        paragraph=1,
        quote="Hessen ist dabei",
        user_group="Gerichte",
    )
    page = editor.post(form, data)
    assert "steht nicht in Absatz 1" in str(row_errors(page, "user_groups-0"))


def settled(editor, action, *marks):
    data = {"action": action, "_selected_action": [mark.pk for mark in marks]}
    page = editor.post("/verwaltung/records/recheck/", data, follow=True)
    return [str(message) for message in page.context["messages"]]


def test_marks_are_settled_one_by_one_or_together(editor, source):
    take_in(source, TEXT)
    project = make_project(evidence=False)
    stands = make_participation(project, source=source, paragraph=2, quote="Hessen ist dabei")
    moved = make_participation(
        make_project(evidence=False), source=source, paragraph=3, quote="Thüringen folgt"
    )
    gone = make_participation(
        make_project(evidence=False), source=source, paragraph=2, quote="Mehr sagt Abs. 2 nicht"
    )
    key = moved.key
    take_in(source, [TEXT[2], "Hessen ist dabei. Und mehr."])
    marks = [Recheck.objects.get(statement=row.pk) for row in (stands, moved, gone)]
    page = editor.get("/verwaltung/records/recheck/")
    assert page.context["cl"].result_count == 3
    detail = editor.get(f"/verwaltung/records/recheck/{marks[1].pk}/change/").content.decode()
    assert "1: Thüringen folgt." in detail
    messages = settled(editor, "settle", *marks)
    assert messages[0] == "1 Angabe geprüft."
    assert messages[1].startswith("Bitte im Formular berichtigen")
    messages = settled(editor, "take_offer", *marks[1:])
    assert messages[0] == "1 Angabe geprüft."
    moved.refresh_from_db()
    assert (moved.paragraph, moved.key) == (1, key)
    assert [mark.statement_id for mark in Recheck.objects.all()] == [gone.pk]


def test_a_record_with_a_mark_can_be_deleted(editor, source):
    project = make_project(evidence=False, is_published=False)
    make_participation(project, source=source, paragraph=3, quote="Hessen ist dabei")
    take_in(source, TEXT)
    page = editor.post(f"/verwaltung/projects/project/{project.pk}/delete/", {"post": "yes"})
    assert page.status_code == 302
    assert not Recheck.objects.exists()


def test_sentences_are_cut_anew_by_hand_and_reasons_follow(editor, source):
    take_in(source, ["Das gilt lt. Anlage. Hessen ist Nr. Eins. Ende."])
    OmittedSentence.objects.create(
        source=source, paragraph=1, number=4, fingerprint=fingerprint("Ende."), reason="Schluss"
    )
    page = editor.get(address(source, "absatz/1/"))
    lines = page.context["form"]["sentences"].value().splitlines()
    assert lines == ["Das gilt lt.", "Anlage.", "Hessen ist Nr. Eins.", "Ende."]
    fixed = "Das gilt lt. Anlage.\nHessen ist Nr. Eins.\nEnde."
    assert editor.post(address(source, "absatz/1/"), {"sentences": fixed}).status_code == 302
    paragraph = Paragraph.objects.get()
    assert paragraph.sentences == fixed.splitlines()
    assert OmittedSentence.objects.get().number == 3
    # Another state keeps it for a paragraph that stays.
    take_in(Source.objects.get(), ["Vorab.", paragraph.text])
    assert [row.sentences for row in Source.objects.get().current_paragraphs] == [
        ["Vorab."],
        fixed.splitlines(),
    ]
    assert OmittedSentence.objects.get().paragraph == 2
    for wrong, message in (
        ("Das gilt.", "steht nicht an dieser Stelle"),
        ("Das gilt lt. Anlage.", "Es fehlt: „Hessen ist Nr. Eins. Ende.“."),
    ):
        page = editor.post(address(source, "absatz/2/"), {"sentences": wrong})
        assert message in page.content.decode()
    assert Source.objects.get().current_paragraphs[1].sentences == fixed.splitlines()


def test_nobody_without_the_right_sees_a_text(source, client, django_user_model):
    take_in(source, TEXT)
    client.force_login(django_user_model.objects.create_user("gast", is_staff=True))
    for end in ("", "neu/", "absatz/1/"):
        assert client.get(address(source, end)).status_code == 403
    client.logout()
    assert client.get(address(source)).status_code == 302
