"""Answers of the application in this process, and what may be wrong with one."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.signals import got_request_exception, request_finished, request_started
from django.db import close_old_connections, connection

from hzd_catalogue.web.front import in_front_of
from hzd_catalogue.web.requests import Handler, Request

from .sent import FOREIGN_HOST, MARK, Sent

_MARKED = MARK.encode()
#: The mark as an element, as an attribute, as a program, and a name of a host that was believed.
_LIVE = re.compile(
    rb"<%(m)s|[\s/\"']onload=\"?'?%(m)s|(?<!\\)[\"'] %(m)s=[\"']"
    rb"|(?:href|src|action|data|formaction|content)\s*=\s*[\"']?\s*"
    rb"(?:javascript:|(?:https?:)?[/\\]{2}[^\"'>\s/?#]*%(m)s|https?:%(m)s)" % {b"m": _MARKED},
    re.IGNORECASE,
)
_MARKUP_TYPES = re.compile(r"text/html|.*\bxml\b|image/svg")
#: Where a redirect may lead: on this host alone.
_STAYS = re.compile(
    r"/(?![/\\])|https?://(testserver|localhost|127\.0\.0\.1)(:\d*)?/|\?", re.IGNORECASE
)
#: What only HTTP/1.1 itself may say with a status of 500 and more: none of it is ours.
_LEAST_BAD = 500


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    #: What went wrong inside.
    error: BaseException | None = None

    def get(self, name: str) -> str:
        """Return the value of a header; empty without it."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    @property
    def lasting(self) -> Any:
        """What another visitor gets at the same address, too."""
        changing = {"X-Request-ID", "Date"}
        return self.status, [item for item in self.headers if item[0] not in changing], self.body


@contextmanager
def _connection_kept() -> Iterator[None]:
    """Keep a connection that has a test's transaction, as Django's own test client does."""
    signals = (request_started, request_finished) if connection.in_atomic_block else ()
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


class _Believed(Request):
    """A request whose form counts as one of this site's, as Django's own test client sends them."""

    _dont_enforce_csrf_checks = True


class Application:
    """The application as a server calls it: with the environment of a request."""

    def __init__(self, *, believes_forms: bool = False) -> None:
        django = Handler()
        if believes_forms:
            django.request_class = _Believed
        self._application = in_front_of(django)
        self.cookies = ""

    def ask(self, sent: Sent) -> Answer:
        """Return the answer, read to its end."""
        said: list[Any] = []
        errors: list[BaseException | None] = []

        def note(**_given: Any) -> None:
            errors.append(sys.exc_info()[1])

        got_request_exception.connect(note)
        try:
            with _connection_kept():
                response = self._application(self._environ(sent), lambda *args: said.append(args))
                body = b"".join(response)
                if hasattr(response, "close"):
                    response.close()
        except Exception as error:  # noqa: BLE001 (a server would answer 500)
            return Answer(500, (("Content-Type", "text/plain"),), b"", error)
        finally:
            got_request_exception.disconnect(note)
        status, headers = said[0][:2]
        return Answer(int(status.split()[0]), tuple(headers), body, next(iter(errors), None))

    def _environ(self, sent: Sent) -> dict[str, Any]:
        environ = {
            "REQUEST_METHOD": sent.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": sent.path,
            "QUERY_STRING": sent.query,
            "RAW_URI": sent.target,
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "testserver",
            "CONTENT_LENGTH": str(len(sent.body)) if sent.body else "",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(sent.body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        if self.cookies:
            environ["HTTP_COOKIE"] = self.cookies
        for name, value in sent.headers:
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        return environ


def complaints(answer: Answer) -> list[str]:
    """Return what is wrong with an answer, whatever was asked."""
    found = []
    if answer.status >= _LEAST_BAD or answer.error is not None:
        found.append(f"status {answer.status}: {answer.error!r}")
    if answer.get("X-Content-Type-Options") != "nosniff":
        found.append("may be taken for what it is not")
    if FOREIGN_HOST.encode() in answer.body:
        found.append("a name that a client made up")
    return [*found, *_in_headers(answer), *_live_markup(answer)]


def _in_headers(answer: Answer) -> Iterator[str]:
    for name, value in answer.headers:
        if MARK in name.lower() or re.search(r"[\r\n\0]", name + value):
            yield f"header {name}: {value!r}"
        if FOREIGN_HOST in value:
            yield f"a name that a client made up, in {name}: {value}"
    location = answer.get("Location")
    if location and not _STAYS.match(location):
        yield f"leads away: {location}"


def _live_markup(answer: Answer) -> Iterator[str]:
    if _MARKED in answer.body and _MARKUP_TYPES.match(answer.get("Content-Type")):
        for live in _LIVE.finditer(answer.body):
            around = answer.body[max(live.start() - 80, 0) : live.end() + 80]
            yield f"live markup: {around!r}"
