"""A PostgreSQL server that goes away and comes back, and one that lags, while they are served.

Only in ``make test-deep``, each on a server of its own. The table in docs/operating.md says the
same.
"""

import os
import time
from collections import Counter
from contextlib import ExitStack
from http.client import IncompleteRead

import psycopg
import pytest

from tests.chance import FACTOR
from tests.postgres import PostgresServer, PostgresUnavailableError
from tests.processes import environment, shell
from tests.proxy import skip_or_fail
from tests.served.editor import Browser
from tests.served.test_faults import visitors
from tests.served.test_freshness import EDIT
from tests.serving import prepare, served

pytestmark = [
    pytest.mark.skipif(not os.environ.get("DATABASE_URL"), reason="about PostgreSQL"),
    pytest.mark.skipif(FACTOR == 1, reason="takes long: make test-deep"),
]
NAME = "Gesichert, als sie wieder da war"


@pytest.fixture
def postgres():
    try:
        server = PostgresServer()
    except PostgresUnavailableError as error:
        skip_or_fail(f"No server could be taken away. {error}")
    yield server
    server.stop()


@pytest.fixture
def own(postgres, tmp_path):
    """A site on that server."""
    directory = tmp_path / "own"
    directory.mkdir()
    own = environment(directory, DATABASE_URL=postgres.url)
    prepare(own)
    return own


def project_form(browser, site):
    """Return the form of a project, and where it is."""
    which = "from projects.models import Project; print(Project.objects.get(slug='wohngeld').pk)"
    path = f"/verwaltung/projects/project/{shell(site, which).strip()}/change/"
    return browser.get(path).form("summary"), path


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_server_that_was_away_is_used_again_without_a_restart(postgres, own, mode):
    with served(own) as server:
        editor, visitor = Browser(server).sign_in(), Browser(server)
        form, path = project_form(editor, own)
        assert visitor.get("/projekte/wohngeld/").status == 200
        postgres.halt(mode)

        for page in ("/", "/projekte/wohngeld/", "/projekte.json", "/suche/?q=wohngeld"):
            began = time.monotonic()
            answer = visitor.get(page)
            assert (answer.status, answer.headers["Retry-After"]) == (503, "60")
            assert answer.headers["Cache-Control"] == "no-store"
            assert "nicht erreichbar" in answer.text
            # Given up after five seconds; the machine may be busy.
            assert time.monotonic() - began < 20
        assert visitor.get("/healthz").status == 200
        assert visitor.get("/readyz").text == "the home page answers 503\n"
        answer = editor.send(form, path, name=NAME, _save="1")
        assert answer.status == 503
        assert "Was Sie abgeschickt haben, steht noch in dieser Seite." in answer.text
        # Once more while it is still away: the page comes again with all that was typed.
        answer = editor.send(answer.form("summary"), path)
        assert answer.status == 503
        log = server.log.read_text()
        assert "Traceback" not in log
        # In each of two processes a line a minute for each way in which it fails.
        assert 1 <= log.count("said once a minute") <= 8

        postgres.resume()
        again = Browser(server)
        until = time.monotonic() + 30
        while again.get("/readyz").status != 200 and time.monotonic() < until:
            time.sleep(0.2)
        assert again.get("/projekte/wohngeld/").status == 200
        answer = editor.send(answer.form("summary"), path)
        assert "erfolgreich" in answer.text
        assert NAME in visitor.get("/projekte/wohngeld/").text


def test_a_server_restarted_under_load_costs_no_visitor_more_than_a_moment(postgres, own):
    seen = Counter()

    def visit():
        for path in ("/projekte/wohngeld/", "/projekte/?q=wohngeld", "/projekte.json"):
            try:
                answer = Browser(server).get(path)
            except IncompleteRead:
                # A file that was being sent: its reader is told that it is not whole.
                assert path == "/projekte.json"
                continue
            seen[answer.status] += 1
            assert answer.status == 200 or answer.headers["Retry-After"] == "60"

    with served(own) as server:
        with visitors(visit, 12) as is_over:
            for mode in ("fast", "immediate"):
                time.sleep(1)
                postgres.halt(mode)
                time.sleep(2)
                postgres.resume()
            until = time.monotonic() + 30
            while Browser(server).get("/readyz").status != 200 and time.monotonic() < until:
                time.sleep(0.2)
            is_over.set()
        assert set(seen) <= {200, 503}
        assert seen[200]
        for _ in range(20):
            assert Browser(server).get("/projekte/").status == 200


def test_a_replica_shows_an_edit_at_the_request_after_it_holds_it(postgres, own):
    """Replay is paused: until it goes on, each page of the replica shows the state of before."""
    pages = ("/projekte/wohngeld/", "/projekte/", "/projekte.csv", "/suche/?q=zwischenstand")
    with ExitStack() as stack:
        standby = PostgresServer(follows=postgres)
        stack.callback(standby.stop)
        replica = {**own, "DATABASE_URL": standby.url, "PUBLIC_ONLY": "on"}
        server = stack.enter_context(served(replica))
        visitor = Browser(server)
        replay = stack.enter_context(psycopg.connect(standby.url, autocommit=True))
        primary = stack.enter_context(psycopg.connect(postgres.url, autocommit=True))
        name = ""
        for number in range(3):
            replay.execute("SELECT pg_wal_replay_pause()")
            shell(own, EDIT.format(f"Zwischenstand {number}"))
            for _ in range(3):
                for page in pages:
                    text = visitor.get(page).text
                    assert f"Zwischenstand {number}" not in text.replace("<mark>", "").replace(
                        "</mark>", ""
                    )
                    assert name in text or page == pages[-1]
            name = f"Zwischenstand {number}"
            written = primary.execute("SELECT pg_current_wal_lsn()").fetchone()[0]
            replay.execute("SELECT pg_wal_replay_resume()")
            holds = f"SELECT pg_last_wal_replay_lsn() >= '{written}'::pg_lsn"
            until = time.monotonic() + 30
            while not replay.execute(holds).fetchone()[0]:
                assert time.monotonic() < until
                time.sleep(0.05)
            for _ in range(4):
                for page in pages:
                    text = visitor.get(page).text
                    assert name in text.replace("<mark>", "").replace("</mark>", ""), page
        # An editorial host that was led to the replica says so instead of saving.
        wrong = stack.enter_context(served({**own, "DATABASE_URL": standby.url}))
        login = Browser(wrong).get("/verwaltung/login/")
        assert login.status == 200
        refused = Browser(wrong)
        form = refused.get("/verwaltung/login/").form("username")
        answer = refused.send(form, "/verwaltung/login/", username="verwaltung", password="falsch")
        assert answer.status == 503
