"""What the catalogue knows of one federal state: its projects, and with whom it works."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from hzd_catalogue.browsing.facets import Option
from hzd_catalogue.reference import german
from hzd_catalogue.reference.choices import Aspect
from hzd_catalogue.reference.models import FederalState
from projects.models import Participation, Project, ProjectEvidence, Standing

from .state_map import STRONGEST_TINT, StateShape, TintScale


@dataclass(frozen=True)
class StateProject:
    """A project as one state's page shows it."""

    project: Project
    #: What sources say of this state in it; None where it counts by reach alone.
    standing: Standing | None
    #: The passage that calls the project bundesweit, where the state counts by reach alone.
    reach_evidence: ProjectEvidence | None


@dataclass(frozen=True)
class StateRow:
    """A state with its number of projects, and how many of them name it."""

    federal_state: FederalState
    count: int
    url: str
    named: int

    @property
    def by_reach(self) -> int:
        """Projects that count for the state without naming it."""
        return self.count - self.named


@dataclass(frozen=True)
class Neighbour:
    """Another state, and the projects that sources name both states in."""

    federal_state: FederalState
    projects: list[Project]

    @property
    def in_words(self) -> str:
        """The number of common projects: "1 Projekt"."""
        return german.counted(len(self.projects), "Projekt", "Projekte")


def reach_evidence(projects: Iterable[Project]) -> dict[int, ProjectEvidence]:
    """Return for each project the newest passage that states its reach, by primary key."""
    found: dict[int, ProjectEvidence] = {}
    rows = (
        ProjectEvidence.objects.filter(project__in=list(projects), aspect=Aspect.REACH)
        .select_related("source", "project")
        .newest_first()
    )
    for row in rows:
        found.setdefault(row.project_id, row)
    return found


def projects_of(state: FederalState) -> list[StateProject]:
    """Return the projects that count for a state: those that name it first, then by reach."""
    projects = list(Project.objects.published().for_state(state.code).with_relations())
    evidence = reach_evidence(project for project in projects if project.is_nationwide)
    rows = [
        StateProject(
            project,
            next(
                (row for row in project.standings if row.federal_state.pk == state.pk),
                None,
            ),
            evidence.get(project.pk),
        )
        for project in projects
    ]
    return sorted(rows, key=lambda row: row.standing is None)


def state_rows(options: Iterable[Option]) -> list[StateRow]:
    """Return all states with the hits of the facet "land", each with the list of these hits."""
    by_code = {option.value: option for option in options}
    pairs = Participation.objects.published().order_by().values("federal_state", "project")
    named = Counter(pair["federal_state"] for pair in pairs.distinct())
    projects = reverse("project-list")
    return [
        StateRow(
            state,
            by_code[state.code].count,
            projects + by_code[state.code].url,
            named[state.pk],
        )
        for state in FederalState.objects.all()
        if state.code in by_code
    ]


def neighbours(state: FederalState) -> list[Neighbour]:
    """Return the states that sources name beside this one, those with most projects first."""
    rows = (
        Participation.objects.published()
        .filter(project__participations__federal_state=state)
        .exclude(federal_state=state)
        .select_related("federal_state", "project")
        .order_by("project__sort_key", "pk")
    )
    shared: dict[FederalState, dict[int, Project]] = defaultdict(dict)
    for row in rows:
        shared[row.federal_state][row.project_id] = row.project
    found = [Neighbour(other, list(projects.values())) for other, projects in shared.items()]
    return sorted(found, key=lambda row: (-len(row.projects), row.federal_state.slug))


def counted_shapes(options: Iterable[Option]) -> list[StateShape]:
    """Return the states with the hits of the facet "land"; each leads to exactly these hits."""
    options = list(options)
    scale = TintScale.of(option.count for option in options)
    projects = reverse("project-list")
    return [
        StateShape(
            option.value,
            option.label,
            projects + option.url,
            option.count,
            scale.tint(option.count),
        )
        for option in options
    ]


def marked_shapes(state: FederalState, others: Iterable[Neighbour]) -> list[StateShape]:
    """Return all states, with this one strongest and those it works with tinted."""
    nearby = {row.federal_state.pk for row in others}
    return [
        StateShape(
            shape.code,
            shape.name,
            shape.get_absolute_url(),
            None,
            STRONGEST_TINT if shape.pk == state.pk else 2 if shape.pk in nearby else 0,
        )
        for shape in FederalState.objects.all()
    ]
