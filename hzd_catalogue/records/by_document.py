"""Which document says what of a record: kinds of statement against documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from hzd_catalogue.reference.models import Source

from .differences import COMPARED_KINDS, Difference, compare, gravest
from .kinds import Kind
from .statements import Statement


@dataclass(frozen=True)
class Entry:
    """What a document says of one thing, in a few words, and where the page shows it."""

    words: str
    url: str


@dataclass(frozen=True)
class Row:
    """What the documents say of one thing."""

    label: str
    #: What the older documents' words are beside the newest one's, where they differ.
    difference: Difference | None
    #: Each document with its entries; none where it says nothing.
    cells: list[tuple[Source, list[Entry]]]


@dataclass(frozen=True)
class ByDocument:
    """The documents that speak of a record, newest first, and what each says of it."""

    sources: list[Source]
    rows: list[Row]


def by_document(record: Any, statements: Iterable[Statement]) -> ByDocument:
    """Lay out what the documents say of a record.

    Args:
        record: seen from which.
        statements: its own and those of others that name it, with their sources and names.
    """
    ordered = sorted(statements, key=lambda row: (-row.source.rank, row.paragraph, row.pk))
    sources = list({row.source.pk: row.source for row in ordered}.values())
    rows = [
        Row(
            label,
            _difference(found),
            [
                (source, _entries(record, [row for row in found if row.source == source]))
                for source in sources
            ],
        )
        for kind in Kind
        for label, found in _things(kind, ordered)
    ]
    return ByDocument(sources, rows)


def _difference(statements: list[Statement]) -> Difference | None:
    alike = [row for row in statements if row.kind in COMPARED_KINDS]
    found = gravest(group.difference for group in compare(alike))
    return None if found == Difference.ALSO_IN else found


def _things(kind: str, statements: Iterable[Statement]) -> Iterator[tuple[str, list[Statement]]]:
    """Yield what statements of a kind speak of: each state by itself, else all in one."""
    noun = str(Statement.proxy_of(kind)._meta.verbose_name_plural)
    found: dict[str, list[Statement]] = {}
    for row in statements:
        if row.kind == kind:
            state: Any = row.federal_state
            found.setdefault(f"{noun}: {state.name}" if state else noun, []).append(row)
    yield from sorted(found.items())


def _entries(record: Any, statements: Iterable[Statement]) -> list[Entry]:
    """Return what one document says, the same words once: further passages add none."""
    entries: dict[str, Entry] = {}
    for row in statements:
        # A role is read from the record, or from its partner.
        words = row.brief if row.record_id == record.pk else f"{row.record}: {row.role}"
        entries.setdefault(words, Entry(words, row.get_absolute_url()))
    return list(entries.values())
