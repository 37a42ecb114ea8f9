"""A document read sentence by sentence: what rests on each, what is left out, what is open."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.db import models

from hzd_catalogue.reference.models import OmittedSentence, Paragraph, Source
from hzd_catalogue.reference.sentences import fingerprint, plain

from .records import Record
from .statements import OtherName, Statement


class SentenceState(models.TextChoices):
    """What became of a sentence."""

    STATED = "angabe", "Angabe"
    OMITTED = "ausgelassen", "bewusst ausgelassen"
    OPEN = "offen", "offen"


@dataclass(frozen=True)
class Mark:
    """Where a quotation stands in its paragraph."""

    start: int
    end: int
    statement: Statement


@dataclass(frozen=True)
class Sentence:
    """A sentence of a document and what became of it."""

    paragraph: int
    number: int
    #: Its place in the paragraph's text, without the white space behind it.
    start: int
    end: int
    text: str
    #: Published or not.
    statements: list[Statement] = field(default_factory=list)
    omitted: OmittedSentence | None = None

    @property
    def state(self) -> SentenceState:
        """A statement counts more than a reason to leave the sentence out."""
        if self.statements:
            return SentenceState.STATED
        return SentenceState.OMITTED if self.omitted else SentenceState.OPEN

    @property
    def fingerprint(self) -> str:
        """What tells it again without its words."""
        return fingerprint(self.text)

    @property
    def is_other(self) -> bool:
        """Whether the sentence that was left out here was another one."""
        return self.omitted is not None and self.omitted.fingerprint != self.fingerprint


def marks(paragraph: Paragraph, statements: Iterable[Statement]) -> list[Mark]:
    """Return each place in a paragraph where a quotation of these statements stands, in order."""
    found = []
    for statement in statements:
        for quote in filter(None, (statement.quote, statement.since_quote)):
            start = paragraph.text.find(quote)
            while start >= 0:
                found.append(Mark(start, start + len(quote), statement))
                start = paragraph.text.find(quote, start + 1)
    return sorted(found, key=lambda mark: (mark.start, -mark.end))


def sentence_states(
    source: Source,
    paragraphs: Sequence[Paragraph] | None = None,
    statements: Iterable[Statement] | None = None,
) -> list[Sentence]:
    """Return every sentence of a document with what became of it (catalogue rule 7).

    Args:
        source: the document.
        paragraphs: those of its text; by default, of the current state.
        statements: all that rest on it; by default, as the database has them.
    """
    if statements is None:
        rows: Any = source.statements
        statements = rows.with_names().select_related("record")
    resting: dict[int, list[Statement]] = defaultdict(list)
    for statement in statements:
        resting[statement.paragraph].append(statement)
    rows = source.omitted_sentences.all()
    omitted = {(row.paragraph, row.number): row for row in rows}
    found: list[Sentence] = []
    for paragraph in source.current_paragraphs if paragraphs is None else paragraphs:
        found += _sentences(paragraph, resting[paragraph.number], omitted)
    return found


def _sentences(
    paragraph: Paragraph,
    statements: list[Statement],
    omitted: dict[tuple[int, int], OmittedSentence],
) -> Iterator[Sentence]:
    places = marks(paragraph, statements)
    starts = paragraph.sentence_starts
    for number, start in enumerate(starts, start=1):
        cut = [*starts, len(paragraph.text)][number]
        end = start + len(paragraph.text[start:cut].rstrip())
        here = {
            mark.statement.pk: mark.statement
            for mark in places
            if mark.start < end and mark.end > start
        }
        yield Sentence(
            paragraph.number,
            number,
            start,
            end,
            plain(paragraph.text[start:end]),
            list(here.values()),
            omitted.get((paragraph.number, number)),
        )


@dataclass(frozen=True)
class Piece:
    """A stretch of a sentence in which the same quotations stand and the same record is named."""

    text: str
    #: Statements whose quotation it is part of.
    statements: tuple[Statement, ...]
    #: Records that go by this name; a project and its cooperation may share one.
    named: tuple[Record, ...]


class KnownNames:
    """The names of all records, drafts too, and the other names they go by."""

    def __init__(self) -> None:
        self._records: dict[str, list[Record]] = defaultdict(list)
        for record in Record.objects.order_by("sort_key", "pk"):
            self._records[record.name].append(record)
        for row in OtherName.objects.select_related("record").order_by("pk"):
            if row.record not in self._records[row.name]:
                self._records[row.name].append(row.record)
        # The longest first: "ekom21" is part of "ekom21-Rechenzentrum".
        names = sorted(filter(None, self._records), key=len, reverse=True)
        self._pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)")
        self._has_any = bool(names)

    def places(self, text: str) -> list[tuple[int, int, tuple[Record, ...]]]:
        """Return where names stand in a text: their beginning, their end, and whose they are."""
        if not self._has_any:
            return []
        return [
            (found.start(), found.end(), tuple(self._records[found[0]]))
            for found in self._pattern.finditer(text)
        ]


def pieces(text: str, sentence: Sentence, quoted: Iterable[Mark], names: KnownNames) -> list[Piece]:
    """Return a sentence of a paragraph's text in pieces, which together are the sentence.

    Args:
        text: the paragraph's.
        sentence: one of its sentences.
        quoted: where quotations stand in the paragraph.
        names: what records go by.
    """
    quoted, named = list(quoted), names.places(text)
    borders = {sentence.start, sentence.end}
    for start, end in [(mark.start, mark.end) for mark in quoted] + [row[:2] for row in named]:
        borders |= {place for place in (start, end) if sentence.start < place < sentence.end}
    found, places = [], sorted(borders)
    for start, end in pairwise(places):
        here = {
            mark.statement.pk: mark.statement
            for mark in quoted
            if mark.start <= start and end <= mark.end
        }
        whose = next((row[2] for row in named if row[0] <= start and end <= row[1]), ())
        found.append(Piece(text[start:end], tuple(here.values()), whose))
    return found


def next_open(sentences: Iterable[Sentence], after: tuple[int, int] = (0, 0)) -> Sentence | None:
    """Return the first open sentence behind a place, else the first of all; None if none is open.

    Args:
        sentences: those of a document, in order.
        after: number of a paragraph and of a sentence in it.
    """
    left = [row for row in sentences if row.state == SentenceState.OPEN]
    behind = [row for row in left if (row.paragraph, row.number) > after]
    return next(iter(behind or left), None)
