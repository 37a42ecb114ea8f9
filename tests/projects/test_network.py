"""The picture of who works with whom."""

import pytest

from hzd_catalogue.reference.models import FederalState
from projects.models import Participation, Project
from projects.network import MAX_NODES, network
from tests.factories import make_project, passage

pytestmark = pytest.mark.usefixtures("catalogue")


def loaded(project: Project) -> Project:
    """Return the project as its page loads it."""
    return Project.objects.with_details().get(pk=project.pk)


def test_shows_partners_records_and_states() -> None:
    picture = network(loaded(Project.objects.get(slug="wohngeld")))
    names = {
        kind: {n.name for n in picture.nodes if n.kind == kind} for kind in ("state", "record")
    }
    assert names["state"] == {"Hessen", "Brandenburg", "Thüringen", "Rheinland-Pfalz"}
    assert "Wohngeld-Kooperation" in {node.name for node in picture.nodes}
    assert len(picture.edges) == len(picture.nodes) - 1


def test_is_the_same_for_the_same_data() -> None:
    project = Project.objects.get(slug="oasis")
    assert network(loaded(project)) == network(loaded(project))


def test_boxes_do_not_touch() -> None:
    nodes = network(loaded(Project.objects.get(slug="e2p"))).nodes
    for node in nodes:
        below = [other for other in nodes if other.x == node.x and other.y > node.y]
        assert all(other.y >= node.y + node.height for other in below)


def test_nothing_is_drawn_for_one_alone_or_for_too_many() -> None:
    project = make_project()
    assert network(loaded(project)) is None
    for state in FederalState.objects.all()[:MAX_NODES]:
        Participation.objects.create(
            record=project, federal_state=state, participation_status="beteiligt", **passage()
        )
    assert network(loaded(project)) is None


def test_long_names_stay_in_their_box() -> None:
    picture = network(loaded(Project.objects.get(slug="digitah")))
    for node in picture.nodes:
        assert 1 <= len(node.lines) <= 2
        assert all(len(line) <= 24 for line, _y in node.lines)
