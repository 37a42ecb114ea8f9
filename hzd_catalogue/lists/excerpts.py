"""Why a row was found: the line of its texts that says most of what was asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.cache import caches

from hzd_catalogue.reference.folding import CHUNK, Fragment, Term, highlight

from .fragments import kept_under
from .search import Line, SearchField, SearchIndex, Tag, Texts, collect_lines


def texts_of(
    model: type[Any],
    rows: Callable[[], Any],
    pks: Sequence[int],
    fields: Sequence[SearchField],
    revision: Hashable,
) -> Mapping[int, Texts]:
    """Return the searchable lines of the rows of a page by their keys; kept like their HTML.

    Args:
        model: that of the rows.
        rows: returns the queryset of all of them, where some have to be read.
        pks: keys of those that are shown.
        fields: their fields, the row's own name first.
        revision: of the data.
    """
    cache = caches["fragments"]
    begin = f"{kept_under(revision)}lines-{model.__name__}-"
    found = {pk: kept for pk in pks if (kept := cache.get(f"{begin}{pk}")) is not None}
    missing = [pk for pk in pks if pk not in found]
    if missing:
        places = {pk: pk for pk in missing}
        for pk, lines in collect_lines(rows().filter(pk__in=missing), fields, places).items():
            found[pk] = Texts(lines)
            cache.set(f"{begin}{pk}", found[pk])
    return found


@dataclass(frozen=True)
class Excerpts:
    """Says of the rows of one index why some terms found them."""

    index: SearchIndex
    terms: Sequence[Term]

    def of(self, position: int, texts: Texts) -> tuple[str, list[Fragment]]:
        """Return why a row was found: label and fragments of its best line beyond the name.

        "im Namen" and no fragments where no other line matches, "im Katalog" where not even the
        name does: what was asked stands for all rows.
        """
        line = self.best(position, texts)
        if line:
            return line.label, highlight(line.text, self.terms)
        name = highlight(texts.line(0).text, self.terms) if texts.lines else []
        return ("im Namen" if any(fragment.is_match for fragment in name) else "im Katalog"), []

    def best(self, position: int, texts: Texts) -> Line | None:
        """Return the line beyond the name in which most terms stand; of equals, the weightiest."""
        found = [
            (number, texts.line(place))
            for place, number in sorted(self._numbers_in(texts).items())
            if place
        ]
        found += [
            (number, self.index.tag_texts.line(place))
            for place, number, tag in self._tags
            if tag.rows >> position & 1
        ]
        return max(found, key=lambda pair: (pair[0], pair[1].weight), default=(0, None))[1]

    @cached_property
    def _tags(self) -> list[tuple[int, int, Tag]]:
        """What rows have in common, as far as a term stands in it: place, number of terms, tag."""
        numbers = sorted(self._numbers_in(self.index.tag_texts).items())
        tags = [tag for tag in self.index.tags if tag.label]
        return [(place, number, tags[place]) for place, number in numbers]

    def _numbers_in(self, texts: Texts) -> Mapping[int, int]:
        """Return how many of the terms stand in a line, by the place of each that has any."""
        return Counter(
            place
            for term in self.terms
            for place in texts.that_may_hold(term)
            if any(map(term.matches, CHUNK.findall(texts.line(place).text)))
        )
