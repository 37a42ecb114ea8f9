"""The picture of the net: partners, what they work on, and Länder, in three columns.

Nothing in it is left to chance: the same net gives the same picture. Rows of the middle column
stand one below the other; what they are linked to stands at the mean height of its lines, moved
no further than its neighbours need.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from statistics import fmean

from projects.network import wrapped

WIDTH = 1216
#: Where labels of the three columns end or begin; a dot stands beside each.
_PARTNER_X, _MIDDLE_X, _STATE_X = 300, 512, 1000
#: Between a dot and its label, and between a dot and the end of a line.
_GAP, _REACH = 12, 8
_BAR_X, _BAR_WIDTH = 858, 32
_TOP = 62
_LINE_HEIGHT = 18
#: What a label takes in height beside its lines of text.
_ROW = 10
#: What a heading takes above itself.
_BEFORE_HEADING = 18
#: Letters in a line of a label, for each column; headings are set smaller.
_LETTERS = {"partner": 36, "heading": 48, "item": 38, "state": 27}
#: The width of small letters and of capitals, wide enough for most.
_SMALL_WIDTH, _CAPITAL_WIDTH = 8.2, 11
#: Between partners there is more room than they need; they take this much of it.
_ROOMY = 34
#: In the frame of what is bundesweit: the height above the first name, and of a name.
_FRAME_TOP, _FRAME_ROW = 60, 27
#: The least height of a bar that its sentence fits on.
_LABELLED_BAR = 380


@dataclass(frozen=True)
class End:
    """A partner, a Land or what is bundesweit: something that lines lead to."""

    key: str
    name: str
    url: str
    #: "partner", "state" or "nationwide".
    kind: str = "partner"

    @property
    def is_left(self) -> bool:
        """Whether it stands left of what it is linked to."""
        return self.kind == "partner"


@dataclass(frozen=True)
class Line:
    """A line of the net."""

    end: End
    #: "partner", "state", "joining" or "nationwide".
    kind: str = "partner"
    #: How many projects it stands for.
    count: int = 1


@dataclass(frozen=True)
class Item:
    """A row in the middle: a project, a cooperation, or several projects."""

    name: str
    url: str
    lines: Sequence[Line] = ()

    @property
    def partners(self) -> list[Line]:
        """Its lines to the left."""
        return [line for line in self.lines if line.end.is_left]

    @property
    def states(self) -> list[Line]:
        """Its lines to the right: to Länder and to what is bundesweit."""
        return [line for line in self.lines if not line.end.is_left]


@dataclass(frozen=True)
class Group:
    """Rows below one heading, or several."""

    headings: Sequence[Item]
    items: Sequence[Item]
    #: Whether Hessen's bar runs along its rows.
    is_projects: bool = True
    #: What each row takes in height besides its name.
    room: int = 0


@dataclass(frozen=True)
class Curve:
    """A drawn line; all that it joins bring it out by its number."""

    number: int
    kind: str
    path: str
    width: float


@dataclass(frozen=True)
class Node:
    """A label with its dot, the page it leads to, and the lines that begin or end there."""

    #: "partner", "item", "heading", "state" or "nationwide".
    kind: str
    name: str
    url: str
    x: int
    #: The height of its middle.
    y: int
    lines: list[str]
    curves: list[int] = field(default_factory=list)

    @property
    def height(self) -> int:
        """What it takes of its column."""
        return _height(self.lines)

    @property
    def top(self) -> int:
        """Its upper edge."""
        return self.y - self.height // 2

    @property
    def is_cut(self) -> bool:
        """Whether the label lacks a part of the name."""
        return " ".join(self.lines) != self.name

    @property
    def texts(self) -> list[tuple[str, int]]:
        """Each line of the label with the height of its middle."""
        first = self.y - _LINE_HEIGHT * (len(self.lines) - 1) // 2
        return [(text, first + _LINE_HEIGHT * place) for place, text in enumerate(self.lines)]

    @property
    def label_x(self) -> int:
        """Where the label begins; where it ends, left of its dot."""
        return self.x - _GAP if self.kind == "partner" else self.x + _GAP

    @property
    def has_dot(self) -> bool:
        """Whether its place in the column is marked; in the frame no line ends at a name."""
        return self.kind == "item" or bool(self.curves and self.kind != "nationwide")

    @property
    def hit(self) -> tuple[int, int]:
        """Left edge and width of what can be pointed at."""
        widest = round(max(map(_width, self.lines))) + 2 * _GAP
        right = self.x + 6 if self.kind == "partner" else min(self.x - 6 + widest, WIDTH)
        left = max(right - widest, 0) if self.kind == "partner" else self.x - 6
        return left, right - left


@dataclass(frozen=True)
class Bar:
    """Hessen, for which all projects count: an axis, and no node."""

    y: int
    height: int

    x, width = _BAR_X, _BAR_WIDTH

    @property
    def label_end(self) -> tuple[int, int]:
        """Where its words end, which read upwards: at its top, in the first screen of the page."""
        return self.x + self.width // 2, self.y + 12

    @property
    def has_sentence(self) -> bool:
        """Whether it is long enough for more than the name."""
        return self.height >= _LABELLED_BAR


@dataclass(frozen=True)
class Frame:
    """The box of what is bundesweit, with the Länder that are not named on their own."""

    title: Node
    names: list[Node]
    y: int
    height: int

    x, width = _STATE_X - 16, WIDTH - _STATE_X + 15

    @property
    def hint_y(self) -> int:
        """The height of the line above the names."""
        return self.y + 43


@dataclass(frozen=True)
class Drawing:
    """All nodes and lines, and the size of the picture."""

    partners: list[Node]
    middle: list[Node]
    states: list[Node]
    curves: list[Curve]
    bar: Bar | None
    frame: Frame | None
    height: int

    width = WIDTH
    partner_x, middle_x, state_x = _PARTNER_X, _MIDDLE_X, _STATE_X

    @property
    def kinds(self) -> list[str]:
        """The kinds of line that occur, in the order of the key to the picture."""
        used = {curve.kind for curve in self.curves}
        return [kind for kind in ("partner", "state", "joining", "nationwide") if kind in used]

    @property
    def key(self) -> list[tuple[str, int]]:
        """The same, each with its place in the last line."""
        return [(kind, 300 * place) for place, kind in enumerate(self.kinds)]

    @property
    def has_states(self) -> bool:
        """Whether a line leads to the right."""
        return bool(self.states or self.frame)

    @property
    def key_y(self) -> int:
        """The height of the last line."""
        return self.height - 16

    @property
    def nodes(self) -> list[Node]:
        """All of them, from left to right."""
        frame = [self.frame.title, *self.frame.names] if self.frame else []
        return [*self.partners, *self.middle, *frame, *self.states]


def spread(wanted: Sequence[tuple[float, float]], top: float) -> list[float]:
    """Place things one below the other, as near as they can be to where they want to be.

    The squares of the distances are least (pool adjacent violators): what would overlap becomes a
    block at the mean of its wishes.

    Args:
        wanted: the middle that each wants, and its height, in the order of the column.
        top: nothing stands above it.

    Returns:
        The middle of each.
    """
    heights = [height for _middle, height in wanted]
    offsets = [sum_ - height / 2 for sum_, height in zip(accumulate(heights), heights, strict=True)]
    blocks: list[list[float]] = []
    for (middle, _), offset in zip(wanted, offsets, strict=True):
        blocks.append([middle - offset])
        while len(blocks) > 1 and fmean(blocks[-1]) < fmean(blocks[-2]):
            last = blocks.pop()
            blocks[-1] += last
    starts = [max(fmean(block), top) for block in blocks for _wish in block]
    return [start + offset for start, offset in zip(starts, offsets, strict=True)]


def draw(groups: Sequence[Group], unnamed: Sequence[End] = ()) -> Drawing | None:
    """Lay out a net; None where there is nothing to draw.

    Args:
        groups: what stands in the middle, in this order.
        unnamed: the Länder that no line leads to, named in the box of what is bundesweit.
    """
    if not groups:
        return None
    middle, bar = _middle(groups)
    placed = [(node, item) for node, item in middle if item.lines]
    partners = _partners(placed, middle[-1][0].y)
    states, frame = _states(placed, unnamed)
    right = {**states, "nationwide": frame.title} if frame else states
    curves: list[Curve] = []
    most = max((line.count for _node, item in placed for line in item.lines), default=1)
    for node, item in placed:
        for line in item.lines:
            end = (partners if line.end.is_left else right)[line.end.key]
            curve = _curve(len(curves) + 1, node, end, line, most)
            curves.append(curve)
            node.curves.append(curve.number)
            end.curves.append(curve.number)
    nodes = [*partners.values(), *(node for node, _item in middle), *states.values()]
    lowest = max([node.y + node.height // 2 for node in nodes])
    lowest = max(lowest, frame.y + frame.height if frame else 0)
    return Drawing(
        list(partners.values()),
        [node for node, _item in middle],
        list(states.values()),
        curves,
        bar,
        frame,
        lowest + 62,
    )


def _width(text: str) -> float:
    return sum(_CAPITAL_WIDTH if letter.isupper() else _SMALL_WIDTH for letter in text)


def _height(lines: Sequence[str]) -> int:
    return _ROW + _LINE_HEIGHT * len(lines)


def _node(kind: str, name: str, url: str, x: int, y: float = 0) -> Node:
    lines = wrapped(name, _LETTERS[kind], 2)
    return Node(kind, name, url, x, round(y), lines)


def _middle(groups: Sequence[Group]) -> tuple[list[tuple[Node, Item]], Bar | None]:
    """Return the rows of the middle column from above, and Hessen's bar along the projects."""
    rows: list[tuple[Node, Item]] = []
    edge, along = _TOP - _BEFORE_HEADING, []
    for group in groups:
        edge += _BEFORE_HEADING
        first = edge
        for kind, items in (("heading", group.headings), ("item", group.items)):
            for item in items:
                node = _node(kind, item.name, item.url, _MIDDLE_X)
                taken = node.height + group.room
                rows.append((replace(node, y=round(edge + taken / 2)), item))
                edge += taken
        if group.is_projects:
            along += [first, edge]
    return rows, Bar(along[0], along[-1] - along[0]) if along else None


def _linked(
    placed: Iterable[tuple[Node, Item]], *kinds: str
) -> list[tuple[float, End, Sequence[Line]]]:
    """Return what lines of these kinds lead to, with the mean height of these lines."""
    heights: dict[str, list[float]] = {}
    found: dict[str, tuple[End, list[Line]]] = {}
    for node, item in placed:
        for line in item.lines:
            if line.end.kind in kinds:
                heights.setdefault(line.end.key, []).append(node.y)
                found.setdefault(line.end.key, (line.end, []))[1].append(line)
    linked = [(fmean(heights[key]), *what) for key, what in found.items()]
    return sorted(linked, key=lambda item: (item[0], item[1].name, item[1].key))


def _partners(placed: list[tuple[Node, Item]], lowest: int) -> dict[str, Node]:
    linked = _linked(placed, "partner")
    labels = [_node("partner", end.name, end.url, _PARTNER_X) for _mean, end, _lines in linked]
    taken = sum(label.height for label in labels)
    room = min(_ROOMY, max(0, (lowest - _TOP - taken) * 0.8 / max(len(labels), 1)))
    wanted = [
        (mean, label.height + room) for (mean, *_what), label in zip(linked, labels, strict=True)
    ]
    places = spread(wanted, _TOP - room / 2)
    return {
        end.key: _node("partner", end.name, end.url, _PARTNER_X, place)
        for (_mean, end, _lines), place in zip(linked, places, strict=True)
    }


def _states(
    placed: list[tuple[Node, Item]], unnamed: Sequence[End]
) -> tuple[dict[str, Node], Frame | None]:
    linked = _linked(placed, "state", "nationwide")
    frame_height = _FRAME_TOP + _FRAME_ROW * len(unnamed) if unnamed else 40
    wanted, labels = [], []
    for mean, end, lines in linked:
        if end.kind == "nationwide":
            # Its lines end at its title.
            wanted.append((mean + frame_height / 2 - 22, frame_height + 24.0))
            labels.append(end.name)
        else:
            joins = all(line.kind == "joining" for line in lines)
            labels.append(f"{end.name} (tritt\u00a0bei)" if joins else end.name)
            height = _node("state", labels[-1], end.url, _STATE_X).height
            wanted.append((mean, height + 4))
    nodes: dict[str, Node] = {}
    frame = None
    places = spread(wanted, _TOP)
    for (_mean, end, _lines), label, place in zip(linked, labels, places, strict=True):
        if end.kind == "nationwide":
            frame = _frame(end, round(place - frame_height / 2), frame_height, unnamed)
        else:
            nodes[end.key] = _node("state", label, end.url, _STATE_X, place)
    return nodes, frame


def _frame(end: End, top: int, height: int, unnamed: Sequence[End]) -> Frame:
    first = top + _FRAME_TOP + 8
    names = [
        _node("state", state.name, state.url, _STATE_X - _GAP, first + _FRAME_ROW * place)
        for place, state in enumerate(unnamed)
    ]
    title = Node("nationwide", end.name, end.url, _STATE_X - _GAP, top + 22, [end.name])
    return Frame(title, names, top, height)


def _curve(number: int, node: Node, end: Node, line: Line, most: int) -> Curve:
    """Return a line with level ends, so that it can be followed at either."""
    if line.end.is_left:
        path = _bezier(end.x + _REACH, end.y, node.x - _REACH, node.y)
    else:
        label_end = node.hit[0] + node.hit[1] + _GAP // 2
        edge = end.x - (4 if end.kind == "nationwide" else _REACH)
        start = _BAR_X + _BAR_WIDTH
        path = f"M{min(label_end, _BAR_X)} {node.y}H{start}" + _bezier(
            start, node.y, edge, end.y, begins=False
        )
    return Curve(number, line.kind, path, round(1 + 4 * (line.count - 1) / max(most, 2), 1))


def _bezier(x1: int, y1: int, x2: int, y2: int, *, begins: bool = True) -> str:
    bend = (x1 + x2) // 2
    start = f"M{x1} {y1}" if begins else ""
    return f"{start}C{bend} {y1} {bend} {y2} {x2} {y2}"


def in_few_crossings(groups: Sequence[Group], classes: Mapping[int, int]) -> list[Group]:
    """Order groups of one class so that few lines cross: by the mean place of their partners.

    Args:
        groups: in the order that decides where nothing else does.
        classes: the class of each group by its place; a lower one stands above.
    """
    order = sorted(range(len(groups)), key=lambda place: (classes[place], place))
    # A few rounds of the barycentre method; it has settled by then, or never will.
    for _round in range(4):
        at: dict[str, list[int]] = {}
        for row, place in enumerate(order):
            for line in _partner_lines(groups[place]):
                at.setdefault(line.end.key, []).append(row)
        wish = {
            place: fmean(
                [fmean(at[line.end.key]) for line in _partner_lines(groups[place])] or [row]
            )
            for row, place in enumerate(order)
        }
        order.sort(key=lambda place: (classes[place], wish[place], place))
    return [groups[place] for place in order]


def _partner_lines(group: Group) -> list[Line]:
    return [line for item in (*group.headings, *group.items) for line in item.partners]
