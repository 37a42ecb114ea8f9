"""Lists as data: what of a request they do not understand, which their pages only complain of."""

from __future__ import annotations

from django.http import QueryDict

from hzd_catalogue.exports.problems import NotUnderstood, repeated
from hzd_catalogue.lists.addresses import PAGE, SINCE, SIZE, SORT, VIEW
from hzd_catalogue.lists.form import Problem
from hzd_catalogue.lists.presentation import Presentation

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
