"""The looks that the stylesheet gives a drawing, written into the drawing itself.

A picture that is taken home has no stylesheet, and office programs know none of custom properties
or nested selectors. So each shape gets its colours and sizes as attributes, as a browser would
have computed them in the light scheme. tinycss2 reads the stylesheet, cssselect2 matches it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from xml.etree.ElementTree import Element

import tinycss2
from cssselect2 import ElementWrapper, Matcher, SelectorError, compile_selector_list
from django.conf import settings

#: The stylesheet's own names for colours, in the light scheme: what KERN gives them there.
PALETTE: Mapping[str, str] = {
    "--text": "#131525",
    "--muted": "#51577a",
    "--line": "#6e7597",
    "--hairline": "#c0c3d5",
    "--page": "#ffffff",
    "--hued": "#f3f4f7",
    "--action": "#2044aa",
    "--on-action": "#ffffff",
    "--tint-0": "#dfe1ea",
    "--tint-1": "#c5d3ef",
    "--tint-2": "#97afe1",
    "--tint-3": "#3a5eb9",
    "--tint-4": "#092797",
    "--on-pale": "#131525",
    "--on-strong": "#ffffff",
    "--self": "#0b0f46",
    "--on-self": "#ffffff",
    "--named": "#2e53b2",
    "--on-named": "#ffffff",
    "--wide": "#d8e1f4",
    "--on-wide": "#131525",
}
#: What is written into the drawing; all of them are attributes of SVG as well.
PROPERTIES = frozenset(
    (
        *("fill", "fill-opacity", "fill-rule", "font-size", "font-style", "font-weight"),
        *("letter-spacing", "opacity", "paint-order", "stroke", "stroke-dasharray"),
        *("stroke-linecap", "stroke-linejoin", "stroke-opacity", "stroke-width"),
        *("text-anchor", "text-decoration", "vector-effect", "visibility"),
    )
)
_READ = PROPERTIES | {"display"}
_ROOT_FONT_SIZE = 16
_VARIABLE = re.compile(r"var\((--[\w-]+)(?:, *([^()]+))?\)")


@cache
def stylesheet() -> Matcher:
    """Return the rules of the catalogue's stylesheet that may concern drawings."""
    path = settings.BASE_DIR / "static" / "css" / "catalogue.css"
    return rules(path.read_text(encoding="utf-8"))


def rules(css: str) -> Matcher:
    """Read a stylesheet; what holds under a condition only (``@media``) is left out.

    So is what holds in some states of a page only: the matcher knows no pointing and no focus.
    """
    matcher = Matcher()
    for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if rule.type != "qualified-rule":
            continue
        declared = {
            item.name: tinycss2.serialize(item.value).strip()
            for item in tinycss2.parse_blocks_contents(rule.content)
            if item.type == "declaration" and (item.name in _READ or item.name.startswith("--"))
        }
        if not declared:
            continue
        try:
            selectors = compile_selector_list(rule.prelude)
        except SelectorError:
            continue
        for selector in selectors:
            if selector.pseudo_element is None:
                matcher.add_selector(selector, declared)
    return matcher


def write_looks(tree: Element) -> None:
    """Write the looks of a figure and of all within it into their attributes.

    Classes are taken off: nothing is left that could ask for a stylesheet. So is what is shown
    only while something is pointed at.
    """
    # On its page, the figure is not the root, where the colours get their names.
    page = Element("page")
    page.append(tree)
    # All are matched before the first class is taken off.
    declared = {
        wrapped.etree_element: _declared(wrapped)
        for wrapped in ElementWrapper.from_xml_root(page).iter_subtree()
    }
    _write(tree, declared, PALETTE)


def _declared(wrapped: ElementWrapper) -> dict[str, str]:
    """Return what the stylesheet declares for an element: the weightier rule wins."""
    declared: dict[str, str] = {}
    for *_weight, declarations in stylesheet().match(wrapped):
        declared |= declarations
    return declared


def _write(
    element: Element, declared: Mapping[Element, Mapping[str, str]], given: Mapping[str, str]
) -> None:
    looks = declared[element]
    own = {name: value for name, value in looks.items() if name.startswith("--")}
    names = {**given, **{name: _resolved(value, given) for name, value in own.items()}}
    for child in list(element):
        if declared[child].get("display") == "none":
            element.remove(child)
        else:
            _write(child, declared, names)
    element.attrib.pop("class", None)
    for name, value in looks.items():
        if name in PROPERTIES:
            element.set(name, _resolved(value, names))


def _resolved(value: str, names: Mapping[str, str]) -> str:
    value = _VARIABLE.sub(lambda match: names.get(match[1], match[2] or match[0]), value)
    value = value.replace("currentColor", names["--text"])
    size = re.fullmatch(r"([\d.]+)rem", value)
    return f"{float(size[1]) * _ROOT_FONT_SIZE:g}px" if size else value
