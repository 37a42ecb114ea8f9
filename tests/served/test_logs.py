"""The log of the served site, and what it tells at its start."""

import json
import re
import socket
import time
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.serving import served

#: What gunicorn says of a request that cannot be read, but for where it came from.
REFUSED = "Invalid request from ip=-: "


def ask(server, path, method="GET"):
    """Return the status, headers and body of an answer."""
    try:
        with urlopen(Request(f"{server.url}{path}", method=method), timeout=30) as response:
            return response.status, response.headers, response.read()
    except HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def test_each_request_is_one_line_without_its_sender(site):
    with served(site, ALLOWED_HOSTS="*", TRUSTED_PROXIES="127.0.0.1", HTTPS="off") as server:
        _, _, page = ask(server, "/")
        sheet = re.search(rb'href="(/static/css/[^"]+\.css)"', page)[1].decode()
        asked = [
            ("GET", "/projekte/?q=Erika+Mustermann&land=DE-TH"),
            ("HEAD", "/projekte/"),
            ("GET", "/gibt-es-nicht/%0A%22"),
            ("POST", "/themen/"),
            ("GET", "/healthz"),
            ("GET", sheet),
        ]
        answers = [ask(server, path, method) for method, path in asked]
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            client.sendall(b"GET /kaputt/?q=Erika HTTP/1.1\r\nHost: a\r\nX Y: 1\r\n\r\n")
            assert b"400" in client.recv(100)
        # A line is written once its answer is sent, by a process that may be busy then.
        due = [REFUSED, *(headers["X-Request-ID"] for _, headers, _ in answers)]
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            log = server.log.read_text()
            if all(part in log for part in due):
                break
            time.sleep(0.05)

    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    by_id = {line["id"]: line for line in lines}
    assert len(by_id) == len(lines)
    for (method, path), (status, headers, body) in zip(asked, answers, strict=True):
        line = by_id[headers["X-Request-ID"]]
        assert set(line) == {"time", "id", "method", "path", "status", "bytes", "ms"}
        said = (line["method"], line["path"], line["status"], line["bytes"])
        assert said == (method, path.partition("?")[0], status, len(body))
        assert 0 < line["ms"] < 30_000

    # Nobody's address, nothing of what was searched for, and nothing twice.
    assert REFUSED in log
    said = "\n".join(line for line in log.splitlines() if "Listening at" not in line)
    assert not re.search(r"127\.0\.0\.1|::1|Erika", said)
    assert len(re.findall("/gibt-es-nicht/", log)) == 1
    assert log.count("ALLOWED_HOSTS is *: whatever name a request gives") == 1


def test_a_proxy_may_write_the_log_and_ends_tls(site):
    tls = {"HTTPS": "on", "TRUSTED_PROXIES": "127.0.0.1", "HSTS_SECONDS": "31536000"}
    # What is written late would be there once it has stopped.
    with served(site, ACCESS_LOG="off", is_stopped=True, **tls) as server:
        request = Request(f"{server.url}/themen/", headers={"X-Forwarded-Proto": "https"})
        with urlopen(request, timeout=30) as response:
            headers = response.headers

    assert "/themen/" not in server.log.read_text()
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=(), " in headers["Permissions-Policy"]
    assert "geolocation=(), " in headers["Permissions-Policy"]
