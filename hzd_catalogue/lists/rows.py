"""The rows of a page: loaded, or as HTML of which only what differs by request is made anew.

A row's HTML without what a search marks in it is the same in every result that shows the row. It
is kept with the data that it was made from, so that a page of rows that were shown before loads
none of them (docs/decisions/0019-fragments.md).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from django.core.cache import caches
from django.utils.html import escape
from django.utils.safestring import SafeString

from hzd_catalogue.reference.folding import Fragment, highlight

from .excerpts import lines_of, marked_excerpt
from .fragments import GAP, around, fill, kept_under
from .result import Result
from .search import Line


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of one page of a result; only what somebody asks for is loaded."""

    result: Result
    #: Their primary keys, in the order to show.
    pks: Sequence[int]
    #: Returns a queryset that says what to load of each.
    queryset: Callable[[], Any]
    #: Of one row; "" where a page shows its rows in another way. It gets the row as ``record``,
    #: and as HTML its marked ``name`` and the ``excerpt`` that matched.
    template: str = ""
    #: The key of the data.
    revision: Hashable = None

    @cached_property
    def loaded(self) -> list[Any]:
        """The rows themselves; one that has gone is left out."""
        return self._load(self.pks)

    @cached_property
    def html(self) -> list[SafeString]:
        """Each row by its template, with what a search marked in it."""
        fragments, lines = self._fragments(), self.lines
        return [
            fill(parts, *_marked(self.result, pk, name, lines.get(pk, ())))
            for pk in self.pks
            if pk in fragments
            for name, parts in [fragments[pk]]
        ]

    @cached_property
    def lines(self) -> Mapping[int, Sequence[Line]]:
        """What a search looks at in each row; nothing where nothing is searched for."""
        listing = self.result.listing
        if self.result.search is None:
            return {}
        return lines_of(listing.rows(), self.pks, listing.search_fields, self.revision)

    def _fragments(self) -> dict[int, tuple[str, list[str]]]:
        """Return the name of each row and its HTML around both gaps."""
        cache, begin = caches["fragments"], f"{kept_under(self.revision)}{self.template}-"
        found = {pk: kept for pk in self.pks if (kept := cache.get(f"{begin}{pk}"))}
        for row in self._load([pk for pk in self.pks if pk not in found]):
            parts = around(self.template, {"record": row, "name": GAP, "excerpt": GAP})
            found[row.pk] = str(row), parts
            cache.set(f"{begin}{row.pk}", found[row.pk])
        return found

    def _load(self, pks: Sequence[int]) -> list[Any]:
        return self.result.records(pks, self.queryset()) if pks else []


def marks(result: Result, pk: int, name: str, lines: Sequence[Line]) -> tuple[list[Fragment], Any]:
    """Return what a search found in a row.

    Args:
        result: that the row belongs to.
        pk: its key.
        name: its name.
        lines: what the search looked at.

    Returns:
        The name cut into fragments, and label and fragments of the line that matched; None where
        nothing was searched for.
    """
    if result.search is None:
        # The words of all rows are read only where something is searched for.
        return [Fragment(name, is_match=False)], None
    terms, index = result.search.reading.terms, result.index
    return highlight(name, terms), marked_excerpt(index.search, index.slots[pk], lines, terms)


def _marked(result: Result, pk: int, name: str, lines: Sequence[Line]) -> tuple[str, str]:
    """Return the same as HTML."""
    if result.search is None:
        return escape(name), ""
    fragments, (label, line) = marks(result, pk, name, lines)
    gaps = (escape(label), _html(line)) if line else (escape(label),)
    return _html(fragments), fill(_around_excerpt(has_line=bool(line)), *gaps)


def _html(fragments: Iterable[Fragment]) -> str:
    return "".join(fragment.html for fragment in fragments)


@cache
def _around_excerpt(*, has_line: bool) -> list[str]:
    """Return the HTML around the label and the line of an excerpt, or around the label alone."""
    line = [Fragment(GAP, is_match=False)] if has_line else []
    return around("lists/excerpt.html", {"hit": {"excerpt": (GAP, line)}})
