"""Sites of a test's own: their files and databases, and the catalogue's commands as processes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
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


def shell(variables: Variables, program: str) -> str:
    """Run a program in the catalogue, and return what it printed."""
    return manage(variables, "shell", "--verbosity", "0", "--command", program)


@contextmanager
def new_site(directory: Path, like: Variables | None = None) -> Iterator[Variables]:
    """Make a site whose files lie in ``directory``, on the kind of database that the tests run on.

    Args:
        directory: is made if it is missing.
        like: the site that it is a copy of; without one it has nothing, not even tables.

    Yields:
        The variables of its processes. Its database ends with the context.
    """
    if like:
        shutil.copytree(like["VAR_DIR"], directory, dirs_exist_ok=True)
    directory.mkdir(exist_ok=True)
    server = os.environ.get("DATABASE_URL")
    if not server:
        yield environment(directory)
        return
    import psycopg

    name = f"catalogue_{uuid.uuid4().hex}"
    copied = f" TEMPLATE {urlsplit(like['DATABASE_URL']).path[1:]}" if like else ""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}{copied}")
        try:
            url = urlsplit(server)._replace(path=f"/{name}").geturl()
            yield environment(directory, DATABASE_URL=url)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
