"""Rows of a list page with what a search marked in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from hzd_catalogue.reference.folding import Fragment, highlight

from .result import Result
from .search import marked_excerpt


@dataclass(frozen=True)
class Hit:
    """A row with its name cut into fragments."""

    row: Any
    name: list[Fragment]
    #: Label and fragments of the line that matched, where it is not the name.
    excerpt: tuple[str, list[Fragment]] | None = None


def marked_hits(rows: Iterable[Any], result: Result) -> list[Hit]:
    """Return rows of a result with their names and matching lines cut into fragments."""
    if result.search is None:
        # The words of all rows are read only where something is searched for.
        return [Hit(row, highlight(str(row), [])) for row in rows]
    terms, index = result.search.reading.terms, result.index
    return [
        Hit(
            row,
            highlight(str(row), terms),
            marked_excerpt(index.search, index.positions[row.pk], terms),
        )
        for row in rows
    ]
