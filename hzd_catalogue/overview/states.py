"""The federal states: all in one picture, and each with its projects, partners and neighbours."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from heapq import nsmallest
from itertools import chain
from operator import attrgetter, or_
from typing import Any, NamedTuple

from django.views.generic import DetailView, TemplateView

from hzd_catalogue.lists.addresses import Addresses
from hzd_catalogue.lists.bitmaps import members
from hzd_catalogue.lists.index import ListIndex
from hzd_catalogue.lists.listing import Listing
from hzd_catalogue.lists.pagination import paginate
from hzd_catalogue.lists.presentation import PageLinks, Presentation
from hzd_catalogue.lists.result import Result
from hzd_catalogue.records.filters import NAMED_STATE
from hzd_catalogue.records.records import Record
from hzd_catalogue.records.statements import Evidence, Statement
from hzd_catalogue.reference import german
from hzd_catalogue.reference.choices import Aspect, Reach
from hzd_catalogue.reference.models import HOME_STATE, FederalState, Source
from hzd_catalogue.reference.revisions import revision_of
from hzd_catalogue.reference.state_map import Meaning, StateMap, StateShape, state_map
from partners.filters import COOPERATIONS, PARTNERS
from partners.models import Cooperation, Partner
from projects.filters import PROJECTS
from projects.models import Project, Standing

from .named import Naming, named_projects, nationwide_count, whole_picture, with_standings

#: Partners and cooperations that a state's page names before it links to all of them.
PARTNERS_SHOWN = 25
COOPERATIONS_SHOWN = 25
#: Common projects that are named beside each other state, records beside each partner.
PROJECTS_SHOWN = 5
RECORDS_SHOWN = 3


@dataclass(frozen=True)
class StateProject:
    """A project as one state's page shows it."""

    project: Project
    #: What sources say of this state in it; None where it counts by reach alone.
    standing: Standing | None
    #: The passage that calls the project bundesweit, where the state counts by reach alone.
    reach_evidence: Evidence | None


@dataclass(frozen=True)
class ProjectGroup:
    """The projects of one state's page that count for the same reason."""

    key: str
    title: str
    explanation: str
    #: How many there are on all pages.
    count: int
    #: Those of this page.
    rows: list[StateProject]


class Place(NamedTuple):
    """A project, and what sources say of a state in it."""

    project: Project
    standing: Standing


@dataclass(frozen=True)
class StateRow:
    """A state with its number of projects, and those that name it."""

    federal_state: FederalState
    count: int
    #: How many of them name it.
    named: int
    #: The first of these; for Hessen, only such as name another state, too.
    places: list[Place]

    @property
    def nationwide_only(self) -> int:
        """How many projects count for it by their reach alone."""
        return self.count - self.named

    @property
    def more(self) -> int:
        """How many projects that name it are not among ``places``."""
        return self.named - len(self.places)


@dataclass(frozen=True)
class Neighbour:
    """Another state, and the projects that sources name both states in."""

    federal_state: FederalState
    count: int
    #: The first of them, each with what sources say of the other state.
    places: list[Place]
    #: Whether the other state does not take part in any of them yet.
    is_joining: bool

    @property
    def in_words(self) -> str:
        """The number of common projects in the dative: "3 Projekten"."""
        return german.counted(self.count, "Projekt", "Projekten")

    @property
    def more(self) -> int:
        """How many of them are not among ``places``."""
        return self.count - len(self.places)


@dataclass(frozen=True)
class StateCooperation:
    """A cooperation on a state's page."""

    cooperation: Cooperation
    #: Whether sources name the state in one of its projects.
    names_state: bool
    #: Why it counts where they do not.
    reason: str


@dataclass(frozen=True)
class StatePartner:
    """A partner on a state's page, with what ties it to the state."""

    partner: Partner
    records: list[Record]
    #: How many records are not among ``records``.
    more: int


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


def naming(listing: Listing, code: str, revision: Hashable) -> int:
    """Return the records of a list that name a state, as a bitmap."""
    return listing.index(revision).traits[NAMED_STATE].bitmaps[code]


def ties_all(codes: Collection[str]) -> bool:
    """Return whether all partners count: for Hessen, as all is HZD's work, and without a state."""
    return not codes or HOME_STATE in codes


def tying(index: ListIndex, codes: Collection[str]) -> int:
    """Return the records that tie their partners to one of some states, as a bitmap.

    A source has to name the state in them: what is bundesweit puts its partners into none
    (catalogue rule 6).
    """
    if ties_all(codes):
        return index.everything
    named = index.traits[NAMED_STATE].bitmaps
    return reduce(or_, (named[code] for code in codes))


def tying_keys(codes: Collection[str], revision: Hashable) -> set[int]:
    """Return the projects and cooperations that do so, by primary key."""
    indexes = [listing.index(revision) for listing in (PROJECTS, COOPERATIONS)]
    return {pk for index in indexes for pk in members(tying(index, codes), index.pks)}


def project_keys(state: FederalState, revision: Hashable) -> Sequence[int]:
    """Return the projects that count for a state, those that name it first, by name."""
    named = naming(PROJECTS, state.code, revision)
    return Result.of(PROJECTS, revision, land=[state.code]).ordered_with(named)


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


def project_groups(
    state: FederalState, rows: Iterable[StateProject], revision: Hashable
) -> list[ProjectGroup]:
    """Sort the projects of a state's page by why they count; a group without any is left out."""
    counting = Result.of(PROJECTS, revision, land=[state.code]).count
    naming_it = naming(PROJECTS, state.code, revision)
    named = naming_it.bit_count()
    nationwide = Result.of(PROJECTS, revision, reichweite=[Reach.NATIONWIDE]).hits & ~naming_it
    nationwide_only = nationwide.bit_count()
    groups = (
        ProjectGroup("genannt", "Namentlich genannt", "", named, []),
        ProjectGroup(
            "bundesweit",
            "Nur bundesweit",
            f"Diese Projekte sind bundesweit; zu {state.name} selbst steht keine Angabe dabei.",
            nationwide_only,
            [],
        ),
        ProjectGroup(
            "hzd",
            "Projekte der HZD",
            "Sie zählen für Hessen als Land der HZD; zu Hessen selbst steht keine Angabe dabei.",
            counting - named - nationwide_only,
            [],
        ),
    )
    for row in rows:
        place = 0 if row.standing else 1 if row.project.is_nationwide else 2
        groups[place].rows.append(row)
    return [group for group in groups if group.rows]


def sources_of(rows: Iterable[StateProject]) -> list[Source]:
    """Return the documents whose passages a state's page shows, newest first."""
    found = set()
    for row in rows:
        if row.standing:
            found |= {row.standing.current.source}
            found |= {older.statement.source for older in row.standing.older}
        elif row.reach_evidence:
            found.add(row.reach_evidence.source)
    return sorted(found, key=lambda source: -source.rank)


def state_rows(states: Iterable[FederalState], revision: Hashable) -> list[StateRow]:
    """Return all states with their projects, in the order of their names."""
    return _state_rows(tuple(states), revision)


#: Each visitor of the page asks for the same.
@lru_cache(maxsize=1)
def _state_rows(states: tuple[FederalState, ...], revision: Hashable) -> list[StateRow]:
    result = Result.of(PROJECTS, revision)
    counts, labels = result.counts("land"), result.index.facets["land"].labels
    states = tuple(state for state in states if state.code in labels)
    places = first_places(named_projects(revision), states)
    return [
        StateRow(
            state,
            counts[state.code],
            naming(PROJECTS, state.code, revision).bit_count(),
            places[state],
        )
        for state in states
    ]


def first_places(
    projects: Naming, states: Iterable[FederalState]
) -> dict[FederalState, list[Place]]:
    """Return for each state the first of the projects that name it, loaded once for all."""
    first = {
        state: projects.within(projects.naming(state.code)).keys[:PROJECTS_SHOWN]
        for state in states
    }
    found = with_standings({pk for pks in first.values() for pk in pks})
    return {
        state: [
            Place(found[pk], standing)
            for pk in pks
            if pk in found
            for standing in found[pk].standings
            if standing.federal_state == state
        ]
        for state, pks in first.items()
    }


#: Each visitor of a Land asks for the same; of two revisions at most.
@lru_cache(maxsize=32)
def neighbours(state: FederalState, revision: Hashable) -> list[Neighbour]:
    """Return the states that sources name beside this one, those with most projects first."""
    named = named_projects(revision)
    shared = named.within(named.naming(state.code))
    counts = {
        other: shared.naming(other.code).bit_count()
        for other in FederalState.objects.all()
        if other != state
    }
    places = first_places(shared, [other for other, count in counts.items() if count])
    found = [
        Neighbour(other, counts[other], some, shared.is_joining(other.code))
        for other, some in places.items()
    ]
    return sorted(found, key=lambda row: (-row.count, row.federal_state.slug))


@lru_cache(maxsize=32)
def statement_count(state: FederalState, revision: Hashable) -> int:
    """Return how many statements name a state: Hessen has as many as there are projects."""
    count: int = state.statements.published().count()
    return count


def neighbour_map(state: FederalState, others: Iterable[Neighbour]) -> StateMap:
    """Return the picture of one state and of those that the same projects name."""
    nearby = {row.federal_state: row for row in others}

    def meaning(other: FederalState) -> Meaning:
        if other == state:
            return Meaning.SELF
        if other not in nearby:
            return Meaning.APART
        return Meaning.JOINING if nearby[other].is_joining else Meaning.NAMED

    words = {
        Meaning.SELF: state.name,
        Meaning.NAMED: "in denselben Projekten genannt",
        Meaning.JOINING: "tritt bei",
        Meaning.APART: "nicht in denselben Projekten genannt",
    }
    shapes = [
        StateShape(other.code, other.name, other.get_absolute_url(), meaning(other))
        for other in FederalState.objects.all()
    ]
    return state_map("lage", f"Länder, die mit {state.name} genannt sind", words, shapes)


def state_cooperations(state: FederalState, revision: Hashable) -> list[StateCooperation]:
    """Return the first cooperations that count for a state, those that name it first."""
    counting = Result.of(COOPERATIONS, revision, land=[state.code])
    naming_it = naming(COOPERATIONS, state.code, revision)
    shown = counting.ordered_with(naming_it)[:COOPERATIONS_SHOWN]
    slots = counting.index.slots

    def reason(cooperation: Cooperation) -> str:
        if cooperation.is_nationwide:
            return "bundesweit"
        return "Kooperation der HZD" if state.is_home else "mit einem bundesweiten Projekt"

    return [
        StateCooperation(
            cooperation, bool(naming_it >> slots[cooperation.pk] & 1), reason(cooperation)
        )
        for cooperation in counting.records(shown)
    ]


def state_partners(state: FederalState, revision: Hashable) -> list[StatePartner]:
    """Return the first partners that count for a state, each with the records that tie it to it."""
    pks = Result.of(PARTNERS, revision, land=[state.code]).ordered[:PARTNERS_SHOWN]
    indexes = [listing.index(revision) for listing in (PROJECTS, COOPERATIONS)]
    tying_it = [(index, tying(index, [state.code])) for index in indexes]
    # Roles alone have a partner; asked for their kind, SQLite would go through all of them.
    roles = Statement.objects.filter(partner__in=pks).order_by().values_list("partner", "record")
    tied: dict[int, list[set[int]]] = {pk: [set() for _index in indexes] for pk in pks}
    for partner, record in roles:
        for number, (index, bits) in enumerate(tying_it):
            slot = index.slots.get(record)
            if slot is not None and bits >> slot & 1:
                tied[partner][number].add(slot)
    # The first of both lists, one of which may have all that are shown.
    first = {
        pk: [
            index.pks[slot]
            for index, slots in zip(indexes, both, strict=True)
            for slot in nsmallest(RECORDS_SHOWN, slots, key=index.ranks.__getitem__)
        ]
        for pk, both in tied.items()
    }
    rows = Record.objects.only("type", "name", "slug", "sort_key")
    found = rows.in_bulk({*pks, *chain.from_iterable(first.values())})
    return [
        StatePartner(
            found[pk],
            sorted(
                (found[record] for record in records if record in found),
                key=attrgetter("sort_key", "slug"),
            )[:RECORDS_SHOWN],
            sum(map(len, tied[pk])) - RECORDS_SHOWN,
        )
        for pk, records in first.items()
        if records and pk in found
    ]


class StateListView(TemplateView):
    """All 16 states: the picture, and the same in a table."""

    template_name = "overview/state_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        revision = revision_of(self.request).key
        states = list(FederalState.objects.all())
        return super().get_context_data(
            rows=state_rows(states, revision),
            nationwide=nationwide_count(revision),
            map=whole_picture(states, revision),
            **kwargs,
        )


class StateDetailView(DetailView):
    """One state: its projects, cooperations and partners, and the states named beside it."""

    queryset = FederalState.objects.select_related("as_partner")
    template_name = "overview/state_detail.html"
    context_object_name = "state"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        state, revision = self.object, revision_of(self.request).key
        others = neighbours(state, revision)
        paging = paginate(project_keys(state, revision), self.request.GET)
        rows = state_projects(state, paging.items, revision)
        named = naming(PROJECTS, state.code, revision).bit_count()
        return super().get_context_data(
            rows=rows,
            groups=project_groups(state, rows, revision),
            sources=sources_of(rows),
            named_count=named,
            nationwide_count=paging.count - named,
            pages=PageLinks(paging, Addresses(view=paging.view)),
            problems=paging.problems,
            cooperations=state_cooperations(state, revision),
            cooperation_list=Presentation(Result.of(COOPERATIONS, revision, land=[state.code])),
            partners=state_partners(state, revision),
            partner_list=Presentation(Result.of(PARTNERS, revision, land=[state.code])),
            neighbours=others,
            map=neighbour_map(state, others),
            statement_count=statement_count(state, revision),
            **kwargs,
        )
