"""How fast the catalogue is, and how it grows: ``make bench`` writes docs/performance.md.

Kept pages are measured with many clients at once, pages made anew one after the other. Rounds are
interleaved with what they are compared with, so that whatever else the machine does slows both.

All sizes on both databases take longer than an hour. A run of one size on one database stands for
itself: ``--resume`` adds those that are missing to what was measured before.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.checkout import PROJECT
from tests.postgres import PostgresServer
from tests.processes import Variables, new_site
from tests.serving import served

from . import sites
from .clients import TooSlowError, Visitor, requests_a_second
from .figures import DATABASES, SIZES, Figures, Run, Runs
from .report import write

DATASETTE = str(PROJECT / ".venv-bench" / "bin" / "datasette")
#: Each page that is made anew. The filters are those of which a project has one value, so that
#: Datasette's table finds the same rows. {word} and the like differ between real and invented ones.
PAGES = {
    "home": "/",
    "list": "/projekte/",
    "list, one facet": "/projekte/?reichweite=bundesweit",
    "list, three facets": "/projekte/?reichweite=bundesweit&art=it-verfahren&status=laufend",
    "list, one word": "/projekte/?q={word}",
    "list, three words": "/projekte/?q={words}",
    "list, a typing error": "/projekte/?q={error}",
    "search page": "/suche/?q={word}",
    "state": "/laender/thueringen/",
    "matrix": "/laender/matrix/",
    "timeline": "/zeitleiste/",
    "record": "/projekte/{record}/",
    "statements": "/aussagen/",
    "source": "/quellen/{source}/",
}
REAL = {
    "word": "wohngeld",
    "words": "wohngeld+hessen+land",
    "error": "wohngelt",
    "record": "wohngeld",
    "source": "dokument-000",
}
#: A word that stands as it is where it stands, so that Datasette, which knows whole words alone,
#: finds the same projects.
INVENTED = {
    "word": "baukostenplattform",
    "words": "baukostenplattform+hessen+land",
    "error": "baukostenplatform",
    "record": "projekt-1",
    "source": "dokument-000",
}
#: The same of Datasette's table.
FACETS = "_facet=reichweite&_facet=art&_facet=status&_facet=ebene&_size=25"
DATASETTE_PAGES = {
    "list": f"?{FACETS}",
    "list, one facet": f"?reichweite=bundesweit&{FACETS}",
    "list, three facets": f"?reichweite=bundesweit&art=it-verfahren&status=laufend&{FACETS}",
    "list, one word": f"?_search={{word}}&{FACETS}",
}
EXPORTS = {"CSV": "/projekte.csv", "JSON": "/projekte.json"}
#: A page that is asked for again and again, for so many milliseconds a round.
_A_ROUND = 300
#: A page that takes longer than this in all of its rounds is not asked for in the next one.
_ALL_ROUNDS = 60_000
#: The address that shows it; and how long a start may take, which reads all lists.
_STARTED, _START_SECONDS = "/healthz", 900
#: So many ask at once where each worker is to be asked.
_AT_ONCE = 4
#: So often a project is edited, and each page asked for, before memory is looked at a last time.
_EDITS = 20
#: What else is asked for before memory is looked at: statements with a word, words nowhere found.
_RARELY = ("/aussagen/?q=verwaltung", "/suche/?q=Quarkspeisse", "/projekte/?q=Quarkspeisse")
#: For the table that Datasette gets, which nobody measures.
_TABLE_SECONDS = 900


def main() -> None:
    """Measure what the arguments name, and write it down."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=…")
    parser.add_argument("--sizes", default=",".join(SIZES))
    parser.add_argument("--databases", default=",".join(DATABASES))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=3, help="of each round of many clients")
    parser.add_argument("--limit", type=int, default=60, help="seconds for one answer")
    parser.add_argument(
        "--resume", action="store_true", help="keep what was measured before, and add the rest"
    )
    given = parser.parse_args()
    if not (shutil.which("wrk") and Path(DATASETTE).exists()):
        sys.exit("make bench needs wrk and Datasette; one of them could not be installed.")
    variables = Path(os.environ.get("VAR_DIR") or PROJECT / "var")
    variables.mkdir(exist_ok=True)
    runs = Runs(variables / "benchmarks.json")
    if not given.resume:
        runs.forget()
    due = [
        (database, size)
        for database in given.databases.split(",")
        for size in given.sizes.split(",")
        if (database, size) not in runs
    ]
    with ExitStack() as stack:
        if any(database == "postgres" for database, _size in due):
            server = PostgresServer()
            stack.callback(server.stop)
        for database, size in due:
            os.environ.pop("DATABASE_URL", None)
            if database == "postgres":
                os.environ["DATABASE_URL"] = server.url
            runs.add(database, size, one_run(database, size, given))
            # After each of them: an hour's work is not lost with its last minute.
            write(PROJECT / "docs" / "performance.md", runs, sites.versions(DATASETTE))


def one_run(database: str, size: str, given: argparse.Namespace) -> Run:
    """Measure a catalogue of one size on one database, whatever goes wrong with parts of it."""
    load, start, figures = os.getloadavg()[0], time.monotonic(), Figures()
    with tempfile.TemporaryDirectory() as folder, new_site(Path(folder) / "v") as site:
        _say(f"{database}, {size}: filling")
        sites.fill(site, size)
        # As deployed; tests leave it off.
        site["READ_AHEAD"] = "on"
        measure(figures, site, Path(folder), (database, size), given)
    return Run(
        figures,
        commit=sites.commit(),
        day=time.strftime("%Y-%m-%d", time.gmtime()),
        rounds=given.rounds,
        minutes=(time.monotonic() - start) / 60,
        load=load,
    )


def measure(
    figures: Figures,
    site: Variables,
    folder: Path,
    of: tuple[str, str],
    given: argparse.Namespace,
) -> None:
    """Measure one catalogue on one database."""
    with noted(figures, *of, "kept pages"):
        kept(figures, site, folder, of, given)
    # One worker, so that one index answers.
    with (
        noted(figures, *of, "pages made anew"),
        served(
            site,
            wait_for=_STARTED,
            start_seconds=_START_SECONDS,
            PAGE_CACHE="off",
            WEB_CONCURRENCY="1",
        ) as server,
    ):
        _say(f"{of}: anew")
        table = b""
        with one_visitor(server.url, given.limit) as ours:
            with noted(figures, *of, "Datasette"):
                table = ours.get("/projekte.csv", limit=_TABLE_SECONDS).content
            with _datasette(table, folder, of[0], given.limit) as theirs:
                with noted(figures, *of, "hits"):
                    hits(figures, ours, theirs, of)
                for _ in range(given.rounds):
                    anew(figures, ours, theirs, of)
            with noted(figures, *of, "list, rows unseen"):
                rows_unseen(figures, ours, of)
        with one_visitor(server.url, given.limit) as ours:
            for _ in range(min(given.rounds, 3)):
                exports(figures, ours, of, sites.rows_of(table))
        _say(f"{of}: after an edit")
        for _ in range(min(given.rounds, 3)):
            for name in ("list", "list, one word"):
                with noted(figures, *of, f"after an edit: {name}") as is_due:
                    if is_due:
                        sites.edit(site)
                        with one_visitor(server.url, given.limit) as ours:
                            answer = ours.get(_address(name, of[1]))
                        figures.add(*of, f"after an edit: {name}", value=answer.last)
    with noted(figures, *of, "memory"):
        memory(figures, site, of, given)


def memory(
    figures: Figures, site: Variables, of: tuple[str, str], given: argparse.Namespace
) -> None:
    """Measure what workers hold, as many as are deployed: they share what was read ahead."""
    _say(f"{of}: memory")
    with served(site, wait_for=_STARTED, start_seconds=_START_SECONDS, PAGE_CACHE="off") as server:
        pages = [*(_address(name, of[1]) for name in PAGES), *_RARELY]
        ask_all_workers(server.url, pages, given.limit)
        figures.add(*of, "memory", value=sites.memory(server.process.pid))
        ask_all_workers(server.url, EXPORTS.values(), given.limit)
        figures.add(*of, "memory after exports", value=sites.memory(server.process.pid))
        for _ in range(_EDITS):
            sites.edit(site)
            ask_all_workers(server.url, pages, given.limit)
        figures.add(*of, "memory after edits", value=sites.memory(server.process.pid))


def ask_all_workers(url: str, addresses: Iterable[str], limit: float) -> None:
    """Ask for each address often enough, and by several at once, that each worker has its turn."""

    def ask(address: str) -> None:
        with one_visitor(url, limit) as visitor:
            visitor.get(address)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for address in addresses:
            list(pool.map(ask, [address] * (2 * _AT_ONCE)))


@contextmanager
def noted(figures: Figures, *key: str) -> Iterator[bool]:
    """Let what goes wrong, or takes too long, stop nothing else; it is not tried again.

    Yields:
        Whether nothing has gone wrong so far.
    """
    try:
        yield key not in figures.failed
    except (
        *(TooSlowError, RuntimeError, OSError, AssertionError),
        *(http.client.HTTPException, subprocess.SubprocessError),
    ) as error:
        figures.failed[key] = (str(error) or repr(error)).strip().splitlines()[0]
        _say(f"{', '.join(key)}: given up, {figures.failed[key]}")


def kept(
    figures: Figures,
    site: Variables,
    folder: Path,
    of: tuple[str, str],
    given: argparse.Namespace,
) -> None:
    """Measure a kept page beside a bare view of the same bytes, and behind nginx."""
    _say(f"{of}: kept")
    with served(site, wait_for=_STARTED, start_seconds=_START_SECONDS) as server:
        url = f"{server.url}/projekte/"
        with one_visitor(server.url, given.limit) as visitor:
            plain = visitor.get("/projekte/").content
            compressed = visitor.get("/projekte/", "gzip").content
        with (
            sites.bare_view(folder, plain, compressed) as bare,
            sites.nginx(folder, server.port, plain) as proxy,
        ):
            each = {
                ("bare", "identity"): bare,
                ("kept", "identity"): url,
                ("bare", "gzip"): bare,
                ("kept", "gzip"): url,
                ("nginx's own file", "identity"): f"{proxy}/static-page",
                ("kept, behind nginx", "identity"): f"{proxy}/projekte/",
            }
            for number in range(given.rounds + 1):
                for (name, encoding), address in each.items():
                    value = requests_a_second(address, encoding, given.seconds)
                    # In the first round, workers begin.
                    if number:
                        figures.add(*of, name, encoding, value=value)


def hits(figures: Figures, ours: Visitor, theirs: Visitor | None, of: tuple[str, str]) -> None:
    """Note how many rows both find: only who is asked for the same can be compared."""
    if theirs is None:
        return
    for name in DATASETTE_PAGES:
        page = ours.get(_address(name, of[1])).content
        found = re.search(rb'data-found="([\d.]+) ', page)
        if found is None:
            raise RuntimeError(f"The page of {name} does not say how many it found.")
        figures.add(*of, f"hits: {name}", value=int(found[1].replace(b".", b"")))
        # The same rows without a page of them.
        path = _datasette_path(name, of[1]).replace("_size=25", "_size=0")
        answer = theirs.get(path.replace("projects?", "projects.json?", 1)).content
        count = json.loads(answer)["filtered_table_rows_count"]
        figures.add(*of, f"hits: Datasette: {name}", value=count)


def anew(figures: Figures, ours: Visitor, theirs: Visitor | None, of: tuple[str, str]) -> None:
    """Measure one round of pages that are made anew, each beside Datasette's where there is one."""
    for name in PAGES:
        with noted(figures, *of, name) as is_due:
            if is_due and _has_time(figures, *of, name):
                figures.add(*of, name, value=_one_round(ours, _address(name, of[1])))
        if theirs is None or name not in DATASETTE_PAGES:
            continue
        with noted(figures, *of, f"Datasette: {name}") as is_due:
            if is_due and _has_time(figures, *of, f"Datasette: {name}"):
                path = _datasette_path(name, of[1])
                figures.add(*of, f"Datasette: {name}", value=_one_round(theirs, path))


def rows_unseen(figures: Figures, ours: Visitor, of: tuple[str, str]) -> None:
    """Measure pages of a list whose rows nobody was shown before: no fragment is at hand."""
    for number in range(2, 12 if of[1] != sites.REAL else 2):
        figures.add(*of, "list, rows unseen", value=ours.get(f"/projekte/?seite={number}").last)


def exports(figures: Figures, ours: Visitor, of: tuple[str, str], rows: int) -> None:
    """Measure one export of everything in each format; of one that is given up, how it began."""
    for name, path in EXPORTS.items():
        with noted(figures, *of, name) as is_due:
            if not is_due:
                continue
            try:
                answer = ours.get(path)
            except TooSlowError as error:
                if error.sofar is not None:
                    figures.add(*of, f"{name}: first byte", value=error.sofar.first)
                raise
            figures.add(*of, f"{name}: first byte", value=answer.first)
            if rows:
                figures.add(*of, f"{name}: rows a second", value=rows / answer.last * 1000)


@contextmanager
def one_visitor(url: str, limit: float) -> Iterator[Visitor]:
    """Ask one server over one connection."""
    visitor = Visitor(url, limit)
    try:
        yield visitor
    finally:
        visitor.close()


@contextmanager
def _datasette(table: bytes, folder: Path, database: str, limit: float) -> Iterator[Visitor | None]:
    # It reads SQLite alone.
    if database != "sqlite" or not table:
        yield None
        return
    with sites.datasette(DATASETTE, table, folder) as url, one_visitor(url, limit) as visitor:
        yield visitor


def _has_time(figures: Figures, *key: str) -> bool:
    return sum(figures.rounds.get(key, ())) < _ALL_ROUNDS


def _one_round(visitor: Visitor, path: str) -> float:
    """Return the median milliseconds of an answer, asked for as often as a round has time."""
    visitor.get(path)
    times: list[float] = []
    while not times or (sum(times) < _A_ROUND and len(times) < 20):
        times.append(visitor.get(path).last)
    return sorted(times)[len(times) // 2]


def _address(name: str, size: str) -> str:
    return PAGES[name].format_map(REAL if size == sites.REAL else INVENTED)


def _datasette_path(name: str, size: str) -> str:
    words = REAL if size == sites.REAL else INVENTED
    return f"/catalogue/projects{DATASETTE_PAGES[name].format_map(words)}"


def _say(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {words}", flush=True)


if __name__ == "__main__":
    main()
