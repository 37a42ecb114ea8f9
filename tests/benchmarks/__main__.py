"""How fast the catalogue is, and how it grows: ``make bench`` writes docs/performance.md.

Kept pages are measured with many clients at once, pages made anew one after the other. Rounds are
interleaved with what they are compared with, so that whatever else the machine does slows both.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.checkout import PROJECT
from tests.postgres import PostgresServer
from tests.processes import Variables, new_site
from tests.serving import served

from . import sites
from .clients import Visitor, requests_a_second
from .figures import Figures
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
INVENTED = {
    "word": "wohngeldregister",
    "words": "wohngeldregister+hessen+land",
    "error": "wohngeldregistr",
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


def main() -> None:
    """Measure what the arguments name, and write it down."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=…")
    parser.add_argument("--sizes", default="real,1000,10000,100000")
    parser.add_argument("--databases", default="sqlite,postgres")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=1, help="of each round of many clients")
    given = parser.parse_args()
    if not (shutil.which("wrk") and Path(DATASETTE).exists()):
        sys.exit("make bench needs wrk and Datasette; one of them could not be installed.")
    load, start = os.getloadavg()[0], time.monotonic()
    figures = Figures()
    sizes, databases = given.sizes.split(","), given.databases.split(",")
    with ExitStack() as stack:
        for database in databases:
            if database == "postgres":
                server = PostgresServer()
                stack.callback(server.stop)
                os.environ["DATABASE_URL"] = server.url
            for size in sizes:
                with tempfile.TemporaryDirectory() as folder, new_site(Path(folder) / "v") as site:
                    _say(f"{database}, {size}: filling")
                    sites.fill(site, size)
                    measure(figures, site, Path(folder), database, size, given)
                # After each of them: an hour's work is not lost with its last minute.
                write(
                    PROJECT / "docs" / "performance.md",
                    figures,
                    circumstances=sites.versions(DATASETTE),
                    rounds=given.rounds,
                    minutes=(time.monotonic() - start) / 60,
                    load=load,
                )


def measure(
    figures: Figures,
    site: Variables,
    folder: Path,
    database: str,
    size: str,
    given: argparse.Namespace,
) -> None:
    """Measure one catalogue on one database."""
    _say(f"{database}, {size}: kept")
    kept(figures, site, folder, (database, size), given)
    # One worker, so that one index answers.
    with served(site, PAGE_CACHE="off", WEB_CONCURRENCY="1") as server:
        _say(f"{database}, {size}: anew")
        with one_visitor(server.url) as ours:
            table = ours.get("/projekte.csv").content
            with _datasette(table, folder, database) as theirs:
                for _ in range(given.rounds):
                    anew(figures, ours, theirs, (database, size))
            rows_unseen(figures, ours, (database, size))
        figures.add(database, size, "memory", value=sites.memory(server.process.pid))
        with one_visitor(server.url) as ours:
            for _ in range(min(given.rounds, 3)):
                exports(figures, ours, (database, size), sites.rows_of(table))
        figures.add(database, size, "memory after exports", value=sites.memory(server.process.pid))
        _say(f"{database}, {size}: after an edit")
        for _ in range(min(given.rounds, 3)):
            for name in ("list", "list, one word"):
                sites.edit(site)
                with one_visitor(server.url) as ours:
                    answer = ours.get(_address(name, size))
                figures.add(database, size, f"after an edit: {name}", value=answer.last)


def kept(
    figures: Figures,
    site: Variables,
    folder: Path,
    of: tuple[str, str],
    given: argparse.Namespace,
) -> None:
    """Measure a kept page beside a bare view of the same bytes, and behind nginx."""
    with served(site) as server:
        url = f"{server.url}/projekte/"
        with one_visitor(server.url) as visitor:
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


def anew(figures: Figures, ours: Visitor, theirs: Visitor | None, of: tuple[str, str]) -> None:
    """Measure one round of pages that are made anew, each beside Datasette's where there is one."""
    for name in PAGES:
        figures.add(*of, name, value=_one_round(ours, _address(name, of[1])))
        if theirs is not None and name in DATASETTE_PAGES:
            words = REAL if of[1] == sites.REAL else INVENTED
            path = f"/catalogue/projects{DATASETTE_PAGES[name].format_map(words)}"
            figures.add(*of, f"Datasette: {name}", value=_one_round(theirs, path))


def rows_unseen(figures: Figures, ours: Visitor, of: tuple[str, str]) -> None:
    """Measure pages of a list whose rows nobody was shown before: no fragment is at hand."""
    for number in range(2, 12 if of[1] != sites.REAL else 2):
        figures.add(*of, "list, rows unseen", value=ours.get(f"/projekte/?seite={number}").last)


def exports(figures: Figures, ours: Visitor, of: tuple[str, str], rows: int) -> None:
    """Measure one export of everything in each format."""
    for name, path in EXPORTS.items():
        answer = ours.get(path)
        figures.add(*of, f"{name}: first byte", value=answer.first)
        figures.add(*of, f"{name}: rows a second", value=rows / answer.last * 1000)


@contextmanager
def one_visitor(url: str) -> Iterator[Visitor]:
    """Ask one server over one connection."""
    visitor = Visitor(url)
    try:
        yield visitor
    finally:
        visitor.close()


@contextmanager
def _datasette(table: bytes, folder: Path, database: str) -> Iterator[Visitor | None]:
    # It reads SQLite alone.
    if database != "sqlite":
        yield None
        return
    with sites.datasette(DATASETTE, table, folder) as url, one_visitor(url) as visitor:
        yield visitor


def _one_round(visitor: Visitor, path: str) -> float:
    """Return the median milliseconds of an answer, asked for as often as a round has time."""
    visitor.get(path)
    times: list[float] = []
    while not times or (sum(times) < _A_ROUND and len(times) < 20):
        times.append(visitor.get(path).last)
    return sorted(times)[len(times) // 2]


def _address(name: str, size: str) -> str:
    return PAGES[name].format_map(REAL if size == sites.REAL else INVENTED)


def _say(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {words}", flush=True)


if __name__ == "__main__":
    main()
