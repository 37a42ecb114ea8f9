"""The pages of the federal states, on the real data."""

import pytest
from django.test import Client

from hzd_catalogue.records.models import Evidence
from hzd_catalogue.reference.choices import Aspect
from hzd_catalogue.reference.models import FederalState
from projects.models import Project
from tests.factories import make_participation, make_project, make_source, make_state, passage

pytestmark = pytest.mark.usefixtures("catalogue")


def test_state_page_lists_the_projects_that_count(client: Client) -> None:
    for code in ("DE-HE", "DE-SL", "DE-BY"):
        state = FederalState.objects.get(code=code)
        rows = client.get(state.get_absolute_url()).context["rows"]
        expected = Project.objects.published().for_state(code)
        assert {row.project.pk for row in rows} == set(expected.values_list("pk", flat=True))


def test_state_page_shows_the_newest_statement_and_the_older_below(client: Client) -> None:
    html = client.get("/laender/brandenburg/").content.decode()
    newer, older = html.index("<strong>beteiligt</strong>"), html.index("Älter: tritt bei")
    assert newer < older


def test_state_page_says_with_whom_it_works(client: Client) -> None:
    others = client.get("/laender/saarland/").context["neighbours"]
    assert {row.federal_state.code for row in others} == {
        "DE-HE",
        "DE-NW",
        "DE-NI",
        "DE-HB",
        "DE-ST",
    }
    assert {row.in_words for row in others} == {"1 Projekt"}


def test_state_page_starts_with_the_projects_that_name_it(client: Client) -> None:
    state = make_state("DE-TH", "Thüringen")
    make_project(name="AAA", reach="bundesweit")
    naming = make_project(name="ZZZ")
    make_participation(naming, state)

    rows = client.get(state.get_absolute_url()).context["rows"]

    names = [row.project.name for row in rows]
    assert names.index("ZZZ") < names.index("AAA")
    assert [row.standing is None for row in rows] == sorted(row.standing is None for row in rows)


def test_state_page_quotes_the_newest_passage_for_the_reach(client: Client) -> None:
    project = make_project(name="AAA", reach="bundesweit", evidence=False)
    older, newer = make_source(), make_source()
    for source, paragraph in ((older, 1), (newer, 7), (newer, 3)):
        Evidence.objects.create(
            record=project, aspect=Aspect.REACH, **passage(source, paragraph=paragraph)
        )

    rows = client.get("/laender/saarland/").context["rows"]

    evidence = next(row.reach_evidence for row in rows if row.project == project)
    assert (evidence.source, evidence.paragraph) == (newer, 3)
