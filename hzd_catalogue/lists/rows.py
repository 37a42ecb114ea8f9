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

from hzd_catalogue.reference.folding import Fragment, Term, highlight

from .excerpts import Excerpts, texts_of
from .fragments import GAP, around, fill, kept_under
from .result import Result
from .search import NO_TEXTS, Texts


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
        fragments = self._fragments()
        marked = self._marked if self.result.search else _unmarked
        return [
            fill(parts, *marked(pk, name))
            for pk in self.pks
            if pk in fragments
            for name, parts in [fragments[pk]]
        ]

    def marked_name(self, name: str) -> list[Fragment]:
        """Return the name of a row with what a search found in it."""
        return highlight(name, self._terms)

    def _marked(self, pk: int, name: str) -> tuple[str, str]:
        """Return the name of a row with its marks, and the line that a search found, as HTML."""
        slot, texts = self.result.index.slots[pk], self._texts.get(pk, NO_TEXTS)
        label, line = self._excerpts.of(slot, texts)
        gaps = (escape(label), _html(line)) if line else (escape(label),)
        return _html(self.marked_name(name)), fill(_around_excerpt(has_line=bool(line)), *gaps)

    @cached_property
    def _excerpts(self) -> Excerpts:
        return Excerpts(self.result.index.search, self._terms)

    @property
    def _terms(self) -> Sequence[Term]:
        """What is searched for; nothing where there is no search."""
        search = self.result.search
        return search.reading.terms if search else ()

    @cached_property
    def _texts(self) -> Mapping[int, Texts]:
        """What a search looks at in each row."""
        listing, fields = self.result.listing, self.result.listing.search_fields
        return texts_of(listing.model, listing.rows, self.pks, fields, self.revision)

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


def _unmarked(_pk: int, name: str) -> tuple[str, str]:
    """Return the name of a row as HTML, where nothing is searched for."""
    return escape(name), ""


def _html(fragments: Iterable[Fragment]) -> str:
    return "".join(fragment.html for fragment in fragments)


@cache
def _around_excerpt(*, has_line: bool) -> list[str]:
    """Return the HTML around the label and the line of an excerpt, or around the label alone."""
    line = [Fragment(GAP, is_match=False)] if has_line else []
    return around("lists/excerpt.html", {"hit": {"excerpt": (GAP, line)}})
