"""The matrix of states and projects: in each cell what a source says, and where.

What connects most states comes first, and states that are named in the same projects stand beside
each other, so that the names make blocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import groupby
from typing import Any

from django.urls import reverse

from hzd_catalogue.exports.schemas import Schema, list_schema, row_properties
from hzd_catalogue.exports.shapes import CHOICE, URL
from hzd_catalogue.exports.tables import Column, ExportContext, Table
from hzd_catalogue.lists.bitmaps import Ordered, by_number, ordered_members
from hzd_catalogue.lists.index import ListIndex
from hzd_catalogue.lists.per_revision import portions
from hzd_catalogue.lists.result import Result
from hzd_catalogue.records.columns import choice, name_cell
from hzd_catalogue.records.differences import Difference
from hzd_catalogue.records.filters import NAMED_STATE
from hzd_catalogue.records.statements import Evidence
from hzd_catalogue.records.views import RecordExportView, RecordListView
from hzd_catalogue.reference.choices import ParticipationStatus, Reach
from hzd_catalogue.reference.models import HOME_STATE, FederalState
from projects.filters import PROJECTS
from projects.models import Project, Standing

from .states import reach_evidence

#: A state without a statement of its own in a bundesweit project.
NATIONWIDE = "bundesweit"
#: Hessen without a statement of its own: HZD works for it, so it takes part (catalogue rule 1).
HOME = "hzd"
#: All states but Hessen in a project between states that names none of them.
UNNAMED = "laenderuebergreifend"
#: What the order of the matrix is called in files.
BY_CONNECTION = "genannte-laender"
#: Projects that a file lays out at once.
_ROWS_AT_ONCE = 200
#: Columns that a field needs to have room for the words of its source.
_ROOM_FOR_WORDS = 4

#: Each content of a cell with its meaning, in the order of the legend.
LEGEND = (
    (ParticipationStatus.LEADS.value, "federführend", "Das Land führt das Projekt."),
    (ParticipationStatus.TAKES_PART.value, "beteiligt", "Das Land ist beteiligt."),
    (ParticipationStatus.USES.value, "nutzt", "Das Land nutzt das Ergebnis."),
    (
        ParticipationStatus.JOINING.value,
        "tritt bei",
        "Das Land tritt bei, so die neueste Quelle dazu.",
    ),
    (NATIONWIDE, "bundesweit", "Das Projekt ist bundesweit; zum Land selbst keine Angabe."),
    (
        UNNAMED,
        "länderübergreifend",
        "Das Projekt ist länderübergreifend; andere Länder als Hessen nennt keine Angabe.",
    ),
    (HOME, "HZD", "Zählt für Hessen als Land der HZD; sonst keine Angabe."),
)
#: The sign beside the content for what an older source says, with its meaning.
MARKS: Mapping[Difference | None, tuple[str, str]] = {
    Difference.CONTRADICTION: (
        "≠",
        "Widerspruch: Was eine ältere Quelle sagt, schließt das aus.",
    ),
    Difference.DEVELOPMENT: (
        "↗",
        "Entwicklung: Eine ältere Quelle sagt, was dem vorausging.",
    ),
}
_WORDS = {kind: word for kind, word, _meaning in LEGEND}


@dataclass(frozen=True)
class Cell:
    """What is known of one state in one project; an empty kind means that nothing is."""

    federal_state: FederalState
    kind: str = ""
    url: str = ""
    #: The gravest thing that older sources' statements are beside the newest one.
    difference: Difference | None = None
    #: Since when, as the newest statement has it: "seit 2004".
    since: str = ""

    @property
    def word(self) -> str:
        """The content as a word; "" where nothing is known."""
        return _WORDS.get(self.kind, "")

    @property
    def is_of_one_state(self) -> bool:
        """Whether it says something of its state, and not of all that are not named."""
        return self.kind not in ("", NATIONWIDE, UNNAMED)

    @property
    def mark(self) -> str:
        """The sign for what older sources say; "" where they agree or there is none."""
        return MARKS.get(self.difference, ("", ""))[0]

    @property
    def mark_meaning(self) -> str:
        """The sign in words."""
        return MARKS.get(self.difference, ("", ""))[1]


@dataclass(frozen=True)
class Field:
    """What the table shows: a cell, or one statement over all states that it is about."""

    cell: Cell
    span: int = 1
    #: The source's words for what holds for all these states, where there is room for them.
    quote: str = ""


@dataclass(frozen=True)
class Row:
    """One project with a cell for each state."""

    project: Project
    cells: list[Cell]
    #: The passage that states its reach; None where none does.
    reach_evidence: Evidence | None = None

    @property
    def fields(self) -> list[Field]:
        """The cells in order, with neighbours that one statement covers as one field."""
        runs = [(kind, list(cells)) for kind, cells in groupby(self.cells, key=self._common_kind)]
        widest = max((len(cells) for kind, cells in runs if kind), default=0)
        quote = self.reach_evidence.quote if self.reach_evidence else ""
        fields = []
        for kind, cells in runs:
            if not kind:
                fields += [Field(cell) for cell in cells]
                continue
            has_room = len(cells) == widest >= _ROOM_FOR_WORDS
            cell = replace(cells[0], kind=kind, url=self.reach_url)
            fields.append(Field(cell, len(cells), quote if has_room else ""))
        return fields

    def _common_kind(self, cell: Cell) -> str:
        if cell.kind == NATIONWIDE:
            return NATIONWIDE
        is_unnamed = not cell.kind and not cell.federal_state.is_home
        return UNNAMED if is_unnamed and self.lacks_named_states else ""

    @property
    def reach_url(self) -> str:
        """Where the reach is stated; the project where no passage states it."""
        return (self.reach_evidence or self.project).get_absolute_url()

    @cached_property
    def lacks_named_states(self) -> bool:
        """Whether it is länderübergreifend and no other state is named."""
        return self.project.lacks_named_states

    @property
    def named(self) -> int:
        """How many states sources name."""
        return sum(cell.is_of_one_state and cell.kind != HOME for cell in self.cells)

    @property
    def home_cell(self) -> Cell | None:
        """The cell of Hessen, where no other state counts; None where one may."""
        filled = [cell for cell in self.cells if cell.kind]
        is_alone = len(filled) == 1 and filled[0].federal_state.is_home
        return filled[0] if is_alone and not self.lacks_named_states else None


@dataclass(frozen=True)
class Matrix:
    """States as columns, projects as rows."""

    federal_states: list[FederalState]
    rows: list[Row]
    #: The codes of the states that some project of the selection names.
    named: frozenset[str] = frozenset()

    @property
    def connecting(self) -> list[Row]:
        """The projects that other states than Hessen count in."""
        return [row for row in self.rows if row.home_cell is None]

    @property
    def home_only(self) -> list[Row]:
        """The projects of Hessen alone."""
        return [row for row in self.rows if row.home_cell is not None]

    @property
    def groups(self) -> list[tuple[bool, int]]:
        """Whether the states of the selection are named, with the number of columns beside."""
        runs = groupby(self.federal_states, key=lambda state: state.code in self.named)
        return [(is_named, len(list(states))) for is_named, states in runs]

    @property
    def legend(self) -> list[tuple[str, str, str]]:
        """The contents that occur, each with its word and meaning."""
        used = {cell.kind for row in self.rows for cell in row.cells}
        used |= {UNNAMED for row in self.rows if row.lacks_named_states}
        return [entry for entry in LEGEND if entry[0] in used]

    @property
    def marks(self) -> list[tuple[str, str]]:
        """The signs that occur, each with its meaning."""
        used = {cell.difference for row in self.rows for cell in row.cells}
        return [mark for difference, mark in MARKS.items() if difference in used]


@dataclass(frozen=True)
class Arrangement:
    """The order of rows and columns, the same on all pages of a result and in its files."""

    #: Primary keys of the projects found.
    pks: Sequence[int]
    #: Codes of the states that these projects name, those that share projects side by side.
    named: list[str]
    #: Whether the rows stand in the matrix's own order.
    is_by_connection: bool


def arrange(result: Result) -> Arrangement:
    """Put what connects most states first, unless a visitor chose another order.

    After the projects that name other states come those that hold for all or for some without a
    name, then those of Hessen alone; ties in the order of names.
    """
    index = result.index
    traits = index.traits[NAMED_STATE].bitmaps
    named = {code: rows for code, bits in traits.items() if (rows := bits & result.hits)}
    others = {code: rows for code, rows in named.items() if code != HOME_STATE}
    reaches = index.facets["reichweite"].bitmaps
    nationwide, interstate = (
        reaches.get(reach, 0) for reach in (Reach.NATIONWIDE, Reach.INTERSTATE)
    )
    groups = [
        some
        for rows in reversed(by_number(result.hits, others.values()))
        for some in (
            rows & nationwide,
            rows & interstate & ~nationwide,
            rows & ~nationwide & ~interstate,
        )
        if some
    ]
    home = [HOME_STATE] if HOME_STATE in named else []
    is_default = result.sort == result.default_sort
    return Arrangement(
        Ordered(groups, index.names.order, index.pks, index.ranks)
        if is_default
        else result.ordered,
        home + side_by_side(others, _firsts(others, groups, index)),
        is_default,
    )


def _firsts(states: Mapping[str, int], groups: Iterable[int], index: ListIndex) -> dict[str, int]:
    """Return the place of the first row of each state, where the groups stand in their order."""
    found: dict[str, int] = {}
    begin = 0
    for group in groups:
        left = {code for code, rows in states.items() if code not in found and rows & group}
        rows_in_order = ordered_members(group, index.names.order, index.slots.size)
        for place, slot in enumerate(rows_in_order if left else (), start=begin):
            new = {code for code in left if states[code] >> slot & 1}
            found |= dict.fromkeys(new, place)
            left -= new
            if not left:
                break
        begin += group.bit_count()
    return found


def side_by_side(groups: Mapping[str, int], firsts: Mapping[str, int]) -> list[str]:
    """Return all members, each beside the one with which it shares most groups.

    It begins with the first group and there with a member of few other groups, so that those that
    lead on to the next group stand at its border. The same groups give the same order; members
    of the same groups stand together, and so does each group that shares no member.

    Args:
        groups: the groups of each member, as a bitmap.
        firsts: the place of the first of them in the order of groups.
    """
    left = dict(groups)
    order: list[str] = []
    last = 0

    def nearness(member: str) -> tuple[float, int, int, str]:
        own = left[member]
        shared = (own & last).bit_count() / (own | last).bit_count()
        return -shared, firsts[member], own.bit_count(), member

    while left:
        member = min(left, key=nearness)
        order.append(member)
        last = left.pop(member)
    return order


def matrix(projects: Iterable[Project], named: Sequence[str] = ()) -> Matrix:
    """Lay out projects against all states: Hessen, those named in this order, and the others.

    Args:
        projects: in the order of the rows, with their participations.
        named: codes of the states that come first.
    """
    projects = list(projects)
    order = {code: place for place, code in enumerate(named)}
    states = sorted(
        FederalState.objects.all(),
        key=lambda state: (not state.is_home, order.get(state.code, len(order))),
    )
    evidence = reach_evidence(
        project for project in projects if project.is_nationwide or project.lacks_named_states
    )
    rows = []
    for project in projects:
        standings = {row.federal_state.pk: row for row in project.standings}
        row = Row(project, [], evidence.get(project.pk))
        row.cells.extend(_cell(row, state, standings.get(state.pk)) for state in states)
        rows.append(row)
    return Matrix(states, rows, frozenset(named))


def _cell(row: Row, state: FederalState, standing: Standing | None) -> Cell:
    if standing:
        statement = standing.current
        return Cell(
            state,
            statement.participation_status,
            statement.get_absolute_url(),
            standing.difference,
            statement.since,
        )
    if row.project.is_nationwide:
        return Cell(state, NATIONWIDE, row.reach_url)
    if state.is_home:
        return Cell(state, HOME, row.project.get_absolute_url())
    return Cell(state)


def _streamed(result: Result, order: Arrangement) -> Iterator[Row]:
    """Yield all rows, laying out so many projects at once."""
    for pks in portions(order.pks[:], _ROWS_AT_ONCE):
        yield from matrix(result.records(pks, PROJECTS.rows().with_standings()), order.named).rows


class MatrixView(RecordListView):
    """States × projects as a table."""

    listing = PROJECTS
    template_name = "overview/matrix.html"
    has_views = False
    has_days = False

    def rows(self, view: str) -> Any:
        return PROJECTS.rows().with_standings()

    def pks(self, result: Result) -> Sequence[int]:
        self.order = arrange(result)
        return self.order.pks

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        shown = context["shown"]
        laid_out = matrix(shown.rows.loaded, self.order.named)
        return {**context, "order": self.order, "matrix": laid_out}


CELL = CHOICE.with_properties(
    ("difference.key", "difference.name"),
    difference=CHOICE.called("Verhältnis").or_none,
    url=URL,
)


def cell_data(row: Row, context: ExportContext, place: int) -> dict[str, Any] | None:
    """Return what is known of one state in one project; None where nothing is."""
    cell = row.cells[place]
    if not cell.kind:
        return None
    return {
        **choice(cell.kind, cell.word),
        "difference": choice(cell.difference, cell.difference.label) if cell.difference else None,
        "url": context.absolute_url(cell.url),
    }


class MatrixExportView(RecordExportView):
    """``/laender/matrix.csv`` and the other formats"""

    listing = PROJECTS
    has_days = False
    columns = (
        Column(
            "key",
            "Schlüssel",
            "Unverwechselbarer Schlüssel des Projekts.",
            lambda row, context: row.project.slug,
            width=28,
        ),
        Column(
            "name", "Projekt", "Name des Projekts.", lambda row, context: row.project.name, width=36
        ),
        Column(
            "url",
            "Adresse",
            "Webadresse der Seite des Projekts.",
            lambda row, context: context.absolute_url(row.project.get_absolute_url()),
            width=40,
            shape=URL,
        ),
    )

    def json_schema(self) -> Schema:
        row = {
            "type": "object",
            "properties": row_properties(self.columns),
            "required": [column.key for column in self.columns],
            # One for each Land, by its key.
            "additionalProperties": CELL.or_none.json_schema,
        }
        return list_schema(row)

    @property
    def page_path(self) -> str:
        return reverse("matrix")

    def table(self) -> Table:
        """Return the matrix of the projects found, with one column a state."""
        result = self.shown.result
        order = arrange(result)
        states = (
            Column(
                state.code,
                state.name,
                f"Was für {state.name} gilt, in den Wörtern der Seite; leer heißt: keine Angabe.",
                partial(cell_data, place=place),
                name_cell,
                14,
                shape=CELL.or_none,
            )
            for place, state in enumerate(matrix((), order.named).federal_states)
        )
        table = super().table()
        return replace(
            table,
            name="Matrix",
            columns=[*self.columns, *states],
            records=_streamed(result, order),
            about=replace(table.about, sort=BY_CONNECTION)
            if order.is_by_connection
            else table.about,
        )
