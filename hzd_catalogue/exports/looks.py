"""The looks that the stylesheet gives a drawing, written into the drawing itself.

A picture that is taken home has no stylesheet, and office programs know none of custom properties
or nested selectors. So each shape gets its colours and sizes as attributes, as a browser would
have computed them in the light scheme. This knows the part of CSS that drawings use.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from xml.etree.ElementTree import Element

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
_ROOT_FONT_SIZE = 16
_VARIABLE = re.compile(r"var\((--[\w-]+)(?:, *([^()]+))?\)")
_READ = PROPERTIES | {"display"}
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_COMPOUND = re.compile(
    r"(?P<type>^(?:[a-zA-Z][\w-]*|\*))"
    r"|\.(?P<class>[\w-]+)"
    r"|\[(?P<name>[\w-]+)(?:(?P<how>[\^$*]?)=\"?(?P<value>[^\"\]]*)\"?)?\]"
    r"|:(?P<pseudo>is|where|not)\((?P<list>[^()]*(?:\([^()]*\)[^()]*)*)\)"
)
_LIST = re.compile(r":(is|where|not)\(((?:[^()]|\([^()]*\))*)\)")
#: An element with those around it, the outermost first.
Chain = Sequence[Element]


@dataclass(frozen=True)
class Rule:
    """A selector with its declarations."""

    #: Each part with what stands before it: " " or ">".
    parts: tuple[tuple[str, str], ...]
    declarations: Mapping[str, str]
    #: Specificity and place in the stylesheet: the higher one wins.
    weight: tuple[int, int, int]

    @cached_property
    def least_class(self) -> str:
        """A class without which no element can match; "" where there is no such one."""
        own = re.match(r"[\w*-]*\.([\w-]+)", self.parts[-1][1])
        return own[1] if own else ""


@cache
def stylesheet() -> tuple[Rule, ...]:
    """Return the rules of the catalogue's stylesheet that may concern drawings, weakest first."""
    path = settings.BASE_DIR / "static" / "css" / "catalogue.css"
    return tuple(rules(path.read_text(encoding="utf-8")))


def rules(css: str) -> list[Rule]:
    """Read a stylesheet; what holds under a condition only (``@media``) is left out."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"@[^{};]*(?:;|\{(?:[^{}]|\{[^{}]*\}|\{(?:[^{}]|\{[^{}]*\})*\})*\})", "", css)
    found = []
    for place, match in enumerate(_RULE.finditer(css)):
        declarations = {
            name.strip(): value.replace("!important", "").strip()
            for name, colon, value in (part.partition(":") for part in match[2].split(";"))
            if colon and (name.strip() in _READ or name.strip().startswith("--"))
        }
        if not declarations:
            continue
        for selector in _split(match[1]):
            parts = _parts(selector)
            if parts is not None:
                classes, types = _specificity(selector)
                found.append(Rule(parts, declarations, (classes, types, place)))
    return sorted(found, key=lambda rule: rule.weight)


def _split(selectors: str) -> Iterator[str]:
    """Yield the selectors of a list, at the commas outside of brackets."""
    for part in re.split(r",(?![^()]*\))", selectors):
        yield " ".join(part.split())


def _parts(selector: str) -> tuple[tuple[str, str], ...] | None:
    """Return the parts of a selector; None for one that holds in some states of a page only."""
    parts, before = [], " "
    for token in re.findall(r"(?:\[[^\]]*\]|\((?:[^()]|\([^()]*\))*\)|[^\s\[(])+", selector):
        if token in (">", "+", "~"):
            before = token
            continue
        if _COMPOUND.sub("", token) or before in ("+", "~"):
            return None
        parts.append((before, token))
        before = " "
    return tuple(parts)


def _specificity(selector: str) -> tuple[int, int]:
    """Return how many classes and types a selector names; of a list the most that one names."""
    lists = [
        max(_specificity(part) for part in _split(inside))
        for kind, inside in _LIST.findall(selector)
        if kind != "where"
    ]
    selector = _LIST.sub("", selector)
    classes = len(re.findall(r"[.\[]", selector))
    types = len(re.findall(r"(?:^|[ >])[a-z]", selector))
    return classes + sum(found[0] for found in lists), types + sum(found[1] for found in lists)


def _is(element: Element, compound: str) -> bool:
    if _COMPOUND.sub("", compound):
        return False
    classes = element.get("class", "").split()
    for match in _COMPOUND.finditer(compound):
        if match["type"]:
            holds = match["type"] in ("*", element.tag)
        elif match["class"]:
            holds = match["class"] in classes
        elif match["name"]:
            holds = _has(element.get(match["name"]), match["how"], match["value"])
        else:
            inside = any(_is(element, part) for part in _split(match["list"]))
            holds = inside != (match["pseudo"] == "not")
        if not holds:
            return False
    return True


def _has(found: str | None, how: str | None, value: str | None) -> bool:
    if found is None or value is None:
        return found is not None
    tests = {"^": found.startswith, "$": found.endswith, "*": found.__contains__}
    return tests[how](value) if how else found == value


def _matches(chain: Chain, parts: Sequence[tuple[str, str]]) -> bool:
    """Return whether a selector's parts lead to the last element of a chain."""
    if not parts:
        return True
    before, compound = parts[-1]
    if not chain or not _is(chain[-1], compound):
        return False
    if len(parts) == 1:
        return True
    if before == ">":
        return _matches(chain[:-1], parts[:-1])
    return any(_matches(chain[:end], parts[:-1]) for end in range(len(chain) - 1, 0, -1))


def write_looks(tree: Element) -> None:
    """Write the looks of a figure and of all within it into their attributes.

    Classes are taken off: nothing is left that could ask for a stylesheet. So is what is shown
    only while something is pointed at.
    """
    _write([tree], _declared([tree]), PALETTE)


def _write(chain: Chain, declared: Mapping[str, str], given: Mapping[str, str]) -> None:
    element = chain[-1]
    own = {name: value for name, value in declared.items() if name.startswith("--")}
    names = {**given, **{name: _resolved(value, given) for name, value in own.items()}}
    for child in list(element):
        below = [*chain, child]
        child_declared = _declared(below)
        if child_declared.get("display") == "none":
            element.remove(child)
        else:
            _write(below, child_declared, names)
    element.attrib.pop("class", None)
    for name, value in declared.items():
        if name in PROPERTIES:
            element.set(name, _resolved(value, names))


def _declared(chain: Chain) -> dict[str, str]:
    declared: dict[str, str] = {}
    classes = {"", *chain[-1].get("class", "").split()}
    for rule in stylesheet():
        if rule.least_class in classes and _matches(chain, rule.parts):
            declared |= rule.declarations
    return declared


def _resolved(value: str, names: Mapping[str, str]) -> str:
    value = _VARIABLE.sub(lambda match: names.get(match[1], match[2] or match[0]), value)
    value = value.replace("currentColor", names["--text"])
    size = re.fullmatch(r"([\d.]+)rem", value)
    return f"{float(size[1]) * _ROOT_FONT_SIZE:g}px" if size else value
