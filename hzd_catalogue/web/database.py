"""What becomes of requests while the database does not answer, and how long they wait for it.

SQLite waits for the lock of another writer without letting anybody else have a turn, so that one
editor's save would hold up all visitors of a process. Here, a request waits by itself.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.core.signals import request_started
from django.db import DatabaseError, InterfaceError, InternalError, OperationalError, connections
from django.db.backends.signals import connection_created
from django.dispatch import Signal

#: Seconds for which a request waits until another process has written what it writes.
WAIT_SECONDS = 20
_PAUSE = 0.02
#: Somebody else has the lock and will give it back. SQLITE_BUSY_SNAPSHOT is another thing.
_LOCKED = ("SQLITE_BUSY", "SQLITE_BUSY_RECOVERY")
#: PostgreSQL's classes of what passes although the driver does not call it operational: it only
#: reads just now, as a standby does, or its files are damaged.
_PASSING = ("25006", "XX001", "XX002")
#: The file as this process saw it last.
_seen: tuple[int, ...] | None = None
#: Sent when it is another one, or may be used otherwise.
file_changed = Signal()


def is_unavailable(error: BaseException | None) -> bool:
    """Return whether the database, and not what was asked of it, is the reason for an error.

    It is away, locked, full, only read, or damaged; somebody can mend it, and then it is over.
    """
    if isinstance(error, InternalError):
        return getattr(error.__cause__, "sqlstate", None) in _PASSING
    # SQLite says of a file that is none, or is damaged, no more than "DatabaseError".
    return isinstance(error, OperationalError | InterfaceError) or type(error) is DatabaseError


def kind_of(error: BaseException) -> str:
    """Return which failure of a database this is, without what differs each time."""
    cause = error.__cause__
    code = getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None)
    return code or type(cause or error).__name__


def serve_from_a_file() -> None:
    """Let the requests of this process share a SQLite file; called once, by what serves."""
    connection_created.connect(_prepare, dispatch_uid="database-file")
    request_started.connect(_leave_what_is_gone, dispatch_uid="database-file")


def _prepare(connection: Any, **kwargs: Any) -> None:
    if connection.vendor != "sqlite":
        return
    connection.connection.execute("PRAGMA busy_timeout = 0")
    connection.opened_file = file_now()
    if _wait_for_the_lock not in connection.execute_wrappers:
        # The outermost: the guard of a public request, which is on its way, takes off the last.
        connection.execute_wrappers.insert(0, _wait_for_the_lock)


def _wait_for_the_lock(
    execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any
) -> Any:
    """Try again until the lock is free; transactions take it with their first statement."""
    latest = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            return execute(sql, params, many, context)
        except OperationalError as error:
            name = getattr(error.__cause__, "sqlite_errorname", "")
            if many or name not in _LOCKED or time.monotonic() > latest:
                raise
        # Under gevent, others have their turn.
        time.sleep(_PAUSE)


def file_now() -> tuple[int, ...] | None:
    """Return which file it is and whether it may be written to; None where there is none."""
    file: Any = settings.DATABASE_FILE
    try:
        status, disk = file.stat(), os.statvfs(file)
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_mode, disk.f_flag & os.ST_RDONLY


def _leave_what_is_gone(**kwargs: Any) -> None:
    """Close connections to a file that was deleted or replaced: what is saved there is lost.

    Likewise where it has become writable: what a process has opened for reading alone stays so
    for all of its connections, until the last one is closed.
    """
    global _seen  # noqa: PLW0603 (of this process)
    now = file_now()
    if now != _seen:
        _seen = now
        file_changed.send(None)
        # The connections of ended greenlets are closed when they are collected.
        gc.collect()
    for connection in cast("list[Any]", connections.all(initialized_only=True)):
        if connection.connection is not None and connection.opened_file != now:
            connection.close()
