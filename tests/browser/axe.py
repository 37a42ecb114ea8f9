"""What axe-core can find on a page, light and dark, wide and narrow."""

from __future__ import annotations

import random
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.chance import FACTOR

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: What is not read here takes axe most of its time.
OPTIONS = {"runOnly": TAGS, "resultTypes": ["violations"], "selectors": False, "preload": False}
SCRIPT = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
LOOKS = list(product(("light", "dark"), (1280, 320)))


def _looks_of(address: str) -> list[tuple[str, int]]:
    """Return two looks with both schemes and both widths, of each address the same; or all four.

    The last one is narrow.
    """
    if FACTOR > 1:
        return LOOKS
    path = urlsplit(address)._replace(scheme="", netloc="").geturl()
    light_is_wide = random.Random(path).random() < 0.5  # noqa: S311 (repeatable, not secret)
    return LOOKS[0::3] if light_is_wide else LOOKS[2:0:-1]


def findings(page: Page) -> list[str]:
    """Return what is wrong with the page as it is shown, each finding with its places.

    Args:
        page: a page with axe in it, as the fixture ``axe_page`` gives it.
    """
    found = []
    for scheme, width in _looks_of(page.url):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 800})
        result = page.evaluate("options => axe.run(options)", OPTIONS)
        assert result["passes"], "axe looked at nothing"
        found += [f"{scheme}, {width} px: {describe(item)}" for item in result["violations"]]
    return found


def describe(violation: dict[str, Any]) -> str:
    """Return what is wrong, where, and what to read about it."""
    places = "\n".join(f"    {node['html'][:160]}" for node in violation["nodes"][:5])
    return f"{violation['id']}: {violation['help']} ({violation['helpUrl']})\n{places}"
