"""How much is left to chance: some cases in each run, many more in ``make test-deep``."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable
from typing import TypeVar

from hypothesis import settings

T = TypeVar("T")

#: ``make test-deep`` sets it.
FACTOR = int(os.environ.get("TEST_DEPTH") or 1)


def seeds(count: int) -> range:
    """Return the seeds of ``count`` random cases, or of many times as many."""
    return range(count * FACTOR)


def some(rows: Iterable[T], count: int) -> list[T]:
    """Return ``count`` of the rows by chance, always the same; all of them where it goes deep."""
    rows = list(rows)
    chance = random.Random(0)  # noqa: S311 (repeatable, not secret)
    return rows if FACTOR > 1 else chance.sample(rows, min(count, len(rows)))


def deepen_hypothesis() -> None:
    """Let Hypothesis, too, try many times as many examples, and take its time on a busy machine."""
    examples = settings().max_examples * FACTOR
    settings.register_profile("depth", max_examples=examples, deadline=None)
    settings.load_profile("depth")
