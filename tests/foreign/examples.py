"""The examples of docs/open-data.md: what is typed, and what it says. Needs no packages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

TEXT = (Path(__file__).parents[2] / "docs" / "open-data.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"^```(?P<kind>[^\n]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


class Example(NamedTuple):
    """One thing to type."""

    typed: str
    #: None where the document does not show it.
    said: str | None


def examples(kind: str) -> list[Example]:
    """Return the examples of a kind: "sh", "python" or "sh soffice"."""
    blocks = [(match["kind"], match["text"]) for match in _BLOCK.finditer(TEXT)]
    after = [*blocks[1:], ("", "")]
    return [
        Example(text, next_text if next_kind == "text" else None)
        for (own, text), (next_kind, next_text) in zip(blocks, after, strict=True)
        if own == kind
    ]
