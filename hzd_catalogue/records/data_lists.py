"""Lists as data: what they may be asked for by, and what of a request they do not understand."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import replace

from django.http import QueryDict

from hzd_catalogue.exports.parameters import DAY_SCHEMA, Parameter
from hzd_catalogue.exports.problems import NotUnderstood, repeated
from hzd_catalogue.lists.addresses import PAGE, SINCE, SIZE, SORT, VIEW
from hzd_catalogue.lists.form import RELEVANCE, Problem
from hzd_catalogue.lists.listing import Listing
from hzd_catalogue.lists.presentation import Presentation
from hzd_catalogue.reference.folding import MAX_QUERY_LENGTH

#: What chooses a part of a page, or how it looks.
_OF_PAGES = (VIEW, SIZE, PAGE)


def misunderstood(data: QueryDict, shown: Presentation) -> list[NotUnderstood]:
    """Return what a list did not understand of a request for data."""
    errors = [
        NotUnderstood(problem, problem.parameter, problem.possible)
        for problem in shown.problems
        if isinstance(problem, Problem)
    ]
    errors += [
        NotUnderstood(f"Den Parameter „{name}“ gibt es nur bei Seiten; Daten sind ungeteilt.", name)
        for name in _OF_PAGES
        if name in data
    ]
    return [*errors, *repeated(data, (SINCE, SORT))]


def list_parameters(listings: Iterable[Listing], revision: Hashable) -> list[Parameter]:
    """Return what lists may be filtered and ordered by; of several, all that one of them knows."""
    found: dict[str, Parameter] = {}
    for listing in listings:
        for parameter in _parameters_of(listing, revision):
            known = found.get(parameter.name, parameter)
            found[parameter.name] = replace(known, values={**known.values, **parameter.values})
    return list(found.values())


def _parameters_of(listing: Listing, revision: Hashable) -> Iterator[Parameter]:
    words = {"type": "string", "maxLength": MAX_QUERY_LENGTH}
    yield Parameter("q", "Suche", schema=words)
    index = listing.index(revision)
    for name, values in index.facets.items():
        yield Parameter(name, values.label, values.labels, is_repeatable=True)
    if index.knows_days:
        yield Parameter(SINCE, "geändert seit (Tag wie 2026-11-30)", schema=DAY_SCHEMA)
    yield Parameter(SORT, "Reihenfolge", dict(_orders(listing)))


def _orders(listing: Listing) -> Iterator[tuple[str, str]]:
    yield RELEVANCE, "Relevanz (nur mit q)"
    for name, sort in listing.sorts.items():
        forwards, backwards = sort.directions
        yield name, f"{sort.label}: {forwards}"
        yield f"-{name}", f"{sort.label}: {backwards}"
