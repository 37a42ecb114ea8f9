"""load_documents keeps the texts and their former states, and marks what a new one changes."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from hzd_catalogue.records.models import Recheck, Statement
from hzd_catalogue.records.rechecks import Reason, take_in
from hzd_catalogue.reference.models import (
    OmittedSentence,
    Paragraph,
    Revision,
    Source,
    SourceText,
)
from hzd_catalogue.reference.sentences import fingerprint
from projects.models import Participation

pytestmark = pytest.mark.django_db

FIRST = "Die ekom21 ist Prüfstelle, im Land, landesweit, für Kommunen."
SECOND = "Hessen ist dabei seit Ende September 2019."


@pytest.fixture
def documents(empty_catalogue, small_catalogue, tmp_path) -> Path:
    """The small catalogue in the database, and the document that it quotes."""
    call_command("load_catalogue", dir=small_catalogue, stdout=StringIO())
    directory = tmp_path / "documents"
    directory.mkdir()
    write(directory, FIRST, "", SECOND)
    return directory


def write(directory: Path, *lines: str) -> None:
    (directory / "000.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def load(directory: Path) -> str:
    output = StringIO()
    call_command("load_documents", documents=directory, stdout=output)
    return output.getvalue().strip()


def texts(number: int) -> list[str]:
    rows = Paragraph.objects.filter(edition__number=number).order_by("number")
    return list(rows.values_list("text", flat=True))


def marks() -> dict[str, tuple[str, int | None]]:
    rows = Recheck.objects.select_related("statement")
    return {row.statement.key: (row.reason, row.offered) for row in rows}


def test_a_document_is_taken_in_once(documents):
    revision = Revision.current().key
    assert load(documents) == "Dokument 000: Fassung 1, 2 Absätze."
    before = list(SourceText.objects.values()), list(Paragraph.objects.values())
    assert load(documents) == "Dokument 000: wie zuvor."
    assert before == (list(SourceText.objects.values()), list(Paragraph.objects.values()))
    # Nothing that visitors see has changed.
    assert Revision.current().key == revision
    assert not marks()


def test_line_ends_and_composition_make_no_other_text(documents):
    load(documents)
    text = f"\ufeff{FIRST}\r\n \t\r\n{SECOND} \r\n".replace("ü", "u\u0308")
    (documents / "000.txt").write_bytes(text.encode())
    assert load(documents) == "Dokument 000: wie zuvor."


def test_a_changed_document_is_a_new_state_and_the_old_text_stays(documents):
    load(documents)
    write(documents, "Ein neuer Anfang.", FIRST, SECOND)
    assert load(documents) == "Dokument 000: Fassung 2, 3 Absätze; 7 Angaben neu zu prüfen."
    assert texts(1) == [FIRST, SECOND]
    assert texts(2) == ["Ein neuer Anfang.", FIRST, SECOND]
    assert SourceText.objects.current().get().number == 2


def test_what_moved_changed_or_went_is_marked_and_the_rest_is_not(documents):
    load(documents)
    keys = set(Statement.objects.values_list("key", flat=True))
    write(documents, FIRST, "Hessen ist wieder dabei.", "Ende September 2019")
    load(documents)
    assert marks() == {
        "c0000000p1": (Reason.GONE, None),
        "c0000000b1": (Reason.CHANGED, None),
        "c0000000m1": (Reason.CHANGED, 3),
    }
    assert set(Statement.objects.values_list("key", flat=True)) == keys


def test_a_mark_lasts_through_later_states_and_ends_when_all_is_as_it_was(documents):
    load(documents)
    write(documents, SECOND, FIRST)
    load(documents)
    assert set(marks().values()) == {(Reason.MOVED, 1), (Reason.MOVED, 2)}
    # Nobody has looked yet; what the second state changed is no news for the third.
    write(documents, SECOND, FIRST, "Ein Nachtrag.")
    load(documents)
    assert len(marks()) == 7
    write(documents, FIRST, SECOND, "Ein Nachtrag.")
    load(documents)
    assert not marks()


def test_saving_a_statement_that_stands_there_settles_it(documents):
    load(documents)
    write(documents, FIRST, "Ganz neu.", SECOND)
    load(documents)
    statement = Participation.objects.get()
    statement.save()
    assert statement.key in marks()
    statement.paragraph = 3
    statement.full_clean()
    statement.save()
    assert set(marks()) == {"c0000000b1", "c0000000m1"}


def test_a_moved_paragraph_is_offered_rather_than_another_with_the_same_words(documents):
    load(documents)
    write(documents, "Neu.", "Hessen ist woanders.", FIRST, "Hessen ist auch hier.", SECOND)
    load(documents)
    assert marks()["c0000000b1"] == (Reason.MOVED, 5)


def test_sentences_that_were_left_out_keep_their_reason_wherever_they_stand(documents):
    """Two of them change places, one is gone."""
    lines = ["Erstens.", "Zweitens. Drittens."]
    write(documents, FIRST, SECOND, *lines)
    load(documents)
    source = Source.objects.get()
    for place, text in {(3, 1): "Erstens.", (4, 1): "Zweitens.", (4, 2): "Drittens."}.items():
        OmittedSentence.objects.create(
            source=source,
            paragraph=place[0],
            number=place[1],
            fingerprint=fingerprint(text),
            reason=text,
        )
    call_command("check_sources", stdout=StringIO())
    write(documents, FIRST, SECOND, "Drittens.", "Erstens. Viertens.")
    load(documents)
    assert set(OmittedSentence.objects.values_list("paragraph", "number", "reason")) == {
        (3, 1, "Drittens."),
        (4, 1, "Erstens."),
        (5, 1, "Zweitens."),
    }
    write(documents, FIRST, SECOND, *lines)
    load(documents)
    call_command("check_sources", stdout=StringIO())


def test_an_offer_is_taken(documents):
    load(documents)
    write(documents, SECOND, FIRST)
    load(documents)
    for mark in Recheck.objects.all():
        assert mark.take_offer()
    assert not marks()
    call_command("check_sources", stdout=StringIO())


def test_a_first_text_marks_what_does_not_stand_in_it(documents):
    Participation.objects.update(quote="Völlig frei erfunden")
    load(documents)
    assert marks() == {"c0000000p1": (Reason.UNFOUND, None)}


def test_a_text_is_never_changed(documents):
    load(documents)
    paragraph = Paragraph.objects.first()
    paragraph.text = "Anders."
    with pytest.raises(Exception, match="wird nicht geändert"):
        paragraph.save()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b" \n\t\n", "Der Text ist leer."),
        ("Prüfstelle".encode("latin-1"), "nicht in UTF-8"),
        (b"Ein\0Zeichen", "Nullzeichen"),
    ],
)
def test_a_file_that_is_no_text_is_refused_and_nothing_is_kept(documents, content, reason):
    (documents / "000.txt").write_bytes(content)
    with pytest.raises(CommandError, match=rf"Nichts wurde aufgenommen\. 000\.txt: .*{reason}"):
        load(documents)
    assert not SourceText.objects.exists()


def test_a_public_host_takes_nothing_in(documents, settings):
    settings.PUBLIC_ONLY = True
    with pytest.raises(CommandError, match="PUBLIC_ONLY"):
        load(documents)


def test_a_folder_without_documents_is_refused(documents, tmp_path):
    with pytest.raises(CommandError, match="keine Datei, die eine Quelle nennt"):
        load(tmp_path / "fixtures")
    with pytest.raises(CommandError, match="gibt es nicht"):
        load(tmp_path / "nirgends")


def test_a_document_without_file_keeps_its_text(documents):
    source = Source.objects.get()
    take_in(source, ["Von Hand."])
    other = Source.objects.create(
        slug="dokument-001",
        code="001",
        file_name="001.txt",
        title="Zwei",
        rank=2,
        date_basis="unbekannt",
        date_reason="Keins.",
        rank_reason="Das zweite.",
    )
    take_in(other, ["Auch von Hand."])
    assert load(documents).splitlines()[1] == (
        "Dokument 001: Die Datei 001.txt fehlt; nichts geändert."
    )
    assert [row.text for row in Source.objects.get(code="001").current_paragraphs] == [
        "Auch von Hand."
    ]


def test_load_catalogue_compares_each_quotation_with_the_documents(
    empty_catalogue, small_catalogue, tmp_path
):
    write(tmp_path, FIRST, SECOND)
    path = small_catalogue / "projects.yaml"
    good = path.read_text()
    path.write_text(good.replace("quote: Hessen ist dabei", "quote: Hessen war dabei"))
    with pytest.raises(CommandError, match="quote: Der Wortlaut „Hessen war dabei“ steht nicht"):
        call_command("load_catalogue", dir=small_catalogue, documents=tmp_path)
    assert not Source.objects.exists()
    path.write_text(good)
    call_command("load_catalogue", dir=small_catalogue, documents=tmp_path, stdout=StringIO())
    assert len(texts(1)) == 2


def test_check_sources_needs_no_folder_once_the_texts_are_there(documents):
    def summary() -> str:
        with pytest.raises(CommandError) as error:
            call_command("check_sources", stdout=StringIO())
        return str(error.value)

    assert summary() == "0 Angaben geprüft, 0 fehlerhaft, 7 ungeprüft; 0 Sätze, 0 offen."
    load(documents)
    output = StringIO()
    call_command("check_sources", stdout=output)
    assert output.getvalue().endswith("\n7 Angaben geprüft, 0 fehlerhaft; 2 Sätze, 0 offen.\n")
    write(documents, FIRST, f"{SECOND} Und so.")
    load(documents)
    assert summary() == ("7 Angaben geprüft, 0 fehlerhaft, 3 neu zu prüfen; 3 Sätze, 1 offen.")
