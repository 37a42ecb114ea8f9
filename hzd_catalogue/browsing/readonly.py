"""Keeps the public side from writing: outside the admin, the database connection only reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, cast

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse

#: Statements that change nothing, by their first word. A WITH or an EXPLAIN may contain a write.
_READ = re.compile(
    r"\s*\(*\s*(SELECT|VALUES|WITH|EXPLAIN|SAVEPOINT|RELEASE|ROLLBACK|PRAGMA)\b", re.IGNORECASE
)
_WRITE = re.compile(
    r"\b(INSERT|UPDATE|DELETE|MERGE|TRUNCATE|INTO|CREATE|ALTER|DROP|FOR\s+(KEY\s+)?SHARE)\b"
    r"|^\s*PRAGMA\b.*="
    r"|;\s*\S",
    re.IGNORECASE | re.DOTALL,
)
_QUOTED = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*\"""")


class WriteRefusedError(Exception):
    """A public page tried to write to the database."""


def is_read(sql: str) -> bool:
    """Return whether the statement ``sql`` only reads; one that cannot be told counts as a write.

    Functions that write are not recognised: where it matters, the database role itself is
    without the right to write (docs/operating.md).
    """
    bare = _QUOTED.sub("x", sql)
    return bool(_READ.match(bare)) and not _WRITE.search(bare)


def refuse_writes(execute: Callable[..., Any], sql: str, *arguments: Any) -> Any:
    """Execute ``sql`` when it reads (a wrapper for ``connection.execute_wrapper``).

    Raises:
        WriteRefusedError: when it does not.
    """
    if not is_read(sql):
        raise WriteRefusedError(f"A public page may not write: {sql[:200]}")
    return execute(sql, *arguments)


class ReadOnlyMiddleware:
    """Lets only requests to the admin write to the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(settings.ADMIN_PATH):
            return self._get_response(request)
        with connection.execute_wrapper(refuse_writes):
            response = self._get_response(request)
        if isinstance(response, StreamingHttpResponse) and not response.is_async:
            # The rest of the response is computed after the middleware.
            parts = cast(Iterator[bytes], response.streaming_content)
            response.streaming_content = _read_only(iter(parts))
        return response


def _read_only(parts: Iterator[bytes]) -> Iterator[bytes]:
    while True:
        with connection.execute_wrapper(refuse_writes):
            try:
                part = next(parts)
            except StopIteration:
                return
        yield part
