"""Who asks: many at once (wrk), or one after the other."""

from __future__ import annotations

import http.client
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

#: Connections that ask at once. They begin together, and in some rounds one of two workers takes
#: them all, at half the speed: only the median of many rounds says something.
CONNECTIONS = 16
#: Bytes that are read at once, so that an answer that comes slowly can be given up.
_PART = 2**20
#: How long a server that was busy is waited for.
_SETTLE_SECONDS = 300


def requests_a_second(url: str, encoding: str, seconds: int) -> float:
    """Return how many requests a second were answered to CONNECTIONS clients that never pause.

    Raises:
        RuntimeError: when an answer was none of success.
    """
    done = subprocess.run(
        [
            *("wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s"),
            *("-H", f"Accept-Encoding: {encoding}", url),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=seconds + 60,
    )
    found = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    errors = re.findall("(?:Non-2xx|Socket errors).*", done.stdout)
    if found is None or float(found[1]) == 0 or errors:
        raise RuntimeError(f"{url} was not answered well: {'; '.join(errors) or done.stdout}")
    return float(found[1])


@dataclass(frozen=True)
class Answer:
    """One answer with the milliseconds until its first byte and until its last one."""

    first: float
    last: float
    content: bytes


class TooSlowError(Exception):
    """An answer was not whole in time; holds what had come."""

    def __init__(self, path: str, limit: float, sofar: Answer | None) -> None:
        super().__init__(f"{path} took longer than {limit:.0f} s")
        self.sofar = sofar


class Visitor:
    """Asks one server over one connection, one request after the other."""

    def __init__(self, url: str, limit: float) -> None:
        """Ask the server at ``url``; an answer has ``limit`` seconds."""
        self._limit = limit
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=limit)

    def get(self, path: str, encoding: str = "identity", limit: float | None = None) -> Answer:
        """Return the answer to ``path``.

        Raises:
            RuntimeError: when it is none of success.
            TooSlowError: when it takes longer than ``limit``.
        """
        limit = limit or self._limit
        try:
            return self._get(path, encoding, limit)
        except ConnectionError:
            # The server hangs up on who has said nothing for a while.
            self.close()
            return self._get(path, encoding, limit)

    def _get(self, path: str, encoding: str, limit: float) -> Answer:
        self._connection.timeout = limit
        if self._connection.sock is not None:
            self._connection.sock.settimeout(limit)
        start = time.perf_counter()
        first, parts = 0.0, []
        try:
            self._connection.request("GET", path, headers={"Accept-Encoding": encoding})
            response = self._connection.getresponse()
            for part in _parts(response, start + limit):
                first = first or time.perf_counter() - start
                parts.append(part)
        except TimeoutError:
            taken = time.perf_counter() - start
            self._settle()
            sofar = Answer(first * 1000, taken * 1000, b"".join(parts)) if parts else None
            raise TooSlowError(path, limit, sofar) from None
        last = time.perf_counter() - start
        if response.status != 200:
            raise RuntimeError(f"{path} was answered with {response.status}.")
        return Answer(first * 1000, last * 1000, b"".join(parts))

    def _settle(self) -> None:
        """Wait until the server has time again: it goes on with what was given up."""
        latest = time.monotonic() + _SETTLE_SECONDS
        self._connection.timeout = 5
        while time.monotonic() < latest:
            self.close()
            with suppress(OSError, http.client.HTTPException):
                self._connection.request("GET", "/healthz")
                self._connection.getresponse().read()
                return

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def _parts(response: http.client.HTTPResponse, latest: float) -> Iterator[bytes]:
    """Yield a body as it comes, its first byte by itself.

    Raises:
        TimeoutError: when it is not over in time.
    """
    part = response.read(1)
    while part:
        yield part
        if time.perf_counter() > latest:
            raise TimeoutError
        part = response.read1(_PART)
    # Only now does it know that it is over.
    response.read()
