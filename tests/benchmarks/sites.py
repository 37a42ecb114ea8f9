"""What is asked: the catalogue as deployed, the bare view, Datasette, nginx."""

from __future__ import annotations

import csv
import io
import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.request import urlopen

from tests.checkout import PROJECT
from tests.processes import Variables, run, shell
from tests.proxy import configuration, running
from tests.serving import free_port, served

REAL = "real"
#: The columns of Datasette's table that become its facets, and the columns of the export they hold.
FACETS = {"reichweite": "reach", "art": "kind", "status": "status", "ebene": "levels"}
#: An edit as the admin makes it: a project has another name, another word in its text and another
#: statement; words, labels, orders and quotations follow.
EDIT = """
from secrets import token_hex
from hzd_catalogue.records.models import OtherName
from hzd_catalogue.reference.changes import change
from hzd_catalogue.reference.models import Source
from projects.models import Project

with change():
    project = Project.objects.published().order_by("?").first()
    word = token_hex(4)
    project.name = f"Projekt {word}"
    project.summary = f"{project.summary.rpartition(' ')[0]} {word}."
    project.save()
    OtherName.objects.filter(name__startswith="Name ").delete()
    OtherName.objects.create(
        record=project,
        name=f"Name {word}",
        name_kind="kurzform",
        source=Source.objects.published().first(),
        paragraph=1,
        quote=f"Wort {word}",
    )
"""


def fill(site: Variables, size: str) -> None:
    """Give a new site its tables, static files and the catalogue of one size."""
    command = (
        'call_command("load_catalogue", verbosity=0)'
        if size == REAL
        else f'call_command("generate_catalogue", records={size}, seed=1)'
    )
    done = run(
        site,
        *("manage.py", "shell", "--verbosity", "0", "--command"),
        f"""
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("collectstatic", interactive=False, verbosity=0)
{command}
""",
        timeout=3600,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)


def edit(site: Variables) -> None:
    """Change one published project."""
    shell(site, EDIT)


@contextmanager
def bare_view(directory: Path, plain: bytes, compressed: bytes) -> Iterator[str]:
    """Serve bytes by a view without anything around it; yields its address."""
    page = directory / "page"
    page.write_bytes(plain)
    page.with_name("page.gz").write_bytes(compressed)
    # Everything else is as for the catalogue: workers, log, limits.
    variables = {
        "PATH": os.environ["PATH"],
        "VAR_DIR": str(directory),
        "LOG_LEVEL": "WARNING",
        "BARE_PAGE": str(page),
        # There is nothing to read.
        "READ_AHEAD": "off",
    }
    application = "tests.benchmarks.bare:application"
    with served(variables, wait_for="/", application=application) as server:
        yield f"{server.url}/"


@contextmanager
def datasette(program: str, export: bytes, directory: Path) -> Iterator[str]:
    """Serve a table of the projects by Datasette; yields the address of the table.

    Its facet columns are indexed and its text is in FTS5; it suggests no facets and is given as
    much time as it needs, so that it leaves nothing out.
    """
    file = directory / "catalogue.db"
    _write_table(file, export)
    port = free_port()
    command = [program, "serve", str(file), "--port", str(port)]
    for setting in ("suggest_facets off", "sql_time_limit_ms 60000", "facet_time_limit_ms 60000"):
        command += ["--setting", *setting.split()]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}/catalogue/projects"
    try:
        _wait_for(url)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)


def rows_of(export: bytes) -> int:
    """Return how many rows a CSV file has."""
    return sum(1 for _ in csv.reader(io.StringIO(export.decode()))) - 1


def _write_table(file: Path, export: bytes) -> None:
    rows = list(csv.DictReader(io.StringIO(export.decode())))
    texts = [name for name in rows[0] if name not in FACETS.values()]
    columns = [*FACETS, *texts]
    names = ", ".join(f'"{name}"' for name in columns)
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(f"CREATE TABLE projects (id INTEGER PRIMARY KEY, {names})")
        # Of several values the first one: an index over lists is not to be had.
        values = (
            [
                *(row[FACETS[name]].partition("|")[0] for name in FACETS),
                *(row[name] for name in texts),
            ]
            for row in rows
        )
        marks = ", ".join("?" * len(columns))
        database.executemany(f"INSERT INTO projects ({names}) VALUES ({marks})", values)  # noqa: S608
        for name in FACETS:
            database.execute(f'CREATE INDEX "by_{name}" ON projects ("{name}")')
        # Whatever stands in the row, as our search looks for it.
        searched = ", ".join(f'"{name}"' for name in texts)
        database.execute(
            f'CREATE VIRTUAL TABLE projects_fts USING fts5({searched}, content="projects")'
        )
        database.execute("INSERT INTO projects_fts(projects_fts) VALUES('rebuild')")


@contextmanager
def nginx(directory: Path, port: int, plain: bytes) -> Iterator[str]:
    """Run nginx as shipped before the catalogue; ``/static-page`` is a file of its own.

    Only the limit a visitor is lifted, because there is one visitor.
    """
    (directory / "static-page").write_bytes(plain)
    main, own_port, _tls = configuration(directory, [port], port)
    main.write_text(main.read_text().replace("rate=50r/s", "rate=1000000r/s"))
    locations = directory / "locations.conf"
    own_file = f"location = /static-page {{ root {directory}; default_type text/html; }}"
    locations.write_text(f"{locations.read_text()}\n{own_file}\n")
    with running(main, own_port):
        yield f"http://127.0.0.1:{own_port}"


def memory(pid: int) -> float:
    """Return the megabytes that a server's workers hold, each with its share of what is shared."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    sizes = []
    for child in children:
        text = Path(f"/proc/{child}/smaps_rollup").read_text()
        found = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
        sizes.append(int(found[1]) / 1024 if found else 0)
    return max(sizes)


def _wait_for(url: str) -> None:
    for _ in range(300):
        try:
            with urlopen(url, timeout=60):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{url} does not answer.")


def commit() -> str:
    """Return which state of the code is measured; with a plus where files differ from it.

    What a benchmark writes after each of its sizes does not count.
    """

    def git(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["git", *arguments], cwd=PROJECT, capture_output=True, text=True, check=False
        )

    differs = git("diff", "--quiet", "HEAD", "--", ".", ":!docs/performance.md").returncode == 1
    return git("rev-parse", "--short", "HEAD").stdout.strip() + "+" * differs


def versions(program: str) -> str:
    """Return which programs were measured, and on how many cores."""
    import django
    import gunicorn

    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    python = ".".join(str(part) for part in sys.version_info[:3])
    return (
        f"{os.cpu_count()} cores, Python {python}, Django {django.get_version()}, "
        f"gunicorn {gunicorn.__version__}, Datasette {said.stdout.split()[-1]}"
    )
