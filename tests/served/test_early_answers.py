"""What headers ask of browsers, they ask with every answer, however early it is given."""

import re
import socket

import pytest
from django.db import OperationalError
from django.test import Client

from hzd_catalogue.web.permissions import OF_PLAIN_TEXT
from tests.serving import served

HOST = b"Host: localhost\r\n"
PROXIED = HOST + b"X-Forwarded-Proto: https\r\n"
#: Status and the request of each; "/katalog" is where the site begins.
EARLY = {
    "no request": (400, b"x\r\n\r\n"),
    "no method": (400, b"g\x00t / HTTP/1.1\r\n\r\n"),
    "no version": (400, b"GET / HTTP/9.9\r\n\r\n"),
    "a header without a name": (400, b"GET / HTTP/1.1\r\n: x\r\n\r\n"),
    "another host": (400, b"GET /katalog/ HTTP/1.1\r\nHost: x\r\nX-Forwarded-Proto: https\r\n\r\n"),
    "another host in clear": (
        400,
        b"GET /katalog/ HTTP/1.1\r\nHost: x\r\nX-Forwarded-Proto: http\r\n\r\n",
    ),
    "a circle": (400, b"GET /katalog/ HTTP/1.1\r\n" + HOST + b"\r\n"),
    "to https": (301, b"GET /katalog/ HTTP/1.1\r\n" + HOST + b"X-Forwarded-Proto: http\r\n\r\n"),
    "too long": (414, b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\n\r\n"),
    "too many headers": (431, b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 200 + b"\r\n"),
    "no such coding": (501, b"GET / HTTP/1.1\r\nTransfer-Encoding: x\r\n\r\n"),
    "elsewhere": (404, b"GET / HTTP/1.1\r\n" + HOST + b"\r\n"),
    "without a slash": (301, b"GET /katalog HTTP/1.1\r\n" + HOST + b"\r\n"),
    "alive": (200, b"GET /healthz HTTP/1.1\r\n\r\n"),
    "ready": (200, b"GET /katalog/readyz HTTP/1.1\r\n\r\n"),
    "health is not sent": (405, b"POST /healthz HTTP/1.1\r\nContent-Length: 0\r\n\r\n"),
    "a page is not sent": (405, b"PUT /katalog/hilfe/ HTTP/1.1\r\n" + PROXIED + b"\r\n"),
    "a form of nobody": (403, b"PUT /katalog/verwaltung/ HTTP/1.1\r\n" + PROXIED + b"\r\n"),
    "data are not sent": (405, b"PUT /katalog/projekte.json HTTP/1.1\r\n" + PROXIED + b"\r\n"),
    "not there": (404, b"GET /katalog/x/ HTTP/1.1\r\n" + PROXIED + b"\r\n"),
    "no such file": (404, b"GET /katalog/static/x HTTP/1.1\r\n" + PROXIED + b"\r\n"),
}


@pytest.fixture(scope="module")
def server(site):
    variables = {"HTTPS": "on", "TRUSTED_PROXIES": "127.0.0.1", "URL_PREFIX": "/katalog"}
    with served(site, WEB_CONCURRENCY="1", **variables) as server:
        yield server


def head_of(server, request):
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as client:
        client.sendall(request.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
        received = b"".join(iter(lambda: client.recv(65536), b""))
    return received.decode("latin-1").partition("\r\n\r\n")[0]


@pytest.mark.parametrize(("status", "request_sent"), EARLY.values(), ids=EARLY)
def test_each_answer_carries_the_policies(server, status, request_sent):
    head = head_of(server, request_sent)

    assert head.startswith(f"HTTP/1.1 {status} ")
    names = {name.lower() for name in re.findall(r"^([\w-]+):", head, re.MULTILINE)}
    assert {name.lower() for name in OF_PLAIN_TEXT} <= names


@pytest.mark.parametrize(("error", "status"), [(OperationalError, 503), (ValueError, 500)])
def test_errors_carry_the_policies(catalogue, monkeypatch, error, status):
    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr("hzd_catalogue.overview.gaps.GapsView.get_context_data", fail)
    client = Client(raise_request_exception=False)
    for answer in (client.get("/luecken/"), client.head("/luecken/")):
        assert answer.status_code == status
        assert set(OF_PLAIN_TEXT) <= set(answer.headers)
