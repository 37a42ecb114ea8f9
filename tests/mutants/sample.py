"""A sample of mutants of the rules, by chance and yet always the same for the same code.

Cosmic Ray says where it can change the code and how (docs/decisions/0012-mutants.md). What tests
run a line is measured first; of a mutant's tests, the nearest and quickest are run.
"""

from __future__ import annotations

import ast
import difflib
import json
import os
import random
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

from tests.checkout import PROJECT

from .copies import Copies, Copy

SEED = 8
SIZE = 300
#: The part of a sample that tests must notice.
ENOUGH = 0.9
#: Packages with rules, and what in them is none.
PACKAGES = (
    *(f"hzd_catalogue/{name}" for name in ("reference", "records", "lists", "opendata", "web")),
    "partners",
    "projects",
)
NO_RULES = {"__init__.py", "admin.py", "apps.py", "inlines.py", "network.py", "urls.py"}
#: ``is`` and ``==`` are the same wherever both are right.
_NOT_ASKED = {
    "core/RemoveDecorator",
    "core/ReplaceComparisonOperator_Eq_Is",
    "core/ReplaceComparisonOperator_Is_Eq",
    "core/ReplaceComparisonOperator_IsNot_NotEq",
    "core/ReplaceComparisonOperator_NotEq_IsNot",
}
#: Tests that run the site as another process, where nothing is measured. Those that serve it are
#: run for what no other test reaches.
_SERVED = "tests/served"
_ELSEWHERE = ("tests/browser", _SERVED, "tests/test_setup.py")
#: Notices a changed field, whose lines run before any test.
_MIGRATIONS = "tests/test_project.py::test_no_migration_is_missing"
#: Seconds of tests for one mutant: what the quickest of them miss, the slower seldom notice.
_BUDGET = 30
_PASSED, _FAILED, _NOT_FOUND = 0, 1, 4
_SURVIVED = "survived"

_STATEMENTS = (ast.stmt, ast.excepthandler, ast.match_case)

#: Path to text of each file with rules.
Sources = dict[str, str]

STATE = Path(os.environ.get("VAR_DIR", PROJECT / "var")) / "mutants"


@dataclass(frozen=True)
class Mutant:
    """One change of one place."""

    path: str
    line: int
    column: int
    operator: str
    #: Which of the places of this operator in the file.
    occurrence: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column} {self.operator.partition('/')[2]}"

    def code(self, source: str) -> str:
        """Return its file with the change."""
        return mutate_code(source, get_operator(self.operator)(), self.occurrence)

    def is_python(self, source: str) -> bool:
        """Return whether Python can read it: ``**`` of arguments is no power."""
        try:
            ast.parse(self.code(source))
        except SyntaxError:
            return False
        return True

    def diff(self, source: str) -> str:
        """Return the changed lines of its file."""
        lines = difflib.unified_diff(
            source.splitlines(), self.code(source).splitlines(), lineterm="", n=0
        )
        return "\n".join(f"    {line}" for line in list(lines)[3:])


# Which mutants ------------------------------------------------------------------------------------


def read_rules(root: Path) -> Sources:
    """Return every file with rules, as it stands in a checkout."""
    return {
        str(path.relative_to(root)): path.read_text(encoding="utf-8")
        for package in PACKAGES
        for path in sorted((root / package).rglob("*.py"))
        if path.name not in NO_RULES and "migrations" not in path.parts
    }


def sample(sources: Sources) -> list[Mutant]:
    """Draw places first, then one change of each: a place with many counts no more than others."""
    chance = random.Random(SEED)  # noqa: S311 (repeatable, not secret)
    places = [found for path, source in sources.items() for found in _places(path, source)]
    chance.shuffle(places)
    drawn = (chance.choice(mutants) for mutants in places)
    return list(islice((one for one in drawn if one.is_python(sources[one.path])), SIZE))


def _places(path: str, source: str) -> list[list[Mutant]]:
    """Return all mutants of a file by their place, in the order of the places."""
    nodes = list(ast_nodes(get_ast(source)))
    left_out = list(_left_out(ast.parse(source)))
    places: dict[tuple, list[Mutant]] = defaultdict(list)
    for name in operator_names():
        operator = get_operator(name)
        if operator.arguments() or name in _NOT_ASKED:
            continue
        found = (place for node in nodes for place in operator().mutation_positions(node))
        for occurrence, (start, end) in enumerate(found):
            if not any(first <= start <= last for first, last in left_out):
                places[start, end].append(Mutant(path, *start, name, occurrence))
    return [places[place] for place in sorted(places)]


def _left_out(tree: ast.Module) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield where annotations and decorators stand: ``frozen=True`` keeps authors from mistakes.

    And the widths of columns, of which one character more or less is a matter of taste.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Column":
            for part in (*node.args, *(keyword.value for keyword in node.keywords)):
                if isinstance(part, ast.Constant) and isinstance(part.value, int):
                    yield (part.lineno, part.col_offset), (part.end_lineno, part.end_col_offset)
        found = [getattr(node, name, None) for name in ("annotation", "returns")]
        for part in filter(None, [*found, *getattr(node, "decorator_list", ())]):
            yield (part.lineno, part.col_offset), (part.end_lineno, part.end_col_offset)


# Which tests --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reach:
    """Which tests run which lines."""

    #: Test to its seconds.
    tests: dict[str, float]
    #: File to line to the tests that run it.
    lines: dict[str, dict[int, set[str]]]
    sources: Sources
    #: The files of tests that serve the site.
    served: set[str]

    def tests_of(self, mutant: Mutant) -> list[str]:
        """Return the tests that run a mutant's statement, the nearest and quickest first."""
        lines = self.lines.get(mutant.path, {})
        tree = ast.parse(self.sources[mutant.path])
        first, last, is_in_function = _statement(tree, mutant.line)
        if is_in_function:
            found = set().union(*(lines.get(line, ()) for line in range(first, last + 1)))
            # What ran while its file was read is no test's own.
            is_in_function = bool(found)
        if not is_in_function:
            # Whoever uses the file may notice.
            found = set().union(*lines.values())
        served = f"{_SERVED}/test_{Path(mutant.path).stem}.py"
        beside = [served] if served in self.served else []
        if not found:
            return beside or [_SERVED]
        if not is_in_function:
            found.add(_MIGRATIONS)
        near = f"tests/{Path(mutant.path).parent.name}/"
        ordered = sorted(
            found & self.tests.keys(),
            key=lambda test: (test != _MIGRATIONS, not test.startswith(near), self.tests[test]),
        )
        seconds, chosen = 0.0, []
        for test in ordered:
            seconds += self.tests[test]
            if seconds > _BUDGET and chosen:
                break
            chosen.append(test)
        return [*chosen, *beside]


def _statement(around: ast.AST, line: int) -> tuple[int, int, bool]:
    """Return the lines of the innermost statement, and whether it stands in a function.

    Of a statement with others inside, such as an ``if``, its head counts.
    """
    first, last, is_in_function = line, line, False
    while True:
        inner = [node for node in ast.iter_child_nodes(around) if isinstance(node, _STATEMENTS)]
        if inner and not isinstance(around, ast.Module):
            last = max(first, min(_first_line(node) for node in inner) - 1)
        holds = [node for node in inner if _first_line(node) <= line <= node.end_lineno]
        if not holds:
            return first, last, is_in_function
        is_in_function |= isinstance(around, ast.FunctionDef)
        around = holds[0]
        first, last = _first_line(around), around.end_lineno


def _first_line(node: ast.AST) -> int:
    decorators = getattr(node, "decorator_list", ())
    return min(part.lineno for part in (node, *decorators))


def measure(copies: Copies, sources: Sources) -> Reach:
    """Run the tests once without any mutant, and note which lines each runs.

    Raises:
        SystemExit: when they cannot run.
    """
    with copies.one() as copy, TemporaryDirectory() as folder:
        tree = copy.git("write-tree").strip()
        kept = STATE / "reach.json"
        if not kept.is_file() or json.loads(kept.read_text(encoding="utf-8"))["tree"] != tree:
            print("Which tests run which lines? All of them run once.", flush=True)
            ignored = [f"--ignore={path}" for path in _ELSEWHERE]
            code, said = copy.test(
                ["-n", "auto", "-p", "tests.mutants.reach", *ignored, "tests"],
                MUTANTS_REACH=folder,
            )
            if code not in (_PASSED, _FAILED):
                raise SystemExit(f"The tests do not run:\n{said[-3000:]}")
            if code == _FAILED:
                # They kill nothing: only tests that passed are chosen.
                print("These fail without any mutant and are left out:")
                print("\n".join(line for line in said.splitlines() if line.startswith("FAILED")))
            parts = [
                json.loads(part.read_text(encoding="utf-8")) for part in Path(folder).glob("*.json")
            ]
            STATE.mkdir(parents=True, exist_ok=True)
            kept.write_text(json.dumps({"tree": tree, "parts": parts}), encoding="utf-8")
    tests: dict[str, float] = {}
    lines: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for part in json.loads(kept.read_text(encoding="utf-8"))["parts"]:
        names = list(part["tests"])
        tests |= part["tests"]
        for file, found in part["lines"].items():
            for line, places in found.items():
                lines[file][int(line)] |= {names[place] for place in places}
    served = {str(path.relative_to(PROJECT)) for path in (PROJECT / _SERVED).glob("test_*.py")}
    return Reach(tests, lines, sources, served)


# Whether they notice ------------------------------------------------------------------------------


def verdict(copy: Copy, mutant: Mutant, tests: Sequence[str], seconds: float) -> str:
    """Return what became of a mutant: killed, out of time, or survived."""
    file = copy.path / mutant.path
    source = file.read_text(encoding="utf-8")
    file.write_text(mutant.code(source), encoding="utf-8")
    try:
        return _become(copy, tests, seconds)
    finally:
        file.write_text(source, encoding="utf-8")


def _become(copy: Copy, tests: Sequence[str], seconds: float) -> str:
    chosen = copy.path / ".mutant-tests"
    chosen.write_text("\n".join(tests), encoding="utf-8")
    try:
        code, _said = copy.test(["-x", "--hypothesis-seed=0", f"@{chosen}"], 60 + 3 * seconds)
        if code == _NOT_FOUND:
            # A test has the changed code in its name.
            files = dict.fromkeys(test.partition("::")[0] for test in tests)
            code, _said = copy.test(["-x", *files], 600)
    except subprocess.TimeoutExpired:
        return "out of time"
    return _SURVIVED if code == _PASSED else "killed"


def try_sample(copies: Copies, minutes: float = 0, again: Sequence[str] = ()) -> bool:
    """Try the sample, say what became of it, and return whether enough of it was killed.

    Args:
        copies: where.
        minutes: stop after so many; the next call goes on. 0 for no end.
        again: tests to try the last survivors with; without any, the whole sample is tried.
    """
    with copies.one() as copy:
        tree = copy.git("write-tree").strip()
        sources = read_rules(copy.path)
    mutants = sample(sources)
    file = STATE / "results.json"
    known = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    if known.get("tree") != tree and not again:
        known = {"tree": tree, "results": {}}
    results: dict[str, str] = known["results"]
    if again:
        reach = None
        todo = [mutant for mutant in mutants if results.get(str(mutant)) == _SURVIVED]
    else:
        reach = measure(copies, sources)
        todo = [mutant for mutant in mutants if str(mutant) not in results]
    end = time.monotonic() + 60 * minutes if minutes else float("inf")
    if reach and todo and not known.get("is_sound"):
        _require_sound(copies, max(map(reach.tests_of, todo), key=len))
        known["is_sound"] = True
    print(f"{len(mutants)} mutants by chance, {len(todo)} of them to try now.", flush=True)

    def work(copy: Copy, mutant: Mutant) -> tuple[Mutant, str]:
        if time.monotonic() > end:
            return mutant, ""
        if reach is None:
            return mutant, verdict(copy, mutant, again, _BUDGET)
        tests = reach.tests_of(mutant)
        return mutant, verdict(
            copy, mutant, tests, sum(reach.tests.get(test, _BUDGET) for test in tests)
        )

    for mutant, became in copies.each(work, todo):
        if became:
            results[str(mutant)] = became
            file.write_text(json.dumps(known, indent=1), encoding="utf-8")
            if became != "killed":
                print(f"  {became}: {mutant}\n{mutant.diff(sources[mutant.path])}", flush=True)
    return _report(mutants, results, sources)


def _require_sound(copies: Copies, tests: Sequence[str]) -> None:
    """Make sure that tests that are chosen like this pass where nothing is changed.

    Raises:
        SystemExit: when they do not: they would kill whatever there is.
    """
    with copies.one() as copy:
        if _become(copy, tests, _BUDGET) != _SURVIVED:
            raise SystemExit("Tests that passed together fail when only some of them are run.")


def _report(mutants: list[Mutant], results: dict[str, str], sources: Sources) -> bool:
    tried = [mutant for mutant in mutants if str(mutant) in results]
    survivors = [mutant for mutant in tried if results[str(mutant)] == _SURVIVED]
    killed = len(tried) - len(survivors)
    score = killed / len(tried) if tried else 0
    print(f"{killed} of {len(tried)} killed: {score:.1%}. Survivors:", flush=True)
    for mutant in survivors:
        print(f"  {mutant}\n{mutant.diff(sources[mutant.path])}")
    if len(tried) < len(mutants):
        print(f"{len(mutants) - len(tried)} of the sample are still to be tried.")
    return len(tried) == len(mutants) and score >= ENOUGH
