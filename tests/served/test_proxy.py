"""The site behind nginx, with the configuration that is shipped for it."""

from contextlib import ExitStack, closing
from socket import create_connection
from urllib.request import Request, urlopen

from tests.proxy import proxied
from tests.serving import served


def page(port, **headers):
    request = Request(
        f"http://127.0.0.1:{port}/themen/",
        headers={name.replace("_", "-"): text for name, text in headers.items()},
    )
    with urlopen(request, timeout=30) as response:
        return response.read()


def test_nothing_that_a_client_sends_passes_for_the_proxys_word(site, tmp_path):
    proxies = {"TRUSTED_PROXIES": "127.0.0.1,::1"}
    with served(site, **proxies) as server, proxied(tmp_path, [server.port]) as proxy:
        port = proxy.port
        own = page(port, Host="localhost")
        for header in ("Script_Name", "X_Forwarded_Proto", "X_Forwarded_For", "Forwarded"):
            assert page(port, Host="localhost", **{header: "https"}) == own
        assert b'rel="canonical" href="http://localhost/themen/"' in own


def test_slow_clients_of_the_proxy_hold_up_nobody(site, tmp_path):
    with ExitStack() as stack:
        server = stack.enter_context(served(site))
        port = stack.enter_context(proxied(tmp_path, [server.port])).port
        for _ in range(200):
            client = stack.enter_context(closing(create_connection(("127.0.0.1", port))))
            client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        assert b"<html" in page(port, Host="localhost")
