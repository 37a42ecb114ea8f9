"""A real browser in front of the real server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

from tests.browser import axe
from tests.browser.chromium import find_chromium, launch_chromium
from tests.conftest import REQUIRE_ALL
from tests.processes import Variables, manage
from tests.serving import served

# Five seconds, as it comes, may pass where other tests keep the machine busy.
expect.set_options(timeout=30_000)


def leave_out(reason: str) -> None:
    """Skip what is being tested or set up, or fail where everything is required."""
    if REQUIRE_ALL:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser."""
    path = find_chromium()
    if path is None:
        leave_out("The browser tests were left out: no Chromium was found; set CHROMIUM.")
    return str(path)


@pytest.fixture(scope="session")
def site_url(site: Variables) -> Iterator[str]:
    """The address of a served site with the real catalogue, without a slash at its end."""
    manage(site, "build_download")
    with served(site) as server:
        yield server.url


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """A headless Chromium; tests make contexts of their own size and colour scheme in it."""
    with sync_playwright() as playwright:
        try:
            running = launch_chromium(playwright, chromium)
        except Error as error:
            leave_out(f"The browser tests were left out: {chromium} does not start: {error}")
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser, site_url: str) -> Iterator[Page]:
    """A page of 1280 x 800 pixels in a context of its own; addresses are relative to the site."""
    with browser.new_context(
        base_url=site_url, viewport={"width": 1280, "height": 800}, locale="de-DE"
    ) as context:
        yield context.new_page()


@pytest.fixture
def axe_page(page: Page) -> Page:
    """A page with axe in it; the browser's own way in is not subject to the site's policy."""
    page.add_init_script(path=axe.SCRIPT)
    # Colours are measured when they have changed, not while they do.
    page.emulate_media(reduced_motion="reduce")
    return page
