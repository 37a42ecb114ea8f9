"""What a backup saved comes back to the row, all of it or nothing, whatever has happened since.

Each test has a database of its own, as a site has it: a SQLite file with its ``-wal``, or a
database on the PostgreSQL server.
"""

from __future__ import annotations

import gc
import hashlib
import io
import json
import os
import random
import re
import shutil
import stat
import subprocess
import sys
import zipfile
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit
from uuid import uuid4

import psycopg
import pytest
from axes.models import AccessAttempt
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, connections
from django.db.utils import load_backend

from hzd_catalogue.data import backup, restore
from hzd_catalogue.legal.models import KnownBarrier, LegalPage
from hzd_catalogue.lists.per_revision import PerRevision
from hzd_catalogue.records import blocking
from hzd_catalogue.records.export_rows import are_right
from hzd_catalogue.records.models import Address, RetiredKey, Version
from hzd_catalogue.records.publishing import withdraw
from hzd_catalogue.records.rechecks import take_in
from hzd_catalogue.reference import changes
from hzd_catalogue.reference.models import Block, Revision, Source, Topic
from projects.models import Participation, Project
from tests.checkout import PROJECT
from tests.processes import database_name, made_once
from tests.serving import loaded_site

LATER = "tests.data.later_migrations"
CHANCE = random.Random(4711)  # noqa: S311
PASSWORD = "Sehr-geheim-4711"
ATTACKER = "203.0.113.77"
#: What is not in a backup, or what a restore changes on purpose.
NOT_COMPARED = {
    "axes_accessattempt",
    "django_migrations",
    "django_session",
    "records_exportrows",
    "records_exportstate",
    "reference_revision",
    "reference_revisionstep",
}


# A database of its own ------------------------------------------------------------------------


class Place:
    """Where a database lies: how this process reaches it, and others."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.is_sqlite = connection.vendor == "sqlite"
        if self.is_sqlite:
            self.name = str(directory / "catalogue.sqlite3")
            self.url = f"sqlite:///{quote(self.name)}"
        else:
            self.name = f"backup_{uuid4().hex}"
            self.url = urlsplit(os.environ["DATABASE_URL"])._replace(path=self.name).geturl()

    @property
    def file(self) -> Path:
        return Path(self.name)

    @property
    def log(self) -> Path:
        """What SQLite has written, but not yet into the database's file."""
        return Path(f"{self.name}-wal")

    def create(self, template: Place | None = None) -> None:
        """Make it: empty, or a copy of ``template``."""
        if not self.is_sqlite:
            copied = f" TEMPLATE {template.name}" if template else ""
            self._on_server(f"CREATE DATABASE {self.name}{copied}")
        elif template:
            shutil.copy(template.file, self.file)

    def drop(self) -> None:
        if not self.is_sqlite:
            self._on_server(f"DROP DATABASE {self.name} WITH (FORCE)")

    def lose(self) -> None:
        """Lose every table, as with a broken disk."""
        connection.close()
        if self.is_sqlite:
            self.file.unlink()
        else:
            self.drop()
            self.create()

    def _on_server(self, statement: str) -> None:
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
            server.execute(statement)

    def connect(self):
        """Return a new connection, as a process of the site opens it."""
        wrapper = connection.copy()
        wrapper.settings_dict["NAME"] = self.name
        if not self.is_sqlite:
            # What would wait for ever fails.
            wrapper.settings_dict["OPTIONS"] = {"options": "-c statement_timeout=20s"}
        return wrapper

    def start(self, program: str, *arguments: object) -> subprocess.Popen:
        """Start another process that has this database."""
        return subprocess.Popen(
            [sys.executable, "-c", f"import sys, django\ndjango.setup()\n{program}", *arguments],
            cwd=PROJECT,
            env={**os.environ, "DATABASE_URL": self.url, "VAR_DIR": str(self.directory)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )


@contextmanager
def in_use(wrapper):
    """Let this process use the database of ``wrapper``."""
    usual = connections["default"]
    connections["default"] = wrapper
    try:
        yield
    finally:
        wrapper.close()
        connections["default"] = usual
        ContentType.objects.clear_cache()


@pytest.fixture(scope="module")
def template(tmp_path_factory, django_db_blocker):
    """The real catalogue with an account, its edits and all else that an operator would miss."""
    place = Place(tmp_path_factory.mktemp("template"))
    loaded = Place(Path(made_once("loaded", loaded_site)["VAR_DIR"]))
    if not loaded.is_sqlite:
        loaded.name = database_name(made_once("loaded", loaded_site))
    with django_db_blocker.unblock():
        place.create(loaded)
        with in_use(place.connect()):
            add_what_editors_add()
            call_command("backup", place.directory / "saved.zip", verbosity=0)
        yield place
        place.drop()


def add_what_editors_add():
    user = get_user_model().objects.create_superuser("redaktion", password=PASSWORD)
    user.groups.add(Group.objects.get(name="Redaktion"))
    user.user_permissions.add(Permission.objects.first())
    LogEntry.objects.log_actions(user.pk, Project.objects.all()[:3], CHANGE, "Ändern „…“\u2028\n")
    session = SessionStore()
    session["_auth_user_id"] = user.pk
    session.save()
    Address.objects.create(type="projekte", slug="alt", record=Project.objects.get(slug="epk"))
    RetiredKey.objects.create(key="abcdefghjk")
    AccessAttempt.objects.create(username="redaktion", ip_address=ATTACKER, failures_since_start=3)
    KnownBarrier.objects.create(title="Die Karte", planned_until="2030-12-31")
    LegalPage.objects.filter(slug="impressum").update(body="Wir, „Ämter“ & Co.\n\n\U0001f3db")
    withdraw(Project.objects.get(slug="bebpo"))
    # Marks what rests on the document.
    take_in(Source.objects.get(code="004"), ["Ein Satz. Noch einer.", "Ende"])


@pytest.fixture
def place(template, tmp_path, settings):
    """A site with everything in its database, which this process uses."""
    settings.BACKUP_DIR = tmp_path / "backups"
    place = Place(tmp_path)
    place.create(template)
    with in_use(place.connect()):
        yield place
    place.drop()


@pytest.fixture
def saved(template, place):
    """A backup of the site as the test finds it."""
    return Path(shutil.copy(template.directory / "saved.zip", place.directory))


def every_row(wrapper=connection):
    """Return all rows of all tables that a backup is about, as the database has them."""
    rows = {}
    with wrapper.cursor() as cursor:
        for table in wrapper.introspection.table_names(cursor):
            if table not in NOT_COMPARED:
                cursor.execute(f"SELECT * FROM {table}")  # noqa: S608
                rows[table] = sorted(map(repr, cursor.fetchall()))
    return rows


def edit():
    """Change, add and delete rows, as after a backup."""
    Project.objects.filter(slug="oasis").delete()
    Project.objects.filter(slug="epk").update(name="Anders")
    get_user_model().objects.create_user("neu")
    Topic.objects.create(name="Neu", slug="neu", description="Neu.", data_theme="JUST")
    Revision.advance()


def run_restore(path, **options):
    call_command("restore", path, interactive=False, **options)


def kept_files(place):
    return sorted((place.directory / "backups").glob("before-restore-*.zip"))


# Everything comes back ------------------------------------------------------------------------


def test_every_row_comes_back_and_the_state_before_can_be_brought_back(place, saved):
    before = every_row()
    edit()
    edited = every_row()
    assert edited != before

    run_restore(saved)

    assert every_row() == before
    # What no backup holds, and follows from the rest.
    assert are_right()
    [kept] = kept_files(place)

    run_restore(kept)

    assert every_row() == edited


NAME = "Jörg Tülpengraber"


def holds_name():
    return any("Tülpengraber" in row for rows in every_row().values() for row in rows)


def block_name():
    blocking.block(Block.of([NAME], ground="person", role="Verwaltung"))


def save_with_name(place):
    """Return a backup in which a name stands that is blocked afterwards."""
    with changes.change():
        project = Project.objects.get(slug="epk")
        project.description = f"Gedacht von {NAME}."
        project.save()
    path = place.directory / "with-name.zip"
    call_command("backup", path, verbosity=0)
    block_name()
    return path


def test_what_was_blocked_since_is_taken_out_of_an_older_backup(place, saved, capsys):
    older = save_with_name(place)
    assert not holds_name()

    run_restore(older)

    assert not holds_name()
    assert Block.objects.count() == 1
    assert (
        Version.objects.filter(slug="epk").first().shown["description"].startswith("Gedacht von [")
    )
    assert "Was gesperrt ist, ist an 3 Stellen wieder entfernt." in capsys.readouterr().out


def test_the_list_comes_from_a_newer_backup_where_the_database_is_lost(place, saved, capsys):
    older, newer = save_with_name(place), place.directory / "newer.zip"
    call_command("backup", newer, verbosity=0)
    place.lose()
    call_command("migrate", verbosity=0)

    run_restore(older)
    assert holds_name()
    assert "spielen Sie noch einmal ein, mit --blocks." in capsys.readouterr().out

    run_restore(older, blocks=newer)
    assert not holds_name()


def test_nothing_is_missing_from_the_file(saved):
    with backup.opened(saved) as opened:
        tables = opened.manifest.tables
        labels = {
            model._meta.label_lower
            for model in apps.get_models(include_auto_created=True)
            if not model._meta.proxy
        }
        assert labels - tables.keys() == {
            "sessions.session",
            "axes.accessattempt",
            "axes.accessattemptexpiration",
            "axes.accessfailurelog",
            "axes.accesslog",
            "records.exportrows",
            "records.exportstate",
            "reference.revisionstep",
        }
        for label, table in tables.items():
            assert len(list(opened.rows(label))) == table.rows
        assert tables["auth.user"].rows == 1
        assert tables["records.record"].rows == 53


def test_a_lost_database_comes_back(place, saved):
    before = every_row()
    place.lose()

    run_restore(saved)

    assert every_row() == before
    call_command("migrate", check_unapplied=True, verbosity=0)
    assert not kept_files(place)
    edit()
    assert Topic.objects.filter(slug="neu").exists()


WRITE_WHEN_TOLD = """
from django.db import connection
for line in sys.stdin:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reference_topic SET name = 'Anders' || id || %s", [line])
    print("written", flush=True)
"""


def test_a_lost_sqlite_file_comes_back_beside_a_process_that_still_has_it(place, saved):
    """That process goes on writing to what SQLite keeps beside the file."""
    if not place.is_sqlite:
        pytest.skip("about SQLite's file")
    connection.close()
    with place.start(WRITE_WHEN_TOLD) as process:
        tell(process)
        place.lose()
        run_restore(saved)
        edit()
        edited = every_row()
        tell(process)
        another = place.connect()
        assert every_row(another) == edited
        another.close()
        process.stdin.close()

    connection.close()
    assert every_row() == edited
    assert not restore.is_damaged()


def tell(process):
    process.stdin.write("now\n")
    process.stdin.flush()
    assert process.stdout.readline() == "written\n"


def test_a_database_that_is_only_migrated_is_filled(place, saved):
    before = every_row()
    call_command("flush", interactive=False, verbosity=0)

    run_restore(saved)

    assert every_row() == before


WRITER = """
from hzd_catalogue.reference.models import Topic
for number in range(100_000):
    Topic.objects.create(
        name=f"Thema {number}", slug=f"thema-{number}", description="-", data_theme="JUST"
    )
    print(number, flush=True)
"""


@pytest.mark.parametrize("loses_its_file", [False, True])
def test_restores_after_kill_9_of_a_writer(place, saved, loses_its_file):
    """On SQLite, the writer leaves a -wal that holds changes, once without its database."""
    if loses_its_file and not place.is_sqlite:
        pytest.skip("about SQLite's file")
    before = every_row()
    connection.close()
    with place.start(WRITER) as writer:
        while writer.stdout.readline() != "50\n":
            assert writer.poll() is None
        writer.kill()
    if place.is_sqlite:
        assert place.log.stat().st_size > 0
    if loses_its_file:
        place.file.unlink()

    run_restore(saved)

    assert every_row() == before
    connection.close()
    assert every_row() == before
    if not loses_its_file:
        [kept] = kept_files(place)
        with backup.opened(kept) as opened:
            assert opened.manifest.tables["reference.topic"].rows > 11 + 50


# Django leaves a connection to a file that is no database to the garbage collector, of which
# Python 3.13 tells.
@pytest.mark.filterwarnings("ignore:unclosed database:ResourceWarning")
def test_a_damaged_sqlite_file_is_put_aside(place, saved, capsys):
    if not place.is_sqlite:
        pytest.skip("about SQLite's file")
    before = every_row()
    connection.close()
    sound = place.file.read_bytes()
    page = sound.index("Präsenzkontrolle".encode()) // 4096 * 4096
    noise = CHANCE.randbytes(len(sound))
    for start, end in ((0, len(sound)), (0, 16), (page, page + 4096)):
        damaged = sound[:start] + noise[start:end] + sound[end:]
        place.file.write_bytes(damaged)
        assert restore.is_damaged()
        connection.close()
    sound_backup = saved.read_bytes()
    forge_manifest(saved, tables={})
    with pytest.raises(CommandError, match="Nichts wurde geändert"):
        run_restore(saved)
    assert place.file.read_bytes() == damaged
    assert not list(place.directory.glob("*.damaged-*"))
    saved.write_bytes(sound_backup)

    run_restore(saved)

    assert every_row() == before
    [aside] = re.findall(r"heißt jetzt (.+)\.$", capsys.readouterr().out, re.MULTILINE)
    assert Path(aside).read_bytes() == damaged
    gc.collect()


def test_sessions_and_failed_logins_are_neither_saved_nor_kept(place, saved):
    session = Session.objects.get()
    assert AccessAttempt.objects.get().ip_address == ATTACKER
    run_restore(saved)

    assert not Session.objects.exists()
    assert not AccessAttempt.objects.exists()
    with zipfile.ZipFile(saved) as archive:
        content = "".join(archive.read(name).decode() for name in archive.namelist())
    assert session.session_key not in content
    assert ATTACKER not in content


def test_moves_between_sqlite_and_postgresql(place, saved, tmp_path):
    """There and back: every value is the same again."""
    if place.is_sqlite:
        pytest.skip("needs --postgres")
    before = every_row()
    engine = load_backend("django.db.backends.sqlite3").DatabaseWrapper
    sqlite = {**connection.settings_dict, "NAME": tmp_path / "moved.sqlite3", "OPTIONS": {}}
    on_sqlite = tmp_path / "on-sqlite.zip"
    with in_use(engine({**sqlite, "HOST": "", "USER": ""}, "default")):
        run_restore(saved)
        call_command("backup", on_sqlite)
    edit()

    run_restore(on_sqlite)

    assert every_row() == before


# While the site runs ---------------------------------------------------------------------------


def test_a_backup_is_of_one_moment_and_holds_up_nobody(place, saved, monkeypatch):
    """Another connection writes and commits while the rows are read."""
    other = place.connect()
    tables = []

    def read(model):
        with other.cursor() as cursor:
            cursor.execute("DELETE FROM records_statement_concerns")
            cursor.execute("DELETE FROM records_recheck")
            cursor.execute("DELETE FROM records_statement")
            cursor.execute("UPDATE reference_topic SET name = 'Anders' || id")
        tables.append(model)
        return read_rows(model)

    read_rows = backup.rows_of
    monkeypatch.setattr(backup, "rows_of", read)
    before = every_row()

    call_command("backup", place.directory / "second.zip")

    other.close()
    assert len(tables) > 20
    assert not Participation.objects.exists()
    monkeypatch.undo()
    run_restore(place.directory / "second.zip")
    assert every_row() == before


def test_readers_see_all_of_the_old_or_of_the_new_and_writers_wait(place, saved, monkeypatch):
    before = every_row()
    edit()
    edited = every_row()
    reader, writer = place.connect(), place.connect()
    if place.is_sqlite:
        writer.settings_dict["OPTIONS"] = {"timeout": 0}
    seen = []

    def write():
        with writer.cursor() as cursor:
            if not place.is_sqlite:
                cursor.execute("SET lock_timeout = 1")
            cursor.execute("UPDATE reference_topic SET name = 'Anders' || id")

    def observed(change):
        def look_and_change(*arguments):
            seen.append(every_row(reader) == edited)
            with pytest.raises(OperationalError):
                write()
            return change(*arguments)

        return look_and_change

    monkeypatch.setattr(restore, "write", observed(restore.write))
    monkeypatch.setattr(restore, "insert", observed(restore.insert))

    run_restore(saved)

    assert len(seen) > 20
    assert all(seen)
    assert every_row(reader) == before
    reader.close()
    writer.close()


def test_no_page_of_the_state_before_is_served(place, saved, client, settings):
    """The page cache and the index in memory belong to a revision that is over."""
    settings.PAGE_CACHE = True
    address = "/projekte/epk/"

    def shows(name):
        # Each is read before the next is asked for, as a server does on one connection.
        pages = [
            b"".join(client.get(path)).decode()
            for path in (address, "/projekte/", "/projekte.json") * 2
        ]
        found = client.get("/projekte/", {"q": name})
        assert found.status_code == 200
        mentions = {name in page for page in pages}
        assert len(mentions) == 1
        return mentions.pop() and address in found.text

    old, new = "Elektronische Präsenzkontrolle (EPK)", "Xylophonkasten"
    assert shows(old)
    Project.objects.filter(slug="epk").update(name=new)
    Revision.advance()
    assert shows(new)
    edited = Revision.current()
    # As if the database had lost count: the restore would give the same number again.
    Revision.objects.update(number=edited.number - 2)

    run_restore(saved)

    assert shows(old)
    assert not shows(new)
    restored = Revision.current()
    assert restored.changed_at > edited.changed_at
    [kept] = kept_files(place)

    run_restore(kept)

    assert shows(new)
    assert Revision.current().number > restored.number


def test_an_edit_in_the_middle_of_a_request_is_no_part_of_it(place, client, monkeypatch):
    """It comes between the reading of the revision and the making of the index."""
    other = place.connect()
    get = PerRevision.get
    edits = []

    def edit_first(kept, revision):
        if not edits:
            edits.append(revision)
            with other.cursor() as cursor:
                cursor.execute("UPDATE records_record SET name = 'Xylophon' WHERE slug = 'epk'")
                cursor.execute("UPDATE reference_revision SET number = number + 1")
        return get(kept, revision)

    client.get("/projekte/")
    # As in a process that has seen nothing yet.
    Revision.advance()
    monkeypatch.setattr(PerRevision, "get", edit_first)
    assert "Xylophon" not in client.get("/projekte/").text
    other.close()
    assert edits
    assert "Xylophon" in client.get("/projekte/").text


# All or nothing ------------------------------------------------------------------------------

RESTORER = """
import time
from django.core.management import call_command
from hzd_catalogue.data import restore

def insert_and_wait(model, rows):
    count = insert(model, rows)
    if model._meta.label_lower == sys.argv[2]:
        print("halfway", flush=True)
        time.sleep(600)
    return count

insert = restore.insert
restore.insert = insert_and_wait
call_command("restore", sys.argv[1], interactive=False)
"""


def test_a_killed_restore_leaves_the_old_state(place, saved):
    edit()
    before = every_row()
    connection.close()
    with place.start(RESTORER, saved, "legal.legalpage") as process:
        while process.stdout.readline() != "halfway\n":
            assert process.poll() is None
        assert every_row() == before
        process.kill()

    assert every_row() == before
    run_restore(saved)
    assert Topic.objects.count() == 11


@pytest.mark.parametrize("is_lost", [False, True])
def test_a_restore_that_fails_at_its_end_leaves_the_old_state(place, saved, monkeypatch, is_lost):
    if is_lost:
        place.lose()
    else:
        edit()
    before = every_row()

    def fail(*arguments):
        raise RuntimeError

    monkeypatch.setattr(restore, "_advance_revision", fail)

    with pytest.raises(RuntimeError):
        run_restore(saved)

    assert every_row() == before
    if not is_lost:
        # On PostgreSQL, a sequence does not come back with its transaction.
        Topic.objects.create(name="Neuer", slug="neuer", description="-", data_theme="JUST")


# What is refused ------------------------------------------------------------------------------


def refused(path, **options):
    """Return why ``path`` is not restored; it must not have changed a row."""
    before = every_row()
    with pytest.raises(CommandError) as refusal:
        run_restore(path, **options)
    assert every_row() == before
    assert str(refusal.value).startswith("Nichts wurde geändert. ")
    return str(refusal.value).removeprefix("Nichts wurde geändert. ")


def forge(path, change):
    """Write the backup again with changed members, and a seal that fits them."""
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    change(members)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as new:
        new.comment = b"sha256:" + b"0" * 64
        for name, content in members.items():
            new.writestr(name, content)
    content = file.getvalue()[:-64]
    path.write_bytes(content + hashlib.sha256(content).hexdigest().encode())


def forge_manifest(path, **values):
    def change(members):
        manifest = json.loads(members["hzd-catalogue-backup.json"])
        members["hzd-catalogue-backup.json"] = json.dumps({**manifest, **values})

    forge(path, change)


def test_every_damaged_byte_is_noticed(place, saved):
    content = saved.read_bytes()
    places = [*range(60), *range(-120, 0), *CHANCE.sample(range(len(content)), 300)]
    for position in places:
        damaged = bytearray(content)
        damaged[position] ^= 1 << CHANCE.randrange(8)
        saved.write_bytes(damaged)
        with pytest.raises(backup.BackupError), backup.opened(saved):
            pass
    saved.write_bytes(damaged)
    assert (
        refused(saved) == f"{saved} ist beschädigt oder unvollständig: die Prüfsumme stimmt nicht."
    )


def test_every_shortened_file_is_noticed(place, saved):
    content = saved.read_bytes()
    for length in (0, 1, 50, 100, len(content) // 2, len(content) - 64, len(content) - 1):
        saved.write_bytes(content[:length])
        assert "beschädigt" in refused(saved) or "keine Sicherung" in refused(saved)
    saved.write_bytes(content + b"\n")
    assert "beschädigt" in refused(saved)


def test_what_is_not_ours_is_refused(place, saved, tmp_path):
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("manifest.json", "{}")
    text = tmp_path / "dump.sql"
    text.write_text("DROP TABLE records_record;\n" * 100)
    for path in (other, text):
        assert refused(path) == f"{path} ist keine Sicherung dieses Katalogs."
    assert refused(tmp_path / "none.zip") == f"Die Datei {tmp_path / 'none.zip'} gibt es nicht."


def test_a_newer_backup_is_refused(place, saved):
    content = saved.read_bytes()
    for newer in ({"software": "1.0.1"}, {"software": "99.0.0"}, {"format": 2}):
        saved.write_bytes(content)
        forge_manifest(saved, **newer)
        assert "spielen Sie sie mit jener oder einer neueren ein" in refused(saved)


def test_a_migration_that_is_unknown_is_refused(place, saved, settings):
    settings.MIGRATION_MODULES = {"legal": LATER}
    call_command("migrate", verbosity=0)
    newer = place.directory / "newer.zip"
    call_command("backup", newer)
    call_command("migrate", "legal", "0001", verbosity=0)
    settings.MIGRATION_MODULES = {}

    assert (
        "Migrationen voraus, die hier fehlen "
        "(legal.0002_later, legal.0003_filled, legal.0004_altered)" in refused(newer)
    )


def test_other_columns_are_refused(place, saved):
    with backup.opened(saved) as opened:
        tables = {label: vars(table) for label, table in opened.manifest.tables.items()}
    tables["auth.group"] = {"columns": ["id", "title"], "rows": 1}
    forge_manifest(saved, tables=tables)

    assert "passt nicht zu dieser Version des Katalogs: auth.group hat" in refused(saved)


def test_missing_rows_are_refused(place, saved):
    forge(saved, lambda members: members.update({"records.record.jsonl": b""}))

    assert refused(saved) == "Der Sicherung fehlen Zeilen von records.record."


def test_the_database_refuses_without_telling_a_row(place, saved):
    """A foreign key that leads nowhere, and a row that breaks a constraint, with secrets in it."""

    def break_key(members):
        rows = members["auth.user_groups.jsonl"].decode().splitlines()
        members["auth.user_groups.jsonl"] = json.dumps([*json.loads(rows[0])[:2], 4711])

    def double_user(members):
        [row] = members["auth.user.jsonl"].decode().splitlines()
        members["auth.user.jsonl"] = f"{row}\n{row}\n"

    secrets = [*get_user_model().objects.values_list("password", flat=True)]
    content = saved.read_bytes()
    for change in (break_key, double_user):
        saved.write_bytes(content)
        forge(saved, change)
        reason = refused(saved)
        assert reason.startswith("Die Datenbank lehnt ab")
        assert not [secret for secret in secrets if secret in reason]
        assert "4711" not in reason


def test_a_public_host_neither_saves_nor_restores(place, saved, settings):
    settings.PUBLIC_ONLY = True
    for command in ("backup", "restore"):
        with pytest.raises(CommandError, match="PUBLIC_ONLY"):
            call_command(command, saved)


def test_an_empty_database_is_not_saved(place, tmp_path):
    nothing = Place(tmp_path / "nothing")
    nothing.directory.mkdir()
    nothing.create()
    with in_use(nothing.connect()), pytest.raises(CommandError, match="leer"):
        call_command("backup", tmp_path / "nothing.zip")
    nothing.drop()
    assert not list(tmp_path.glob("nothing.zip*"))


# Older and newer versions ----------------------------------------------------------------------


def test_an_older_backup_is_migrated_on_the_way(place, saved, settings, capsys):
    before = every_row()
    settings.MIGRATION_MODULES = {"legal": LATER}
    call_command("migrate", verbosity=0)
    edit()
    if not place.is_sqlite:
        with connection.cursor() as cursor:
            cursor.execute("GRANT SELECT (id) ON records_record TO pg_monitor")

    run_restore(saved)

    if not place.is_sqlite:
        printed = capsys.readouterr().out
        assert "ihre Rechte wieder, der lesenden mit „manage.py reading_role“: pg_mon" in printed
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*), mark FROM legal_later GROUP BY mark")
        assert cursor.fetchall() == [(5, "migrated")]
    call_command("migrate", check_unapplied=True, verbosity=0)
    after = every_row()
    for table in before.keys() - {"django_content_type", "auth_permission"}:
        assert after[table] == before[table]


def test_an_older_database_is_saved_as_it_is(place, saved, settings):
    """Before an update is migrated, or after its migrations failed."""
    settings.MIGRATION_MODULES = {"legal": LATER}

    call_command("backup", place.directory / "older.zip")

    with backup.opened(place.directory / "older.zip") as opened:
        assert ("legal", "0002_later") not in opened.manifest.migrations


def test_a_newer_database_is_given_up_only_on_demand(place, saved, settings, capsys):
    """The evening of an update that failed: back to the old code and the old data."""
    before = every_row()
    settings.MIGRATION_MODULES = {"legal": LATER}
    call_command("migrate", verbosity=0)
    newer = every_row()
    settings.MIGRATION_MODULES = {}

    with pytest.raises(CommandError, match="von einer neueren Version"):
        call_command("backup", place.directory / "newer.zip")
    assert "--discard" in refused(saved)
    assert every_row() == newer

    run_restore(saved, discard=True)

    assert every_row() == before
    assert not kept_files(place)


# The operator ----------------------------------------------------------------------------------


def test_shows_what_it_would_replace_and_asks(place, saved, capsys, monkeypatch):
    edit()
    edited = every_row()
    revision = Revision.current().number
    for answer in ("", "nein", "j"):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{answer}\n"))
        with pytest.raises(CommandError, match="Abgebrochen"):
            call_command("restore", saved)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(CommandError, match="Abgebrochen"):
        call_command("restore", saved)
    assert every_row() == edited
    assert not kept_files(place)

    monkeypatch.setattr("sys.stdin", io.StringIO("ja\n"))
    call_command("restore", saved)

    output = capsys.readouterr().out
    lines = [line.split() for line in output.splitlines()]
    assert ["Einträge", "52", "53"] in lines
    assert ["Benutzer", "2", "1"] in lines
    assert f"  Datenstand {revision} vom" in output
    assert f"Datenstand ist jetzt {revision + 1}" in output
    assert str(kept_files(place)[0]) in output
    assert not [secret for secret in secrets() if secret in output]
    assert Project.objects.filter(slug="oasis").exists()


def secrets():
    from django.conf import settings

    return [
        settings.SECRET_KEY,
        *get_user_model().objects.exclude(password="").values_list("password", flat=True),
    ]


def test_only_the_owner_reads_a_backup(place, saved):
    usual = os.umask(0)
    try:
        call_command("backup")
        run_restore(saved)
    finally:
        os.umask(usual)

    directory = place.directory / "backups"
    files = sorted(directory.iterdir())
    assert [path.name.split("-20")[0] for path in files] == ["before-restore", "catalogue"]
    assert [stat.S_IMODE(path.stat().st_mode) for path in (directory, *files)] == [
        0o700,
        0o600,
        0o600,
    ]


def test_a_backup_has_its_name_when_it_is_complete(place, saved, monkeypatch):
    def fail(model):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "rows_of", fail)
    path = place.directory / "full.zip"

    with pytest.raises(CommandError, match=r"full\.zip lässt sich nicht schreiben"):
        call_command("backup", path)
    assert not list(place.directory.glob("full*"))

    edited = every_row()
    assert "lässt sich nicht schreiben" in refused(saved)
    assert every_row() == edited


def test_no_file_is_overwritten(place, saved):
    content = saved.read_bytes()
    with pytest.raises(CommandError, match="gibt es schon"):
        call_command("backup", saved)
    assert saved.read_bytes() == content
