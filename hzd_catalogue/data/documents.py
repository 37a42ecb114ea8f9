"""What the documents say beside what the catalogue says of them: for whoever has their texts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hzd_catalogue.records.kinds import Kind
from hzd_catalogue.records.models import Statement
from hzd_catalogue.reference.models import Source
from hzd_catalogue.reference.sentences import fingerprint, sentences


def paragraphs(path: Path) -> list[str] | None:
    """Return the paragraphs of a document, its non-empty lines; None when there is no document."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    return [line for line in text.split("\n") if line.strip(" \t")]


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


def account(source: Source, document: list[str], statements: Iterable[Statement]) -> Account:
    """Say what became of each sentence of a document (catalogue rule 7).

    Args:
        source: the document.
        document: its paragraphs.
        statements: all that rest on it, published or not.
    """
    quotes: dict[int, set[str]] = defaultdict(set)
    facts: Counter[str] = Counter()
    for statement in statements:
        facts[statement.kind] += 1
        quotes[statement.paragraph] |= {statement.quote, statement.since_quote} - {""}
    omitted = {(row.paragraph, row.number): row for row in source.omitted_sentences.all()}
    omitted_count = len(omitted)
    left, wrong, count, quoted = [], [], 0, 0
    for paragraph, text in enumerate(document, start=1):
        marks = _marked(text, quotes[paragraph])
        quoted += sum(marks)
        for number, (sentence, is_quoted) in enumerate(_quoted_sentences(text, marks), start=1):
            count += 1
            row = omitted.pop((paragraph, number), None)
            place = f"{source.label}, Absatz {paragraph}, Satz {number}"
            if row and row.fingerprint != fingerprint(sentence):
                wrong.append(f"{place}: ausgelassen, aber nicht mehr derselbe Satz.")
            elif row and is_quoted:
                wrong.append(f"{place}: ausgelassen, obwohl eine Angabe darauf beruht.")
            elif not row and not is_quoted:
                left.append(f"{place} ({fingerprint(sentence)}): weder Angabe noch Grund.")
    wrong += [f"{row}: ausgelassen, aber diesen Satz gibt es nicht." for row in omitted.values()]
    return Account(
        source,
        facts,
        count,
        left,
        wrong,
        omitted_count,
        quoted / (sum(map(len, document)) or 1),
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


def _marked(text: str, quotes: Iterable[str]) -> bytearray:
    """Return for each letter of a paragraph whether it is quoted."""
    marks = bytearray(len(text))
    for quote in quotes:
        start = text.find(quote)
        while start >= 0:
            marks[start : start + len(quote)] = b"\1" * len(quote)
            start = text.find(quote, start + 1)
    return marks


def _quoted_sentences(text: str, marks: bytearray) -> Iterator[tuple[str, bool]]:
    """Yield each sentence of a paragraph, and whether any of its letters is quoted."""
    position = 0
    for sentence in sentences(text):
        # Only white space differs between the two.
        letters = sum(not letter.isspace() for letter in sentence)
        is_quoted = False
        while letters:
            letters -= not text[position].isspace()
            is_quoted |= bool(marks[position]) and not text[position].isspace()
            position += 1
        yield sentence, is_quoted
