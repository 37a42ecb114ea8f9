"""The matrix: what each cell says and where it leads."""

import gzip
import random

import pytest
from django.test import Client

from hzd_catalogue.lists.bitmaps import bitmap
from hzd_catalogue.overview import matrix as matrix_module
from hzd_catalogue.overview.matrix import NATIONWIDE, UNNAMED, matrix, side_by_side
from hzd_catalogue.records.models import Evidence, Milestone
from hzd_catalogue.reference.choices import Aspect
from hzd_catalogue.reference.models import FederalState
from projects.models import Participation, Project
from tests.chance import seeds
from tests.factories import make_participation, make_project, make_source, make_state, passage
from tests.listing import for_state

#: Bytes of a page on the wire.
LIGHT = 25_000

pytestmark = pytest.mark.usefixtures("catalogue")


def row_of(project: Project):
    """Return the project's row."""
    return matrix(Project.objects.filter(pk=project.pk).with_standings()).rows[0]


def cells(project: Project) -> dict[str, object]:
    """Return the project's cells by the code of their state."""
    return {cell.federal_state.code: cell for cell in row_of(project).cells}


def test_words_of_the_wohngeld_procedure() -> None:
    found = cells(Project.objects.get(slug="wohngeld"))
    assert {code: cell.word for code, cell in found.items() if cell.word} == {
        "DE-HE": "beteiligt",
        "DE-BB": "beteiligt",
        "DE-TH": "beteiligt",
        "DE-RP": "tritt bei",
    }
    assert {code: cell.difference for code, cell in found.items() if cell.difference} == {
        "DE-HE": "auch-in",
        "DE-BB": "entwicklung",
        "DE-TH": "auch-in",
    }
    assert {code: cell.mark for code, cell in found.items() if cell.mark} == {"DE-BB": "↗"}


def test_a_cell_leads_to_its_newest_statement() -> None:
    project = Project.objects.get(slug="wohngeld")
    newest = (
        Participation.objects.filter(record=project, federal_state__code="DE-BB")
        .newest_first()
        .first()
    )
    assert cells(project)["DE-BB"].url == newest.get_absolute_url()


def test_bundesweit_leads_to_the_passage_that_says_so() -> None:
    project = make_project(reach="bundesweit")
    evidence = Evidence.objects.create(
        record=project, aspect=Aspect.REACH, **passage(make_source())
    )
    cell = cells(project)["DE-BY"]
    assert (cell.word, cell.url) == ("bundesweit", evidence.get_absolute_url())


def test_a_statement_goes_before_the_reach() -> None:
    project = make_project(reach="bundesweit")
    Participation.objects.create(
        record=project, federal_state=make_state("DE-BY"), participation_status="nutzt", **passage()
    )
    found = cells(project)
    assert (found["DE-BY"].word, found["DE-SN"].word) == ("nutzt", "bundesweit")


def test_hessen_takes_part_in_everything() -> None:
    found = cells(make_project())
    assert found["DE-HE"].word == "HZD"
    assert not found["DE-BY"].kind


def test_the_table_counts_what_the_states_count(client: Client) -> None:
    table = client.get("/laender/matrix/").context["matrix"]
    for place, state in enumerate(table.federal_states):
        filled = sum(bool(row.cells[place].kind) for row in table.rows)
        assert filled == for_state(Project.objects.published(), state.code).count()


def test_an_empty_cell_is_no_answer_rather_than_no(client: Client) -> None:
    assert "keine Angabe" in client.get("/laender/matrix/?land=DE-TH").content.decode()


def test_filters_apply(client: Client) -> None:
    response = client.get("/laender/matrix/?land=DE-SL&reichweite=laenderuebergreifend")
    assert [row.project.slug for row in response.context["matrix"].rows] == ["e2p"]
    assert client.get("/laender/matrix/?q=gibtesnicht").status_code == 200


def test_what_names_most_states_comes_first_and_hessen_alone_last(client: Client) -> None:
    response = client.get("/laender/matrix/")
    assert "sortiert nach der Zahl der namentlich genannten Länder" in response.content.decode()
    rows = response.context["matrix"].rows
    named = [row.named for row in rows]
    assert named == sorted(named, reverse=True)
    assert named[0] > named[1] > 1
    alone = [row.home_cell is not None for row in rows]
    assert alone == sorted(alone)
    assert any(alone)


def test_a_chosen_order_wins(client: Client) -> None:
    response = client.get("/laender/matrix/?sortierung=-name")
    names = [row.project.sort_key for row in response.context["matrix"].rows]
    assert names == sorted(names, reverse=True)
    assert "sortiert nach der Zahl der namentlich" not in response.content.decode()


def test_pages_of_one_result_have_the_same_columns(client: Client) -> None:
    for number in range(30):
        make_project(name=f"Projekt {number:02}", evidence=False)
    make_participation(make_project(name="Zuletzt", evidence=False), make_state("DE-BY"))
    pages = [client.get(f"/laender/matrix/?seite={page}").context["matrix"] for page in (1, 2)]
    codes = [[state.code for state in page.federal_states] for page in pages]
    assert codes[0] == codes[1]
    assert codes[0][0] == "DE-HE"
    assert {"DE-BY", "DE-TH"} <= pages[1].named


def _side_by_side(groups: list[set[str]]) -> list[str]:
    """Return the members of groups, which are given in their order."""
    members = set().union(*groups)
    numbers = {
        member: [number for number, group in enumerate(groups) if member in group]
        for member in members
    }
    firsts = {member: own[0] for member, own in numbers.items()}
    return side_by_side(
        {member: bitmap(own, len(groups)) for member, own in numbers.items()}, firsts
    )


@pytest.mark.parametrize("seed", seeds(5))
def test_states_that_share_projects_stand_side_by_side(seed: int) -> None:
    """Members of the same groups stand together, whatever else there is."""
    chance = random.Random(f"matrix{seed}")  # noqa: S311 (repeatable, not secret)
    states = list("ABCDEFGHIJKLMNO")
    groups = [set(chance.sample(states, chance.randint(4, 9))) for _ in range(chance.randint(3, 5))]
    order = _side_by_side(groups)

    assert sorted(order) == sorted(set().union(*groups))
    members: dict[tuple[bool, ...], list[int]] = {}
    for place, state in enumerate(order):
        members.setdefault(tuple(state in group for group in groups), []).append(place)
    for places in members.values():
        assert places == list(range(places[0], places[-1] + 1)), (groups, order)


def test_who_belongs_to_two_projects_stands_between_their_others() -> None:
    order = _side_by_side([{"A", "B", "C"}, {"A", "D"}])
    assert order == ["B", "C", "A", "D"]


def test_one_statement_is_one_field() -> None:
    project = make_project(reach="bundesweit")
    make_participation(project, make_state("DE-BY"))
    Evidence.objects.create(
        record=project, aspect=Aspect.REACH, **passage(make_source(), quote="in allen Ländern")
    )
    row = row_of(project)
    nationwide = [field for field in row.fields if field.cell.kind == NATIONWIDE]
    assert sum(field.span for field in row.fields) == len(row.cells)
    assert len(nationwide) == 2
    assert {field.quote for field in nationwide} == {"in allen Ländern", ""}
    assert max(nationwide, key=lambda field: field.span).quote
    assert {field.cell.url for field in nationwide} == {row.reach_url}


def test_unnamed_states_are_said_to_be_so() -> None:
    project = make_project(reach="laenderuebergreifend")
    fields = row_of(project).fields
    assert [(field.cell.kind, field.span) for field in fields[1:]] == [(UNNAMED, 15)]
    assert row_of(project).home_cell is None
    make_participation(project, make_state("DE-BY"))
    assert UNNAMED not in {field.cell.kind for field in row_of(project).fields}


@pytest.mark.parametrize("reach", ["landesweit", "laenderuebergreifend", "bundesweit"])
@pytest.mark.parametrize("code", ["", "DE-HE", "DE-BY"])
def test_what_is_folded_concerns_hessen_alone(client: Client, reach: str, code: str) -> None:
    project = make_project(reach=reach, evidence=False, name="Gefaltetes Ding")
    if code:
        make_participation(project, make_state(code))
    html = client.get("/laender/matrix/?pro-seite=50").content.decode()
    folded = html.partition('<details class="matrix-fold"')[2]
    assert ("Gefaltetes Ding" in folded) == (reach == "landesweit" and code != "DE-BY")
    assert html.count("Gefaltetes Ding") == 1


def test_a_page_of_a_large_catalogue_is_light(client: Client) -> None:
    """Each state named in each project: more than any document would say."""
    states = list(FederalState.objects.all())
    source = make_source()
    for number in range(25):
        project = make_project(name=f"Verfahren für Zwecke {number:02}", evidence=False)
        Participation.objects.bulk_create(
            Participation(
                kind=Participation.statement_kind,
                key=f"{number:05}{place:05}",
                record=project,
                federal_state=state,
                participation_status="beteiligt",
                **passage(source),
            )
            for place, state in enumerate(states)
        )
    response = client.get("/laender/matrix/")
    assert sum(row.named == 16 for row in response.context["matrix"].rows) == 25
    assert len(gzip.compress(response.content)) <= LIGHT


def test_a_page_of_many_events_is_light(client: Client) -> None:
    project = make_project(evidence=False)
    source = make_source()
    others = [make_project(evidence=False) for _ in range(4)]
    for number in range(25):
        event = Milestone.objects.create(
            record=project,
            event="beginn",
            title=f"Ein Ereignis mit der Nummer {number}",
            year=1900 + number,
            **passage(source),
        )
        event.concerns.set(others)
    for view in ("bild", "tabelle"):
        response = client.get(f"/zeitleiste/?ansicht={view}")
        assert len(response.context["milestones"]) == 25
        assert len(gzip.compress(response.content)) <= LIGHT


def test_its_file_is_read_in_parts_and_begins_with_the_first(catalogue, client, monkeypatch):
    whole = client.get("/laender/matrix.csv").getvalue()
    monkeypatch.setattr(matrix_module, "_ROWS_AT_ONCE", 3)
    laid_out = []
    lay_out = matrix_module.matrix

    def noted(projects, named=()):
        projects = list(projects)
        laid_out.append(len(projects))
        return lay_out(projects, named)

    monkeypatch.setattr(matrix_module, "matrix", noted)
    response = client.get("/laender/matrix.csv")
    assert sum(laid_out) == 0
    assert response.getvalue() == whole
    assert max(laid_out) == 3
    assert sum(laid_out) == Project.objects.published().count()
