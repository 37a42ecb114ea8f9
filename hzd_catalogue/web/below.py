"""The catalogue below a path of a host that has other pages, too: https://amt.example/katalog/."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .health import LIVE, READY
from .permissions import OF_PLAIN_TEXT
from .requests import Application

_ELSEWHERE = "Hier ist nichts. Der Katalog beginnt unter {}/.\n"


class Below:
    """Hands an application what is asked for below a path, as if it were the whole host.

    Whoever passes requests on leaves addresses as they are, with the path. What asks whether this
    process runs knows the machine and not the path: health is told at the root, too.
    """

    def __init__(self, application: Application, prefix: str) -> None:
        """Wrap ``application``; ``prefix`` begins with a slash and ends without one."""
        self._application = application
        self._prefix = prefix

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path.startswith(f"{self._prefix}/"):
            environ["SCRIPT_NAME"] = self._prefix
            environ["PATH_INFO"] = path.removeprefix(self._prefix)
            return self._application(environ, start_response)
        if path in (LIVE, READY):
            return self._application(environ, start_response)
        headers = [("Content-Type", "text/plain; charset=utf-8"), *OF_PLAIN_TEXT.items()]
        if path == self._prefix:
            query = environ.get("QUERY_STRING", "")
            headers.append(("Location", f"{self._prefix}/{'?' if query else ''}{query}"))
        words = _ELSEWHERE.format(self._prefix).encode()
        headers.append(("Content-Length", str(len(words))))
        status = "301 Moved Permanently" if path == self._prefix else "404 Not Found"
        start_response(status, headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [words]
