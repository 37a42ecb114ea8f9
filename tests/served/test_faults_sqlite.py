"""Faults of a SQLite database while it is served, and what visitors and editors get meanwhile.

The table in docs/operating.md says the same; what takes long is caused in ``make test-deep`` only.
"""

import ctypes
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress

import pytest

from hzd_catalogue.web.database import WAIT_SECONDS
from tests.chance import FACTOR
from tests.proxy import skip_or_fail
from tests.served.editor import Browser
from tests.serving import ADMINISTRATOR, served

pytestmark = pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="about SQLite's file")
deep = pytest.mark.skipif(FACTOR == 1, reason="takes long: make test-deep")
NAME = "Gesperrt und gesichert"


@contextmanager
def locked(site):
    """Have another process hold the lock for writing."""
    program = (
        "import sqlite3, sys\n"
        "base = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "base.execute('BEGIN EXCLUSIVE')\n"
        "print('locked', flush=True)\n"
        "sys.stdin.read()\n"
        "base.execute('COMMIT')\n"
    )
    command = [sys.executable, "-c", program, file_of(site)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "locked\n"
        yield
        process.stdin.close()


def file_of(site):
    given = site.get("DATABASE_URL", "").removeprefix("sqlite:///")
    return given or f"{site['VAR_DIR']}/catalogue.sqlite3"


def project_of(site, slug="wohngeld"):
    """Return number and name of a project as they are stored."""
    with closing(sqlite3.connect(file_of(site))) as base:
        return base.execute(
            "SELECT id, name FROM records_record WHERE type = 'projekte' AND slug = ?", [slug]
        ).fetchone()


@pytest.mark.parametrize("seconds", [1, *([8, 40] if FACTOR > 1 else [])])
def test_a_lock_holds_up_no_visitor_and_loses_no_form(own_site, seconds):
    """One process serves all: who waits in it must not keep others waiting."""
    number, before = project_of(own_site)
    with served(own_site, WEB_CONCURRENCY="1") as server:
        editor, visitor = Browser(server).sign_in(), Browser(server, timeout=15)
        path = f"/verwaltung/projects/project/{number}/change/"
        form = editor.get(path).form("summary")
        answers = []
        save = threading.Thread(
            target=lambda: answers.append(editor.send(form, path, name=NAME, _save="1"))
        )
        with locked(own_site):
            until = time.monotonic() + seconds
            save.start()
            while time.monotonic() < until:
                for page in ("/projekte/wohngeld/", "/projekte/?q=wohngeld", "/readyz"):
                    assert visitor.get(page).status == 200
            assert (answers == []) == (seconds < WAIT_SECONDS)
        save.join(timeout=30)
        [answer] = answers
        if seconds > WAIT_SECONDS:
            assert "Die Datenbank nimmt gerade nichts an." in answer.text
            assert project_of(own_site)[1] == before
            assert "takes nothing in: database is locked" in server.log.read_text()
            # What was typed is still there, and is taken now.
            again = answer.form("summary")
            assert again.fields["name"] == NAME
            answer = editor.send(again, path, _save="1")
        assert "erfolgreich" in answer.text
        assert project_of(own_site)[1] == NAME
        assert NAME in visitor.get("/projekte/wohngeld/").text


@contextmanager
def small_disk(directory, size):
    """Mount a disk of so many bytes."""
    directory.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", str(directory)]
    done = subprocess.run(["mount", *options], check=False, capture_output=True, text=True)
    if done.returncode:
        skip_or_fail(f"No disk could be mounted that can be full: {done.stderr}")
    try:
        yield directory
    finally:
        subprocess.run(["umount", "--lazy", str(directory)], check=True)


def form_of(editor, site):
    """Return the form of a project, and where it was."""
    path = f"/verwaltung/projects/project/{project_of(site)[0]}/change/"
    return editor.get(path).form("summary"), path


@deep
def test_a_full_disk_keeps_what_is_typed_until_there_is_room(own_site, tmp_path):
    file = tmp_path / "var" / "catalogue.sqlite3"
    with small_disk(tmp_path / "disk", file.stat().st_size + 4_000_000) as disk:
        shutil.copy(file, disk)
        own_site = own_site | {"DATABASE_URL": f"sqlite:///{disk / file.name}"}
        with served(own_site) as server:
            editor = Browser(server).sign_in()
            form, path = form_of(editor, own_site)
            fill(disk / "filler")
            answer = editor.send(form, path, name=NAME, _save="1")
            assert "Die Datenbank nimmt gerade nichts an." in answer.text
            assert "takes nothing in: database or disk is full" in server.log.read_text()
            assert_nothing_changed_for_visitors(server)
            # Nor does anybody sign in, who is told so.
            newcomer = Browser(server)
            login = newcomer.get("/verwaltung/login/").form("username")
            name, password = ADMINISTRATOR
            refused = newcomer.send(login, "/verwaltung/login/", username=name, password=password)
            assert (refused.status, refused.headers["Retry-After"]) == (503, "60")
            assert password not in refused.text

            (disk / "filler").unlink()
            answer = editor.send(answer.form("summary"), path, _save="1")
            assert "erfolgreich" in answer.text
            assert NAME in Browser(server).get("/projekte/wohngeld/").text


def fill(file):
    """Write until the disk is full."""
    with file.open("wb", buffering=0) as filler, suppress(OSError):
        for size in (100_000, 4096, 1):
            with suppress(OSError):
                while True:
                    filler.write(b"x" * size)


def assert_nothing_changed_for_visitors(server):
    for page in ("/projekte/wohngeld/", "/projekte.json", "/suche/?q=wohngeld", "/readyz"):
        answer = Browser(server).get(page)
        assert answer.status == 200
        assert NAME not in answer.text


@deep
def test_a_read_only_directory_is_read_on_and_takes_nothing_in(own_site, tmp_path):
    with without_the_rights_of_root(own_site) as server:
        editor = Browser(server).sign_in()
        form, path = form_of(editor, own_site)
        directory = tmp_path / "var"
        files = list(directory.glob("catalogue.sqlite3*"))
        directory.chmod(0o500)
        for file in files:
            file.chmod(0o400)
        answer = editor.send(form, path, name=NAME, _save="1")
        assert "Die Datenbank nimmt gerade nichts an." in answer.text
        assert "attempt to write a readonly database" in server.log.read_text()
        assert_nothing_changed_for_visitors(server)

        directory.chmod(0o700)
        for file in files:
            file.chmod(0o600)
        answer = editor.send(answer.form("summary"), path, _save="1")
        assert "erfolgreich" in answer.text


@contextmanager
def without_the_rights_of_root(site):
    """Serve with a process that permissions hold for, whoever started it."""
    stack = ExitStack()

    def start():
        # PR_CAPBSET_DROP, CAP_DAC_OVERRIDE: of this thread, and of what it starts.
        ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)
        return stack.enter_context(served(site))

    with stack, ThreadPoolExecutor(1) as thread:
        yield thread.submit(start).result()


@deep
@pytest.mark.parametrize("harm", ["vanished", "damaged"])
def test_a_file_that_is_lost_takes_no_form_along(own_site, tmp_path, harm):
    file = tmp_path / "var" / "catalogue.sqlite3"
    with served(own_site) as server:
        editor = Browser(server).sign_in()
        form, path = form_of(editor, own_site)
        with closing(sqlite3.connect(file)) as base:
            base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        kept = shutil.copy(file, tmp_path / "kept.sqlite3")
        if harm == "vanished":
            file.unlink()
        else:
            sound = file.read_bytes()
            with file.open("r+b") as damaged:
                damaged.seek(4096)
                damaged.write(os.urandom(len(sound) - 4096))
        answer = editor.send(form, path, name=NAME, _save="1")
        assert (answer.status, answer.headers["Retry-After"]) == (503, "60")
        for page in ("/projekte/wohngeld/", "/projekte.json"):
            refused = Browser(server).get(page)
            assert (refused.status, refused.headers["Retry-After"]) == (503, "60")
        assert file.exists() == (harm == "damaged")
        complaints = [line for line in server.log.read_text().splitlines() if "said once" in line]
        # One for each process, and for each of the two ways in which a damaged file fails.
        assert 1 <= len(complaints) <= 4
        assert "Traceback" not in server.log.read_text()

        for leftover in file.parent.glob("catalogue.sqlite3*"):
            leftover.unlink()
        shutil.copy(kept, file)
        answer = editor.send(answer.form("summary"), path, _save="1")
        assert "erfolgreich" in answer.text
        assert NAME in Browser(server).get("/projekte/wohngeld/").text
