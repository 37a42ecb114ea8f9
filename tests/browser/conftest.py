"""A real browser in front of the real server.

The site is served by gunicorn with its own SQLite file, so that static files, compression and
headers are those of production, and no test's transaction is in the way.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Error, Page, sync_playwright

from tests.conftest import REQUIRE_ALL

PROJECT = Path(__file__).resolve().parent.parent.parent
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 30
#: Name and password of the site's administrator.
ADMINISTRATOR = ("verwaltung", "nur-im-test-gueltig")


def leave_out(reason: str) -> None:
    """Skip what is being set up, or fail where everything is required."""
    if REQUIRE_ALL:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser: CHROMIUM, or the first one on the PATH."""
    names = (os.environ.get("CHROMIUM") or "", *CHROMIUM_NAMES)
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        leave_out("The browser tests were left out: no Chromium was found; set CHROMIUM.")
    return str(path)


@pytest.fixture(scope="session")
def site_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a served site with the real catalogue, without a slash at its end."""
    directory = tmp_path_factory.mktemp("site")
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "hzd_catalogue.settings",
        "VAR_DIR": str(directory),
        "PORT": str(port),
        "LOG_LEVEL": "WARNING",
        "DJANGO_SUPERUSER_USERNAME": ADMINISTRATOR[0],
        "DJANGO_SUPERUSER_PASSWORD": ADMINISTRATOR[1],
        "DJANGO_SUPERUSER_EMAIL": "",
    }

    def run(*command: str) -> None:
        subprocess.run([sys.executable, *command], cwd=PROJECT, env=environment, check=True)

    run("manage.py", "migrate", "--no-input", "--verbosity", "0")
    run("manage.py", "load_catalogue")
    run("manage.py", "createsuperuser", "--no-input")
    run("manage.py", "collectstatic", "--no-input", "--verbosity", "0")
    with (directory / "server.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py"],
            cwd=PROJECT,
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(f"{url}/health/", server, directory / "server.log")
            yield url
        finally:
            server.terminate()
            server.wait(timeout=START_SECONDS)


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"The server did not start:\n{log.read_text()[-2000:]}", pytrace=False)


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """A headless Chromium; tests make contexts of their own size and colour scheme in it."""
    # Chromium's sandbox does not work for root.
    arguments = [*CHROMIUM_ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        try:
            running = playwright.chromium.launch(executable_path=chromium, args=arguments)
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
