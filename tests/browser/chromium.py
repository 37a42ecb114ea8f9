"""The browser that the tests drive."""

from __future__ import annotations

import os
import shutil

from playwright.sync_api import Browser, Playwright

#: The best one first: without the parts that draw a window, tests take half of the time.
CHROMIUM_NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
CHROMIUM_ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Letters as wide as on a screen of today, not rounded to whole pixels.
    "--font-render-hinting=none",
    # Chromium's sandbox does not work for root.
    *(["--no-sandbox"] if os.geteuid() == 0 else []),
]


def find_chromium() -> str | None:
    """Return the path of the browser: CHROMIUM, or the first one on the PATH, if there is one."""
    names = (os.environ.get("CHROMIUM") or "", *CHROMIUM_NAMES)
    return next(filter(None, map(shutil.which, names)), None)


def launch_chromium(playwright: Playwright, path: str) -> Browser:
    """Start the browser at ``path``, headless.

    Raises:
        playwright.sync_api.Error: when it does not start.
    """
    return playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
