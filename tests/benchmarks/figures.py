"""What was measured, as medians and ratios, and what of it meets its target."""

from __future__ import annotations

import json
import statistics
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

Key = tuple[str, ...]
SIZES = ("real", "1000", "10000", "100000")
DATABASES = ("sqlite", "postgres")


@dataclass
class Figures:
    """Values by what was measured, one a round; rounds have one order everywhere."""

    rounds: dict[Key, list[float]] = field(default_factory=lambda: defaultdict(list))
    #: Why something was given up.
    failed: dict[Key, str] = field(default_factory=dict)

    def add(self, *key: str, value: float) -> None:
        """Note what one round gave."""
        self.rounds[key].append(value)

    def median(self, *key: str) -> float | None:
        """Return the median of all rounds; None where nothing was measured."""
        values = self.rounds.get(key)
        return statistics.median(values) if values else None

    def ratio(self, one: Key, other: Key) -> float | None:
        """Return how many times the other one is, as the median of the rounds' own ratios.

        Whatever else the machine did in a round slowed both.
        """
        pairs = list(zip(self.rounds.get(one, ()), self.rounds.get(other, ()), strict=False))
        return statistics.median(a / b for a, b in pairs) if pairs else None

    def times(self, one: Key, other: Key) -> float | None:
        """Return the ratio of two medians that were not measured side by side."""
        a, b = self.median(*one), self.median(*other)
        return a / b if a is not None and b else None


@dataclass(frozen=True)
class Target:
    """What was asked for; ``least`` or ``most`` is the limit."""

    what: str
    value: float | None
    least: float | None = None
    most: float | None = None

    @property
    def verdict(self) -> str:
        """Whether it is met, in one word or two."""
        if self.value is None:
            return "not measured"
        is_met = (self.least is None or self.value >= self.least) and (
            self.most is None or self.value <= self.most
        )
        return "met" if is_met else "**missed**"

    @property
    def limit(self) -> str:
        """The limit in words."""
        if self.least is not None:
            return f"at least {number(self.least)}"
        return f"at most {number(self.most)}"


def number(value: float | None) -> str:
    """Return a number with as many digits as it is worth; "–" for none."""
    if value is None:
        return "–"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def table(heads: list[str], rows: list[list[str]]) -> str:
    """Return a table in Markdown; all columns but the first hold numbers."""
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def worst(values: list[float | None], *, is_least: bool = True) -> float | None:
    """Return the value that decides whether all of them meet a limit; None where one is missing."""
    found = [value for value in values if value is not None]
    if not found or len(found) < len(values):
        return None
    return min(found) if is_least else max(found)


@dataclass(frozen=True)
class Run:
    """What was measured of one catalogue on one database, and when."""

    figures: Figures
    commit: str
    day: str
    rounds: int
    minutes: float
    load: float


class Runs:
    """All runs that one report is made of, by database and size; kept in a file of JSON."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._runs: dict[tuple[str, str], Run] = {}
        if file.exists():
            for said in json.loads(file.read_text()):
                database, size = said.pop("of")
                figures = Figures()
                for key, values in said.pop("values"):
                    figures.rounds[tuple(key)] = values
                figures.failed = {tuple(key): words for key, words in said.pop("failed")}
                self._runs[database, size] = Run(figures, **said)

    def __contains__(self, of: tuple[str, str]) -> bool:
        return of in self._runs

    def __iter__(self) -> Iterator[tuple[tuple[str, str], Run]]:
        """Yield them as they stand in the report, however they were measured."""

        def place(of: tuple[str, str]) -> tuple[int, int]:
            return DATABASES.index(of[0]), int(of[1]) if of[1].isdigit() else 0

        for of in sorted(self._runs, key=place):
            yield of, self._runs[of]

    def forget(self) -> None:
        """Begin anew; the file stays until there is something to write."""
        self._runs.clear()

    def add(self, database: str, size: str, run: Run) -> None:
        """Add a run, in the place of an earlier one of the same."""
        self._runs[database, size] = run
        said = [
            {
                **{name: value for name, value in vars(run).items() if name != "figures"},
                "of": of,
                "values": [[key, values] for key, values in run.figures.rounds.items()],
                "failed": [[key, words] for key, words in run.figures.failed.items()],
            }
            for of, run in self
        ]
        self._file.write_text(json.dumps(said))

    @property
    def figures(self) -> Figures:
        """All that was measured."""
        found = Figures()
        for _of, run in self:
            found.rounds.update(run.figures.rounds)
            found.failed.update(run.figures.failed)
        return found
