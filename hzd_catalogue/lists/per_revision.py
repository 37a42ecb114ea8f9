"""What is derived from the data and kept as long as they stay as they are."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
#: What the changes between two revisions may have touched: primary keys by the name of a set.
Changed = Mapping[str, frozenset[int]]

#: Takes a revision and a wanted one; returns what changed in between, or None: nobody can say.
_changes_between: list[Callable[[Hashable, Hashable], Changed | None]] = []


def follow_with(changes_between: Callable[[Hashable, Hashable], Changed | None]) -> None:
    """Say who knows what lies between two revisions: these modules know no data."""
    _changes_between[:] = [changes_between]


def let_others_go_on() -> None:
    """Give a turn to whoever else the process serves, in work that takes long.

    It shows gunicorn, too, that the process is alive: 30 seconds without a turn, and it is killed.
    """
    # Not 0: gevent then goes on at once, before it looks at its clock and at its connections.
    time.sleep(0.0001)


def portions(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield ``size`` of the items at a time; in between others get their turn."""
    for start in range(0, len(items), size):
        let_others_go_on()
        yield items[start : start + size]


class PerRevision(Generic[T]):
    """A value derived from the data, one a revision in each process.

    What a revision is does not matter here: two equal keys stand for the same data. A value that
    knows how follows the changes since the revision that it was made for; where nobody can say
    what these were, it is built anew.
    """

    def __init__(
        self,
        build: Callable[[], T],
        follow: Callable[[T, Changed], T | None] | None = None,
    ) -> None:
        """Keep what ``build`` returns.

        Args:
            build: reads the value anew.
            follow: returns the value after some changes, or None: it has to be built. The value
                given stays as it is: others still read it.
        """
        self._build, self._follow = build, follow
        self._lock = threading.Lock()
        self._kept: tuple[Hashable, T] | None = None

    def get(self, revision: Hashable) -> T:
        """Return the value for a revision; nothing is read when it is at hand."""
        kept = self._kept
        if kept is None or kept[0] != revision:
            with self._lock:
                kept = self._kept
                if kept is None or kept[0] != revision:
                    kept = self._kept = (revision, self._made(revision, kept))
        return kept[1]

    def _made(self, revision: Hashable, kept: tuple[Hashable, T] | None) -> T:
        if kept is not None and self._follow is not None:
            for changes_between in _changes_between:
                changed = changes_between(kept[0], revision)
                followed = None if changed is None else self._follow(kept[1], changed)
                if followed is not None:
                    return followed
        return self._build()
