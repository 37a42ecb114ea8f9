"""Bytes to a served site that no HTTP client would send, and others who ask meanwhile."""

import re
import socket
from contextlib import suppress
from itertools import chain

import pytest
from hypothesis import strategies as st

from tests.served.test_headers import PAGES, get
from tests.serving import served

from .answers import Answer, complaints
from .sent import FOREIGN_HOST, MARKUP, ODD, Chance
from .test_requests import PARTS, SOCKET
from .trying import tried

#: What gunicorn itself may say of a request whose body it cannot take apart (RFC 9112, 6.1).
NOT_IMPLEMENTED = 501
_LINES = (
    *(b"Host: localhost", b"Host: localhost\r\nHost: " + FOREIGN_HOST.encode(), b"Host:", b"x"),
    *(b"Host : localhost", b" Host: localhost", b"Host: localhost\r\n folded", b"\x00: a", b": a"),
    *(b"Host: localhost\x00", b"a: " + b"b" * 9000, b"\xff: \xff", b"a:b\rc: d", b"a: b\nc: d"),
    *(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked, identity", b"TE: chunked"),
    *(b"Transfer-Encoding: x", b"Transfer-Encoding:\x0bchunked", b"Transfer-Encoding : chunked"),
    *(b"Transfer-Encoding: chunked\r\nContent-Length: 5", b"Transfer-Encoding: gzip, chunked"),
    *(b"Content-Length: 5", b"Content-Length: -1", b"Content-Length: +5", b"Content-Length: 5, 6"),
    *(
        b"Content-Length: 5\r\nContent-Length: 6",
        b"Content-Length: 9999999999",
        b"Content-Length: x",
    ),
    *(
        b"Connection: close",
        b"Connection: keep-alive, Host",
        b"Connection: upgrade, HTTP2-Settings",
    ),
    *(b"Expect: 100-continue", b"Expect: x", b"Upgrade: h2c", b"Upgrade: websocket"),
    *(b"Content-Type: text/html; charset=hex", b"X-Forwarded-Proto: https", b"Range: bytes=0-0"),
    *(b"X_Forwarded_Proto: https", b"Host_: x", b"X-Forwarded-Host: " + FOREIGN_HOST.encode()),
    *(b"If-None-Match: *", b"Accept-Encoding: gzip", b'Cookie: \xe4=\x80; "', b"a: b" * 1000),
)
_METHODS = (b"GET", b"HEAD", b"POST", b"get", b"G T", b"", b"\x00", b"PRI", b"CONNECT", b"OPTIONS")
_VERSIONS = (
    b" HTTP/1.1",
    b" HTTP/1.0",
    b" HTTP/0.9",
    b" HTTP/2.0",
    b" HTTP/9",
    b"",
    b" x",
    b"  HTTP/1.1",
)
_TARGETS = (
    *(
        b"*",
        b"//",
        b"http://localhost/",
        b"http://" + FOREIGN_HOST.encode() + b"/",
        b"localhost:80",
    ),
    *(
        b"\x00",
        b"/\xff",
        b"/%",
        b"http://[",
        b"/" + b"a" * 5000,
        b"?",
        b"#",
        b"/#x",
        b"/ /x",
        b"\t",
    ),
    *(
        b"/%2e%2e/",
        b"/static/%2e%2e/%2e%2e/manage.py",
        b"/static/../../etc/passwd",
        b"/static/\x00",
    ),
)
_BODIES = (
    *(b"", b"", b"hallo", b"5\r\nhallo\r\n0\r\n\r\n", b"0\r\n\r\n", b"x\r\nhallo\r\n0\r\n\r\n"),
    *(b"-1\r\n", b"ffffffffffffffff\r\n", b'5;a="\r\n"\r\nhallo\r\n0\r\n\r\n', b"5\nhallo\n0\n\n"),
    *(b"0\r\nX: y\r\n\r\n", b"0x5\r\nhallo\r\n", b"5 \r\nhallo\r\n0\r\n\r\n", b"\x00" * 3000),
    # A second request, within what is the body of the first by one way of reading.
    b"0\r\n\r\nGET /gibt-es-nicht/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /hilfe/ HTTP/1.1\r\nHost: " + FOREIGN_HOST.encode() + b"\r\n\r\n",
    b"GET /hilfe/ HTTP/1.1\r\nX: ",
)
_HEAD = re.compile(rb"^HTTP/1\.1 (\d{3}) [^\r\n]*\r\n(.*?)\r\n\r\n", re.DOTALL | re.MULTILINE)


class Raw:
    """The bytes of a connection; as it is printed, it may stand in a test."""

    def __init__(self, sent: bytes) -> None:
        self.sent = sent

    def __repr__(self) -> str:
        return f"Raw({self.sent!r})"


@st.composite
def connections(draw):
    """Return what one client sends, mostly nearly a request, now and then several."""
    chance = Chance(draw, {})
    return Raw(b"".join(_request(chance) for _ in range(chance.below(3) + 1)))


def _request(chance: Chance) -> bytes:
    target = chance.of(_TARGETS) if chance.below(3) == 2 else chance.of(PAGES).encode()
    if chance.below(3) == 2:
        target += chance.of([*ODD, *MARKUP]).encode()[:300]
    lines = [chance.of(_LINES) for _ in range(chance.below(4))]
    method = chance.of(_METHODS) if chance.below(3) == 2 else b"GET"
    version = chance.of(_VERSIONS) if chance.below(3) == 2 else b" HTTP/1.1"
    head = [method + b" " + target + version, *([] if chance.below(4) == 3 else _LINES[:1]), *lines]
    ending = b"\n" if chance.below(8) == 7 else b"\r\n"
    return ending.join([*head, b"", b""]) + chance.of(_BODIES)


class Clients:
    """Those who ask a served site, properly and otherwise."""

    def __init__(self, server) -> None:
        self._server = server
        # Twice each: kept, and so as they will be.
        self._before = {path: get(server, path) for path in chain(PAGES, PAGES)}

    def complaints(self, raw: Raw) -> list[str]:
        """Send bytes; return what is wrong with the answers to them, and with that of others."""
        found = []
        for answer in self._answers(raw):
            if answer.status != NOT_IMPLEMENTED:
                found += complaints(answer)
        path = PAGES[len(raw.sent) % len(PAGES)]
        if get(self._server, path) != self._before[path]:
            found.append(f"{path} is another page for the next visitor")
        return found

    def changed(self) -> list[str]:
        """Return the pages that are not as they were."""
        return [path for path in PAGES if get(self._server, path) != self._before[path]]

    def _answers(self, raw: Raw) -> list[Answer]:
        """Return all answers that came before the server hung up, read as a browser would."""
        received = bytearray()
        with (
            socket.create_connection(("127.0.0.1", self._server.port), timeout=20) as client,
            # Who hangs up in the middle has said all that it will say.
            suppress(OSError),
        ):
            client.sendall(raw.sent)
            client.shutdown(socket.SHUT_WR)
            while part := client.recv(65536):
                received += part
        heads = list(_HEAD.finditer(received))
        ends = [*(head.start() for head in heads[1:]), len(received)]
        return [
            Answer(int(head[1]), _headers(bytes(head[2])), bytes(received[head.end() : end]))
            for head, end in zip(heads, ends, strict=False)
            if head[1] != b"100"
        ]


def _headers(lines: bytes) -> tuple[tuple[str, str], ...]:
    pairs = (line.partition(": ") for line in lines.decode("latin-1").split("\r\n"))
    return tuple((name, value) for name, _, value in pairs)


@pytest.mark.parametrize("part", PARTS)
def test_a_served_site_bears_every_byte(site, part):
    mode = {"PUBLIC_ONLY": "on" if part % 2 else "off", "WEB_CONCURRENCY": "1"}
    with served(site, **mode) as server:
        clients = Clients(server)
        assert tried(connections(), SOCKET, part, clients.complaints) >= SOCKET
        assert clients.changed() == []
        assert "Traceback" not in server.log.read_text()
