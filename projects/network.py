"""Whom sources name in one project: a small picture of three columns."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from .models import Project

#: With more names than this the picture is no longer readable, and the lists say it better.
MAX_NODES = 12
#: Letters that fit into one line of a box, and lines that fit into it.
_LINE_LENGTH, _LINES = 24, 2

_BOX_WIDTH, _BOX_HEIGHT = 210, 46
_ROW = 62
_COLUMNS = {"partner": 0, "record": 335, "state": 670}
_WIDTH = _COLUMNS["state"] + _BOX_WIDTH
_KINDS = {"partner": "Partner", "record": "Kooperation", "state": "Land"}


@dataclass(frozen=True)
class Node:
    """A box with its name, cut into lines, and the page it leads to."""

    kind: str
    name: str
    url: str
    x: int
    y: int

    width = _BOX_WIDTH
    height = _BOX_HEIGHT

    @property
    def middle(self) -> tuple[int, int]:
        """The box's centre."""
        return self.x + _BOX_WIDTH // 2, self.y + _BOX_HEIGHT // 2

    @property
    def kind_in_words(self) -> str:
        """What it is, in German."""
        return _KINDS[self.kind]

    @property
    def lines(self) -> list[tuple[str, int]]:
        """Up to two lines of the name, each with the height of its middle."""
        # What stands in brackets is not torn apart.
        lines = wrapped(self.name.replace("(tritt bei)", "(tritt\u00a0bei)"))
        centre = self.middle[1]
        first = centre - 8 * (len(lines) - 1)
        return [(line, first + 16 * place) for place, line in enumerate(lines)]


@dataclass(frozen=True)
class Edge:
    """A line between two boxes."""

    x1: int
    y1: int
    x2: int
    y2: int


@dataclass(frozen=True)
class Network:
    """Boxes, lines and the size of the picture."""

    nodes: list[Node]
    edges: list[Edge]
    height: int

    width = _WIDTH


def network(project: Project) -> Network | None:
    """Lay out a project with its cooperations, partners and states.

    Args:
        project: loaded ``with_details``.

    Returns:
        The same picture for the same data; None where there is nobody to show, or too many.
    """
    partners = [
        (group.record.name, group.record.get_absolute_url()) for group in project.partner_roles
    ]
    states = _states(project)
    records = [(project.name, project.get_absolute_url())]
    records += [(row.name, row.get_absolute_url()) for row in project.cooperations]
    count = len(partners) + len(states) + len(records)
    if count > MAX_NODES or count < 3:
        return None
    rows = max(len(partners), len(states), len(records))
    height = rows * _ROW
    columns = [
        _column("partner", partners, height),
        _column("record", records, height),
        _column("state", states, height),
    ]
    centre = columns[1][0]
    edges = [_edge(centre, node) for column in columns for node in column if node is not centre]
    return Network([node for column in columns for node in column], edges, height)


def _states(project: Project) -> list[tuple[str, str]]:
    states = [
        (
            f"{row.federal_state.name} (tritt bei)" if row.is_joining else row.federal_state.name,
            row.federal_state.get_absolute_url(),
        )
        for row in project.standings
    ]
    if project.is_nationwide:
        states.append(("bundesweit", reverse("state-list")))
    return states


def _column(kind: str, entries: list[tuple[str, str]], height: int) -> list[Node]:
    top = (height - len(entries) * _ROW) // 2 + (_ROW - _BOX_HEIGHT) // 2
    return [
        Node(kind, name, url, _COLUMNS[kind], top + place * _ROW)
        for place, (name, url) in enumerate(entries)
    ]


def _edge(centre: Node, node: Node) -> Edge:
    if node.x < centre.x:
        return Edge(node.x + _BOX_WIDTH, node.middle[1], centre.x, centre.middle[1])
    if node.x > centre.x:
        return Edge(centre.x + _BOX_WIDTH, centre.middle[1], node.x, node.middle[1])
    return Edge(centre.middle[0], centre.y + _BOX_HEIGHT, node.middle[0], node.y)


def wrapped(name: str, length: int = _LINE_LENGTH, most: int = _LINES) -> list[str]:
    """Cut a name into lines of at most ``length`` letters; what does not fit ends in "…"."""
    lines = [""]
    for word in name.split(" "):
        candidate = f"{lines[-1]} {word}".strip()
        if len(candidate) <= length or not lines[-1]:
            lines[-1] = candidate
        else:
            lines.append(word)
    shown = lines[:most]
    if len(lines) > most:
        shown[-1] = f"{shown[-1][: length - 1]}…"
    return [line if len(line) <= length else f"{line[: length - 1]}…" for line in shown]
