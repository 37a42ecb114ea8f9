"""Which projects name which states: what the picture, the state pages and the topics ask."""

from __future__ import annotations

from collections.abc import Container, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from hzd_catalogue.lists.per_revision import Changed, PerRevision
from hzd_catalogue.lists.result import Result
from hzd_catalogue.records.kinds import Kind
from hzd_catalogue.records.version_writer import RECORDS
from hzd_catalogue.reference import german
from hzd_catalogue.reference.choices import NameKind, Reach
from hzd_catalogue.reference.models import HOME_STATE, FederalState
from hzd_catalogue.reference.state_map import Meaning, StateMap, StateShape, state_map
from projects.filters import PROJECTS
from projects.models import Participation, Project, Standing

#: The longest name of a project that fits on a state.
LONGEST_NOTE = 9
#: Names that may stand for a project on the picture.
_SHORT_NAMES = (NameKind.SHORT, NameKind.SPELLING)

#: What the meanings are called where the picture is about the whole catalogue or a topic.
WORDS = {
    Meaning.SELF: "Hessen: der Katalog zählt jedes Projekt",
    Meaning.NAMED: "namentlich genannt",
    Meaning.JOINING: "tritt bei",
    Meaning.WIDE: "nur bundesweit",
    Meaning.APART: "keine Angabe",
}


@dataclass(frozen=True)
class NamedProject:
    """A project in which sources name states, one beside Hessen at least."""

    project: Project
    standings: Sequence[Standing]

    @property
    def short_name(self) -> str:
        """The shortest of its name, short forms and spellings."""
        names = [row.name for row in self.project.other_names if row.name_kind in _SHORT_NAMES]
        return min([self.project.name, *names], key=len)

    def standing_of(self, code: str) -> Standing | None:
        """Return what sources say of a state in it, if one names it."""
        return self._by_code.get(code)

    @cached_property
    def _by_code(self) -> dict[str, Standing]:
        return {row.federal_state.code: row for row in reversed(self.standings)}


def _read() -> list[NamedProject]:
    return _in_order(_named(Project.objects.published()))


def _follow(before: list[NamedProject], changed: Changed) -> list[NamedProject]:
    pks = changed[RECORDS]
    others = [row for row in before if row.project.pk not in pks]
    return _in_order([*others, *_named(Project.objects.published().among(pks))])


def _named(projects: Any) -> list[NamedProject]:
    beside_home = Participation.objects.published().exclude(federal_state__code=HOME_STATE)
    rows = projects.filter(pk__in=beside_home.filter(record__in=projects.own).values("record"))
    rows = rows.with_statements(Kind.PARTICIPATION, Kind.NAME).order_by()
    return [NamedProject(project, project.standings) for project in rows]


def _in_order(rows: Iterable[NamedProject]) -> list[NamedProject]:
    return sorted(rows, key=lambda row: (-len(row.standings), row.project.sort_key, row.project.pk))


#: The projects that name a state beside Hessen, those with most states first.
NAMED_PROJECTS = PerRevision(_read, _follow)


def kept(projects: Iterable[NamedProject], pks: Container[int]) -> list[NamedProject]:
    """Return those of some projects that have one of these primary keys."""
    return [row for row in projects if row.project.pk in pks]


def states_beside_home(projects: Iterable[NamedProject]) -> list[tuple[FederalState, bool]]:
    """Return the states that projects name, by name, and whether each is joining in all."""
    joins: dict[FederalState, bool] = {}
    for row in projects:
        for standing in row.standings:
            state = standing.federal_state
            if not state.is_home:
                joins[state] = joins.get(state, True) and standing.is_joining
    return sorted(joins.items(), key=lambda found: found[0].slug)


def nationwide_count(revision: Hashable) -> int:
    """Return how many projects are bundesweit."""
    return Result.of(PROJECTS, revision, reichweite=[Reach.NATIONWIDE]).count


def picture(
    key: str,
    title: str,
    projects: Iterable[NamedProject],
    states: Iterable[FederalState],
    *,
    has_nationwide: bool,
) -> StateMap:
    """Return the picture of which states some projects name, and what they name them in.

    Args:
        key: begins the ids of its parts.
        title: what it shows.
        projects: those that name a state beside Hessen.
        states: all states.
        has_nationwide: whether some of the projects that it is about are bundesweit.
    """
    named: dict[str, list[tuple[NamedProject, Standing]]] = {}
    for row in projects:
        for standing in row.standings:
            named.setdefault(standing.federal_state.code, []).append((row, standing))
    shapes = [_shape(state, named.get(state.code, []), has_nationwide) for state in states]
    return state_map(key, title, WORDS, shapes)


def whole_picture(states: Iterable[FederalState], revision: Hashable) -> StateMap:
    """Return the picture of which states the whole catalogue names."""
    return _whole_picture(tuple(states), revision)


@lru_cache(maxsize=1)
def _whole_picture(states: tuple[FederalState, ...], revision: Hashable) -> StateMap:
    return picture(
        "karte",
        "Welche Länder in Projekten genannt sind",
        NAMED_PROJECTS.get(revision),
        states,
        has_nationwide=bool(nationwide_count(revision)),
    )


def _shape(
    state: FederalState, named: list[tuple[NamedProject, Standing]], has_nationwide: bool
) -> StateShape:
    if state.is_home:
        meaning, note = Meaning.SELF, "alle"
    elif not named:
        meaning, note = Meaning.WIDE if has_nationwide else Meaning.APART, ""
    else:
        joins = all(standing.is_joining for _row, standing in named)
        meaning, note = Meaning.JOINING if joins else Meaning.NAMED, _note(named)
    return StateShape(state.code, state.name, state.get_absolute_url(), meaning, note=note)


def _note(named: Sequence[tuple[NamedProject, Standing]]) -> str:
    if len(named) == 1:
        name = named[0][0].short_name
        return name if len(name) <= LONGEST_NOTE else "1 Projekt"
    return german.counted(len(named), "Projekt", "Projekte")
