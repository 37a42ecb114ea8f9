"""The pages of the federal states, on the real data."""

import pytest
from django.test import Client

from hzd_catalogue.reference.models import FederalState
from projects.models import Project

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
