"""The look at the revision that each request begins with, for processes that serve."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

from hzd_catalogue.reference.models import Revision

from .database import file_changed, file_now

#: After so many seconds a new connection is taken: what lies between may forget a silent one.
_SECONDS = 60


class Look:
    """Reads the revision over a connection of its own, which all requests of a process share.

    A look is all that a kept page asks of the database. It is made with what the driver has, it is
    itself the check whether the connection still holds, and it opens none for each visitor. Of
    those who ask at once, one looks at a time (``pagecache.Shared``).
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: Any = None
        self._cursor: Any = None
        self._until = 0.0
        file_changed.connect(self.leave)

    def __call__(self) -> tuple[int, datetime] | None:
        """Return the key of the revision.

        Raises:
            DatabaseError: where a new connection does not say it, either.
        """
        with self._lock:
            if self._cursor is not None and self._holds():
                with suppress(DatabaseError), self._connection.wrap_database_errors:
                    return Revision.current_key(self._cursor)
            self._close()
            try:
                return self._open()
            except BaseException:
                self._close()
                raise

    def leave(self, **kwargs: Any) -> None:
        """Close the connection, unless somebody looks just now and so finds the same."""
        if self._lock.acquire(blocking=False):
            try:
                self._close()
            finally:
                self._lock.release()

    def _holds(self) -> bool:
        if time.monotonic() > self._until:
            return False
        return self._connection.vendor != "sqlite" or self._connection.opened_file == file_now()

    def _open(self) -> tuple[int, datetime] | None:
        self._connection = connections.create_connection(DEFAULT_DB_ALIAS)
        # Whichever greenlet opened it.
        self._connection.inc_thread_sharing()
        # The first time in Django's way, which waits for a lock and for a server that starts.
        with self._connection.cursor() as cursor:
            found = Revision.current_key(cursor)
        self._cursor = self._connection.connection.cursor()
        self._until = time.monotonic() + _SECONDS
        return found

    def _close(self) -> None:
        connection, self._connection, self._cursor = self._connection, None, None
        if connection is not None and connection.connection is not None:
            with suppress(DatabaseError), connection.wrap_database_errors:
                # A pool keeps none that is closed: perhaps nobody is at its other end any more.
                connection.connection.close()
                connection.close()
