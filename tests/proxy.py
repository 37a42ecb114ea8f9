"""The shipped configuration of nginx, run as it is but for ports, places and certificate."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import create_connection

import pytest

from tests.checkout import PROJECT
from tests.conftest import REQUIRE_ALL
from tests.serving import free_port

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")
SHIPPED = PROJECT / "deploy" / "nginx"


@dataclass(frozen=True)
class Proxy:
    """A running nginx."""

    port: int
    tls_port: int
    log: Path
    process: subprocess.Popen[bytes]


def skip_or_fail(reason: str) -> None:
    """Leave a test out for want of a program; where everything must be tested, it fails."""
    pytest.fail(reason) if REQUIRE_ALL else pytest.skip(reason)


def configuration(
    directory: Path,
    public: Sequence[int],
    editorial: int,
    *,
    prefix: str = "",
    tls: bool = False,
    upstreams: str = "",
) -> tuple[Path, int, int]:
    """Write the shipped files into ``directory`` with what a test needs otherwise.

    Args:
        directory: where nginx writes, too.
        public: ports of the public hosts.
        editorial: port of the host with the admin.
        prefix: where the catalogue begins, as the administrator writes it into the locations.
        tls: whether the site answers by TLS, as shipped; otherwise plainly, on the first port.
        upstreams: the file of upstreams, where it is another than that for one machine.

    Returns:
        The main file, the port for plain requests and that for TLS.
    """
    port, tls_port = free_port(), free_port()
    texts = {path.name: path.read_text() for path in SHIPPED.glob("*.conf")}
    common = texts["common.conf"].replace("/var/cache/nginx", str(directory))
    servers = "".join(f"    server 127.0.0.1:{each};\n" for each in public)
    on_one = texts["upstreams.conf"].replace("    server 127.0.0.1:8000;\n", servers, 1)
    upstreams = upstreams or on_one.replace("127.0.0.1:8000", f"127.0.0.1:{editorial}")
    locations = texts["locations.conf"].replace("/var/log/nginx", str(directory))
    if prefix:
        locations = locations.replace("location ~ ^/", f"location ~ ^{prefix}/")
        locations = locations.replace("location / {", f"location {prefix} {{")
    site = texts["site.conf"].replace(
        "/etc/nginx/catalogue-locations.conf", str(directory / "locations.conf")
    )
    site = re.sub(r"    listen \[::\].*\n", "", site)
    if tls:
        site = site.replace("listen 80;", f"listen 127.0.0.1:{port};")
        site = site.replace("listen 443 ", f"listen 127.0.0.1:{tls_port} ")
        site = site.replace("https://$host$", f"https://$host:{tls_port}$")
        site = site.replace("/etc/ssl/catalogue", str(directory))
        _certify(directory)
    else:
        site = re.sub(r"server \{\n    listen 80;.*?\n\}\n", "", site, flags=re.DOTALL)
        site = re.sub(r"    ssl_.*\n", "", site)
        site = site.replace("listen 443 ssl http2;", f"listen 127.0.0.1:{port};")
    places = "".join(
        f"{name}_temp_path {directory}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (directory / "locations.conf").write_text(locations)
    main = directory / "nginx.conf"
    # As root, nginx would become somebody who may not read a test's directory.
    user = "user root;" if os.geteuid() == 0 else ""
    main.write_text(
        f"{user} pid {directory}/nginx.pid; daemon off; error_log {directory}/error.log;\n"
        f"events {{}}\nhttp {{ access_log off;\n{places}{common}{upstreams}{site}}}\n"
    )
    return main, port, tls_port


def check(main: Path) -> str:
    """Return what nginx has to say of a configuration; fails where it refuses it."""
    if NGINX is None:
        skip_or_fail("The tests behind nginx were left out: nginx is not installed.")
    done = subprocess.run(
        [str(NGINX), "-t", "-e", str(main.with_name("error.log")), "-c", str(main)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


@contextmanager
def proxied(
    directory: Path,
    public: Sequence[int],
    editorial: int | None = None,
    *,
    prefix: str = "",
    tls: bool = False,
    upstreams: str = "",
) -> Iterator[Proxy]:
    """Run nginx in front of the catalogue, with the arguments of ``configuration``."""
    if NGINX is None:
        skip_or_fail("The tests behind nginx were left out: nginx is not installed.")
    main, port, tls_port = configuration(
        directory, public, editorial or public[0], prefix=prefix, tls=tls, upstreams=upstreams
    )
    with running(main, tls_port if tls else port) as process:
        yield Proxy(port, tls_port, directory / "catalogue.log", process)


@contextmanager
def running(main: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run nginx with a main file until the context ends; it answers on ``port``."""
    process = subprocess.Popen(
        [str(NGINX), "-e", str(main.with_name("error.log")), "-c", str(main)]
    )
    try:
        for _ in range(100):
            try:
                create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        yield process
    finally:
        process.terminate()
        process.wait(timeout=10)


def _certify(directory: Path) -> None:
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-subj", "/CN=localhost", "-days", "2"),
            *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
            *("-keyout", str(directory / "key.pem"), "-out", str(directory / "fullchain.pem")),
        ],
        check=True,
        capture_output=True,
    )
