"""Faults of processes while the site is served, and what visitors and editors get meanwhile.

The table in docs/operating.md says the same; what takes long is caused in ``make test-deep`` only.
"""

import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.error import URLError

import pytest

from tests.chance import FACTOR
from tests.checkout import PROJECT
from tests.processes import manage, new_site, run, shell
from tests.served.editor import Browser
from tests.serving import served

deep = pytest.mark.skipif(FACTOR == 1, reason="takes long: make test-deep")

#: Renames a project again and again, each time as one change; prints the revision with the name.
EDITOR = """
import sys
from hzd_catalogue.reference.changes import change
from hzd_catalogue.reference.models import Revision
from projects.models import Project
for number in range(int(sys.argv[1])):
    with change():
        project = Project.objects.get(slug="wohngeld")
        project.name = f"Zwischenstand {number}"
        project.save()
        revision = Revision.current().number
    print(revision, number, flush=True)
"""


def start(site, program, *arguments):
    """Start a program in the catalogue."""
    setup = "import django\ndjango.setup()\n"
    return subprocess.Popen(
        [sys.executable, "-c", setup + program, *map(str, arguments)],
        cwd=PROJECT,
        env={**site, "DJANGO_SETTINGS_MODULE": "hzd_catalogue.settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@contextmanager
def visitors(visit, count=6):
    """Have so many threads call ``visit`` until the context ends; what fails in one, fails."""
    is_over = threading.Event()

    def go_on():
        while not is_over.is_set():
            visit()

    with ThreadPoolExecutor(count) as threads:
        running = [threads.submit(go_on) for _ in range(count)]
        try:
            yield is_over
        finally:
            is_over.set()
    for each in running:
        each.result()


@deep
def test_no_page_is_made_of_two_states(own_site):
    """What a list shows comes from an index, the revision at its end from the database."""
    seen = Counter()

    def visit():
        address = (
            "/projekte/?q=zwischenstand",
            "/projekte/",
            "/projekte.json",
            "/projekte/wohngeld/",
        )
        for path in address:
            text = re.sub("</?mark>", "", Browser(server).get(path).text)
            if path.endswith(".json"):
                revision = json.loads(text)["meta"]["revision"]["number"]
            else:
                revision = int(re.search(r"Revision (\d+)", text)[1])
            names = set(re.findall(r"Zwischenstand (\d+)", text))
            seen[path, revision, *sorted(names)] += 1

    with served(own_site) as server, visitors(visit, 4):
        with start(own_site, EDITOR, 20) as editor:
            edits = dict(map(int, line.split()) for line in editor.stdout)
        assert editor.returncode == 0
    assert len(edits) == 20
    # Pages of several states were seen, and each names the one that its revision has.
    assert len({revision for _path, revision, *_names in seen} & edits.keys()) > 1
    for path, revision, *names in seen:
        expected = [str(edits[revision])] if revision in edits else []
        assert names == expected, (path, revision)


def children_of(process):
    """Return the workers of a server, by their numbers."""
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(process.pid)],
        capture_output=True,
        text=True,
        check=False,
    )
    return [int(pid) for pid in listed.stdout.split()]


@deep
def test_a_killed_worker_takes_half_a_save_along_and_no_more(own_site):
    """Killed at any moment: each save is there as a whole or not at all, and others answer."""
    state = (
        "from hzd_catalogue.records.models import Version\n"
        "from projects.models import Project\n"
        "project = Project.objects.get(slug='wohngeld')\n"
        "version = Version.objects.of('projekte', 'wohngeld').first()\n"
        "import json\n"
        "print(json.dumps([project.pk, project.name, version.name]))\n"
    )
    number = json.loads(shell(own_site, state))[0]
    chance = random.Random(0)  # noqa: S311
    outcomes = Counter()
    with served(own_site, WEB_CONCURRENCY="2") as server:
        editor = Browser(server, timeout=30).sign_in()
        path = f"/verwaltung/projects/project/{number}/change/"
        for attempt in range(8):
            form = editor.get(path).form("summary")
            name = f"Versuch {attempt}"
            save = threading.Thread(
                target=lambda form=form, name=name: outcomes.update(
                    [sent(editor, form, path, name)]
                )
            )
            save.start()
            time.sleep(chance.uniform(0.02, 0.5))
            victim = chance.choice(children_of(server.process))
            os.kill(victim, signal.SIGKILL)
            # Whoever comes now is answered by the other one.
            assert visited(server, "/projekte/wohngeld/") == 200
            save.join()
            _number, stored, shown = json.loads(shell(own_site, state))
            assert stored == shown
            assert visited(server, "/readyz") == 200
            while len(children_of(server.process)) < 2:
                time.sleep(0.05)
        assert set(outcomes) <= {"saved", "broken"}


def sent(editor, form, path, name):
    """Send a project's form; return what the editor sees of it."""
    try:
        answer = editor.send(form, path, name=name, _save="1")
    except (OSError, URLError):
        return "broken"
    return "saved" if "erfolgreich" in answer.text else answer.text


def visited(server, path):
    """Return the status of a page; a connection that breaks while it waits is tried again."""
    for _ in range(20):
        try:
            return Browser(server, timeout=30).get(path).status
        except OSError:
            time.sleep(0.1)
    return None


@deep
def test_of_two_loaders_at_once_one_loads(tmp_path):
    with new_site(tmp_path / "var") as site:
        manage(site, "migrate", "--no-input")
        loader = "from django.core.management import call_command; call_command('load_catalogue')"
        both = [start(site, loader) for _ in range(2)]
        said = sorted(process.communicate(timeout=120)[0] for process in both)
        assert [process.returncode for process in both] == [0, 0]
        assert said[0].startswith("Die Datenbank enthält schon Einträge; nichts wurde geändert.")
        assert said[1].startswith("Geladen: ")
        assert "22 Projekte" in said[1]
        count = "from projects.models import Project; print(Project.objects.count())"
        assert shell(site, count) == "22\n"


#: Migrates and waits for its end in the middle of the migration whose number it is given.
MIGRATE = """
import sys, time
from django.core.management import call_command
from django.db.backends.base.schema import BaseDatabaseSchemaEditor as Editor
execute, left = Editor.execute, [int(sys.argv[1])]
def execute_and_wait(self, *arguments, **named):
    result = execute(self, *arguments, **named)
    left[0] -= 1
    if not left[0]:
        print("in the middle", flush=True)
        time.sleep(600)
    return result
Editor.execute = execute_and_wait
call_command("migrate", verbosity=0)
print("migrated", flush=True)
"""


@deep
def test_a_killed_migration_goes_on_where_it_was(tmp_path):
    chance = random.Random(0)  # noqa: S311
    with new_site(tmp_path / "whole") as whole:
        manage(whole, "migrate", "--no-input")
        wanted = tables_of(whole)
    was_in_the_middle = 0
    for attempt in range(2):
        with new_site(tmp_path / f"killed-{attempt}") as site:
            statement = chance.randrange(20, 200)
            with start(site, MIGRATE, statement) as process:
                said = process.stdout.readline()
                assert said in ("in the middle\n", "migrated\n")
                was_in_the_middle += said == "in the middle\n"
                process.kill()
            # No server starts on half of it, and one sentence says why.
            done = run(site, "manage.py", "load_catalogue")
            assert done.returncode == 0 or done.stderr.count("\n") == 1
            manage(site, "migrate", "--no-input")
            assert tables_of(site) == wanted
    assert was_in_the_middle


def tables_of(site):
    """Return tables, columns and indexes of a database, and the migrations that it has."""
    return shell(
        site,
        "from django.db import connection as c\n"
        "from django.db.migrations.recorder import MigrationRecorder as R\n"
        "with c.cursor() as cursor:\n"
        "    for table in sorted(c.introspection.table_names(cursor)):\n"
        "        columns = c.introspection.get_table_description(cursor, table)\n"
        "        rules = c.introspection.get_constraints(cursor, table)\n"
        "        print(table, [(x.name, x.type_code, x.null_ok) for x in columns], sorted(rules))\n"
        "print(sorted(R.Migration.objects.values_list('app', 'name')))\n",
    )


@deep
def test_a_restore_under_load_shows_the_old_or_the_new_and_never_half(own_site, tmp_path):
    backup = tmp_path / "saved.zip"
    manage(own_site, "backup", str(backup))
    with start(own_site, EDITOR, 1) as editor:
        assert editor.wait() == 0
    seen = Counter()

    def visit():
        for path in ("/projekte/?q=wohngeld", "/projekte/wohngeld/", "/projekte.json", "/"):
            answer = Browser(server).get(path)
            is_old = "Zwischenstand" in answer.text or path == "/"
            seen[answer.status, is_old] += 1
            assert answer.status == 200, answer.text

    with served(own_site) as server:
        asked = Browser(server)
        editor = Browser(server).sign_in()
        before = asked.get("/projekte.json").headers["ETag"]
        with visitors(visit) as is_over:
            manage(own_site, "restore", "--no-input", str(backup))
            # From now on, no process shows anything of before.
            for _ in range(20):
                for path in ("/projekte/?q=wohngeld", "/projekte/wohngeld/", "/projekte.json"):
                    assert "Zwischenstand" not in asked.get(path).text
            is_over.set()
        assert {is_old for _status, is_old in seen} == {True, False}
        assert asked.get("/projekte.json").headers["ETag"] != before
        # An editor signs in again.
        assert "Anmelden" in editor.get("/verwaltung/projects/project/").text
        Browser(server).sign_in()
        assert "Traceback" not in server.log.read_text()
