"""Makes the pictures in ``docs/screenshots/``: ``make screenshots``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import find_chromium, launch_chromium
from tests.checkout import PROJECT
from tests.processes import new_site
from tests.serving import prepare, served

DIRECTORY = PROJECT / "docs" / "screenshots"


class Picture(NamedTuple):
    """A page in a window of a size and a colour scheme."""

    name: str
    address: str
    width: int = 1120
    height: int = 900
    scheme: str = "light"
    #: What stands at the top of the window, if it is not the top of the page.
    top: str = "body"


PICTURES = (
    Picture("home", "/", height=1150),
    Picture("list", "/projekte/?land=DE-TH", height=860),
    Picture("detail", "/projekte/wohngeld/", width=1280, height=1000),
    Picture("net", "/netz/", width=1280, height=1250),
    Picture("matrix", "/laender/matrix/", width=1280, height=1000),
    Picture("timeline", "/zeitleiste/"),
    Picture("dark", "/laender/thueringen/", height=700, scheme="dark"),
    Picture("phone", "/", width=390, height=844),
)


def take_pictures(browser: Browser, url: str) -> None:
    """Take every picture anew, of the site at ``url``."""
    DIRECTORY.mkdir(exist_ok=True)
    for picture in PICTURES:
        with browser.new_context(
            base_url=url,
            viewport={"width": picture.width, "height": picture.height},
            color_scheme=picture.scheme,
            # Without the room that KERN keeps for a scrollbar, which a picture has not.
            is_mobile=True,
            reduced_motion="reduce",
            locale="de-DE",
        ) as context:
            page = context.new_page()
            page.goto(picture.address, wait_until="networkidle")
            page.evaluate("document.fonts.ready")
            page.locator(picture.top).evaluate("element => element.scrollIntoView()")
            page.screenshot(path=DIRECTORY / f"{picture.name}.png")


def main() -> None:
    """Take the pictures of a site that is made for them; needs Chromium."""
    chromium = find_chromium()
    if chromium is None:
        sys.exit("No Chromium was found; set CHROMIUM.")
    with tempfile.TemporaryDirectory() as directory, new_site(Path(directory)) as site:
        prepare(site)
        with (
            served(site) as server,
            sync_playwright() as playwright,
            launch_chromium(playwright, chromium) as browser,
        ):
            take_pictures(browser, server.url)


if __name__ == "__main__":
    main()
