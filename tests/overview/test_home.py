"""The home page, on the real data."""

import pytest
from django.test import Client

from projects.models import Project

pytestmark = pytest.mark.usefixtures("catalogue")


def test_home_counts_each_state_by_the_rule_of_the_catalogue(client: Client) -> None:
    tiles = client.get("/").context["tiles"]
    assert len(tiles) == 16
    for tile in tiles:
        assert tile.number == Project.objects.published().for_state(tile.code).count()
