"""What axe-core can find, on every page type, light and dark, wide and narrow."""

from tests.browser.axe import findings
from tests.browser.page_types import every_page_type, unfold, visit


@every_page_type
def test_axe_finds_nothing(axe_page, page_type):
    visit(axe_page, page_type)
    unfold(axe_page)

    found = findings(axe_page)

    assert not found, "\n".join(found)
