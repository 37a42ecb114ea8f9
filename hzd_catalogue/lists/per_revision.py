"""What is derived from the data and kept as long as they stay as they are."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


def let_others_go_on() -> None:
    """Give a turn to whoever else the process serves, in work that takes long.

    It shows gunicorn, too, that the process is alive: 30 seconds without a turn, and it is killed.
    """
    # Not 0: gevent then goes on at once, before it looks at its clock and at its connections.
    time.sleep(0.0001)


class PerRevision(Generic[T]):
    """A value derived from the data, built once a revision in each process.

    What a revision is does not matter here: two equal keys stand for the same data.
    """

    def __init__(self, build: Callable[[], T]) -> None:
        self._build = build
        self._lock = threading.Lock()
        self._kept: tuple[Hashable, T] | None = None

    def get(self, revision: Hashable) -> T:
        """Return the value for a revision; nothing is read when it is at hand."""
        kept = self._kept
        if kept is None or kept[0] != revision:
            with self._lock:
                kept = self._kept
                if kept is None or kept[0] != revision:
                    kept = self._kept = (revision, self._build())
        return kept[1]
