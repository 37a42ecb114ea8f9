"""What is shipped in deploy/ and compose.yaml: as files, and nginx by its rules."""

import http.client
import json
import re
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
import yaml
from django.core.management import get_commands

from tests.checkout import PROJECT
from tests.proxy import check, configuration, proxied, skip_or_fail
from tests.test_settings import names_in_code

COMPOSE = PROJECT / "compose.yaml"
SYSTEMD = PROJECT / "deploy" / "systemd"
#: What the image, or the set-up itself, decides: Dockerfile and x-site say how.
DECIDED = {
    *("HOST", "PORT", "VAR_DIR", "STATIC_ROOT", "BACKUP_DIR", "DOWNLOAD_DIR"),
    *("PUBLIC_ONLY", "TRUSTED_PROXIES", "DATABASE_URL", "DATABASE_PASSWORD", "SECRET_KEY"),
}


def test_nginx_takes_the_shipped_files(tmp_path):
    main, *_ports = configuration(tmp_path, [8001, 8002], 8000, tls=True)

    assert "warn" not in check(main)


def test_systemd_takes_the_shipped_units(tmp_path):
    if shutil.which("systemd-analyze") is None:
        skip_or_fail("The units were not verified: systemd-analyze is not installed.")
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    units = []
    for unit in SYSTEMD.iterdir():
        (tmp_path / unit.name).write_text(unit.read_text().replace("/srv/catalogue", str(tmp_path)))
        units.append(str(tmp_path / unit.name))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units],
        capture_output=True,
        text=True,
        check=False,
    )

    # It also complains of the machine's own units.
    complaints = [line for line in done.stderr.splitlines() if "catalogue" in line]
    assert not complaints
    assert len(units) == 5
    hardening = [
        [line for line in (SYSTEMD / name).read_text().splitlines() if re.match("[A-Z]", line)]
        for name in ("catalogue.service", "catalogue-backup.service", "catalogue-download.service")
    ]
    kept = {"UMask=0077", "ProtectSystem=strict", "NoNewPrivileges=yes", "CapabilityBoundingSet="}
    assert all(kept <= set(lines) for lines in hardening)


def test_compose_reaches_every_setting():
    compose = yaml.safe_load(COMPOSE.read_text())
    asked = dict(re.findall(r"^ +([A-Z_]+): \$\{([A-Z_]+)[:}]", COMPOSE.read_text(), re.MULTILINE))

    assert all(name == variable for name, variable in asked.items())
    assert set(asked) == names_in_code() - DECIDED
    secrets = {name for name in compose["x-site"]["environment"] if name.endswith("_FILE")}
    assert secrets == {"SECRET_KEY_FILE", "DATABASE_PASSWORD_FILE"}
    public = [compose["services"][name]["environment"] for name in ("public1", "public2")]
    assert [settings["PUBLIC_ONLY"] for settings in public] == ["on", "on"]
    assert "PUBLIC_ONLY" not in compose["services"]["editorial"]["environment"]


def test_who_stops_the_site_waits_until_it_has_answered():
    server = re.search(
        r"^graceful_timeout = (\d+)$", (PROJECT / "gunicorn.conf.py").read_text(), re.MULTILINE
    )
    unit = re.search(
        r"^TimeoutStopSec=(\d+)$", (SYSTEMD / "catalogue.service").read_text(), re.MULTILINE
    )
    services = yaml.safe_load(COMPOSE.read_text())["services"]

    assert int(unit[1]) > int(server[1])
    for name in ("editorial", "public1", "public2"):
        assert int(services[name]["stop_grace_period"].removesuffix("s")) > int(server[1])


def test_the_logs_of_nginx_are_those_of_its_container(tmp_path):
    shell, option, script = yaml.safe_load(COMPOSE.read_text())["services"]["nginx"]["command"]
    (tmp_path / "nginx").write_text('#!/bin/sh\necho "$@"\n')
    (tmp_path / "nginx").chmod(0o755)
    done = subprocess.run(
        [shell, option, script.replace("/var/log/nginx", str(tmp_path))],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )

    # Else the container would end at once.
    assert done.stdout == "-g daemon off;\n"
    locations = (PROJECT / "deploy" / "nginx" / "locations.conf").read_text()
    logs = re.findall(r"^(access|error)_log /var/log/nginx/(\S+)", locations, re.MULTILINE)
    assert len(logs) == 2
    for kind, name in logs:
        stream = {"access": "/dev/stdout", "error": "/dev/stderr"}[kind]
        assert str((tmp_path / name).readlink()) == stream


def test_the_commands_that_are_shipped_exist():
    texts = [COMPOSE, *SYSTEMD.iterdir(), PROJECT / "deploy" / "README.md"]
    named = {
        name for path in texts for name in re.findall(r"manage\.py ([a-z_]+)", path.read_text())
    }

    assert {"backup", "restore", "build_download", "migrate", "createsuperuser"} <= named
    assert named <= set(get_commands())


class Upstream(BaseHTTPRequestHandler):
    """Counts, and answers with the headers that its address asks for."""

    protocol_version = "HTTP/1.1"
    counted: Counter[str] = Counter()
    heads: dict[str, str] = {}
    status = 200

    def do_GET(self):
        Upstream.counted[self.path] += 1
        Upstream.heads = dict(self.headers)
        if "slow" in self.path:
            time.sleep(0.3)
        body = f"{Upstream.counted[self.path]} {'x' * 2000}".encode()
        self.send_response(Upstream.status)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        header, _, value = self.path.partition("?")[2].partition("&")[0].partition("=")
        if header:
            self.send_header(header, value.replace("+", " "))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def upstream():
    Upstream.counted.clear()
    Upstream.status = 200
    server = ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def get(port, path, connection=None, **headers):
    own = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    own.request("GET", path, headers={name.replace("_", "-"): v for name, v in headers.items()})
    response = own.getresponse()
    body = response.read()
    if connection is None:
        own.close()
    return response.status, response.headers, body.partition(b" ")[0].decode("latin-1")


def test_nginx_keeps_a_page_for_a_second_and_longer_only_while_nobody_answers(upstream, tmp_path):
    with proxied(tmp_path, [upstream.server_port]) as proxy:
        # Of many who ask at once, one asks the catalogue.
        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(lambda _: get(proxy.port, "/slow")[2], range(8))) == {"1"}
        # Whatever the catalogue says of how long.
        kept = ("/slow", "/a?Cache-Control=max-age=600", "/a?X-Accel-Expires=600")
        for path in kept:
            get(proxy.port, path)

        # nginx counts in whole seconds.
        time.sleep(2.05)
        assert [get(proxy.port, path)[2] for path in kept] == ["2", "2", "2"]

        Upstream.status = 503
        time.sleep(2.05)
        assert [get(proxy.port, path)[::2] for path in kept] == [(200, "2")] * 3
        assert get(proxy.port, "/verwaltung/")[0] == 503


def test_what_nginx_says_itself_can_be_read(upstream, tmp_path):
    def told(path, **length):
        asked = Request(f"http://127.0.0.1:{proxy.port}{path}", headers=length)
        with pytest.raises(HTTPError) as refused:
            urlopen(asked, timeout=30)
        return refused.value.code, refused.value.headers, refused.value.read().decode()

    with proxied(tmp_path, [upstream.server_port]) as proxy:
        code, _headers, text = told("/verwaltung/", **{"Content-Length": "7000000"})
        assert code == 413
        assert "Angenommen werden bis zu 6 MB" in text

        upstream.shutdown()
        upstream.server_close()
        for path in ("/", "/verwaltung/"):
            code, headers, text = told(path)
            assert code == 503
            assert (headers["Retry-After"], headers["Cache-Control"]) == ("60", "no-store")
            assert "Der Katalog ist gerade nicht erreichbar" in text
            assert text.startswith('<!DOCTYPE html><html lang="de">')


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/verwaltung/", {}),
        ("/verwaltung/projects/project/1/vorschau/?Cache-Control=max-age=60", {}),
        ("/a?Cache-Control=no-store", {}),
        ("/a?Cache-Control=max-age=0,+no-cache,+no-store,+must-revalidate,+private", {}),
        ("/a?Set-Cookie=a", {}),
        ("/a", {"Authorization": "Basic eDp5"}),
    ],
)
def test_nginx_keeps_nothing_that_is_for_one_reader(path, headers, upstream, tmp_path):
    with proxied(tmp_path, [upstream.server_port]) as proxy:
        answers = [get(proxy.port, path, **headers)[2] for _ in range(3)]

    assert answers == ["1", "2", "3"]


def test_nginx_passes_on_who_asks_and_notes_no_address(upstream, tmp_path):
    with proxied(tmp_path, [upstream.server_port]) as proxy:
        forged = {
            "X_Forwarded_For": "192.0.2.9",
            "X_Forwarded_Proto": "https",
            "Accept_Encoding": "gzip",
        }
        _status, headers, _body = get(proxy.port, "/a?X-Request-ID=an-id&q=Erika", **forged)
        assert Upstream.heads["Host"] == f"127.0.0.1:{proxy.port}"
        assert Upstream.heads["X-Forwarded-For"] == "127.0.0.1"
        assert Upstream.heads["X-Forwarded-Proto"] == "http"
        assert headers["Content-Encoding"] == "gzip"

        connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=30)
        statuses = Counter(get(proxy.port, "/a", connection)[0] for _ in range(600))
        connection.close()
        assert set(statuses) == {200, 429}
        assert statuses[200] >= 300
        time.sleep(0.1)
        lines = [json.loads(line) for line in proxy.log.read_text().splitlines()]
        assert {(line["path"], line["method"]) for line in lines} == {("/a", "GET")}
        assert {line["status"] for line in lines} == {"200", "429"}
        assert lines[0]["id"] == "an-id"
        assert not re.search(r"127\.0\.0\.1|Erika", proxy.log.read_text())
