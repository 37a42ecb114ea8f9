"""How much goes over the wire: a visitor's first page in all, and every page after it."""

import pytest

from tests.browser.page_types import every_page_type, visit

#: In bytes, with the headers of every answer.
FIRST_VISIT = 110_000
NEXT_PAGE = 12_000


@pytest.fixture
def wire(page):
    """What has come over the wire so far, in bytes by address."""
    received, addresses = {}, {}
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on(
        "Network.requestWillBeSent",
        lambda event: addresses.update({event["requestId"]: event["request"]["url"]}),
    )

    def add(event):
        if event["encodedDataLength"]:
            received[addresses[event["requestId"]]] = int(event["encodedDataLength"])

    session.on("Network.loadingFinished", add)
    return received


def listed(received):
    lines = (f"{size:>8} {address}" for address, size in sorted(received.items()))
    return "\n".join([f"{sum(received.values())} bytes in all", *lines])


def fetch_icon(page):
    """Get the icon of the tab, which a headless browser leaves out."""
    page.evaluate("fetch(document.querySelector('link[rel=icon]').href).then(got => got.text())")
    page.wait_for_load_state("networkidle")


def open_list_first(page):
    page.goto("/projekte/")
    page.wait_for_load_state("networkidle")
    fetch_icon(page)


def test_the_first_visit_of_a_list_is_light(page, wire):
    open_list_first(page)

    assert any(address.endswith(".woff2") for address in wire), "no font was counted"
    assert any(".svg" in address for address in wire), "no icon was counted"
    total = sum(wire.values())
    assert total <= FIRST_VISIT, listed(wire)


@every_page_type
def test_every_further_page_is_light(page, wire, page_type):
    open_list_first(page)
    wire.clear()

    visit(page, page_type)
    page.wait_for_load_state("networkidle")

    total = sum(wire.values())
    assert 0 < total <= NEXT_PAGE, listed(wire)
