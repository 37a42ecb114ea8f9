"""check_sources proves each phrase against the paragraph that its statement names."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from hzd_catalogue.records.kinds import Kind
from hzd_catalogue.reference.models import OmittedSentence, Source
from hzd_catalogue.reference.sentences import fingerprint
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


def check(directory: Path | None) -> str:
    output = StringIO()
    call_command("check_sources", documents=directory, stdout=output)
    return output.getvalue()


def failing_check(directory: Path | None) -> tuple[list[str], str]:
    """Return what is printed above the table, and the message of the refusal."""
    output = StringIO()
    with pytest.raises(CommandError) as error:
        call_command("check_sources", documents=directory, stdout=output)
    assert error.value.returncode == 1
    faults, _blank, _table = output.getvalue().partition("\n\n")
    return faults.splitlines(), str(error.value)


def test_all_phrases_stand_where_they_should(documents):
    """Lines of blanks alone are no paragraphs."""
    assert check(documents).splitlines()[-1] == "7 Angaben geprüft, 0 fehlerhaft; 2 Sätze, 0 offen."


def test_the_words_for_a_since_stand_in_the_same_paragraph(documents):
    Participation.objects.update(year=2019, since_quote="seit Ende September 2019")
    check(documents)
    Participation.objects.update(since_quote="seit September 2019")
    lines, _summary = failing_check(documents)
    assert lines == [
        (
            "beBPo – Hessen: beteiligt, seit 2019 – Dokument 000, Absatz 2: "
            "Der Wortlaut „seit September 2019“ steht nicht in Absatz 2. "
            "Am nächsten kommt Absatz 2: „seit Ende September 2019“."
        )
    ]


@pytest.mark.parametrize("quote", ["Hessen ist  dabei", "hessen ist dabei", "Hessen war dabei"])
def test_a_phrase_that_differs_by_a_letter_fails(documents, quote):
    Participation.objects.update(quote=quote)
    lines, summary = failing_check(documents)
    assert lines == [
        (
            "beBPo – Hessen: beteiligt – Dokument 000, Absatz 2: "
            f"Der Wortlaut „{quote}“ steht nicht in Absatz 2. "
            "Am nächsten kommt Absatz 2: „Hessen ist dabei“."
        )
    ]
    assert summary == "7 Angaben geprüft, 1 fehlerhaft; 2 Sätze, 0 offen."


def test_a_phrase_of_another_paragraph_fails(documents):
    Participation.objects.update(paragraph=1)
    lines, _ = failing_check(documents)
    assert lines == [
        (
            "beBPo – Hessen: beteiligt – Dokument 000, Absatz 1: "
            "Der Wortlaut „Hessen ist dabei“ steht nicht in Absatz 1, aber in Absatz 2."
        )
    ]


def test_a_paragraph_beyond_the_end_fails(documents):
    Participation.objects.update(paragraph=3)
    lines, _ = failing_check(documents)
    assert lines == [
        (
            "beBPo – Hessen: beteiligt – Dokument 000, Absatz 3: Das Dokument hat nur 2 Absätze. "
            "Der Wortlaut steht in Absatz 2."
        )
    ]


def test_a_missing_document_fails(documents):
    Source.objects.update(file_name="nirgends.txt")
    lines, summary = failing_check(documents)
    assert lines == ["Dokument 000: Die Datei nirgends.txt fehlt."]
    assert summary == "0 Angaben geprüft, 0 fehlerhaft, 7 ungeprüft; 0 Sätze, 0 offen."


THIRD = "Zum Weiterlesen."


@pytest.fixture
def longer(documents):
    """The document with a sentence that no statement rests on."""
    path = documents / "000.txt"
    path.write_text(path.read_text().rstrip("\n") + f" {THIRD}\n", encoding="utf-8")
    return documents


def omit(**values):
    return OmittedSentence.objects.create(
        source=Source.objects.get(),
        **{
            "paragraph": 2,
            "number": 2,
            "fingerprint": fingerprint(THIRD),
            "reason": "Link zum Weiterlesen",
            **values,
        },
    )


def test_a_sentence_without_statement_and_reason_fails(longer):
    lines, summary = failing_check(longer)
    assert lines == [
        f"Dokument 000, Absatz 2, Satz 2 ({fingerprint(THIRD)}): weder Angabe noch Grund."
    ]
    assert summary == "7 Angaben geprüft, 0 fehlerhaft; 3 Sätze, 1 offen."


def test_a_sentence_may_be_left_out_with_a_reason(longer):
    omit()
    assert check(longer).splitlines()[-1].endswith("3 Sätze, 0 offen.")


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"fingerprint": "0123456789"}, "Satz 2: ausgelassen, aber nicht mehr derselbe Satz."),
        ({"number": 1}, "Satz 1: ausgelassen, aber nicht mehr derselbe Satz."),
        ({"number": 3}, "Satz 3: ausgelassen, aber diesen Satz gibt es nicht."),
        (
            {"number": 1, "fingerprint": fingerprint("Hessen ist dabei seit Ende September 2019.")},
            "Satz 1: ausgelassen, obwohl eine Angabe darauf beruht.",
        ),
    ],
)
def test_a_reason_belongs_to_its_sentence(longer, values, reason):
    omit()
    if values.get("number", 2) == 2:
        OmittedSentence.objects.all().delete()
    omit(**values)
    assert failing_check(longer)[0] == [f"Dokument 000, Absatz 2, {reason}"]


def test_white_space_within_a_sentence_does_not_matter(longer):
    path = longer / "000.txt"
    path.write_text(
        path.read_text().replace(" Zum Weiter", "   Zum\u00a0 Weiter"), encoding="utf-8"
    )
    omit()
    check(longer)


def test_the_table_of_facts_per_document_is_up_to_date(catalogue, settings):
    """The last column needs the documents; ``make check-sources`` prints it."""
    text = (settings.BASE_DIR / "docs" / "data.md").read_text()
    for source in Source.objects.all():
        row = re.search(rf"(?m)^\| {source.code} \|(.*)\|[^|]*%\s*\|$", text)
        *facts, total, _sentences, omitted = map(int, row[1].split("|"))
        rows = source.statements
        assert facts == [rows.filter(kind=kind).count() for kind in Kind], source
        assert (total, omitted) == (rows.count(), source.omitted_sentences.count())


def test_a_missing_directory_is_refused(documents):
    with pytest.raises(CommandError, match=r"Den Ordner .* gibt es nicht"):
        check(documents / "nirgends")
