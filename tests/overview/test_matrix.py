"""The matrix: what each cell says and where it leads."""

import pytest
from django.test import Client

from hzd_catalogue.overview.matrix import matrix
from hzd_catalogue.records.models import Evidence
from hzd_catalogue.reference.choices import Aspect
from projects.models import Participation, Project
from tests.factories import make_project, make_source, make_state, passage

pytestmark = pytest.mark.usefixtures("catalogue")


def cells(project: Project) -> dict[str, object]:
    """Return the project's cells by the code of their state."""
    row = matrix(Project.objects.filter(pk=project.pk).with_standings()).rows[0]
    return {cell.federal_state.code: cell for cell in row.cells}


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
        assert filled == Project.objects.published().for_state(state.code).count()


def test_an_empty_cell_is_no_answer_rather_than_no(client: Client) -> None:
    assert "keine Angabe" in client.get("/laender/matrix/?land=DE-TH").content.decode()


def test_filters_apply(client: Client) -> None:
    response = client.get("/laender/matrix/?land=DE-SL&reichweite=laenderuebergreifend")
    assert [row.project.slug for row in response.context["matrix"].rows] == ["e2p"]
    assert client.get("/laender/matrix/?q=gibtesnicht").status_code == 200
