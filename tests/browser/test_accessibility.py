"""What axe-core can find, on every page type, light and dark, wide and narrow."""

from itertools import product

import pytest

from tests.browser.page_types import every_page_type, unfold, visit
from tests.serving import PROJECT

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: What is not read here takes axe most of its time.
OPTIONS = {"runOnly": TAGS, "resultTypes": ["violations"], "selectors": False, "preload": False}
AXE = PROJECT / "node_modules" / "axe-core" / "axe.min.js"


def describe(violation):
    """Return what is wrong, where, and what to read about it."""
    places = "\n".join(f"    {node['html'][:160]}" for node in violation["nodes"][:5])
    return f"{violation['id']}: {violation['help']} ({violation['helpUrl']})\n{places}"


@pytest.fixture
def axe_page(page):
    """A page with axe in it; the browser's own way in is not subject to the site's policy."""
    page.add_init_script(path=AXE)
    # Colours are measured when they have changed, not while they do.
    page.emulate_media(reduced_motion="reduce")
    return page


@every_page_type
def test_axe_finds_nothing(axe_page, page_type):
    visit(axe_page, page_type)
    unfold(axe_page)
    found = []

    for scheme, width in product(("light", "dark"), (1280, 320)):
        axe_page.emulate_media(color_scheme=scheme)
        axe_page.set_viewport_size({"width": width, "height": 800})
        result = axe_page.evaluate("options => axe.run(options)", OPTIONS)
        assert result["passes"], "axe looked at nothing"
        found += [f"{scheme}, {width} px: {describe(item)}" for item in result["violations"]]

    assert not found, "\n".join(found)
