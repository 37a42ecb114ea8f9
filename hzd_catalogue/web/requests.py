"""How a request is read: as UTF-8 whatever it says, and without what no browser sends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.functional import cached_property

#: What a server calls (PEP 3333).
Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Request(WSGIRequest):
    """A request whose address and forms are UTF-8, as the pages that ask for them are.

    Django would read both in the encoding that a client names with its body, before anything of the
    site is asked. Python knows some that decode no text at all, which left the client without an
    answer; with any other, one address would mean two pages.
    """

    @property
    def encoding(self) -> str | None:
        """None, which Django takes for UTF-8; what is set is ignored."""
        return None

    @encoding.setter
    def encoding(self, value: str | None) -> None:
        pass

    @cached_property
    def COOKIES(self) -> dict[str, str]:  # type: ignore[override] # noqa: N802 (Django's name)
        """Cookies without those that hold NUL, which no browser sends and PostgreSQL refuses.

        Django's parser makes it of an escape: the key of a session ended in an error.
        """
        cookies: dict[str, str] = super().COOKIES
        return {name: value for name, value in cookies.items() if "\0" not in value}

    def _set_content_type_params(self, meta: Mapping[str, Any]) -> None:
        try:
            super()._set_content_type_params(meta)  # type: ignore[misc]
        except ValueError:
            # A parameter in an encoding that nobody knows (RFC 2231): a body of no known kind.
            self.content_type, self.content_params = "", {}


class Handler(WSGIHandler):
    """The application, asked with such requests."""

    request_class = Request
