"""What the log says, how briefly, and which request it speaks of."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

#: Where the environment of a request has its id.
_KEY = "catalogue.request_id"
#: The request that is answered; each connection has a context of its own.
_current = ContextVar("request_id", default="-")


class RequestIdMiddleware:
    """Gives each request an id, the same in its line, in what is logged meanwhile, and its answer.

    The first in the list. What a client sends as an id is not believed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.META[_KEY] = _new_id()
        _current.set(request.META[_KEY])
        response = self._get_response(request)
        response["X-Request-ID"] = request.META[_KEY]
        return response


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


class BriefFilter(logging.Filter):
    """Says in one line what a client sent that it should not have.

    A foreign Host or a form of too many fields is the client's doing; where in Django it was
    noticed helps nobody, and anybody could fill the log with it.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security."):
            record.exc_info = record.exc_text = None
        return True
