"""The net: who works with whom on what, as a picture and as a table of the same lines."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.views.generic import TemplateView

from hzd_catalogue.lists.facets import MISSING
from hzd_catalogue.lists.form import Asked
from hzd_catalogue.lists.presentation import Presentation
from hzd_catalogue.lists.result import Result
from hzd_catalogue.records.differences import Compared
from hzd_catalogue.records.filters import NAMED_STATE
from hzd_catalogue.records.kinds import Kind
from hzd_catalogue.records.relations import Tie
from hzd_catalogue.reference import german
from hzd_catalogue.reference.choices import Reach
from hzd_catalogue.reference.models import FederalState
from hzd_catalogue.reference.revisions import revision_of
from partners.filters import COOPERATIONS
from partners.models import Cooperation, RoleGroup
from projects.filters import PROJECTS
from projects.models import Project

from .net_drawing import Drawing, End, Group, Item, Line, draw, in_few_crossings
from .states import reach_evidence

#: With more projects and cooperations, or more lines, nobody can follow one: they are grouped.
MAX_ITEMS, MAX_LINES = 60, 150
#: What they are grouped by: the first of these facets in which nothing is chosen yet.
GROUPED_BY = ("thema", "art", "ebene", "status", "jahr", "reichweite")
#: Groups and partners that a grouped net shows, those with most projects.
MAX_GROUPS, MAX_PARTNERS = 20, 15

NATIONWIDE = "nationwide"


@dataclass(frozen=True)
class Row:
    """One statement behind a line, or that a project belongs to a cooperation."""

    #: Of whom it speaks: the partner, Land or cooperation.
    name: str
    #: What it says of them: the role, or how the Land takes part.
    words: str
    compared: Compared


@dataclass(frozen=True, kw_only=True)
class Entry(Item):
    """A project or cooperation, with the statements behind its lines."""

    is_project: bool
    #: The cooperations it belongs to.
    ties: Sequence[Tie] = ()
    rows: Sequence[Row] = ()


@dataclass(frozen=True, kw_only=True)
class Sum(Item):
    """Projects that have a value in common, with the numbers of those that each line stands for."""

    label: str
    count: int


@dataclass(frozen=True)
class Net:
    """What the filters leave of it: each thing with its lines, or groups of them."""

    shown: Presentation
    groups: Sequence[Group]
    home: FederalState | None
    #: The Länder that no line leads to.
    unnamed: Sequence[End] = ()
    #: What projects are grouped by, in words; "" where each stands for itself.
    grouped_by: str = ""
    #: Groups and partners beyond those shown.
    more_groups: int = 0
    more_partners: int = 0

    @property
    def items(self) -> list[Any]:
        """All that stands in the middle, each once."""
        rows = [item for group in self.groups for item in (*group.headings, *group.items)]
        return [item for item in rows if item.lines or item.url]

    @property
    def entries(self) -> list[Any]:
        """The rows of the table: what has lines, and projects without any."""
        headings = {id(item) for group in self.groups for item in group.headings}
        return [item for item in self.items if item.lines or id(item) not in headings]

    @property
    def line_count(self) -> int:
        """How many lines there are."""
        return sum(len(item.lines) for item in self.items)

    @property
    def partner_count(self) -> int:
        """How many partners there are."""
        return len({line.end.key for item in self.items for line in item.lines if line.end.is_left})

    @cached_property
    def drawing(self) -> Drawing | None:
        """The picture."""
        is_nationwide = any(
            line.end.kind == NATIONWIDE for item in self.items for line in item.lines
        )
        return draw(self.groups, self.unnamed if is_nationwide else ())


def net(data: QueryDict, revision: Hashable) -> Net:
    """Return the net of the projects that match the parameters, and of their cooperations.

    Cooperations without any of these projects are in it where the same filters find them.
    """
    index = PROJECTS.index(revision)
    filterset = PROJECTS.ask(data, index)
    result = Result(PROJECTS, index, filterset.asked)
    shown = Presentation(result, filterset.problems)
    states = list(FederalState.objects.all())
    cooperations = _found_cooperations(filterset.asked, revision)
    if result.count + len(cooperations) <= MAX_ITEMS:
        groups = named_groups(result, cooperations)
        found = _net(shown, groups, states)
        if found.line_count <= MAX_LINES:
            return found
    return _summary(shown, states)


def _found_cooperations(asked: Asked, revision: Hashable) -> list[int]:
    """Return the cooperations that match what is asked of projects, by primary key.

    None does where a value is asked for that only projects have.
    """
    index = COOPERATIONS.index(revision)
    chosen = {
        name: [value for value in values if value in index.facets[name].bitmaps]
        for name, values in asked.chosen.items()
    }
    if any(asked.chosen[name] and not chosen[name] for name in chosen):
        return []
    return Result(COOPERATIONS, index, Asked(chosen, asked.query)).pks


def _net(shown: Presentation, groups: list[Group], states: list[FederalState], **more: Any) -> Net:
    """Return the net of these groups, with the Länder that none of their lines leads to."""
    named = {
        line.end.key
        for group in groups
        for item in (*group.headings, *group.items)
        for line in item.lines
    }
    home = next((state for state in states if state.is_home), None)
    unnamed = [_state(row) for row in states if row != home and row.code not in named]
    return Net(shown, groups, home, unnamed, **more)


def _state(state: FederalState) -> End:
    return End(state.code, state.name, state.get_absolute_url(), "state")


def _nationwide() -> End:
    url = f"{reverse('project-list')}?reichweite={Reach.NATIONWIDE}"
    return End(NATIONWIDE, str(Reach.NATIONWIDE.label), url, NATIONWIDE)


# Each for itself ---------------------------------------------------------------------------------


def named_groups(result: Result, cooperation_pks: Iterable[int]) -> list[Group]:
    """Return all projects found, grouped by their cooperations, and cooperations without any.

    Above stand groups with something bundesweit, then those with other Länder than Hessen.
    """
    rows = PROJECTS.rows().with_statements(Kind.PARTICIPATION, Kind.ROLE, Kind.RELATION)
    projects = result.records(result.pks, rows)
    evidence = reach_evidence(project for project in projects if project.is_nationwide)
    entries = {project.pk: _project(project, evidence.get(project.pk)) for project in projects}
    of_project = {
        project.pk: [tie.record.pk for tie in project.cooperation_ties] for project in projects
    }
    used = {pk for pks in of_project.values() for pk in pks}
    cooperations = COOPERATIONS.rows().with_statements(Kind.ROLE)
    by_pk: dict[int, Cooperation] = cooperations.in_bulk([*used, *cooperation_pks])
    wide = {project.pk: _class(entries[project.pk]) for project in projects}

    def group_of(project: Project) -> tuple[Any, ...]:
        """Return what the projects of a group have in common; those without one are told apart."""
        names = tuple(of_project[project.pk])
        return names or ("", wide[project.pk])

    groups: list[Group] = []
    classes: dict[int, int] = {}
    ordered = sorted(projects, key=lambda project: str(group_of(project)))
    for key, members in groupby(ordered, key=group_of):
        rows = sorted(members, key=lambda row: (wide[row.pk], row.sort_key, row.slug))
        items = [entries[row.pk] for row in rows]
        headings = [_cooperation(by_pk[pk], rows) for pk in key if pk in by_pk]
        # In each class, those without a cooperation come last.
        classes[len(groups)] = 2 * min(wide[row.pk] for row in rows) + (not headings)
        groups.append(Group(headings or [Item("ohne Kooperation", "")], items))
    groups = in_few_crossings(groups, classes)
    alone = sorted(
        (row for pk, row in by_pk.items() if pk not in used),
        key=lambda row: (row.sort_key, row.slug),
    )
    if alone:
        heading = Item("Kooperationen, zu denen hier kein Projekt steht", "")
        groups.append(Group([heading], [_cooperation(row) for row in alone], is_projects=False))
    return groups


def _class(entry: Entry) -> int:
    kinds = {line.end.kind for line in entry.lines}
    return 0 if NATIONWIDE in kinds else 1 if "state" in kinds else 2


def _project(project: Project, evidence: Any) -> Entry:
    roles, tied = project.partner_roles, project.cooperation_ties
    lines = [_partner_line(group) for group in roles]
    rows = [
        Row(tie.record.name, "Das Projekt gehört dazu", Compared(statement))
        for tie in tied
        for statement in tie.statements
    ]
    rows += _role_rows(roles)
    for standing in project.standings:
        state = standing.federal_state
        if not state.is_home:
            lines.append(Line(_state(state), "joining" if standing.is_joining else "state"))
            for row in standing.rows:
                words = row.statement.get_participation_status_display()
                rows.append(Row(state.name, words, row))
    if project.is_nationwide:
        end = _nationwide()
        lines.append(Line(end, NATIONWIDE))
        if evidence:
            rows.append(Row(end.name, "Reichweite", Compared(evidence)))
    return Entry(
        project.name, project.get_absolute_url(), lines, is_project=True, ties=tied, rows=rows
    )


def _cooperation(cooperation: Cooperation, projects: Iterable[Project] = ()) -> Entry:
    """Return a cooperation with the partners that no line joins to one of its projects."""
    joined = {group.record.pk for project in projects for group in project.partner_roles}
    roles = [group for group in cooperation.partner_roles if group.record.pk not in joined]
    lines = [_partner_line(group) for group in roles]
    url = cooperation.get_absolute_url()
    return Entry(cooperation.name, url, lines, is_project=False, rows=_role_rows(roles))


def _partner_line(group: RoleGroup) -> Line:
    return Line(End(group.record.slug, group.record.name, group.record.get_absolute_url()))


def _role_rows(groups: Iterable[RoleGroup]) -> list[Row]:
    return [
        Row(group.record.name, row.statement.role, row)
        for group in groups
        for row in group.compared
    ]


# Grouped -----------------------------------------------------------------------------------------


def _summary(shown: Presentation, states: list[FederalState]) -> Net:
    """Return groups of the projects found; everything is counted in the index."""
    result = shown.result
    index, hits = result.index, result.hits
    name = next((name for name in GROUPED_BY if not result.chosen[name]), GROUPED_BY[0])
    facet = shown.facet(name)
    values = index.facets[name].bitmaps
    ends = [*_partner_ends(result), *_state_ends(result, states)]
    counted = [(hits & values[option.value], option) for option in facet.options]
    ranked = sorted(counted, key=lambda pair: -pair[0].bit_count())[:MAX_GROUPS]
    sums = []
    for bits, option in counted:
        if bits and (bits, option) in ranked:
            count = bits.bit_count()
            lines = [(end, (bits & linked).bit_count()) for end, linked in ends]
            sums.append(
                Sum(
                    f"{option.label} ({german.counted(count, *PROJECTS.nouns)})",
                    option.url,
                    [Line(end, end.kind, number) for end, number in lines if number],
                    label=option.label,
                    count=count,
                )
            )
    return _net(
        shown,
        [Group([Item(facet.label, "")], sums)],
        states,
        grouped_by=facet.label,
        more_groups=sum(bool(bits) for bits, _option in counted) - len(sums),
        more_partners=_number_of_partners(result) - MAX_PARTNERS,
    )


def _partners_found(result: Result) -> dict[str, int]:
    bitmaps = result.index.facets["partner"].bitmaps.items()
    found = {slug: bits & result.hits for slug, bits in bitmaps if slug != MISSING}
    return {slug: bits for slug, bits in found.items() if bits}


def _number_of_partners(result: Result) -> int:
    return len(_partners_found(result))


def _partner_ends(result: Result) -> list[tuple[End, int]]:
    labels = result.index.facets["partner"].labels
    found = sorted(_partners_found(result).items(), key=lambda item: -item[1].bit_count())
    return [
        (End(slug, labels[slug], reverse("partner-detail", args=[slug])), bits)
        for slug, bits in found[:MAX_PARTNERS]
    ]


def _state_ends(result: Result, states: list[FederalState]) -> list[tuple[End, int]]:
    named = result.index.traits[NAMED_STATE].bitmaps
    ends = [(_state(row), named.get(row.code, 0)) for row in states if not row.is_home]
    wide = result.index.facets["reichweite"].bitmaps.get(Reach.NATIONWIDE.value, 0)
    return [*ends, (_nationwide(), wide)]


class NetView(TemplateView):
    """``/netz/``"""

    template_name = "overview/net.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = net(self.request.GET, revision_of(self.request).key)
        return super().get_context_data(shown=found.shown, net=found, **kwargs)
