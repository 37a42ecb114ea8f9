"""The site as production serves it: gunicorn with a database of its own.

Static files, compression and headers are those of production, and no test's transaction is in
the way.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from tests.checkout import PROJECT
from tests.processes import Variables, made_once, make_site, shell

#: Only a server that never starts takes them all, however busy the machine is.
START_SECONDS = 60
#: Name and password of the site's administrator.
ADMINISTRATOR = ("verwaltung", "nur-im-test-gueltig")
#: Another one, who has never signed in.
NEWCOMER = ("neu-hier", "nur-im-test-gueltig")
#: In one process: most of a command's time is its start.
LOAD = """
from django.core.management import call_command

call_command("migrate", verbosity=0)
call_command("load_catalogue", verbosity=0)
"""
FINISH = f"""
from django.contrib.auth.models import User
from django.core.management import call_command

call_command("collectstatic", interactive=False, verbosity=0)
for name, password in {ADMINISTRATOR, NEWCOMER}:
    User.objects.create_superuser(name, password=password)
"""


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


def prepare(site: Variables) -> None:
    """Give a new site the real catalogue, its static files and two administrators."""
    shell(site, LOAD)
    shell(site, FINISH)


def loaded_site(directory: Path) -> Variables:
    """Make a site that has the real catalogue, and nothing else."""
    site = make_site(directory)
    shell(site, LOAD)
    return site


def prepared_site(directory: Path) -> Variables:
    """Make a site as ``prepare()`` does, of the one that this run has loaded."""
    site = make_site(directory, like=made_once("loaded", loaded_site))
    # As open as it can be: tests look at who may read the files.
    shell(site, FINISH, umask=0)
    return site


@contextmanager
def served(
    site: Variables,
    *,
    wait_for: str = "/readyz",
    start_seconds: float = START_SECONDS,
    umask: int = -1,
    application: str = "",
    is_stopped: bool = False,
    **variables: str,
) -> Iterator[Served]:
    """Serve a site, with more variables if need be, until the context ends.

    Args:
        site: whose files and database are served.
        wait_for: the path that is answered once it serves.
        start_seconds: how long that may take.
        umask: that of the server.
        application: another one than the site, served the same way.
        is_stopped: whether the server may end its work, where a test looks at what that leaves.
            Otherwise it is killed: its own end takes as much of a processor as its start.
        variables: more of its environment.

    Raises:
        RuntimeError: when ``wait_for`` is not answered in that time; holds the end of the log.
    """
    port = free_port()
    log = Path(site["VAR_DIR"]) / f"server-{port}.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "gunicorn",
                "--config",
                "gunicorn.conf.py",
                *application.split(),
            ],
            cwd=PROJECT,
            env={**site, "PORT": str(port), **variables},
            stdout=output,
            stderr=output,
            umask=umask,
            # Its workers end with it.
            start_new_session=True,
        )
    server = Served(process, port, log)
    try:
        _wait_for(f"{server.url}{wait_for}", server, start_seconds)
        yield server
        if is_stopped:
            process.terminate()
            assert process.wait(timeout=START_SECONDS) == 0
    finally:
        # None of them is left where the server has ended before.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for(url: str, server: Served, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            with urlopen(url, timeout=10):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"The server did not start:\n{server.log.read_text()[-2000:]}")
