"""Sites of a test's own: their files and databases, and the catalogue's commands as processes."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from tests.checkout import PROJECT

#: The environment of a process, which says where its site's files and database are.
Variables = dict[str, str]
#: Who may frame pages in tests: the address "localhost" of a server that tests ask as 127.0.0.1.
EMBED_ORIGINS = "http://localhost:*"
SECURITY_CONTACT = "sicherheit@example.org"


def environment(directory: Path, **variables: str) -> Variables:
    """Return what a process needs that keeps its files in ``directory``."""
    return {
        "PATH": os.environ["PATH"],
        "VAR_DIR": str(directory),
        "SECRET_KEY": "only-for-tests-and-long-enough-to-be-taken-for-a-key",
        "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
        "LOG_LEVEL": "WARNING",
        # Half a second of each start; what it is good for, served/test_ahead.py asks.
        "READ_AHEAD": "off",
        "EMBED_ORIGINS": EMBED_ORIGINS,
        "SECURITY_CONTACT": SECURITY_CONTACT,
        **variables,
    }


def run(
    variables: Variables, *command: str, umask: int = -1, timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run Python with ``command`` in the project, whatever comes of it."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=PROJECT,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        umask=umask,
        timeout=timeout,
    )


def manage(variables: Variables, *command: str, umask: int = -1) -> str:
    """Run a command of manage.py that succeeds, and return what it printed."""
    done = run(variables, "manage.py", *command, umask=umask)
    assert done.returncode == 0, done.stderr
    return done.stdout


def shell(variables: Variables, program: str, umask: int = -1) -> str:
    """Run a program in the catalogue, and return what it printed."""
    command = ("shell", "--verbosity", "0", "--command", program)
    return manage(variables, *command, umask=umask)


@contextmanager
def new_site(directory: Path, like: Variables | None = None) -> Iterator[Variables]:
    """Make a site of ``make_site()`` whose database ends with the context."""
    site = make_site(directory, like)
    try:
        yield site
    finally:
        drop_database(site)


def make_site(directory: Path, like: Variables | None = None) -> Variables:
    """Make a site whose files lie in ``directory``, on the kind of database that the tests run on.

    Args:
        directory: is made if it is missing.
        like: the site that it is a copy of; without one it has nothing, not even tables.

    Returns:
        The variables of its processes.
    """
    if like:
        shutil.copytree(like["VAR_DIR"], directory, dirs_exist_ok=True)
    directory.mkdir(exist_ok=True)
    server = os.environ.get("DATABASE_URL")
    if not server:
        return environment(directory)
    name = f"catalogue_{uuid.uuid4().hex}"
    copied = f" TEMPLATE {database_name(like)}" if like else ""
    _on_server(f"CREATE DATABASE {name}{copied}")
    return environment(directory, DATABASE_URL=urlsplit(server)._replace(path=f"/{name}").geturl())


def database_name(site: Variables) -> str:
    """Return the name of a site's database on the server."""
    return urlsplit(site["DATABASE_URL"]).path[1:]


def drop_database(site: Variables) -> None:
    """Remove a site's database from the server; a file goes with its directory."""
    if "DATABASE_URL" in site:
        _on_server(f"DROP DATABASE {database_name(site)} WITH (FORCE)")


def _on_server(statement: str) -> None:
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(statement)


def made_once(name: str, prepare: Callable[[Path], Variables]) -> Variables:
    """Return a site that all processes of this run share; whoever needs it first prepares it.

    Nobody may serve or change it: others copy it.
    """
    directory = Path(os.environ["VAR_DIR"]) / name
    made = directory.with_suffix(".json")
    with directory.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            made.write_text(json.dumps(prepare(directory)))
        return cast("Variables", json.loads(made.read_text()))


def drop_shared_databases() -> None:
    """Remove from the server what ``made_once()`` left there."""
    for made in Path(os.environ["VAR_DIR"]).glob("*.json"):
        drop_database(json.loads(made.read_text()))
