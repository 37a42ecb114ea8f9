"""How much goes over the wire: a visitor's first page in all, and every page after it."""

import pytest

from tests.browser.page_types import every_look, visit

#: In bytes, with the headers of every answer.
FIRST_VISIT = 110_000
NEXT_PAGE = 14_000
#: Of pages that show the whole catalogue at once.
WHOLE_CATALOGUE = {"net": 25_000}


class Wire:
    """What comes over the wire, in bytes by address."""

    def __init__(self, page):
        self.page = page
        self.received = {}
        self.waited_for = {}
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", self._ask)
        session.on("Network.loadingFinished", self._receive)
        session.on("Network.loadingFailed", self._receive)

    def _ask(self, event):
        self.waited_for[event["requestId"]] = event["request"]["url"]

    def _receive(self, event):
        address = self.waited_for.pop(event["requestId"])
        if size := int(event.get("encodedDataLength", 0)):
            self.received[address] = size

    def settle(self):
        """Wait until everything that was asked for is here."""
        self.page.wait_for_load_state("load")
        while self.waited_for:
            self.page.wait_for_timeout(10)

    @property
    def total(self):
        return sum(self.received.values())

    def __str__(self):
        lines = (f"{size:>8} {address}" for address, size in sorted(self.received.items()))
        return "\n".join([f"{self.total} bytes in all", *lines])


@pytest.fixture
def wire(page):
    return Wire(page)


def open_list_first(page, wire):
    page.goto("/projekte/")
    # The icon of the tab, which a headless browser leaves out.
    page.evaluate("fetch(document.querySelector('link[rel=icon]').href).then(got => got.text())")
    wire.settle()


def test_the_first_visit_of_a_list_is_light(page, wire):
    open_list_first(page, wire)

    assert any(address.endswith(".woff2") for address in wire.received), "no font was counted"
    assert any(".svg" in address for address in wire.received), "no icon was counted"
    assert wire.total <= FIRST_VISIT, wire


@every_look
def test_every_further_page_is_light(page, wire, page_type):
    open_list_first(page, wire)
    wire.received.clear()

    visit(page, page_type)
    wire.settle()

    assert 0 < wire.total <= WHOLE_CATALOGUE.get(page_type.name, NEXT_PAGE), wire
