"""How much is left to chance: some cases in each run, many more in ``make test-deep``."""

from __future__ import annotations

import os

from hypothesis import settings

#: ``make test-deep`` sets it.
FACTOR = int(os.environ.get("TEST_DEPTH") or 1)


def seeds(count: int) -> range:
    """Return the seeds of ``count`` random cases, or of many times as many."""
    return range(count * FACTOR)


def deepen_hypothesis() -> None:
    """Let Hypothesis, too, try many times as many examples."""
    settings.register_profile("depth", max_examples=settings().max_examples * FACTOR)
    settings.load_profile("depth")
