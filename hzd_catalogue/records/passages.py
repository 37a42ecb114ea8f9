"""The passages behind a record's page, numbered: on paper the numbers stand in the text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from hzd_catalogue.reference.models import Source

from .tables import quotes


@dataclass(frozen=True)
class Passage:
    """One paragraph of a document, with all that a record takes from it."""

    number: int
    statements: list[Any]

    @property
    def paragraph(self) -> int:
        """Which one it is."""
        return int(self.statements[0].paragraph)

    @property
    def url(self) -> str:
        """Where the source's page shows it."""
        return str(self.statements[0].passage_url)

    @property
    def quotes(self) -> list[str]:
        """The quoted phrases, each once."""
        return list(quotes(self.statements))


@dataclass(frozen=True)
class Document:
    """A document that speaks of a record, with its passages in their order."""

    source: Source
    passages: list[Passage]

    @property
    def quote_count(self) -> int:
        """How many phrases are quoted."""
        return sum(len(passage.quotes) for passage in self.passages)


def documents(statements: Iterable[Any]) -> list[Document]:
    """Number the passages on which statements rest, the newest document first.

    Each statement then knows the number of its own: ``passage_number``.
    """
    found: dict[int, Document] = {}
    passages: dict[tuple[int, int], Passage] = {}
    for row in sorted(statements, key=lambda row: (-row.source.rank, row.paragraph, row.pk)):
        place = (row.source_id, row.paragraph)
        if place not in passages:
            passages[place] = Passage(len(passages) + 1, [])
            document = found.setdefault(row.source_id, Document(row.source, []))
            document.passages.append(passages[place])
        passages[place].statements.append(row)
        row.passage_number = passages[place].number
    return list(found.values())
