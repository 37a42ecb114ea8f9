"""What the log says, how briefly, and which request it speaks of."""

from __future__ import annotations

import json
import logging
import math
import secrets
import time
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from .database import is_unavailable, kind_of
from .requests import Application

#: Where the environment of a request has its id.
_KEY = "catalogue.request_id"
#: The request that is answered; each connection has a context of its own.
_current = ContextVar("request_id", default="-")
_SECONDS_BETWEEN = 60


class WithRequestId:
    """Gives each request an id, the same in its line, in what is logged meanwhile, and its answer.

    What a client sends as an id is not believed.
    """

    def __init__(self, application: Application) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        given = environ[_KEY] = _new_id()
        _current.set(given)

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            return start_response(status, [*headers, ("X-Request-ID", given)], *error)

        return self._application(environ, start)


def _new_id() -> str:
    return secrets.token_hex(8)


def line_of(
    environ: Mapping[str, Any], method: str, path: str, status: int, size: int, seconds: float
) -> str:
    """Return what the log says of a request that was answered, as JSON.

    Neither who asked nor what was asked for in the query: people search for names.
    """
    return json.dumps(
        {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "id": environ.get(_KEY) or _new_id(),
            "method": method,
            "path": path,
            "status": status,
            "bytes": size,
            "ms": round(seconds * 1000, 1),
        }
    )


class RequestIdFilter(logging.Filter):
    """Tells each record which request it was made for."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = _current.get()
        return True


class Seldom:
    """Says of each thing whether it is to be said now: once a minute in each process."""

    def __init__(self) -> None:
        self._said: dict[str, float] = {}

    def __call__(self, thing: str) -> bool:
        now = time.monotonic()
        if now - self._said.get(thing, -math.inf) < _SECONDS_BETWEEN:
            return False
        self._said[thing] = now
        return True


class BriefFilter(logging.Filter):
    """Says in one line what a client sent that it should not have, or that the database is away.

    A foreign Host or a form of too many fields is the client's doing; where in Django it was
    noticed helps nobody, and anybody could fill the log with it. While the database does not
    answer, each request fails for the same reason: that is said once a minute.
    """

    def __init__(self) -> None:
        super().__init__()
        self._is_due = Seldom()

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security."):
            record.exc_info = record.exc_text = None
        error = record.exc_info[1] if record.exc_info else None
        if record.name == "django.request" and error is not None and is_unavailable(error):
            record.exc_info = record.exc_text = None
            # libpq writes a line and a hint for each host that it tried.
            reason = " ".join(str(error).split())
            record.msg = f"{record.getMessage()}: {reason} (said once a minute)"
            record.args = ()
            return self._is_due(kind_of(error))
        return True
