"""The site as production serves it, and a browser in front of it.

Gunicorn serves it with a database of its own, so that static files, compression and headers are
those of production, and no test's transaction is in the way.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Browser, Playwright

PROJECT = Path(__file__).resolve().parent.parent.parent
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Chromium's sandbox does not work for root.
    *(["--no-sandbox"] if os.geteuid() == 0 else []),
]
START_SECONDS = 30
#: Name and password of the site's administrator.
ADMINISTRATOR = ("verwaltung", "nur-im-test-gueltig")
#: Another one, who has never signed in.
NEWCOMER = ("neu-hier", "nur-im-test-gueltig")


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


@contextmanager
def served_site(directory: Path) -> Iterator[str]:
    """Serve the real catalogue from a database in ``directory``, an empty folder.

    Yields:
        The address of the site, without a slash at its end.

    Raises:
        RuntimeError: when the server does not start; holds the end of its log.
    """
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "hzd_catalogue.settings",
        "VAR_DIR": str(directory),
        "PORT": str(port),
        "LOG_LEVEL": "WARNING",
        "DJANGO_SUPERUSER_EMAIL": "",
    }

    def run(*command: str, **variables: str) -> None:
        subprocess.run(
            [sys.executable, *command], cwd=PROJECT, env=environment | variables, check=True
        )

    run("manage.py", "migrate", "--no-input", "--verbosity", "0")
    run("manage.py", "load_catalogue")
    for name, password in (ADMINISTRATOR, NEWCOMER):
        run(
            *("manage.py", "createsuperuser", "--no-input", "--verbosity", "0"),
            DJANGO_SUPERUSER_USERNAME=name,
            DJANGO_SUPERUSER_PASSWORD=password,
        )
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
    raise RuntimeError(f"The server did not start:\n{log.read_text()[-2000:]}")
