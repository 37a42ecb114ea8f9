"""A shared cache that is away costs little time and one line of the log a minute."""

import socket
import time
from contextlib import closing

import pytest
from django.core.cache import caches

from hzd_catalogue.web import sharedcache


@pytest.fixture(params=["refuses", "swallows"])
def away(request, settings, monkeypatch):
    """A cache whose server refuses connections, or takes them and says nothing."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        if request.param == "refuses":
            server.close()
            address = "127.0.0.1:9"
        else:
            address = f"127.0.0.1:{server.getsockname()[1]}"
        settings.CACHES = {
            **settings.CACHES,
            "default": {
                "BACKEND": "hzd_catalogue.web.sharedcache.SharedCache",
                "LOCATION": f"redis://{address}/0",
                "OPTIONS": {"SOCKET_CONNECT_TIMEOUT": 0.05, "SOCKET_TIMEOUT": 0.05},
            },
        }
        monkeypatch.setattr(sharedcache, "_is_due", sharedcache.Seldom())
        yield caches["default"]


def test_a_cache_that_is_away_is_asked_seldom_and_told_of_once_a_minute(away, monkeypatch, log):
    clock = time.monotonic()
    monkeypatch.setattr("hzd_catalogue.web.sharedcache.time.monotonic", lambda: clock)
    tries = 0
    connect = socket.socket.connect

    def counted(*arguments):
        nonlocal tries
        tries += 1
        return connect(*arguments)

    monkeypatch.setattr(socket.socket, "connect", counted)
    assert away.get("page", "none") == "none"
    once = tries
    assert once
    for _ in range(10):
        assert away.get("page", "none") == "none"
        away.set("page", "kept")
    assert tries == once
    assert log.getvalue().count("\n") == 1
    assert "The cache does not answer" in log.getvalue()
    clock += sharedcache.PAUSE
    away.get("page")
    assert tries > once
    assert log.getvalue().count("\n") == 1
    clock += 60
    away.get("page")
    assert log.getvalue().count("\n") == 2


def test_that_blocked_words_may_lie_in_a_cache_is_told(away, log):
    away.get("page")
    away.delete_pattern("*")
    assert "The cache was not emptied" in log.getvalue()


def test_every_page_comes_without_the_cache(away, catalogue, client, settings):
    settings.PAGE_CACHE = True
    assert client.get("/projekte/").status_code == 200
