"""The federal states: all with their numbers, and each with its projects and neighbours."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.views.generic import DetailView, TemplateView

from hzd_catalogue.lists.addresses import Addresses
from hzd_catalogue.lists.options import Option
from hzd_catalogue.lists.pagination import paginate
from hzd_catalogue.lists.presentation import PageLinks, Presentation
from hzd_catalogue.lists.result import Result
from hzd_catalogue.records.statements import Evidence
from hzd_catalogue.reference import german
from hzd_catalogue.reference.choices import Aspect
from hzd_catalogue.reference.models import FederalState
from hzd_catalogue.reference.revisions import revision_of
from partners.filters import PARTNERS
from projects.filters import PROJECTS
from projects.models import Participation, Project, Standing

from .state_map import STRONGEST_TINT, StateShape, TintScale, drawing_order

#: Partners that a state's page names before it links to all of them.
PARTNERS_SHOWN = 25
#: Common projects that are named beside each other state.
NAMED_PROJECTS = 5


@dataclass(frozen=True)
class StateProject:
    """A project as one state's page shows it."""

    project: Project
    #: What sources say of this state in it; None where it counts by reach alone.
    standing: Standing | None
    #: The passage that calls the project bundesweit, where the state counts by reach alone.
    reach_evidence: Evidence | None


@dataclass(frozen=True)
class StateRow:
    """A state with its number of projects, and how many of them name it."""

    federal_state: FederalState
    count: int
    url: str
    named: int


@dataclass(frozen=True)
class Neighbour:
    """Another state, and the projects that sources name both states in."""

    federal_state: FederalState
    count: int
    #: The first of them by name.
    projects: list[Project]

    @property
    def in_words(self) -> str:
        """The number of common projects in the dative: "3 Projekten"."""
        return german.counted(self.count, "Projekt", "Projekten")

    @property
    def more(self) -> int:
        """How many of them are not among ``projects``."""
        return self.count - len(self.projects)


def reach_evidence(projects: Iterable[Project]) -> dict[int, Evidence]:
    """Return for each project the newest passage that states its reach, by primary key."""
    found: dict[int, Evidence] = {}
    rows = (
        Evidence.objects.filter(record__in=list(projects), aspect=Aspect.REACH)
        .select_related("source", "record")
        .newest_first()
    )
    for row in rows:
        found.setdefault(row.record_id, row)
    return found


def project_keys(state: FederalState, revision: Hashable) -> list[int]:
    """Return the projects that count for a state, those that name it first, by name."""
    counting = Result.of(PROJECTS, revision, land=[state.code]).pks
    named = set(
        Participation.objects.published()
        .filter(federal_state=state)
        .values_list("record_id", flat=True)
    )
    return sorted(counting, key=lambda pk: pk not in named)


def state_projects(
    state: FederalState, pks: Sequence[int], revision: Hashable
) -> list[StateProject]:
    """Return the projects with these keys as the state's page shows them, in this order."""
    rows = PROJECTS.rows().with_standings()
    projects = Result.of(PROJECTS, revision).records(pks, rows)
    evidence = reach_evidence(project for project in projects if project.is_nationwide)
    return [
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


def state_rows(options: Iterable[Option]) -> list[StateRow]:
    """Return all states with the hits of the facet "land", each with the list of these hits."""
    by_code = {option.value: option for option in options}
    pairs = Participation.objects.published().order_by().values("federal_state", "record")
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
        .filter(record__statements__federal_state=state)
        .exclude(federal_state=state)
        .order_by("record__sort_key", "record_id")
        .values_list("federal_state", "record")
    )
    shared: dict[int, dict[int, None]] = defaultdict(dict)
    for other, project in rows:
        shared[other][project] = None
    shown = {pk for pks in shared.values() for pk in list(pks)[:NAMED_PROJECTS]}
    projects = Project.objects.names().in_bulk(shown)
    states = FederalState.objects.in_bulk(shared)
    found = [
        Neighbour(states[other], len(pks), [projects[pk] for pk in pks if pk in projects])
        for other, pks in shared.items()
    ]
    return sorted(found, key=lambda row: (-row.count, row.federal_state.slug))


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


class StateListView(TemplateView):
    """All 16 states with their numbers of projects."""

    template_name = "overview/state_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        projects = Presentation(Result.of(PROJECTS, revision_of(self.request).key))
        options = projects.facet("land").options
        shapes = counted_shapes(options)
        return super().get_context_data(
            rows=state_rows(options),
            shapes=drawing_order(shapes),
            scale=TintScale.of(shape.number or 0 for shape in shapes),
            **kwargs,
        )


class StateDetailView(DetailView):
    """One state: its projects, its partners, and the states it works with."""

    queryset = FederalState.objects.select_related("as_partner")
    template_name = "overview/state_detail.html"
    context_object_name = "state"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        state, revision = self.object, revision_of(self.request).key
        others = neighbours(state)
        paging = paginate(project_keys(state, revision), self.request.GET)
        partners = Result.of(PARTNERS, revision, land=[state.code])
        return super().get_context_data(
            rows=state_projects(state, paging.items, revision),
            pages=PageLinks(paging, Addresses(view=paging.view)),
            problems=paging.problems,
            partners=partners.records(partners.pks[:PARTNERS_SHOWN], PARTNERS.rows().names()),
            partner_list=Presentation(partners),
            neighbours=others,
            shapes=drawing_order(marked_shapes(state, others)),
            **kwargs,
        )
