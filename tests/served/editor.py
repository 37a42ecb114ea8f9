"""Somebody who asks a served site: a visitor, or an editor with a browser's cookies and forms."""

from __future__ import annotations

from dataclasses import dataclass
from http.client import HTTPMessage
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from lxml import html

from tests.serving import ADMINISTRATOR, Served


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: HTTPMessage
    text: str

    def form(self, field: str) -> Any:
        """Return the form of the page that has a field of this name."""
        forms = html.document_fromstring(self.text).forms
        return next(form for form in forms if field in form.fields)


class Browser:
    """Keeps cookies and follows redirects; whatever the status is, it is an answer."""

    def __init__(self, server: Served, timeout: float = 60) -> None:
        self._url = server.url
        self._timeout = timeout
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def get(self, path: str, data: bytes | None = None) -> Answer:
        """Open an address, or send it a form."""
        try:
            response = self._opener.open(Request(f"{self._url}{path}", data), timeout=self._timeout)
        except HTTPError as error:
            response = error
        with response:
            return Answer(response.status, response.headers, response.read().decode())

    def send(self, form: Any, path: str, **changed: str) -> Answer:
        """Send a form with other values as its button does.

        Args:
            form: as it came.
            path: where the page was, for a form that names no other address.
            changed: values of its fields, and of the button.
        """
        kept = [(name, value) for name, value in form.form_values() if name not in changed]
        return self.get(form.action or path, urlencode([*kept, *changed.items()]).encode())

    def sign_in(self) -> Browser:
        """Sign in as the site's administrator."""
        name, password = ADMINISTRATOR
        path = "/verwaltung/login/"
        form = self.get(path).form("username")
        answer = self.send(form, path, username=name, password=password, next="/verwaltung/")
        assert "Abmelden" in answer.text
        return self
