"""Why a row was found: the line of its texts that says most of what was asked."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from django.core.cache import caches

from hzd_catalogue.reference.folding import (
    CHUNK,
    HYPHENS,
    Fragment,
    Term,
    forms_of_text,
    highlight,
)

from .fragments import kept_under
from .search import Line, SearchField, SearchIndex, collect_lines


def lines_of(
    rows: Any, pks: Sequence[int], fields: Sequence[SearchField], revision: Hashable
) -> Mapping[int, Sequence[Line]]:
    """Return the searchable lines of the rows of a page by their keys; kept like their HTML.

    Args:
        rows: the queryset of all rows.
        pks: keys of those that are shown.
        fields: their fields, the row's own name first.
        revision: of the data.
    """
    cache = caches["fragments"]
    begin = f"{kept_under(revision)}lines-{rows.model.__name__}-"
    found = {pk: kept for pk in pks if (kept := cache.get(f"{begin}{pk}")) is not None}
    missing = [pk for pk in pks if pk not in found]
    if missing:
        places = {pk: pk for pk in missing}
        for pk, lines in collect_lines(rows.filter(pk__in=missing), fields, places).items():
            found[pk] = [tuple(line) for line in lines]
            cache.set(f"{begin}{pk}", found[pk])
    return {pk: [Line(*line) for line in lines] for pk, lines in found.items()}


def excerpt(
    index: SearchIndex, position: int, lines: Sequence[Line], terms: Sequence[Term]
) -> Line | None:
    """Return the best text of a row beyond its name that contains a term, if there is one."""
    best: tuple[int, int] | None = None
    for line in (*lines[1:], *index.tag_lines(position)):
        found = _number_in(line.text, terms)
        if found and (best is None or (found, line.weight) > best):
            best = (found, line.weight)
            result = line
    return result if best else None


def _number_in(text: str, terms: Sequence[Term]) -> int:
    """Return how many of the terms stand in a text."""
    chunks = CHUNK.findall(text)
    folded = " ".join([form for chunk in chunks for form in forms_of_text(chunk)])
    is_open = any(f"{hyphen} " in text or text.endswith(hyphen) for hyphen in HYPHENS)
    return sum(
        any(map(term.matches, chunks))
        for term in terms
        # Few lines hold as much as the letters.
        if is_open or term.also or any(variant in folded for variant in term.variants)
    )


def marked_excerpt(
    index: SearchIndex, position: int, lines: Sequence[Line], terms: Sequence[Term]
) -> tuple[str, list[Fragment]]:
    """Return why a row was found: label and fragments of its best line beyond the name.

    "im Namen" and no fragments where no other line matches, "im Katalog" where not even the name
    does: what was asked stands for all rows.
    """
    line = excerpt(index, position, lines, terms)
    if line:
        return line.label, highlight(line.text, terms)
    name = highlight(lines[0].text, terms) if lines else []
    return ("im Namen" if any(fragment.is_match for fragment in name) else "im Katalog"), []
