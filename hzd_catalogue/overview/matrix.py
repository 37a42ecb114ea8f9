"""The matrix of states and projects: in each cell what a source says, and where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.urls import reverse

from hzd_catalogue.exports.tables import Column, ExportContext, Table
from hzd_catalogue.records.columns import choice, name_cell
from hzd_catalogue.records.differences import Difference
from hzd_catalogue.records.views import RecordExportView, RecordListView
from hzd_catalogue.reference.choices import ParticipationStatus
from hzd_catalogue.reference.models import FederalState
from projects.filters import PROJECTS
from projects.models import Project, Standing

from .states import reach_evidence

#: A state without a statement of its own in a bundesweit project.
NATIONWIDE = "bundesweit"
#: Hessen without a statement of its own: HZD works for it, so it takes part (catalogue rule 1).
HOME = "hzd"

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

    @property
    def word(self) -> str:
        """The content as a word; "" where nothing is known."""
        return _WORDS.get(self.kind, "")

    @property
    def mark(self) -> str:
        """The sign for what older sources say; "" where they agree or there is none."""
        return MARKS.get(self.difference, ("", ""))[0]

    @property
    def mark_meaning(self) -> str:
        """The sign in words."""
        return MARKS.get(self.difference, ("", ""))[1]


@dataclass(frozen=True)
class Row:
    """One project with a cell for each state."""

    project: Project
    cells: list[Cell]


@dataclass(frozen=True)
class Matrix:
    """States as columns, projects as rows."""

    federal_states: list[FederalState]
    rows: list[Row]

    @property
    def legend(self) -> list[tuple[str, str, str]]:
        """The contents that occur, each with its word and meaning."""
        used = {cell.kind for row in self.rows for cell in row.cells}
        return [entry for entry in LEGEND if entry[0] in used]

    @property
    def marks(self) -> list[tuple[str, str]]:
        """The signs that occur, each with its meaning."""
        used = {cell.difference for row in self.rows for cell in row.cells}
        return [mark for difference, mark in MARKS.items() if difference in used]


def matrix(projects: Iterable[Project]) -> Matrix:
    """Lay out projects, which come with their participations, against all states."""
    projects = list(projects)
    states = list(FederalState.objects.all())
    evidence = reach_evidence(project for project in projects if project.is_nationwide)
    rows = []
    for project in projects:
        standings = {row.federal_state.pk: row for row in project.standings}
        passage = evidence.get(project.pk)
        reach_url = passage.get_absolute_url() if passage else project.get_absolute_url()
        rows.append(
            Row(
                project,
                [_cell(project, state, standings.get(state.pk), reach_url) for state in states],
            )
        )
    return Matrix(states, rows)


def _cell(project: Project, state: FederalState, standing: Standing | None, reach_url: str) -> Cell:
    if standing:
        statement = standing.current
        return Cell(
            state,
            statement.participation_status,
            statement.get_absolute_url(),
            standing.difference,
        )
    if project.is_nationwide:
        return Cell(state, NATIONWIDE, reach_url)
    if state.is_home:
        return Cell(state, HOME, project.get_absolute_url())
    return Cell(state)


class MatrixView(RecordListView):
    """States × projects as a table."""

    listing = PROJECTS
    template_name = "overview/matrix.html"
    has_views = False

    def rows(self, view: str) -> Any:
        return PROJECTS.rows().with_standings()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "matrix": matrix(context["shown"].rows)}


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
        ),
    )

    @property
    def page_path(self) -> str:
        return reverse("matrix")

    def table(self) -> Table:
        """Return the matrix of the projects found, with one column a state."""
        found = matrix(self.shown.result.all_records(PROJECTS.rows().with_standings()))
        states = (
            Column(
                state.code,
                state.name,
                f"Was für {state.name} gilt, in den Wörtern der Seite; leer heißt: keine Angabe.",
                partial(cell_data, place=place),
                name_cell,
                14,
            )
            for place, state in enumerate(found.federal_states)
        )
        return replace(
            super().table(),
            name="Matrix",
            columns=[*self.columns, *states],
            records=found.rows,
        )
