"""What a load balancer or a container asks: does this process run, and would a visitor get a page?

Answered before everything else, for whatever host and scheme the question comes with: who asks
knows the machine's address, not the site's name.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from hzd_catalogue.records.models import Record

from .requests import Request

#: The process runs.
LIVE = "/healthz"
#: A visitor would get a page.
READY = "/readyz"


class HealthMiddleware:
    """Answers the two questions; in the list before everything that makes a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info not in (LIVE, READY):
            return self._get_response(request)
        if request.method not in ("GET", "HEAD"):
            return _answer(405, "only GET and HEAD", Allow="GET, HEAD")
        problem = self._problem(request) if request.path_info == READY else ""
        return _answer(503, problem) if problem else _answer(200, "ok")

    def _problem(self, request: HttpRequest) -> str:
        """Return why a visitor would get no page; "" when the home page and its records are there.

        The home page is made anew, so that a kept one hides nothing.
        """
        response = self._get_response(_visitor(request))
        if response.status_code != 200:
            return f"the home page answers {response.status_code}"
        try:
            published = Record.objects.published().exists()
        except DatabaseError:
            return "the database does not answer"
        return "" if published else "the catalogue is empty"


def _visitor(request: HttpRequest) -> HttpRequest:
    """Return the request of a visitor who opens the home page."""
    environ = {name: value for name, value in request.META.items() if not name.startswith("HTTP_")}
    return Request(
        {
            **environ,
            "HTTP_HOST": settings.ALLOWED_HOSTS[0].lstrip("*.") or "localhost",
            "PATH_INFO": "/",
            "QUERY_STRING": "",
            "REQUEST_METHOD": "GET",
            "wsgi.url_scheme": "https" if settings.HTTPS else "http",
        }
    )


def _answer(status: int, words: str, **headers: str) -> HttpResponse:
    response = HttpResponse(f"{words}\n", status=status, content_type="text/plain")
    response["Cache-Control"] = "no-store"
    for name, value in headers.items():
        response[name] = value
    return response
