"""What a load balancer is told: does the process run, and would a visitor get a page?"""

import os
import shutil
import sqlite3
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.serving import served

SQLITE_ONLY = pytest.mark.skipif(
    bool(os.environ.get("DATABASE_URL")), reason="a file that is taken away or spoilt"
)


def ask(server, path, **headers):
    """Return status and words of an answer."""
    try:
        with urlopen(Request(f"{server.url}{path}", headers=headers), timeout=30) as response:
            return response.status, response.read().decode().strip()
    except HTTPError as error:
        return error.code, error.read().decode().strip()


def test_ready_for_whatever_host_and_scheme_the_question_comes_with(site):
    with served(site, HTTPS="on", TRUSTED_PROXIES="192.0.2.1") as server:
        assert ask(server, "/healthz", Host="10.0.0.7:8000") == (200, "ok")
        assert ask(server, "/readyz", Host="10.0.0.7:8000") == (200, "ok")


def test_only_asking_is_answered(site):
    with served(site) as server:
        try:
            urlopen(Request(f"{server.url}/healthz", method="POST"), timeout=30).close()
        except HTTPError as error:
            answer = error.code, error.headers["Allow"]
            error.close()
    assert answer == (405, "GET, HEAD")


def test_a_foreign_host_is_one_line_of_the_log(site):
    with served(site) as server:
        for path in ("/", "/projekte/?land=DE-TH", "/verwaltung/login/"):
            assert ask(server, path, Host="fremd.example")[0] == 400
        lines = [line for line in server.log.read_text().splitlines() if line[:1] != "{"]

    complaints = [line for line in lines if "fremd.example" in line]
    assert len(complaints) == 3
    assert not [line for line in lines if "Traceback" in line or line.startswith(" ")]


@SQLITE_ONLY
def test_not_ready_with_an_empty_catalogue(site, own_site, tmp_path):
    filled = Path(site["VAR_DIR"]) / "catalogue.sqlite3"
    with closing(sqlite3.connect(tmp_path / "var" / "catalogue.sqlite3")) as connection:
        connection.execute("DELETE FROM records_record")
        connection.commit()
        with served(own_site, wait_for="/healthz") as server:
            assert ask(server, "/readyz") == (503, "the catalogue is empty")
            with closing(sqlite3.connect(filled)) as other:
                other.backup(connection)
            assert ask(server, "/readyz") == (200, "ok")


def status_of(reader, path):
    reader.request("GET", path)
    with reader.getresponse() as response:
        response.read()
        return response.status


@SQLITE_ONLY
@pytest.mark.parametrize("harm", ["vanished", "unreadable", "unmigrated"])
def test_not_ready_without_a_database_that_can_be_read(own_site, tmp_path, harm):
    file = tmp_path / "var" / "catalogue.sqlite3"
    kept = tmp_path / "kept.sqlite3"
    with served(own_site) as server:
        # Otherwise what was written last would lie beside the file.
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(file, kept)
        # A reader who stays has a connection to the database that stays, too.
        reader = HTTPConnection("127.0.0.1", server.port, timeout=30)
        assert status_of(reader, "/projekte/wohngeld/") == 200
        if harm == "vanished":
            file.unlink()
        elif harm == "unreadable":
            file.write_bytes(os.urandom(200_000))
        else:
            with closing(sqlite3.connect(file)) as connection:
                connection.execute("DROP TABLE reference_revision")
        assert ask(server, "/healthz") == (200, "ok")
        assert ask(server, "/readyz")[0] == 503
        assert harm != "vanished" or not file.exists()
        # Of a page that is kept, too, only what the database has by now is shown.
        assert status_of(reader, "/projekte/wohngeld/") == 503
        reader.close()

        for leftover in file.parent.glob("catalogue.sqlite3*"):
            leftover.unlink()
        shutil.copy(kept, file)
        assert ask(server, "/readyz") == (200, "ok")
