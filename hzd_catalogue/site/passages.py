"""A document's facts in the order of its paragraphs."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any

from hzd_catalogue.lists.per_revision import PerRevision
from hzd_catalogue.records.statements import Statement, statement_models
from hzd_catalogue.reference.models import Source


@dataclass
class RecordFacts:
    """What a paragraph says of one record."""

    record: Any
    statements: list[Statement] = field(default_factory=list)


@dataclass
class Paragraph:
    """One paragraph of a document that the catalogue has facts from."""

    number: int
    records: list[RecordFacts] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        """The paragraph's id on the source's page."""
        return f"absatz-{self.number}"

    @property
    def count(self) -> int:
        """The number of facts in this paragraph."""
        return sum(len(facts.statements) for facts in self.records)


@dataclass(frozen=True)
class SourceRow:
    """A document with its number of published facts."""

    source: Source
    facts: int


def paragraphs(source: Source) -> list[Paragraph]:
    """Return the published facts of a document: by paragraph, then by record, then by kind."""
    statements = []
    for place, model in enumerate(statement_models()):
        related = [item.name for item in model._meta.fields if item.many_to_one]
        rows = model.objects.published().filter(source=source).select_related(*related)
        statements += [(row.paragraph, row.record.sort_key, place, row.pk, row) for row in rows]
    found: list[Paragraph] = []
    for number, _record, _kind, _pk, statement in sorted(statements, key=lambda row: row[:4]):
        if not found or found[-1].number != number:
            found.append(Paragraph(number))
        records = found[-1].records
        if not records or records[-1].record != statement.record:
            records.append(RecordFacts(statement.record))
        records[-1].statements.append(statement)
    return found


def _count_by_source() -> dict[int, int]:
    counts: dict[int, int] = {}
    for model in statement_models():
        for pk in model.objects.published().order_by().values_list("source_id", flat=True):
            counts[pk] = counts.get(pk, 0) + 1
    return counts


#: Number of published facts by the primary key of their source.
FACTS_BY_SOURCE = PerRevision(_count_by_source)


def source_rows(sources: Iterable[Source], revision: Hashable) -> list[SourceRow]:
    """Return documents with their numbers of facts."""
    counts = FACTS_BY_SOURCE.get(revision)
    return [SourceRow(source, counts.get(source.pk, 0)) for source in sources]
