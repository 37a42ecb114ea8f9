"""The home page, on the real data."""

import pytest
from django.test import Client

from projects.models import Project
from tests.factories import make_project

pytestmark = pytest.mark.usefixtures("catalogue")


def test_home_counts_each_state_by_the_rule_of_the_catalogue(client: Client) -> None:
    tiles = client.get("/").context["tiles"]
    assert len(tiles) == 16
    for tile in tiles:
        assert tile.number == Project.objects.published().for_state(tile.code).count()


def test_home_counts_the_facts_that_visitors_can_see(client: Client) -> None:
    count = client.get("/").context["fact_count"]
    make_project(is_published=False)
    assert client.get("/").context["fact_count"] == count

    project = make_project()
    assert client.get("/").context["fact_count"] == count + project.statements.count()
