"""Where a project runs: the picture of the states for one project."""

from __future__ import annotations

from collections.abc import Iterable

from hzd_catalogue.reference.models import FederalState
from hzd_catalogue.reference.state_map import Meaning, StateMap, StateShape, state_map

from .models import Project

WORDS = {
    Meaning.NAMED: "namentlich genannt",
    Meaning.JOINING: "tritt bei",
    Meaning.WIDE: "nur bundesweit",
    Meaning.APART: "nicht genannt",
}


def project_map(project: Project, states: Iterable[FederalState]) -> StateMap | None:
    """Return which states sources name in a project; None where they name none beside Hessen.

    Args:
        project: loaded ``with_standings``.
        states: all of them.
    """
    named = {row.federal_state.code: row for row in project.standings}
    if not project.is_nationwide and all(row.federal_state.is_home for row in named.values()):
        return None

    def meaning(state: FederalState) -> Meaning:
        if state.code in named:
            return Meaning.JOINING if named[state.code].is_joining else Meaning.NAMED
        return Meaning.WIDE if project.is_nationwide else Meaning.APART

    shapes = [
        StateShape(state.code, state.name, state.get_absolute_url(), meaning(state))
        for state in states
    ]
    return state_map("lage", f"{project.name}: Länder", WORDS, shapes) if shapes else None
