"""check_sources proves each phrase against the paragraph that its statement names."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from hzd_catalogue.reference.models import Source
from projects.models import Participation

pytestmark = pytest.mark.django_db


@pytest.fixture
def documents(empty_catalogue, small_catalogue, tmp_path) -> Path:
    """The small catalogue in the database, and the document that it quotes."""
    call_command("load_catalogue", dir=small_catalogue, stdout=StringIO())
    directory = tmp_path / "documents"
    directory.mkdir()
    (directory / "000.txt").write_text(
        "\nDie ekom21 ist Prüfstelle, im Land, landesweit, für Kommunen.\n"
        " \t\n\nHessen ist dabei seit Ende September 2019.\n",
        encoding="utf-8",
    )
    return directory


def check(directory: Path) -> str:
    output = StringIO()
    call_command("check_sources", documents=directory, stdout=output)
    return output.getvalue()


def failing_check(directory: Path) -> tuple[list[str], str]:
    """Return the lines printed and the message of the refusal."""
    output = StringIO()
    with pytest.raises(CommandError) as error:
        call_command("check_sources", documents=directory, stdout=output)
    assert error.value.returncode == 1
    return output.getvalue().splitlines(), str(error.value)


def test_all_phrases_stand_where_they_should(documents):
    """Lines of blanks alone are no paragraphs."""
    assert check(documents) == "7 Angaben geprüft, 0 fehlerhaft.\n"


def test_the_words_for_a_since_stand_in_the_same_paragraph(documents):
    Participation.objects.update(year=2019, since_quote="seit Ende September 2019")
    check(documents)
    Participation.objects.update(since_quote="seit September 2019")
    lines, _summary = failing_check(documents)
    assert lines == [
        (
            "beBPo – Hessen: beteiligt, seit 2019 – Dokument 000, Absatz 2: "
            "Der Wortlaut „seit September 2019“ steht dort nicht."
        )
    ]


@pytest.mark.parametrize("quote", ["Hessen ist  dabei", "hessen ist dabei", "Hessen war dabei"])
def test_a_phrase_that_differs_by_a_letter_fails(documents, quote):
    Participation.objects.update(quote=quote)
    lines, summary = failing_check(documents)
    assert lines == [
        (
            "beBPo – Hessen: beteiligt – Dokument 000, Absatz 2: "
            f"Der Wortlaut „{quote}“ steht dort nicht."
        )
    ]
    assert summary == "7 Angaben geprüft, 1 fehlerhaft."


def test_a_phrase_of_another_paragraph_fails(documents):
    Participation.objects.update(paragraph=1)
    lines, _ = failing_check(documents)
    assert lines == [
        (
            "beBPo – Hessen: beteiligt – Dokument 000, Absatz 1: "
            "Der Wortlaut „Hessen ist dabei“ steht dort nicht."
        )
    ]


def test_a_paragraph_beyond_the_end_fails(documents):
    Participation.objects.update(paragraph=3)
    lines, _ = failing_check(documents)
    assert lines == [
        "beBPo – Hessen: beteiligt – Dokument 000, Absatz 3: Das Dokument hat nur 2 Absätze."
    ]


def test_a_missing_document_fails(documents):
    Source.objects.update(file_name="nirgends.txt")
    lines, summary = failing_check(documents)
    assert len(lines) == 7
    assert lines[0].endswith(": Die Datei nirgends.txt fehlt.")
    assert summary == "7 Angaben geprüft, 7 fehlerhaft."


def test_a_missing_directory_is_refused(documents):
    with pytest.raises(CommandError, match=r"Den Ordner .* gibt es nicht"):
        check(documents / "nirgends")
