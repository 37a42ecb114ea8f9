"""The plain format of legal pages: text is parsed into blocks that a template renders.

## Heading
### Smaller heading
A paragraph ends at an empty line. [[betreiber]] is filled from the operator's details,
[Text](/adresse/) is a link.

- a list item

[[bekannte-barrieren]]      alone in its paragraph: the list of known barriers
[[barriere-melden]]         alone in its paragraph: how to report a barrier
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils import formats

from hzd_catalogue.prefix import with_prefix, without_prefix
from hzd_catalogue.reference import links

#: Placeholder of a page: the field of OperatorDetails that fills it.
FIELDS = {
    "betreiber": "name",
    "anschrift": "postal_address",
    "vertretung": "representative",
    "e-mail": "email",
    "telefon": "phone",
    "aufsichtsbehoerde": "supervisory_authority",
    "datenschutz-kontakt": "privacy_contact",
    "datenschutz-e-mail": "privacy_email",
    "datenschutz-aufsicht": "privacy_authority",
    "zugriffsdaten": "access_logs",
    "vorschrift-barrierefreiheit": "accessibility_law",
    "vereinbarkeit": "conformance",
    "bewertet-am": "assessment_date",
    "bewertet-durch": "assessment_method",
    "barrieren-e-mail": "accessibility_email",
    "barrieren-telefon": "accessibility_phone",
    "durchsetzungsstelle": "enforcement_body",
}
#: Placeholders that stand alone and are filled with a part of the page.
INSERTS = ("bekannte-barrieren", "barriere-melden")

_HEADINGS = {"## ": "heading", "### ": "subheading"}
_INLINE = re.compile(
    r"\[\[(?P<placeholder>[^\[\]]*)\]\]|\[(?P<text>[^\[\]]+)\]\((?P<target>[^()\s]+)\)"
)


@dataclass(frozen=True)
class Part:
    """A stretch of a line: text, the value of a placeholder, or a missing value."""

    text: str
    target: str = ""
    is_missing: bool = False


@dataclass
class Block:
    """A heading, subheading, paragraph, list or insert of a page."""

    kind: str
    lines: list[list[Part]] = field(default_factory=list)


def parse(body: str, operator: Any) -> list[Block]:
    """Return the blocks of ``body``, placeholders filled from ``operator``.

    Args:
        body: text in the format of this module.
        operator: the OperatorDetails; an empty field gives a part that is missing.
    """
    return [
        Block(kind, [list(_parts(line, operator)) for line in lines])
        for kind, lines in _blocks(body)
    ]


def missing(body: str, operator: Any) -> list[str]:
    """Return the labels of the empty fields that ``body`` asks for, each once."""
    names = dict.fromkeys(_placeholders(body))
    return [
        _label(operator, FIELDS[name])
        for name in names
        if name in FIELDS and not getattr(operator, FIELDS[name])
    ]


def unknown(body: str) -> list[str]:
    """Return the placeholders of ``body`` that nothing fills."""
    return [name for name in _placeholders(body) if name not in (*FIELDS, *INSERTS)]


def unsafe_links(body: str) -> list[str]:
    """Return the link targets of ``body`` that no link may lead to."""
    targets = (match["target"] for match in _INLINE.finditer(body))
    return [target for target in targets if target and not links.is_safe(target)]


def _placeholders(body: str) -> Iterator[str]:
    for match in _INLINE.finditer(body):
        if match["placeholder"] is not None:
            yield match["placeholder"]


def _blocks(body: str) -> Iterator[tuple[str, list[str]]]:
    for chunk in re.split(r"\n\s*\n", body.replace("\r\n", "\n").strip()):
        lines = [line.strip() for line in chunk.splitlines()]
        insert = lines[0].removeprefix("[[").removesuffix("]]")
        if insert in INSERTS and len(lines) == 1:
            yield insert, []
            continue
        yield from _text_blocks(lines)


def _text_blocks(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Group neighbouring lines of one kind; a heading is a block of its own."""
    kind = ""
    group: list[str] = []
    for line in lines:
        line_kind, text = _classify(line)
        if group and (line_kind != kind or line_kind in _HEADINGS.values()):
            yield kind, group
            group = []
        kind = line_kind
        group.append(text)
    if group:
        yield kind, group


def _classify(line: str) -> tuple[str, str]:
    for mark, kind in _HEADINGS.items():
        if line.startswith(mark):
            return kind, line.removeprefix(mark)
    if line.startswith("- "):
        return "list", line.removeprefix("- ")
    return "paragraph", line


def _parts(line: str, operator: Any) -> Iterator[Part]:
    end = 0
    for match in _INLINE.finditer(line):
        if match.start() > end:
            yield Part(line[end : match.start()])
        yield _inline_part(match, operator)
        end = match.end()
    if end < len(line):
        yield Part(line[end:])


def _inline_part(match: re.Match[str], operator: Any) -> Part:
    if match["placeholder"] is not None:
        name = match["placeholder"]
        return _value(operator, FIELDS[name]) if name in FIELDS else Part(match[0])
    if links.is_safe(match["target"]):
        target = match["target"]
        if target.startswith("/"):
            # Also where it was copied from a browser.
            target = with_prefix(without_prefix(target))
        return Part(match["text"], target)
    return Part(match[0])


def _label(operator: Any, field_name: str) -> str:
    return str(operator._meta.get_field(field_name).verbose_name)


def _value(operator: Any, field_name: str) -> Part:
    value = getattr(operator, field_name)
    if not value:
        return Part(_label(operator, field_name), is_missing=True)
    if field_name.endswith("email"):
        return Part(value, f"mailto:{value}")
    if field_name.endswith("phone"):
        return Part(value, "tel:" + re.sub(r"[^0-9+]", "", value))
    if field_name == "conformance":
        return Part(operator.get_conformance_display())
    if field_name == "assessment_date":
        return Part(formats.date_format(value, "j. F Y"))
    return Part(value)
