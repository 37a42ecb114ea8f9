"""The site behind nginx, with the configuration that is shipped for it."""

import re
import shutil
import subprocess
import time
from contextlib import ExitStack, closing, contextmanager
from socket import create_connection
from urllib.request import Request, urlopen

import pytest

from tests.checkout import PROJECT
from tests.conftest import REQUIRE_ALL
from tests.serving import free_port, served

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")


def plain(port, upstream):
    """Return the shipped configuration with other ports and without TLS."""
    text = (PROJECT / "deploy" / "nginx.conf").read_text()
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{upstream}")
    text = re.sub(r"server \{\n    listen 80;.*?\n\}\n", "", text, flags=re.DOTALL)
    text = text.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")
    return re.sub(r"^    (listen \[|http2 |ssl_).*\n", "", text, flags=re.MULTILINE)


@contextmanager
def nginx(directory, upstream):
    """Run nginx in front of ``upstream``; yields its port."""
    if NGINX is None:
        reason = "The test behind nginx was left out: nginx is not installed."
        pytest.fail(reason) if REQUIRE_ALL else pytest.skip(reason)
    port = free_port()
    places = "".join(
        f"{name}_temp_path {directory}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    configuration = directory / "nginx.conf"
    configuration.write_text(
        f"pid {directory}/nginx.pid; daemon off; error_log {directory}/error.log;\n"
        f"events {{}}\nhttp {{ access_log off;\n{places}{plain(port, upstream)}}}\n"
    )
    process = subprocess.Popen([NGINX, "-e", str(directory / "error.log"), "-c", configuration])
    try:
        for _ in range(100):
            try:
                create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=10)


def page(port, **headers):
    request = Request(
        f"http://127.0.0.1:{port}/themen/",
        headers={name.replace("_", "-"): text for name, text in headers.items()},
    )
    with urlopen(request, timeout=30) as response:
        return response.read()


def test_nothing_that_a_client_sends_passes_for_the_proxys_word(site, tmp_path):
    proxies = {"TRUSTED_PROXIES": "127.0.0.1,::1"}
    with served(site, **proxies) as server, nginx(tmp_path, server.port) as port:
        own = page(port, Host="localhost")
        for header in ("Script_Name", "X_Forwarded_Proto", "X_Forwarded_For", "Forwarded"):
            assert page(port, Host="localhost", **{header: "https"}) == own
        assert b'rel="canonical" href="http://localhost/themen/"' in own


def test_slow_clients_of_the_proxy_hold_up_nobody(site, tmp_path):
    with ExitStack() as stack:
        server = stack.enter_context(served(site))
        port = stack.enter_context(nginx(tmp_path, server.port))
        for _ in range(200):
            client = stack.enter_context(closing(create_connection(("127.0.0.1", port))))
            client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        assert b"<html" in page(port, Host="localhost")
