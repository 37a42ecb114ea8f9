"""Whom sources name in one project: a small picture of three columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True)
class Node:
    """A box with its name, cut into lines, and the page it leads to."""

    #: The column it stands in.
    kind: str
    #: What the line to it says, see ``LINE_WORDS``.
    line: str
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
    def label(self) -> str:
        """What stands in it."""
        return f"{self.name} (tritt bei)" if self.line == "joining" else self.name

    @property
    def lines(self) -> list[tuple[str, int]]:
        """Up to two lines of the label, each with the height of its middle."""
        # What stands in brackets is not torn apart.
        lines = wrapped(self.label.replace("(tritt bei)", "(tritt\u00a0bei)"))
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
    partners = [_entry("partner", group.record) for group in project.partner_roles]
    states = _states(project)
    records = [_entry("record", row) for row in (project, *project.cooperations)]
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


def _entry(line: str, row: Any) -> tuple[str, str, str]:
    return line, row.name, row.get_absolute_url()


def _states(project: Project) -> list[tuple[str, str, str]]:
    states = [
        _entry("joining" if row.is_joining else "state", row.federal_state)
        for row in project.standings
    ]
    if project.is_nationwide:
        states.append(("nationwide", "bundesweit", reverse("state-list")))
    return states


def _column(kind: str, entries: list[tuple[str, str, str]], height: int) -> list[Node]:
    top = (height - len(entries) * _ROW) // 2 + (_ROW - _BOX_HEIGHT) // 2
    return [
        Node(kind, *entry, _COLUMNS[kind], top + place * _ROW)
        for place, entry in enumerate(entries)
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
