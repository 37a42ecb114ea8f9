"""Slow clients, stops under load, and where the server listens."""

import http.client
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import ExitStack, closing
from urllib.request import urlopen

import pytest

from hzd_catalogue.web.server import addresses
from tests.checkout import PROJECT
from tests.serving import served

SLOW_CLIENTS = 200


@pytest.mark.parametrize(
    "sent",
    [b"", b"GET /projekte/ HTTP/1.1\r\nHost: localhost\r\n"],
    ids=["silent", "never ending head"],
)
def test_slow_clients_hold_up_nobody(site, sent):
    with ExitStack() as stack:
        server = stack.enter_context(served(site))
        for _ in range(SLOW_CLIENTS):
            client = socket.create_connection(("127.0.0.1", server.port))
            stack.enter_context(closing(client))
            client.sendall(sent)
        # Less than what each of them is given to say what it wants, so none has left yet.
        for _ in range(5):
            with urlopen(f"{server.url}/projekte/", timeout=8) as response:
                assert response.status == 200


def test_clients_that_read_slowly_hold_up_nobody(site):
    with ExitStack() as stack:
        server = stack.enter_context(served(site))
        request = b"GET /projekte.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * 20
        for _ in range(4):
            client = socket.socket()
            stack.enter_context(closing(client))
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            client.connect(("127.0.0.1", server.port))
            client.sendall(request)
        with urlopen(f"{server.url}/themen/", timeout=30) as response:
            assert response.status == 200


@pytest.mark.parametrize("keep_alive", [False, True], ids=["a connection each", "kept alive"])
def test_a_stop_under_load_loses_no_request(site, keep_alive):
    outcomes = Counter()

    def visit(port):
        connection = None
        while True:
            try:
                if connection is None:
                    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
                    connection.connect()
            except OSError:
                return  # nobody listens any more, which loses nothing
            try:
                headers = {} if keep_alive else {"Connection": "close"}
                connection.request("GET", "/projekte/", headers=headers)
                response = connection.getresponse()
                response.read()
                outcomes[response.status] += 1
            except (OSError, http.client.HTTPException) as error:
                outcomes[type(error).__name__] += 1
                connection = None
            else:
                if response.will_close:
                    connection.close()
                    connection = None

    with served(site) as server:
        visitors = [threading.Thread(target=visit, args=[server.port]) for _ in range(16)]
        for visitor in visitors:
            visitor.start()
        time.sleep(1)
        server.process.send_signal(signal.SIGTERM)
        for visitor in visitors:
            visitor.join()
        assert server.process.wait(timeout=25) == 0

    assert set(outcomes) == {200}
    assert outcomes[200] >= 16


def test_a_reload_goes_on_serving(site):
    """The old workers stop too, and must not close the queue that is the new ones'."""
    with served(site) as server:
        server.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 4
        while time.monotonic() < deadline:
            with urlopen(f"{server.url}/healthz", timeout=8) as response:
                assert response.status == 200
            time.sleep(0.1)


def test_no_process_makes_room_after_so_many_requests(site):
    """One that does accepts nobody for ten seconds, while a visitor's connection is open."""
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "--print-config"],
        cwd=PROJECT,
        env=site,
        capture_output=True,
        text=True,
        check=True,
    )

    config = dict(line.split(" = ", 1) for line in done.stdout.splitlines() if " = " in line)
    assert {name.strip(): value for name, value in config.items()}["max_requests"] == "0"


def reaches(family, address, port):
    with closing(socket.socket(family)) as client:
        client.settimeout(2)
        return client.connect_ex((address, port)) == 0


def own_address():
    """An address of this machine beside the loopback, if it has one."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        return probe.getsockname()[0]


@pytest.mark.parametrize("host", ["localhost", "*"])
def test_who_can_reach_the_site(site, host):
    outside = own_address()
    with served(site, HOST=host) as server:
        assert reaches(socket.AF_INET, "127.0.0.1", server.port)
        if socket.has_ipv6 and ("[::1]:1" in addresses(["localhost"], 1)):
            assert reaches(socket.AF_INET6, "::1", server.port)
        if outside:
            assert reaches(socket.AF_INET, outside, server.port) == (host == "*")


def test_addresses_are_bound_as_they_are_named():
    assert addresses(["10.0.0.7", "fe80::1", "[::1]"], 80) == [
        "10.0.0.7:80",
        "[fe80::1]:80",
        "[::1]:80",
    ]
