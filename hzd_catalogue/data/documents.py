"""What the documents say beside what the catalogue says of them: for whoever has their texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError

from hzd_catalogue.records.kinds import Kind
from hzd_catalogue.records.models import Statement
from hzd_catalogue.records.reading import SentenceState, marks, sentence_states
from hzd_catalogue.records.rechecks import take_in
from hzd_catalogue.reference import german
from hzd_catalogue.reference.models import Paragraph, Source, SourceText
from hzd_catalogue.reference.text_files import text_of_file
from hzd_catalogue.reference.texts import paragraphs_to_keep


def paragraphs(directory: Path, source: Source) -> list[str] | None:
    """Return the paragraphs of a document's file in a directory; None when there is no file.

    Raises:
        ValidationError: when the file cannot be read, or is empty.
    """
    path = directory / source.file_name
    if not path.is_file():
        return None
    return paragraphs_to_keep(text_of_file(path.name, path.read_bytes()))


class DocumentError(Exception):
    """Why the texts of a directory were not taken in, in German."""


def load(directory: Path, sources: Iterable[Source]) -> list[str]:
    """Take in the texts of a directory, by the file names of the documents.

    Returns:
        What became of each document, in words.

    Raises:
        DocumentError: when there is nothing to take in, or a file cannot be read.
    """
    if not directory.is_dir():
        raise DocumentError(f"Den Ordner {directory} gibt es nicht.")
    lines, problems, found = [], [], 0
    for source in sources:
        try:
            texts = paragraphs(directory, source)
        except ValidationError as error:
            problems.append(f"{source.file_name}: {' '.join(error.messages)}")
            continue
        if texts is None:
            lines.append(f"{source.label}: Die Datei {source.file_name} fehlt; nichts geändert.")
            continue
        found += 1
        lines.append(f"{source.label}: {_outcome(take_in(source, texts))}.")
    if problems:
        raise DocumentError(" ".join(problems))
    if not found:
        raise DocumentError(f"In {directory} liegt keine Datei, die eine Quelle nennt.")
    return lines


def _outcome(state: SourceText | None) -> str:
    if state is None:
        return "wie zuvor"
    words = german.counted(state.paragraphs.count(), "Absatz", "Absätze")
    marked = state.rechecks.count()
    if marked:
        words += f"; {german.counted(marked, 'Angabe', 'Angaben')} neu zu prüfen"
    return f"Fassung {state.number}, {words}"


@dataclass(frozen=True)
class Account:
    """What became of the sentences of one document."""

    source: Source
    #: Its statements by kind.
    facts: Counter[str]
    sentences: int
    #: Those that no statement quotes and no reason leaves out, in words.
    open: list[str]
    #: What is wrong with reasons for leaving out, in words.
    wrong: list[str]
    omitted: int
    #: Letters of the document that are quoted, each once, of all.
    quoted: float


def account(source: Source, document: list[Paragraph], statements: Iterable[Statement]) -> Account:
    """Say what became of each sentence of a document (catalogue rule 7).

    Args:
        source: the document.
        document: its paragraphs.
        statements: all that rest on it, published or not.
    """
    statements = list(statements)
    left, wrong = [], []
    read = sentence_states(source, document, statements)
    for sentence in read:
        place = f"{source.label}, Absatz {sentence.paragraph}, Satz {sentence.number}"
        if sentence.is_other:
            wrong.append(f"{place}: ausgelassen, aber nicht mehr derselbe Satz.")
        elif sentence.omitted and sentence.statements:
            wrong.append(f"{place}: ausgelassen, obwohl eine Angabe darauf beruht.")
        elif sentence.state == SentenceState.OPEN:
            left.append(f"{place} ({sentence.fingerprint}): weder Angabe noch Grund.")
    omitted = source.omitted_sentences.all()
    places = {(sentence.paragraph, sentence.number) for sentence in read}
    wrong += [
        f"{row}: ausgelassen, aber diesen Satz gibt es nicht."
        for row in omitted
        if (row.paragraph, row.number) not in places
    ]
    return Account(
        source,
        Counter(statement.kind for statement in statements),
        len(read),
        left,
        wrong,
        len(omitted),
        _quoted(document, statements),
    )


def table(accounts: Iterable[Account]) -> list[str]:
    """Return the numbers of facts and sentences of each document as a table in Markdown."""
    kinds = [(kind, str(Statement.proxy_of(kind)._meta.verbose_name)) for kind in Kind]
    head = [
        "Dokument",
        *(noun for _kind, noun in kinds),
        "Angaben",
        "Sätze",
        "ausgelassen",
        "zitiert",
    ]
    rows = [head, ["---", *["--:"] * (len(head) - 1)]]
    for found in accounts:
        numbers = [*(found.facts[kind] for kind, _noun in kinds), found.facts.total()]
        rows.append(
            [
                found.source.code,
                *map(str, (*numbers, found.sentences, found.omitted)),
                f"{found.quoted:.0%}",
            ]
        )
    return [f"| {' | '.join(row)} |" for row in rows]


def _quoted(document: list[Paragraph], statements: list[Statement]) -> float:
    """Return the share of a document's letters that is quoted, each letter once."""
    quoted = 0
    for paragraph in document:
        here = [row for row in statements if row.paragraph == paragraph.number]
        quoted += len({n for mark in marks(paragraph, here) for n in range(mark.start, mark.end)})
    return quoted / (sum(len(paragraph.text) for paragraph in document) or 1)
