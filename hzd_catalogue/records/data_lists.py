"""Lists as data: what they may be asked for by, and what of a request they do not understand."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import replace

from django.http import QueryDict

from hzd_catalogue.exports.addresses import export_url
from hzd_catalogue.exports.parameters import DAY_SCHEMA, MOST_VALUES, Parameter, ValueList
from hzd_catalogue.exports.problems import NotUnderstood, repeated
from hzd_catalogue.lists.addresses import PAGE, SINCE, SIZE, SORT, VIEW
from hzd_catalogue.lists.form import RELEVANCE, Problem
from hzd_catalogue.lists.listing import Listing
from hzd_catalogue.lists.presentation import Presentation
from hzd_catalogue.prefix import with_prefix
from hzd_catalogue.reference.folding import MAX_QUERY_LENGTH

from .kinds import RecordType

#: What chooses a part of a page, or how it looks.
_OF_PAGES = (VIEW, SIZE, PAGE)


#: The facets that grow with the catalogue: how a value follows from a row, and of which lists.
_GROWING: dict[str, tuple[str, Sequence[str]]] = {
    "partner": ("key", (RecordType.PARTNER,)),
    "quelle": ("key", ("quellen",)),
    "eintrag": ("Name der Liste, Schrägstrich und key", RecordType.values),
}


def value_list(facet: str) -> ValueList | None:
    """Return where the values of a facet are that grows with the catalogue; None of others."""
    if facet not in _GROWING:
        return None
    rule, lists = _GROWING[facet]
    return ValueList(rule, [export_url(with_prefix(f"/{name}/"), "json") for name in lists])


def misunderstood(data: QueryDict, shown: Presentation) -> list[NotUnderstood]:
    """Return what a list did not understand of a request for data."""
    errors = [
        _not_understood(problem) for problem in shown.problems if isinstance(problem, Problem)
    ]
    errors += [
        NotUnderstood(f"Den Parameter „{name}“ gibt es nur bei Seiten; Daten sind ungeteilt.", name)
        for name in _OF_PAGES
        if name in data
    ]
    return [*errors, *repeated(data, (SINCE, SORT))]


def _not_understood(problem: Problem) -> NotUnderstood:
    """Return a problem as data; of very many possible values, where they are."""
    found = value_list(problem.parameter)
    if found is None or len(problem.possible) <= MOST_VALUES:
        return NotUnderstood(problem, problem.parameter, problem.possible)
    return NotUnderstood(f"{problem} Die möglichen Werte: {found}.", problem.parameter)


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
        yield Parameter(
            name, values.label, values.labels, is_repeatable=True, value_list=value_list(name)
        )
    if index.knows_days:
        yield Parameter(SINCE, "geändert seit (Tag wie 2026-11-30)", schema=DAY_SCHEMA)
    yield Parameter(SORT, "Reihenfolge", dict(_orders(listing)))


def _orders(listing: Listing) -> Iterator[tuple[str, str]]:
    yield RELEVANCE, "Relevanz (nur mit q)"
    for name, sort in listing.sorts.items():
        forwards, backwards = sort.directions
        yield name, f"{sort.label}: {forwards}"
        yield f"-{name}", f"{sort.label}: {backwards}"
