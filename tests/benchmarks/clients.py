"""Who asks: many at once (wrk), or one after the other."""

from __future__ import annotations

import http.client
import re
import subprocess
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

#: Connections that ask at once.
CONNECTIONS = 8


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
    )
    found = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    if found is None or float(found[1]) == 0 or re.search("Non-2xx|Socket errors", done.stdout):
        raise RuntimeError(f"{url} was not answered well:\n{done.stdout}")
    return float(found[1])


@dataclass(frozen=True)
class Answer:
    """One answer with the milliseconds until its first byte and until its last one."""

    first: float
    last: float
    content: bytes


class Visitor:
    """Asks one server over one connection, one request after the other."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=600)

    def get(self, path: str, encoding: str = "identity") -> Answer:
        """Return the answer to ``path``.

        Raises:
            RuntimeError: when it is none of success.
        """
        try:
            return self._get(path, encoding)
        except ConnectionError:
            # The server hangs up on who has said nothing for a while.
            self.close()
            return self._get(path, encoding)

    def _get(self, path: str, encoding: str) -> Answer:
        start = time.perf_counter()
        self._connection.request("GET", path, headers={"Accept-Encoding": encoding})
        response = self._connection.getresponse()
        content = response.read(1)
        first = time.perf_counter() - start
        content += response.read()
        last = time.perf_counter() - start
        if response.status != 200:
            raise RuntimeError(f"{path} was answered with {response.status}.")
        return Answer(first * 1000, last * 1000, content)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()
