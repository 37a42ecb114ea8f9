"""The catalogue's commands and its server as processes of their own, on a database of their own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

PROJECT = Path(__file__).resolve().parent.parent
START_SECONDS = 30

Variables = dict[str, str]


def environment(directory: Path, **variables: str) -> Variables:
    """Return what a process needs that keeps its files in ``directory``."""
    return {
        "PATH": os.environ["PATH"],
        "VAR_DIR": str(directory),
        "SECRET_KEY": "only-for-tests",
        "ALLOWED_HOSTS": "testserver,127.0.0.1",
        "LOG_LEVEL": "WARNING",
        **variables,
    }


def run(variables: Variables, *command: str, umask: int = -1) -> subprocess.CompletedProcess[str]:
    """Run Python with ``command`` in the project, whatever comes of it."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=PROJECT,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        umask=umask,
        timeout=120,
    )


def manage(variables: Variables, *command: str, umask: int = -1) -> str:
    """Run a command of manage.py that succeeds, and return what it printed."""
    done = run(variables, "manage.py", *command, umask=umask)
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def new_database(directory: Path) -> Iterator[Variables]:
    """Yield the variables of an empty database of the kind that the tests run on."""
    directory.mkdir(exist_ok=True)
    server = os.environ.get("DATABASE_URL")
    if not server:
        yield environment(directory)
        return
    import psycopg

    name = f"catalogue_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            url = urlsplit(server)._replace(path=f"/{name}").geturl()
            yield environment(directory, DATABASE_URL=url)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def name_static_files(directory: Path) -> None:
    """Let pages name static files without the minute that collecting them takes."""
    from django.contrib.staticfiles.finders import get_finders

    names = {}
    for finder in get_finders():
        for path, storage in finder.list(()):
            name = f"{storage.prefix}/{path}" if getattr(storage, "prefix", None) else path
            names[name] = name
    directory.mkdir(parents=True, exist_ok=True)
    manifest = directory / "staticfiles.json"
    manifest.write_text(json.dumps({"version": "1.1", "paths": names, "hash": ""}))


@contextmanager
def served(variables: Variables, umask: int = -1) -> Iterator[str]:
    """Serve the site by gunicorn, and yield its address without a slash at the end."""
    static_root = Path(variables["VAR_DIR"]) / "static"
    if not static_root.exists():
        name_static_files(static_root)
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    with subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py"],
        cwd=PROJECT,
        env={**variables, "PORT": port, "WEB_CONCURRENCY": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        umask=umask,
    ) as server:
        try:
            _wait_for(int(port), server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("The server did not start.")
