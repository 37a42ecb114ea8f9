"""A drawing of a page as a picture of its own: with its title, its source, and its own looks."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urljoin
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element, SubElement

from .looks import PALETTE, write_looks

NAMESPACE = "http://www.w3.org/2000/svg"
CONTENT_TYPE = "image/svg+xml"
SUFFIX = "svg"
_FONT = "Fira Sans, Arial, Helvetica, sans-serif"
_MARGIN = 24
#: A narrow drawing leaves its title and its source some room.
_LEAST_WIDTH = 560
_TITLE, _TEXT = 22, 14
#: Width of a letter as a share of the size of its font: more than most have.
_LETTER = 0.5


@dataclass(frozen=True)
class Caption:
    """What stands around a drawing that has left its page."""

    title: str
    #: What the drawing shows and how it is read, and which filters are active.
    notes: Sequence[str]
    #: Where it comes from.
    source: Sequence[str]


def standalone(
    html: str, caption: Caption, base_url: str, figure: str = "", legend: str = ""
) -> bytes:
    """Return the first drawing of a page's fragment as a file of its own.

    Args:
        html: the fragment, well-formed; what stands around the drawing gives it its looks alone.
        caption: what is written above and below.
        base_url: full address of the page, which its links start from.
        figure: classes of the figure that the page puts around the fragment.
        legend: a second drawing, for below the first one.
    """
    # The text comes from this site's own templates.
    tree = ET.fromstring(f'<figure class="{figure}">{html}{legend}</figure>')  # noqa: S314
    write_looks(tree)
    drawings = [next(svg for svg in tree.iter("svg") if "viewBox" in svg.attrib)]
    if legend:
        drawings.append(tree[-1])
    sizes = [[float(size) for size in svg.attrib["viewBox"].split()[2:]] for svg in drawings]
    page = Element("svg", {"xmlns": NAMESPACE, "font-family": _FONT, "fill": PALETTE["--text"]})
    room = max(_LEAST_WIDTH, *(width for width, _height in sizes))
    SubElement(page, "title").text = caption.title
    SubElement(page, "desc").text = " ".join([*caption.notes, *caption.source])
    paper = SubElement(page, "rect", {"fill": PALETTE["--page"]})
    line = _Lines(page, room)
    line.write([caption.title], _TITLE, PALETTE["--text"], "600")
    line.skip(4)
    line.write(caption.notes, _TEXT, PALETTE["--muted"])
    line.skip(12)
    for drawing, (width, height) in zip(drawings, sizes, strict=True):
        _place(drawing, line.y, width, height, base_url)
        page.append(drawing)
        line.skip(height + 16)
    line.write(caption.source, _TEXT, PALETTE["--muted"])
    size = {"width": f"{room + 2 * _MARGIN:g}", "height": f"{line.y + _MARGIN:g}"}
    paper.attrib.update(size)
    page.attrib.update(size, viewBox=f"0 0 {size['width']} {size['height']}")
    return ET.tostring(page, encoding="utf-8", xml_declaration=True)


def _place(drawing: Element, y: float, width: float, height: float, base_url: str) -> None:
    """Put a drawing into the page, with full addresses."""
    place = {
        "x": f"{_MARGIN}",
        "y": f"{y:g}",
        "overflow": "visible",
        "width": f"{width:g}",
        "height": f"{height:g}",
    }
    drawing.attrib.update(place)
    for element in drawing.iter():
        if "href" in element.attrib and not element.attrib["href"].startswith("#"):
            element.set("href", urljoin(base_url, element.attrib["href"]))
            # Inside of a frame, a page of this site would not be shown.
            element.set("target", "_top")


class _Lines:
    """Writes lines of text below each other."""

    def __init__(self, page: Element, room: float) -> None:
        self._page, self._room, self.y = page, room, float(_MARGIN)

    def skip(self, height: float) -> None:
        """Leave room."""
        self.y += height

    def write(self, texts: Sequence[str], size: int, colour: str, weight: str = "400") -> None:
        """Write each text, broken where it is longer than the room."""
        letters = int(self._room / (size * _LETTER))
        for text in texts:
            for line in textwrap.wrap(text, letters):
                self.y += size * 1.35
                look = {"font-size": f"{size}px", "font-weight": weight, "fill": colour}
                place = {"x": f"{_MARGIN}", "y": f"{self.y:g}"}
                SubElement(self._page, "text", {**place, **look}).text = line
