"""Faults of a SQLite database while it is served, and what visitors and editors get meanwhile.

The table in docs/operating.md says the same; what takes long is caused in ``make test-deep`` only.
"""

import os
import sqlite3
import subprocess
import threading
import time
from contextlib import closing, contextmanager

import pytest

from tests.chance import FACTOR
from tests.served.editor import Browser
from tests.serving import served

pytestmark = pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="about SQLite's file")
deep = pytest.mark.skipif(FACTOR == 1, reason="takes long: make test-deep")
NAME = "Gesperrt und gesichert"


@contextmanager
def locked(site, seconds):
    """Have another process hold the lock for writing; yields when it does."""
    program = (
        "import sqlite3, sys, time\n"
        "base = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "base.execute('BEGIN EXCLUSIVE')\n"
        "print('locked', flush=True)\n"
        "time.sleep(float(sys.argv[2]))\n"
        "base.execute('COMMIT')\n"
    )
    file = f"{site['VAR_DIR']}/catalogue.sqlite3"
    command = ["python3", "-c", program, file, str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "locked\n"
        yield process


def project_of(site, slug="wohngeld"):
    """Return number and name of a project as they are stored."""
    with closing(sqlite3.connect(f"{site['VAR_DIR']}/catalogue.sqlite3")) as base:
        return base.execute(
            "SELECT id, name FROM records_record WHERE type = 'projekte' AND slug = ?", [slug]
        ).fetchone()


@pytest.mark.parametrize("seconds", [1, *([8, 40] if FACTOR > 1 else [])])
def test_a_lock_holds_up_no_visitor_and_loses_no_form(own_site, seconds):
    """One process serves all: who waits in it must not keep others waiting."""
    number, before = project_of(own_site)
    with served(own_site, WEB_CONCURRENCY="1") as server:
        editor, visitor = Browser(server).sign_in(), Browser(server, timeout=5)
        path = f"/verwaltung/projects/project/{number}/change/"
        form = editor.get(path).form("summary")
        answers = []
        save = threading.Thread(
            target=lambda: answers.append(editor.send(form, path, name=NAME, _save="1"))
        )
        with locked(own_site, seconds) as holder:
            began = time.monotonic()
            save.start()
            seen = 0
            while holder.poll() is None:
                for page in ("/projekte/wohngeld/", "/projekte/?q=wohngeld", "/readyz"):
                    assert visitor.get(page).status == 200
                seen += 1
                time.sleep(0.1)
            assert seen >= 5 * min(seconds, 4)
        save.join(timeout=30)
        [answer] = answers
        if seconds > 20:
            assert "Die Datenbank nimmt gerade nichts an." in answer.text
            assert project_of(own_site)[1] == before
            assert "takes nothing in: database is locked" in server.log.read_text()
            # What was typed is still there, and is taken now.
            again = answer.form("summary")
            assert again.fields["name"] == NAME
            answer = editor.send(again, path, _save="1")
        else:
            assert time.monotonic() - began < seconds + 15
        assert "erfolgreich" in answer.text
        assert project_of(own_site)[1] == NAME
        assert NAME in visitor.get("/projekte/wohngeld/").text
