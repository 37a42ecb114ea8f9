"""The net: what a name is tied to stands out when it is pointed at, or focused."""

import pytest

#: Returns the numbers of the lines that stand out.
OUTSTANDING = """() => [...document.querySelectorAll(".net__own")]
  .filter(own => getComputedStyle(own).display !== "none")
  .flatMap(own => [...own.querySelectorAll("use")].map(use => use.getAttribute("href")))"""


@pytest.mark.parametrize("kind", ["partner", "item", "state", "nationwide"])
def test_pointing_at_a_name_or_focusing_it_brings_out_its_lines(page, kind):
    page.goto("/netz/")
    lines = page.locator(".net__lines")
    assert page.evaluate(OUTSTANDING) == []
    assert lines.evaluate("e => getComputedStyle(e).opacity") == "1"
    node = page.locator(f".net__node--{kind}:has(use)").first
    own = node.locator("use").evaluate_all("found => found.map(use => use.getAttribute('href'))")

    node.locator("a").focus()
    assert page.evaluate(OUTSTANDING) == own != []
    assert lines.evaluate("e => getComputedStyle(e).opacity") != "1"

    page.evaluate("document.activeElement.blur()")
    node.locator("text").first.hover()
    assert page.evaluate(OUTSTANDING) == own
