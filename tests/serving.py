"""The site as production serves it: gunicorn with a database of its own.

Static files, compression and headers are those of production, and no test's transaction is in
the way.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

PROJECT = Path(__file__).resolve().parent.parent
START_SECONDS = 30
#: Name and password of the site's administrator.
ADMINISTRATOR = ("verwaltung", "nur-im-test-gueltig")
#: Another one, who has never signed in.
NEWCOMER = ("neu-hier", "nur-im-test-gueltig")


@dataclass(frozen=True)
class Served:
    """A running server."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def url(self) -> str:
        """The address of the site, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def environment(directory: Path, **variables: str) -> dict[str, str]:
    """Return the environment of a site whose files lie in ``directory``."""
    return {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "hzd_catalogue.settings",
        "VAR_DIR": str(directory),
        "LOG_LEVEL": "WARNING",
        **variables,
    }


def prepare(directory: Path, **variables: str) -> None:
    """Set up the real catalogue with two administrators; ``directory`` is an empty folder."""
    for command in (
        ("migrate", "--no-input", "--verbosity", "0"),
        ("load_catalogue",),
        ("collectstatic", "--no-input", "--verbosity", "0"),
    ):
        manage(directory, *command, **variables)
    for name, password in (ADMINISTRATOR, NEWCOMER):
        account = {
            "DJANGO_SUPERUSER_USERNAME": name,
            "DJANGO_SUPERUSER_PASSWORD": password,
            "DJANGO_SUPERUSER_EMAIL": "",
        }
        command = ("createsuperuser", "--no-input", "--verbosity", "0")
        manage(directory, *command, **account, **variables)


def manage(directory: Path, *command: str, **variables: str) -> None:
    """Run one of manage.py's commands for the site in ``directory``."""
    subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=PROJECT,
        env=environment(directory, **variables),
        check=True,
    )


@contextmanager
def served(directory: Path, *, wait_for: str = "/readyz", **variables: str) -> Iterator[Served]:
    """Serve the site in ``directory``, and stop it at the end if it still runs.

    Raises:
        RuntimeError: when ``wait_for`` is not answered in time; holds the end of the log.
    """
    port = free_port()
    log = directory / f"server-{port}.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py"],
            cwd=PROJECT,
            env=environment(directory, PORT=str(port), **variables),
            stdout=output,
            stderr=output,
        )
    server = Served(process, port, log)
    try:
        _wait_for(f"{server.url}{wait_for}", server)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=START_SECONDS)


@contextmanager
def served_site(directory: Path) -> Iterator[str]:
    """Serve the real catalogue from a database in ``directory``, an empty folder.

    Yields:
        The address of the site, without a slash at its end.
    """
    prepare(directory)
    with served(directory) as server:
        yield server.url


def _wait_for(url: str, server: Served) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            with urlopen(url, timeout=10):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The server did not start:\n{server.log.read_text()[-2000:]}")
