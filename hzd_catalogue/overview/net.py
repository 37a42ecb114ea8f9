"""The net: who works with whom on what, as a picture and as a table of the same lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

from django.http import QueryDict
from django.urls import reverse
from django.views.generic import TemplateView

from hzd_catalogue.lists.facets import MISSING
from hzd_catalogue.lists.form import Asked
from hzd_catalogue.lists.presentation import Presentation
from hzd_catalogue.lists.result import Result
from hzd_catalogue.records.differences import Compared, compared
from hzd_catalogue.records.filters import NAMED_STATE
from hzd_catalogue.records.kinds import Kind
from hzd_catalogue.records.passages import Document, documents
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
from .states import reach_evidence, ties_all, tying, tying_keys

#: With more projects and cooperations, or more lines, nobody can follow one: they are grouped.
MAX_ITEMS, MAX_LINES = 60, 150
#: What they are grouped by: the first of these facets in which nothing is chosen yet.
GROUPED_BY = ("thema", "art", "ebene", "status", "jahr", "reichweite")
#: Groups and partners that a grouped net shows, those with most projects.
MAX_GROUPS, MAX_PARTNERS = 20, 24
#: Lines that a group has to partners, and to Länder, those for most projects.
LINES_OF_GROUP = 5

NATIONWIDE = "nationwide"

#: The rule of ``tying``, for who reads the net.
ONLY_TIED = (
    "Partner stehen hier nur bei Projekten und Kooperationen, zu denen eine Quelle ein gewähltes "
    "Land nennt: Was bundesweit ist, sagt nichts darüber, in welchem Land seine Partner arbeiten."
)

T = TypeVar("T")


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
    #: What stands for lines to partners where there are none.
    no_partners: str = "ohne Angabe"


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
    #: Groups beyond those shown.
    more_groups: int = 0

    max_items, max_lines = MAX_ITEMS, MAX_LINES
    max_partners, lines_of_group = MAX_PARTNERS, LINES_OF_GROUP

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
    def note(self) -> str:
        """Which partners are left out; "" where all are there."""
        return "" if ties_all(self.shown.result.chosen["land"]) else ONLY_TIED

    @property
    def documents(self) -> list[Document]:
        """The documents behind the table, whose rows then know their numbers; groups have none."""
        entries = (item for item in self.entries if isinstance(item, Entry))
        return documents(row.compared.statement for item in entries for row in item.rows)

    @property
    def line_count(self) -> int:
        """How many lines there are."""
        return sum(1 for _line in _lines(self.groups))

    @property
    def partner_count(self) -> int:
        """How many partners there are."""
        return len({line.end.key for line in _lines(self.groups) if line.end.is_left})

    @cached_property
    def drawing(self) -> Drawing | None:
        """The picture."""
        is_nationwide = any(line.end.kind == NATIONWIDE for line in _lines(self.groups))
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
        tied = tying_keys(result.chosen["land"], revision)
        groups = named_groups(result, cooperations, tied)
        named = {line.end.key for line in _lines(groups) if not line.end.is_left}
        found = Net(shown, groups, _home(states), _unnamed(states, named))
        if len(found.items) <= MAX_ITEMS and found.line_count <= MAX_LINES:
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


def _lines(groups: Iterable[Group]) -> Iterator[Line]:
    for group in groups:
        for item in (*group.headings, *group.items):
            yield from item.lines


def _home(states: Iterable[FederalState]) -> FederalState | None:
    return next((state for state in states if state.is_home), None)


def _unnamed(states: Iterable[FederalState], named: Container[str]) -> list[End]:
    return [_state(row) for row in states if not row.is_home and row.code not in named]


def _state(state: FederalState) -> End:
    return End(state.code, state.name, state.get_absolute_url(), "state")


def _nationwide() -> End:
    url = f"{reverse('project-list')}?reichweite={Reach.NATIONWIDE}"
    return End(NATIONWIDE, str(Reach.NATIONWIDE.label), url, NATIONWIDE)


# Each for itself ---------------------------------------------------------------------------------


def named_groups(
    result: Result, cooperation_pks: Iterable[int], tied: Container[int]
) -> list[Group]:
    """Return all projects found, grouped by their cooperations, and cooperations without any.

    Above stand groups with something bundesweit, then those with other Länder than Hessen.

    Args:
        result: the projects.
        cooperation_pks: the cooperations that are shown in any case.
        tied: what may have lines to its partners, by primary key.
    """
    rows = PROJECTS.rows().with_statements(Kind.PARTICIPATION, Kind.ROLE, Kind.RELATION)
    projects = result.records(result.pks, rows)
    evidence = reach_evidence(project for project in projects if project.is_nationwide)
    entries = {
        project.pk: _project(project, evidence.get(project.pk), project.pk in tied)
        for project in projects
    }
    members: dict[tuple[str, ...], list[Project]] = defaultdict(list)
    entries_of: dict[int, list[Entry]] = defaultdict(list)
    for project in projects:
        above = [tie.record for tie in project.cooperation_ties]
        for record in above:
            entries_of[record.pk].append(entries[project.pk])
        # Those without a cooperation are told apart by where their lines lead.
        key = tuple(record.slug for record in above) or ("", str(_class(entries[project.pk])))
        members[key].append(project)
    rows = COOPERATIONS.rows().with_statements(Kind.ROLE)
    by_pk: dict[int, Cooperation] = rows.in_bulk([*entries_of, *cooperation_pks])
    in_order = sorted(by_pk.values(), key=lambda row: (row.sort_key, row.slug))
    made = {
        row.slug: _cooperation(row, entries_of.get(row.pk, ()), row.pk in tied) for row in in_order
    }

    groups: list[Group] = []
    classes: dict[int, int] = {}
    seen: set[str] = set()
    for key in sorted(members):
        items = sorted((entries[project.pk] for project in members[key]), key=_class)
        # A cooperation may stand above several groups; its lines lead to the first.
        headings: list[Item] = [
            replace(made[slug], lines=(), rows=()) if slug in seen else made[slug]
            for slug in key
            if slug in made
        ]
        seen.update(key)
        # In each class, those without a cooperation come last.
        classes[len(groups)] = 2 * min(map(_class, items)) + (not headings)
        groups.append(Group(headings or [Item("ohne Kooperation", "")], items))
    groups = in_few_crossings(groups, classes)
    alone = [made[row.slug] for row in in_order if row.pk not in entries_of]
    if alone:
        heading = Item("Kooperationen, zu denen hier kein Projekt steht", "")
        groups.append(Group([heading], alone, is_projects=False))
    return groups


def _class(entry: Entry) -> int:
    kinds = {line.end.kind for line in entry.lines}
    return 0 if NATIONWIDE in kinds else 1 if "state" in kinds else 2


def _project(project: Project, evidence: Any, is_tied: bool) -> Entry:
    (roles, no_partners), ties = _roles(project, is_tied), project.cooperation_ties
    lines = [_partner_line(group) for group in roles]
    rows = [
        Row(tie.record.name, "Das Projekt gehört dazu", Compared(statement))
        for tie in ties
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
        project.name,
        project.get_absolute_url(),
        lines,
        is_project=True,
        ties=ties,
        rows=rows,
        no_partners=no_partners,
    )


def _cooperation(cooperation: Cooperation, projects: Iterable[Entry], is_tied: bool) -> Entry:
    """Return a cooperation with the partners that no line joins to one of its projects."""
    joined = {line.end.key for project in projects for line in project.partners}
    found, no_partners = _roles(cooperation, is_tied)
    roles = [group for group in found if group.record.slug not in joined]
    return Entry(
        cooperation.name,
        cooperation.get_absolute_url(),
        [_partner_line(group) for group in roles],
        is_project=False,
        rows=_role_rows(roles),
        no_partners=no_partners,
    )


def _roles(record: Project | Cooperation, is_tied: bool) -> tuple[list[RoleGroup], str]:
    """Return a record's partners as far as they count, and what to say where none do."""
    roles = record.partner_roles
    if roles and not is_tied:
        return [], "hier nicht gezählt"
    return roles, Entry.no_partners


def _partner_line(group: RoleGroup) -> Line:
    return Line(End(group.record.slug, group.record.name, group.record.get_absolute_url()))


def _role_rows(groups: Iterable[RoleGroup]) -> list[Row]:
    return [
        Row(group.record.name, row.statement.role, row)
        for group in groups
        for row in compared(group.statements)
    ]


# Grouped -----------------------------------------------------------------------------------------


def _summary(shown: Presentation, states: list[FederalState]) -> Net:
    """Return groups of the projects found; everything is counted in the index."""
    result = shown.result
    name = next((name for name in GROUPED_BY if not result.chosen[name]), GROUPED_BY[0])
    facet, values = shown.facet(name), result.index.facets[name].bitmaps
    found = [(result.hits & values[option.value], option) for option in facet.options]
    found = [(bits, option) for bits, option in found if bits]
    most = {option.value for _bits, option in _with_most(found, MAX_GROUPS)}
    partners, named = _partner_ends(result), _state_ends(result, states)
    sums = [
        Sum(
            f"{option.label} ({german.counted(bits.bit_count(), *PROJECTS.nouns)})".replace(
                " Projekt", "\u00a0Projekt"
            ),
            option.url,
            [*_sum_lines(bits, partners), *_sum_lines(bits, named)],
            label=option.label,
            count=bits.bit_count(),
        )
        for bits, option in found
        if option.value in most
    ]
    groups = [Group([Item(facet.label, "")], sums, room=16)] if sums else []
    unnamed = _unnamed(states, {end.key for bits, end in named if bits})
    more = len(found) - len(sums)
    return Net(shown, groups, _home(states), unnamed, facet.label, more)


def _with_most(found: Iterable[tuple[int, T]], number: int) -> list[tuple[int, T]]:
    """Return the entries with most projects, the earlier one where two have as many."""
    return sorted(found, key=lambda entry: -entry[0].bit_count())[:number]


def _sum_lines(projects: int, ends: Iterable[tuple[int, End]]) -> list[Line]:
    counted = [(bits & projects, end) for bits, end in ends if bits & projects]
    return [
        Line(end, end.kind, bits.bit_count()) for bits, end in _with_most(counted, LINES_OF_GROUP)
    ]


def _partner_ends(result: Result) -> list[tuple[int, End]]:
    """Return the partners with most of the projects found, each with these projects."""
    facet = result.index.facets["partner"]
    hits = result.hits & tying(result.index, result.chosen["land"])
    counts = facet.bitmaps.counts(hits)
    top = (slug for _place, slug in counts.top(MAX_PARTNERS + 1))
    most = [slug for slug in top if counts[slug] and slug != MISSING]
    return [
        (
            facet.bitmaps[slug] & hits,
            End(slug, facet.labels[slug], reverse("partner-detail", args=[slug])),
        )
        for slug in most[:MAX_PARTNERS]
    ]


def _state_ends(result: Result, states: list[FederalState]) -> list[tuple[int, End]]:
    """Return the Länder that sources name, and what is bundesweit, with the projects found."""
    named = result.index.traits[NAMED_STATE].bitmaps
    ends = [(named.get(row.code, 0), _state(row)) for row in states if not row.is_home]
    wide = result.index.facets["reichweite"].bitmaps.get(Reach.NATIONWIDE.value, 0)
    return [(bits & result.hits, end) for bits, end in [*ends, (wide, _nationwide())]]


class NetView(TemplateView):
    """``/netz/``"""

    template_name = "overview/net.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = net(self.request.GET, revision_of(self.request).key)
        return super().get_context_data(
            # Counted before the table says the numbers.
            documents=found.documents,
            shown=found.shown,
            net=found,
            **kwargs,
        )
