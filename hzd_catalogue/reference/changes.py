"""One change to the catalogue: everything that is saved together, by whom, and why.

A change is one transaction. Whoever keeps a record of changes notes in it what was touched, and
has the last word before it is committed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from .models import Revision


@dataclass
class Change:
    """What is known of a change while it goes on."""

    #: The user who makes it; None for a command.
    editor: Any = None
    #: For editors only.
    reason: str = ""
    began_at: datetime = field(default_factory=timezone.now)
    #: The revision that it found; None in an empty database.
    found: Revision | None = None
    #: What those who listen have noted, each under a name of its own.
    notes: dict[str, Any] = field(default_factory=dict)


_current: ContextVar[Change | None] = ContextVar("change", default=None)
_finishers: list[Callable[[Change], None]] = []


def current() -> Change | None:
    """Return the change that goes on; None where nobody has opened one."""
    return _current.get()


def before_commit(finish: Callable[[Change], None]) -> None:
    """Call ``finish`` at the end of each change, in its transaction."""
    if finish not in _finishers:
        _finishers.append(finish)


@contextmanager
def change(editor: Any = None) -> Iterator[Change]:
    """Open a change, or take part in the one that goes on.

    Changes follow one another: on PostgreSQL the second one waits here, on SQLite at its first
    statement, so that each sees all of what the one before has done.
    """
    going_on = current()
    if going_on is not None:
        yield going_on
        return
    opened = Change(editor)
    with transaction.atomic():
        opened.found = Revision.objects.select_for_update().filter(pk=1).first()
        token = _current.set(opened)
        try:
            yield opened
        finally:
            _current.reset(token)
        for finish in _finishers:
            finish(opened)
