"""Which projects name which states: what the picture, the state pages and the topics ask.

Sets of rows say it, and how many; a project is loaded where a page shows it.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from operator import or_
from typing import NamedTuple

from django.db.models import FilteredRelation, Q

from hzd_catalogue.lists.bitmaps import Ordered, by_number, members
from hzd_catalogue.lists.index import ListIndex
from hzd_catalogue.lists.result import Result
from hzd_catalogue.records.filters import NAMED_STATE
from hzd_catalogue.records.kinds import Kind
from hzd_catalogue.reference import german
from hzd_catalogue.reference.choices import NameKind, Reach
from hzd_catalogue.reference.models import HOME_STATE, FederalState
from hzd_catalogue.reference.state_map import Meaning, StateMap, StateShape, state_map
from projects.filters import JOINING_STATE, PROJECTS
from projects.models import Project

#: Projects that home names before it links to the matrix.
PROJECTS_SHOWN = 6
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
class Naming:
    """Which of some projects name which states, as bitmaps of slots."""

    index: ListIndex
    #: The projects that it is about.
    rows: int

    @classmethod
    def of(cls, result: Result) -> Naming:
        """Return it for the projects that were found."""
        return cls(result.index, result.hits)

    def within(self, rows: int) -> Naming:
        """Return it for those of these projects that are among others, too."""
        return Naming(self.index, self.rows & rows)

    def naming(self, code: str) -> int:
        """Return the projects that name a state."""
        return self.index.traits[NAMED_STATE].bitmaps[code] & self.rows

    def is_joining(self, code: str) -> bool:
        """Whether a state is about to take part, and no more, in all of those that name it."""
        return not self.naming(code) & ~self.index.traits[JOINING_STATE].bitmaps[code]

    @cached_property
    def beside_home(self) -> int:
        """The projects that name a state beside Hessen."""
        codes = (code for code in self.index.traits[NAMED_STATE].bitmaps if code != HOME_STATE)
        return reduce(or_, map(self.naming, codes), 0)

    @property
    def keys(self) -> Ordered:
        """The primary keys of the projects, those that name most states first; then by name."""
        named = self.index.traits[NAMED_STATE].bitmaps.values()
        groups = reversed(by_number(self.rows, named))
        return Ordered(groups, self.index.names.order, self.index.pks, self.index.ranks)


def named_projects(revision: Hashable) -> Naming:
    """Return the projects that name a state beside Hessen."""
    everything = Naming.of(Result.of(PROJECTS, revision))
    return everything.within(everything.beside_home)


def with_standings(pks: Collection[int]) -> dict[int, Project]:
    """Load names of projects, and what sources say of states in them, by primary key."""
    found: dict[int, Project] = PROJECTS.rows().with_standings().in_bulk(pks)
    return found


class NamedProjects(NamedTuple):
    """The projects that name a state beside Hessen: the first of them, and how many more."""

    shown: Sequence[Project]
    more: int


#: Each visitor of home asks for the same.
@lru_cache(maxsize=1)
def first_named(revision: Hashable) -> NamedProjects:
    """Return those that home shows, each with its states."""
    keys = named_projects(revision).keys
    pks = keys[:PROJECTS_SHOWN]
    found = with_standings(pks)
    return NamedProjects([found[pk] for pk in pks if pk in found], len(keys) - PROJECTS_SHOWN)


def states_beside_home(
    projects: Naming, states: Iterable[FederalState]
) -> list[tuple[FederalState, bool]]:
    """Return those of the states that projects name, and whether each is joining in all."""
    return [
        (state, projects.is_joining(state.code))
        for state in states
        if not state.is_home and projects.naming(state.code)
    ]


def nationwide_count(revision: Hashable) -> int:
    """Return how many projects are bundesweit."""
    return Result.of(PROJECTS, revision, reichweite=[Reach.NATIONWIDE]).count


def picture(
    key: str,
    title: str,
    projects: Naming,
    states: Iterable[FederalState],
    *,
    has_nationwide: bool,
) -> StateMap:
    """Return the picture of which states some projects name, and what they name them in.

    Args:
        key: begins the ids of its parts.
        title: what it shows.
        projects: those that it is about.
        states: all states.
        has_nationwide: whether some of them are bundesweit.
    """
    shapes = _shapes(projects, list(states), Meaning.WIDE if has_nationwide else Meaning.APART)
    return state_map(key, title, WORDS, list(shapes))


def whole_picture(states: Iterable[FederalState], revision: Hashable) -> StateMap:
    """Return the picture of which states the whole catalogue names."""
    return _whole_picture(tuple(states), revision)


@lru_cache(maxsize=1)
def _whole_picture(states: tuple[FederalState, ...], revision: Hashable) -> StateMap:
    return picture(
        "karte",
        "Welche Länder in Projekten genannt sind",
        named_projects(revision),
        states,
        has_nationwide=bool(nationwide_count(revision)),
    )


def _shapes(
    projects: Naming, states: Sequence[FederalState], unnamed: Meaning
) -> Iterator[StateShape]:
    naming = {state.code: projects.naming(state.code) for state in states if not state.is_home}
    # The only project of a state.
    pks = {
        code: next(members(rows, projects.index.pks))
        for code, rows in naming.items()
        if rows.bit_count() == 1
    }
    names = _short_names(pks.values())
    for state in states:
        if state.is_home:
            meaning, note = Meaning.SELF, "alle"
        elif not naming[state.code]:
            meaning, note = unnamed, ""
        else:
            joins = projects.is_joining(state.code)
            meaning = Meaning.JOINING if joins else Meaning.NAMED
            note = german.counted(naming[state.code].bit_count(), "Projekt", "Projekte")
            name = names.get(pks.get(state.code, 0), note)
            note = name if len(name) <= LONGEST_NOTE else note
        yield StateShape(state.code, state.name, state.get_absolute_url(), meaning, note=note)


def _short_names(pks: Collection[int]) -> dict[int, str]:
    """Return the shortest of name, short forms and spellings of projects, by primary key."""
    if not pks:
        return {}
    short = Q(statements__kind=Kind.NAME, statements__name_kind__in=_SHORT_NAMES)
    rows = Project.objects.filter(pk__in=pks).annotate(
        short=FilteredRelation("statements", condition=short)
    )
    found: dict[int, str] = {}
    newest_first = rows.order_by("-short__source__rank", "short__paragraph", "short__pk")
    for pk, name, short_name in newest_first.values_list("pk", "name", "short__name"):
        found[pk] = min(found.get(pk, name), short_name or name, key=len)
    return found
