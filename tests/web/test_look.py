"""The look at the revision: over one connection while it holds, and at the newest state."""

import os
import sqlite3
import time
from contextlib import closing

import pytest
from django.db import OperationalError, connection
from django.db.backends.sqlite3.base import DatabaseWrapper

from hzd_catalogue.web import look
from hzd_catalogue.web.database import file_now

pytestmark = pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="about a file")


@pytest.fixture
def file(db, tmp_path, settings):
    settings.DATABASE_FILE = tmp_path / "file.sqlite3"
    return settings.DATABASE_FILE


@pytest.fixture
def opened(file, monkeypatch):
    """The connections that are opened to that file."""
    found = []

    def create_connection(alias):
        options = {"init_command": "PRAGMA journal_mode=WAL"}
        name = f"{file.as_uri()}?mode=rw"
        made = DatabaseWrapper({**connection.settings_dict, "NAME": name, "OPTIONS": options})
        made.opened_file = file_now()
        found.append(made)
        return made

    monkeypatch.setattr(look.connections, "create_connection", create_connection)
    return found


def commit(file, number):
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(
            "CREATE TABLE IF NOT EXISTS reference_revision (number, changed_at datetime)"
        )
        database.execute("DELETE FROM reference_revision")
        database.execute("INSERT INTO reference_revision VALUES (?, datetime('now'))", [number])


def test_each_look_sees_what_was_committed_before_it(file, opened, monkeypatch):
    commit(file, 1)
    own = look.Look()
    for number in range(3):
        commit(file, number)
        assert own()[0] == number
    # It holds no snapshot: all that was written can be moved into the file.
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    assert len(opened) == 1

    other = file.with_name("other")
    commit(other, 7)
    other.replace(file)
    assert own()[0] == 7
    opened[-1].connection.close()
    assert own()[0] == 7
    now = time.monotonic()
    monkeypatch.setattr(look.time, "monotonic", lambda: now + 61)
    commit(file, 8)
    assert own()[0] == 8
    assert len(opened) == 4
    assert [made.connection is None for made in opened] == [True, True, True, False]

    file.unlink()
    with pytest.raises(OperationalError):
        own()
    commit(file, 9)
    assert own()[0] == 9
    own.leave()
    assert opened[-1].connection is None
