"""What was measured, as medians and ratios, and what of it meets its target."""

from __future__ import annotations

import statistics
from collections import defaultdict
from dataclasses import dataclass, field

Key = tuple[str, ...]


@dataclass
class Figures:
    """Values by what was measured, one a round; rounds have one order everywhere."""

    rounds: dict[Key, list[float]] = field(default_factory=lambda: defaultdict(list))

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
