"""What is read before the server's processes part, and what becomes of it."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from tests.chance import FACTOR
from tests.processes import new_site, run, shell
from tests.served.test_below import get
from tests.served.test_freshness import EDIT
from tests.serving import free_port, served

#: Pages that are made of what takes longest to read.
PAGES = [
    *("/suche/?q=wohngeld", "/projekte/?q=wohngeld", "/partner/", "/kooperationen/?q=wohngeld"),
    *("/aussagen/?q=wohngeld", "/"),
]
OTHERS_CONNECTED = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    print(cursor.fetchone()[0])
"""


def queries(server, page):
    """Return how often the database was asked for a page."""
    status, headers, _body = get(server.port, page, Host="localhost")
    assert status == 200
    return int(headers["X-Queries"])


def workers(server):
    done = subprocess.run(
        ["pgrep", "--parent", str(server.process.pid)], capture_output=True, text=True, check=False
    )
    return [int(line) for line in done.stdout.split()]


def open_connections(server, site):
    """Return how many connections to the database the server's main process has."""
    if "DATABASE_URL" in site:
        return int(shell(site, OTHERS_CONNECTED))
    opened = 0
    for file in Path(f"/proc/{server.process.pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            opened += "catalogue.sqlite3" in str(file.readlink())
    return opened


def test_the_first_visitor_of_a_process_waits_for_no_index(own_site):
    variables = {
        "application": "tests.served.counting:application",
        "wait_for": "/healthz",
        "WEB_CONCURRENCY": "1",
        "PAGE_CACHE": "off",
        "FRAGMENT_MEGABYTES": "0",
        "READ_AHEAD": "on",
    }
    with served(own_site, **variables) as server:
        # With PostgreSQL, of the workers as well: none of them has been asked for anything yet.
        assert open_connections(server, own_site) == 0
        first = [queries(server, page) for page in PAGES]
        usual = [queries(server, page) for page in PAGES]
        assert first == usual

        [worker] = workers(server)
        os.kill(worker, signal.SIGTERM)
        deadline = time.monotonic() + 20
        while worker in workers(server) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert [queries(server, page) for page in PAGES] == usual

        # What both of them began with is of before.
        shell(own_site, EDIT.format("Zwischenstand"))
        for page in ("/suche/?q=zwischenstand", "/projekte/", "/aussagen/?q=zwischenstand"):
            assert b"Zwischenstand" in get(server.port, page, Host="localhost")[2]

    with served(own_site, **{**variables, "READ_AHEAD": "off"}) as server:
        assert queries(server, PAGES[0]) > usual[0]


def test_a_database_that_cannot_be_read_stops_no_start(tmp_path):
    with new_site(tmp_path / "var") as site:
        program = "from hzd_catalogue.ahead import read_ahead; read_ahead()"
        done = run(site, "manage.py", "shell", "--verbosity", "0", "--command", program)

    assert done.returncode == 0
    [line] = done.stderr.splitlines()
    assert "Lists and search could not be read ahead: " in line


def test_a_start_that_takes_too_long_leaves_the_rest_to_the_workers(own_site):
    program = (
        "from hzd_catalogue import ahead; from projects.filters import PROJECTS; "
        "ahead._MOST_SECONDS = -1; ahead.read_ahead(); print(PROJECTS._kept._kept)"
    )
    done = run(own_site, "manage.py", "shell", "--verbosity", "0", "--command", program)

    assert done.stdout.split() == ["None"]
    assert "Only a part was read ahead" in done.stderr


@pytest.mark.skipif(
    FACTOR == 1 or not os.environ.get("DATABASE_URL"), reason="takes long, on PostgreSQL"
)
def test_a_lock_on_a_table_holds_up_a_start_for_seconds(own_site):
    with psycopg.connect(own_site["DATABASE_URL"]) as connection:
        connection.execute("LOCK TABLE records_record IN ACCESS EXCLUSIVE MODE")
        with served(own_site, wait_for="/healthz", READ_AHEAD="on") as server:
            assert "could not be read ahead: canceling statement" in server.log.read_text()
            connection.rollback()
            assert get(server.port, "/suche/?q=wohngeld", Host="localhost")[0] == 200


@pytest.mark.skipif(not os.environ.get("DATABASE_URL"), reason="about PostgreSQL")
def test_a_server_that_is_away_stops_no_start(own_site):
    away = {"DATABASE_URL": f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"}
    with served(own_site, wait_for="/healthz", READ_AHEAD="on", **away) as server:
        assert get(server.port, "/suche/", Host="localhost")[0] == 503
        assert server.log.read_text().count("could not be read ahead") == 1
