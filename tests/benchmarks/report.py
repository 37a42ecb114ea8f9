"""Writes down what was measured: docs/performance.md, but for its end, which is written by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .figures import Figures, Runs, Target, number, table, worst

#: From here on, the file is left as it is.
BY_HAND = "## Why, and what would meet it"
#: More than so many other programs that want to run, and figures say little.
QUIET = 0.5
_OF_A_RUN = ("day", "commit", "rounds", "minutes", "load before")
LARGE, SMALL = "100000", "1000"
LISTS = ("list", "list, one facet", "list, three facets")
SEARCHES = ("list, one word", "list, three words", "list, a typing error")
SLOWER = (*SEARCHES, "search page", "state", "matrix", "timeline", "source", "statements")
_HEAD = """\
# Performance

Written by `make bench`, but for its last section. Absolute figures hold for one machine, ratios
carry over to others. Each round measured side by side what is compared, but for sizes: a run is of
one of them, and *100,000 : 1,000* is that of two. Figures are medians of all rounds.
{circumstances}.

"""
_LOADED = """
**Other programs ran at the beginning of some runs**: their absolute figures are too slow, only
ratios side by side say something.
"""
_GIVEN_UP = """
## Given up

What took too long, or went wrong, was not tried again; where it is missing above, this is why.

"""
_KEPT = """
## Kept pages

The list of projects, asked for by sixteen clients that never pause; two workers. *Bare* is a
Django view without middleware and database that answers with the same bytes, equally
compressed, from the same gunicorn with the same log. nginx runs as shipped, but for the limit
of requests a visitor.

"""
_ANEW = """
## Pages made anew, in milliseconds

With `PAGE_CACHE=off`, one client, one worker. Fragments of rows are warm, but for *rows
unseen*: pages of the list that nobody had asked for. *Datasette* shows 25 rows of a table of
the same projects with four facets, whose columns are indexed, and searches in FTS5; it suggests
no facets and has no limit of time, reads SQLite alone and sees one value of each facet where a
project has several.

"""
_HITS = """
Both have to find about the same rows, or they were not asked for the same. What a word has on top
are rows in which it is a part of a longer one.

"""
_REST = """
## Exports, edits, memory

An edit is one project saved by another process, with another name, another word in its text and
another statement; what is measured is the first answer after it.
Memory is that of the larger of two workers, as many as are deployed, after both were asked for
each page above, for statements with a word and for words that nothing has, then for the exports,
and then for all of these pages again after each of twenty edits; shared pages counted by share, in
megabytes.

"""


def write(file: Path, runs: Runs, circumstances: str) -> None:
    """Write the file anew and keep its section by hand."""
    old = file.read_text() if file.exists() else ""
    by_hand = old[old.index(BY_HAND) :] if BY_HAND in old else f"{BY_HAND}\n"
    figures, of = runs.figures, [of for of, _run in runs]
    databases = list(dict.fromkeys(database for database, _size in of))
    head = _HEAD.format(circumstances=circumstances)
    measured = [
        [
            " ".join(each),
            *(run.day, run.commit, str(run.rounds), f"{run.minutes:.0f}", f"{run.load:.1f}"),
        ]
        for each, run in runs
    ]
    goals = [
        [each.what, each.limit, number(each.value), each.verdict]
        for each in targets(figures, databases)
    ]
    given_up = [[" ".join(key[:2]), ", ".join(key[2:]), w] for key, w in figures.failed.items()]
    parts = [
        head,
        table(["database, records of each kind", *_OF_A_RUN], measured),
        _LOADED if any(run.load > QUIET for _of, run in runs) else "",
        "\n## Targets\n\n",
        table(["target", "limit", "measured", ""], goals),
        _KEPT,
        table(["requests a second", *map(" ".join, of)], list(_kept(figures, of))),
        _ANEW,
        table(["", *map(" ".join, of)], list(_anew(figures, of))),
        _HITS,
        table(["hits", *map(" ".join, of)], list(_hits(figures, of))),
        _REST,
        table(["", *map(" ".join, of)], list(_rest(figures, of))),
        _GIVEN_UP + table(["", "what", "why"], given_up) if given_up else "",
        f"\n{by_hand}",
    ]
    file.write_text("".join(parts))


def targets(figures: Figures, databases: list[str]) -> Iterator[Target]:
    """Yield each target with what was measured."""
    # What a run gave up is missing there; what was never begun says nothing.
    begun = list(dict.fromkeys(key[:2] for key in figures.rounds))
    for database, least in (("sqlite", 0.8), ("postgres", 0.6)):
        for encoding in ("identity", "gzip"):
            ratios = [
                figures.ratio(
                    (database, size, "kept", encoding), (database, size, "bare", encoding)
                )
                for of, size in begun
                if of == database
            ]
            words = "compressed" if encoding == "gzip" else "plain"
            yield Target(f"kept page : bare view, {words}, {database}", worst(ratios), least=least)
    behind = [
        figures.ratio(
            (*of, "kept, behind nginx", "identity"), (*of, "nginx's own file", "identity")
        )
        for of in begun
    ]
    yield Target("kept page behind nginx : nginx's own file", worst(behind), least=0.8)
    for size, least, least_of_search in (("real", 5, 5), (SMALL, 5, 5), (LARGE, 20, 10)):
        for name in (*LISTS, SEARCHES[0]):
            ratio = figures.ratio(("sqlite", size, f"Datasette: {name}"), ("sqlite", size, name))
            limit = least_of_search if name in SEARCHES else least
            yield Target(f"Datasette : made anew, {name}, {size}", ratio, least=limit)
    for database in databases:
        ratios = [
            figures.ratio((of, size, "record"), (of, size, "list"))
            for of, size in begun
            if of == database
        ]
        yield Target(f"record : list, {database}", worst(ratios, is_least=False), most=1)
        for names, most in (((*LISTS, "record", "home"), 2), (SLOWER, 3)):
            for name in names:
                grown = figures.times((database, LARGE, name), (database, SMALL, name))
                yield Target(f"100,000 : 1,000, {name}, {database}", grown, most=most)
        for name, most in (("list", 1), ("list, one word", 2)):
            after = figures.median(database, LARGE, f"after an edit: {name}")
            seconds = None if after is None else after / 1000
            yield Target(
                f"seconds after an edit at 100,000: {name}, {database}", seconds, most=most
            )
        for name in ("CSV", "JSON"):
            first = figures.median(database, LARGE, f"{name}: first byte")
            seconds = None if first is None else first / 1000
            yield Target(f"seconds until {name} begins at 100,000, {database}", seconds, most=1)
        rows = figures.median(database, LARGE, "CSV: rows a second")
        yield Target(f"rows of CSV a second at 100,000, {database}", rows, least=20_000)
        held = figures.median(database, LARGE, "memory after edits")
        yield Target(f"megabytes of a worker at 100,000, {database}", held, most=600)


def _kept(figures: Figures, of: list[tuple[str, str]]) -> Iterator[list[str]]:
    for name, encoding in dict.fromkeys(key[2:] for key in figures.rounds if len(key) == 4):
        values = [number(figures.median(*each, name, encoding)) for each in of]
        yield [f"{name}, {'compressed' if encoding == 'gzip' else 'plain'}", *values]


def _anew(figures: Figures, of: list[tuple[str, str]]) -> Iterator[list[str]]:
    for name in dict.fromkeys(key[2] for key in figures.rounds if len(key) == 3):
        if not name.startswith(("memory", "CSV", "JSON", "after", "hits")):
            yield [name, *(number(figures.median(*each, name)) for each in of)]


def _hits(figures: Figures, of: list[tuple[str, str]]) -> Iterator[list[str]]:
    for name in dict.fromkeys(key[2] for key in figures.rounds if len(key) == 3):
        if name.startswith("hits: "):
            found = (figures.median(*each, name) for each in of)
            words = ("–" if value is None else f"{value:,.0f}" for value in found)
            yield [name.removeprefix("hits: "), *words]


def _rest(figures: Figures, of: list[tuple[str, str]]) -> Iterator[list[str]]:
    for name in dict.fromkeys(key[2] for key in figures.rounds if len(key) == 3):
        if name.startswith(("memory", "CSV", "JSON", "after")):
            unit = "" if "rows" in name or name.startswith("memory") else ", ms"
            yield [f"{name}{unit}", *(number(figures.median(*each, name)) for each in of)]
