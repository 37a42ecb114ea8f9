"""The picture of who works with whom."""

import pytest

from hzd_catalogue.reference.models import FederalState
from projects.models import Project
from projects.network import MAX_NODES, Network, Node, network
from tests.factories import make_participation, make_project

pytestmark = pytest.mark.usefixtures("catalogue")


def loaded(project: Project) -> Project:
    """Return the project as its page loads it."""
    return Project.objects.with_details().get(pk=project.pk)


def test_shows_partners_records_and_states() -> None:
    picture = network(loaded(Project.objects.get(slug="wohngeld")))
    names = {
        kind: {n.label for n in picture.nodes if n.kind == kind} for kind in ("state", "record")
    }
    assert names["state"] == {"Hessen", "Brandenburg", "Thüringen", "Rheinland-Pfalz (tritt bei)"}
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


@pytest.mark.parametrize("slug", ["e2p", "wohngeld", "oasis", "digitah"])
def test_boxes_stand_in_the_picture_and_in_the_middle_of_their_columns(slug: str) -> None:
    picture = network(loaded(Project.objects.get(slug=slug)))
    columns = {
        node.x: [other for other in picture.nodes if other.x == node.x] for node in picture.nodes
    }
    for nodes in columns.values():
        assert min(node.y for node in nodes) >= 0
        assert max(node.y + node.height for node in nodes) <= picture.height
        assert min(node.y for node in nodes) == picture.height - max(n.y + n.height for n in nodes)
    assert max(node.x + node.width for node in picture.nodes) == picture.width


@pytest.mark.parametrize("slug", ["e2p", "wohngeld", "oasis", "digitah"])
def test_each_line_joins_the_project_with_another_box_at_their_edges(slug: str) -> None:
    project = loaded(Project.objects.get(slug=slug))
    picture = network(project)
    (centre,) = (node for node in picture.nodes if node.name == project.name)
    joined = []
    for edge in picture.edges:
        ends = [box_at(picture, edge.x1, edge.y1), box_at(picture, edge.x2, edge.y2)]
        ends.remove(centre)
        joined += ends
        # It runs between the two, not through them.
        assert edge.x1 < edge.x2 or (edge.x1 == edge.x2 and edge.y1 < edge.y2)
    assert sorted(joined, key=picture.nodes.index) == [n for n in picture.nodes if n is not centre]


def box_at(picture: Network, x: int, y: int) -> Node:
    """Return the box that has this point in the middle of one of its edges."""
    (found,) = (
        node
        for node in picture.nodes
        if (x in (node.x, node.x + node.width) and y == node.y + node.height // 2)
        or (x == node.x + node.width // 2 and y in (node.y, node.y + node.height))
    )
    return found


def test_nothing_is_drawn_for_one_alone_or_for_too_many() -> None:
    project = make_project()
    states = list(FederalState.objects.all()[:MAX_NODES])
    drawn = {}
    for number, state in enumerate(states, 2):
        make_participation(project, state)
        picture = network(loaded(project))
        drawn[number] = len(picture.nodes) if picture else 0

    assert drawn == {2: 0, **{number: number for number in range(3, MAX_NODES + 1)}, 13: 0}


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Kurz", ["Kurz"]),
        ("Vierundzwanzig Zeichen ab", ["Vierundzwanzig Zeichen", "ab"]),
        ("Vierundzwanzig Zeichen a", ["Vierundzwanzig Zeichen a"]),
        ("Donaudampfschifffahrtsgesellschaft", ["Donaudampfschifffahrtsg…"]),
        ("Amt Donaudampfschifffahrtsgesellschaft", ["Amt", "Donaudampfschifffahrtsg…"]),
        (
            "Elektronische Präsenzkontrolle für den Vollzug der Untersuchungshaft",
            ["Elektronische", "Präsenzkontrolle für de…"],
        ),
    ],
)
def test_a_name_is_cut_into_two_lines_around_the_middle(name: str, lines: list[str]) -> None:
    node = Node("record", "record", name, "/", 335, 10)

    assert [line for line, _y in node.lines] == lines
    heights = [y for _line, y in node.lines]
    assert sum(heights) == len(heights) * (node.y + node.height // 2)
    assert all(node.y < y < node.y + node.height for y in heights)
    assert len(heights) < 2 or heights[1] - heights[0] == 16


def test_long_names_stay_in_their_box() -> None:
    picture = network(loaded(Project.objects.get(slug="digitah")))
    for node in picture.nodes:
        assert 1 <= len(node.lines) <= 2
        assert all(len(line) <= 24 for line, _y in node.lines)
