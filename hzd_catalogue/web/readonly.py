"""Keeps the public side from writing: outside the admin, the database connection only reads.

The database itself refuses: on PostgreSQL a public request runs in a read-only transaction, on
SQLite with ``PRAGMA query_only``. What the text of a statement is looked at for is only what
would lead out of that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import add_never_cache_headers

from .errors import not_allowed

#: The first words of a query, and of Django's savepoints. Everything else stays outside: SET,
#: COMMIT and PRAGMA end what protects, COPY, ATTACH and VACUUM write files, EXPLAIN carries out
#: a PRAGMA, a comment may hide any of them.
_READ = re.compile(
    r"[\s(]*(SELECT|VALUES|WITH|SAVEPOINT|RELEASE\s+SAVEPOINT|ROLLBACK\s+TO)\b", re.IGNORECASE
)
#: What the databases call it when they refuse a write: PostgreSQL's SQLSTATE
#: read_only_sql_transaction, and SQLite's error name.
_REFUSALS = ("25006", "SQLITE_READONLY")


class WriteRefusedError(Exception):
    """A public page tried to write to the database."""


def is_read(sql: Any) -> bool:
    """Return whether ``sql`` is one statement that begins like a query.

    A semicolon counts as a second statement wherever it stands, because where a text in quotes
    ends differs between the databases. Django hands over values apart from the statement.
    """
    return isinstance(sql, str) and bool(_READ.match(sql)) and ";" not in sql.rstrip().rstrip(";")


class Reading:
    """What a connection does for one public request: it reads, from one snapshot of the data.

    Nothing is sent before the first statement, so a page that asks the database for nothing
    neither waits for it nor fails with it. Inside a transaction of somebody else, as in a test,
    there is no snapshot; PostgreSQL then refuses nothing, only the look at the text does.
    """

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection
        self._is_inside = connection.in_atomic_block
        #: The driver's connection that refuses writes now, and the one that has the snapshot.
        self._guarded: Any = None
        self._begun: Any = None

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Return a context in which each statement is one of this reading."""
        try:
            with self._connection.execute_wrapper(self._execute):
                yield
        finally:
            if self._connection.vendor == "sqlite":
                # Not part of the transaction: it would outlive a response that nobody closes.
                self._let_write()

    def end(self) -> None:
        """Give up the snapshot, and let the connection write again.

        Where this is forgotten, Django closes the connection before the next request.
        """
        begun, self._begun = self._begun, None
        try:
            if begun is not None and begun is self._connection.connection:
                # Takes back what a function may have done: set_config(), pg_notify().
                self._connection.rollback()
                self._connection.set_autocommit(True)
            with self._connection.wrap_database_errors:
                self._let_write()
        except DatabaseError:
            self._connection.close()

    def _execute(
        self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any
    ) -> Any:
        if not is_read(sql):
            raise WriteRefusedError(f"A public page may not write: {str(sql)[:200]}")
        self._begin()
        try:
            return execute(sql, params, many, context)
        except DatabaseError as error:
            code = getattr(error.__cause__, "sqlstate", None) or getattr(
                error.__cause__, "sqlite_errorname", ""
            )
            if code in _REFUSALS:
                raise WriteRefusedError(f"The database refused: {sql[:200]}") from error
            raise

    def _begin(self) -> None:
        connection = self._connection
        raw = connection.connection
        # Also true of the connection that Django has made in the place of a broken one.
        if raw is not self._guarded:
            self._forbid_writes(raw)
        if connection.get_autocommit():
            connection.set_autocommit(False)
            self._begun = raw
            if connection.vendor == "sqlite":
                # Python's driver begins a transaction before a write only.
                raw.execute("BEGIN")

    def _forbid_writes(self, raw: Any) -> None:
        self._guarded = raw
        if self._connection.vendor == "sqlite":
            raw.execute("PRAGMA query_only=ON")
        elif not self._is_inside:
            from psycopg import IsolationLevel

            # Taken up by psycopg with the BEGIN that it sends before the next statement.
            raw.read_only = True
            raw.isolation_level = IsolationLevel.REPEATABLE_READ

    def _let_write(self) -> None:
        raw, self._guarded = self._guarded, None
        if raw is None or raw is not self._connection.connection:
            return
        if self._connection.vendor == "sqlite":
            raw.execute("PRAGMA query_only=OFF")
        elif not self._is_inside:
            raw.read_only = None
            raw.isolation_level = None


class ReadOnlyMiddleware:
    """Lets only requests to the admin write to the database, and hides cookies from all others.

    What the admin answers, no cache may keep.

    The site's own cookies are never sent to a public page, but another site of the same host may
    have some of the same names. The middleware for sessions and forms would answer those with
    cookies, and the answer would vary by them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(settings.ADMIN_PATH) and not settings.PUBLIC_ONLY:
            response = self._get_response(request)
            # Errors and redirects, too, are for one reader.
            if not response.has_header("Cache-Control"):
                add_never_cache_headers(response)
            return response
        request.META.pop("HTTP_COOKIE", None)
        given: Any = request
        # Nobody can change anything here on another one's behalf: what is sent gets 405, not a
        # complaint of a cookie that is hidden.
        given._dont_enforce_csrf_checks = True
        reading = Reading(connections[DEFAULT_DB_ALIAS])
        is_streamed = False
        try:
            with reading.guard():
                response = self._get_response(request)
                if response.status_code == 405 and not getattr(response, "content", True):
                    response = not_allowed(request, cast(HttpResponse, response))
            if isinstance(response, StreamingHttpResponse) and not response.is_async:
                # The rest of the response is computed after the middleware.
                response.streaming_content = _ReadParts(response.streaming_content, reading)
                is_streamed = True
        finally:
            if not is_streamed:
                reading.end()
        return response


class _ReadParts:
    """The parts of a streamed response, each computed as part of the request's reading.

    A class, because the server closes a response that it has sent nothing of, too, and a
    generator that was never started has no code that would run then.
    """

    def __init__(self, parts: Any, reading: Reading) -> None:
        self._parts: Iterator[bytes] = iter(parts)
        self._reading = reading

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            with self._reading.guard():
                return next(self._parts)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the reading; the server calls this when the response was sent or given up."""
        self._reading.end()
