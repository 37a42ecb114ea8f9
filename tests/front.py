"""A client that asks as a server does, through all that stands before Django."""

from __future__ import annotations

from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.http.response import HttpResponseBase, ResponseHeaders
from django.test import Client
from django.test.client import ClientHandler

from hzd_catalogue.web.front import in_front_of


class _Handler(ClientHandler):
    """Django's own for tests, behind what stands before Django."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._application: Any = in_front_of(self._ask_django)

    def __call__(self, environ: dict[str, Any]) -> HttpResponseBase:
        started: list[Any] = []
        found = self._application(environ, lambda *said: started.append(said))
        [(status, headers)] = started
        if isinstance(found, HttpResponseBase):
            for name, value in headers:
                found.headers[name] = value
            return found
        # Answered without Django.
        response: Any = HttpResponse(b"".join(found), status=int(status.split()[0]))
        # No other header than these, also where Django would add one.
        response.headers = ResponseHeaders(dict(headers))
        response.wsgi_request = WSGIRequest(environ)
        return response

    def _ask_django(self, environ: dict[str, Any], start_response: Any) -> HttpResponseBase:
        response = super().__call__(environ)
        start_response(f"{response.status_code} {response.reason_phrase}", [*response.items()])
        return response


class FrontClient(Client):
    """Django's client, of which the rest of an answer is what it always was."""

    def __init__(self, enforce_csrf_checks: bool = False, **kwargs: Any) -> None:
        super().__init__(enforce_csrf_checks, **kwargs)
        self.handler = _Handler(enforce_csrf_checks)
