"""compose.yaml as processes: its services from the image's steps, behind the shipped nginx.

Only in ``make test-deep``. Each service has an address of its own; PostgreSQL is that of the tests.
"""

import http.client
import os
import re
import signal
import ssl
import subprocess
import time
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg
import pytest
import yaml

from tests.chance import FACTOR
from tests.checkout import PROJECT
from tests.image import Image, build
from tests.postgres import PostgresServer, PostgresUnavailableError
from tests.proxy import SHIPPED, Proxy, proxied, skip_or_fail
from tests.served.test_freshness import EDIT
from tests.serving import free_port

pytestmark = pytest.mark.skipif(FACTOR == 1, reason="make test-deep starts the whole set-up")

ADDRESSES = {"editorial": "127.0.0.10", "public1": "127.0.0.11", "public2": "127.0.0.12"}
PAGE = "/projekte/wohngeld/"
ACCOUNT = """
from django.contrib.auth.models import User
User.objects.create_superuser("verwaltung", password="nur-im-test-gueltig")
"""


@dataclass
class Deployment:
    """What runs, by the names of compose.yaml."""

    image: Image
    directory: Path
    database: str
    port: int
    services: dict[str, dict]
    running: dict[str, subprocess.Popen]
    proxy: Proxy | None = None

    def environment(self, name):
        """Return what a service's container would have, with the places of this machine."""
        given = {
            variable: interpolated(str(value))
            for variable, value in self.services[name]["environment"].items()
        }
        own = self.directory / name
        own.mkdir(exist_ok=True)
        for shared in ("backups", "downloads"):
            (self.directory / shared).mkdir(exist_ok=True)
            if not (own / shared).exists():
                (own / shared).symlink_to(self.directory / shared)
        everything = {
            **self.image.environment,
            **given,
            "PATH": f"{self.image.root}/venv/bin:{os.environ['PATH']}",
            "PORT": str(self.port),
            "HOST": ADDRESSES.get(name, "localhost"),
            # nginx, as the services see it here.
            "TRUSTED_PROXIES": "127.0.0.1",
            "LOG_LEVEL": "WARNING",
        }
        return {variable: self.placed(value, name) for variable, value in everything.items()}

    def placed(self, text, name):
        """Return a text of compose.yaml with the places of this machine."""
        text = text.replace("/run/secrets", str(self.directory / "secrets"))
        text = text.replace("/var/lib/catalogue", str(self.directory / name))
        text = text.replace("@database/", f"@{quote(self.database, safe='')}/")
        return str(self.image.root / "static") if text == "/static" else text

    def start(self, name):
        """Start a service with the command of compose.yaml, or else that of the image."""
        command = self.services[name].get("command") or self.image.command
        with (self.directory / f"{name}.log").open("a") as log:
            self.running[name] = subprocess.Popen(
                [self.placed(part, name) for part in command],
                cwd=self.image.root / "app",
                env=self.environment(name),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def stop(self, name, with_signal=signal.SIGTERM):
        process = self.running.pop(name)
        os.killpg(process.pid, with_signal)
        process.wait(timeout=40)

    def shell(self, program):
        done = subprocess.run(
            ["python", "manage.py", "shell", "--verbosity", "0", "--command", program],
            cwd=self.image.root / "app",
            env=self.environment("editorial"),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def get(self, path, host=None, method="GET", body=None, **headers):
        """Ask nginx by TLS, or a service directly as nginx would."""
        if host:
            connection = http.client.HTTPConnection(ADDRESSES[host], self.port, timeout=30)
            headers = {"Host": f"localhost:{self.proxy.tls_port}", "X-Forwarded-Proto": "https"}
        else:
            context = ssl.create_default_context(cafile=self.directory / "nginx/fullchain.pem")
            connection = http.client.HTTPSConnection(
                "localhost", self.proxy.tls_port, context=context, timeout=30
            )
        with closing(connection):
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, response.headers, response.read().decode("utf-8", "replace")


def interpolated(text):
    """Return a value of compose.yaml with the variables of a minimal .env."""
    given = {"ALLOWED_HOSTS": "localhost"}
    return re.sub(
        r"\$\{([A-Z_]+):[-?]([^}]*)\}",
        lambda match: given.get(match[1], match[2] if ":-" in match[0] else "MISSING"),
        text,
    )


@contextmanager
def database():
    """A server with the database that the service ``database`` makes; yields its directory."""
    try:
        server = PostgresServer()
    except PostgresUnavailableError as error:
        skip_or_fail(f"compose.yaml was not started. {error}")
    try:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("CREATE ROLE catalogue LOGIN PASSWORD 'secret'")
            connection.execute("CREATE DATABASE catalogue OWNER catalogue")
        yield urlsplit(server.url).netloc.partition("@")[2].replace("%2F", "/")
    finally:
        server.stop()


@pytest.fixture(scope="module")
def deployment(tmp_path_factory):
    directory = tmp_path_factory.mktemp("deployment")
    (directory / "secrets").mkdir()
    (directory / "secrets" / "secret_key").write_text("0123456789abcdef" * 4)
    (directory / "secrets" / "database_password").write_text("secret\n")
    (directory / "nginx").mkdir()
    services = yaml.safe_load((PROJECT / "compose.yaml").read_text())["services"]
    with ExitStack() as stack:
        place = stack.enter_context(database())
        deployed = Deployment(
            build(directory / "image"), directory, place, free_port(), services, {}
        )
        deployed.start("prepare")
        assert deployed.running.pop("prepare").wait(timeout=300) == 0, (
            directory / "prepare.log"
        ).read_text()
        deployed.shell(ACCOUNT)
        stack.callback(lambda: [deployed.stop(name) for name in list(deployed.running)])
        for name in ADDRESSES:
            deployed.start(name)
        upstreams = (SHIPPED / "upstreams-compose.conf").read_text()
        for name, address in ADDRESSES.items():
            upstreams = upstreams.replace(f"{name}:8000", f"{address}:{deployed.port}")
        deployed.proxy = stack.enter_context(
            proxied(directory / "nginx", [0], tls=True, upstreams=upstreams)
        )
        for name in ADDRESSES:
            wait_until_ready(deployed, name)
        yield deployed


def wait_until_ready(deployed, name):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if deployed.get("/readyz", name)[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError((deployed.directory / f"{name}.log").read_text()[-3000:])


def test_visitors_get_pages_by_tls_from_both_public_hosts(deployment):
    with closing(http.client.HTTPConnection("127.0.0.1", deployment.proxy.port)) as plain:
        plain.request("GET", "/themen/", headers={"Host": "localhost"})
        place = plain.getresponse().headers["Location"]
    assert place == f"https://localhost:{deployment.proxy.tls_port}/themen/"
    for path in ("/", PAGE, "/projekte.json", "/sitemap.xml", "/laender/hessen/", "/quellen/"):
        status, headers, page = deployment.get(path)
        assert status == 200
        assert "Strict-Transport-Security" in headers
        assert "http://localhost" not in page
    style = re.search(r'href="(/static/css/catalogue[^"]*)"', deployment.get("/")[2])[1]
    assert deployment.get(style)[0] == 200
    for name in ("public1", "public2"):
        assert '"status": 200' in (deployment.directory / f"{name}.log").read_text()
        assert deployment.get("/verwaltung/", name)[0] == 404


def test_editors_sign_in_behind_nginx(deployment):
    origin = f"https://localhost:{deployment.proxy.tls_port}"
    _status, headers, page = deployment.get("/verwaltung/login/")
    cookie = headers["Set-Cookie"]
    assert "Secure" in cookie
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    given = {
        "Cookie": cookie.partition(";")[0],
        "Origin": origin,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    form = f"csrfmiddlewaretoken={token}&username=verwaltung&password=nur-im-test-gueltig"
    status, headers, page = deployment.get("/verwaltung/login/", None, "POST", form, **given)
    assert status == 302, page
    # From elsewhere, it is told what may be wrong.
    given["Origin"] = "https://anders.example"
    status, _headers, page = deployment.get("/verwaltung/login/", None, "POST", form, **given)
    assert status == 403
    assert "Für den Betrieb" in page


def test_an_edit_shows_on_each_host_at_once_and_behind_nginx_in_a_moment(deployment):
    for name in ("", *ADDRESSES):
        deployment.get(PAGE, name or None)
    for number in range(3):
        deployment.shell(EDIT.format(f"Wohngeld {number}"))
        saved = time.monotonic()
        for name in [*ADDRESSES] * 4:
            assert f"Wohngeld {number}" in deployment.get(PAGE, name)[2]
            assert f"Wohngeld {number}" in deployment.get("/projekte/", name)[2]
        time.sleep(max(0, saved + 2 - time.monotonic()))
        assert f"Wohngeld {number}" in deployment.get(PAGE)[2]


def test_the_nightly_service_makes_a_backup_and_a_download_that_all_offer(deployment):
    deployment.start("nightly")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not list(
        (deployment.directory / "downloads").glob("2*/download.json")
    ):
        time.sleep(0.2)
    deployment.stop("nightly")
    assert list((deployment.directory / "backups").glob("catalogue-*.zip"))
    for name in ("", *ADDRESSES):
        page = deployment.get("/daten/", name or None)[2]
        file = re.search(r'href="(/daten/2[^"]*\.zip)"', page)[1]
        assert deployment.get(file, name or None)[0] == 200


def test_one_public_host_is_enough_and_without_any_the_last_pages_stay(deployment):
    assert deployment.get(PAGE)[0] == 200
    deployment.stop("public1", signal.SIGKILL)
    for number in range(10):
        assert deployment.get(f"/projekte/?seite={number + 1}")[0] in (200, 404)
    deployment.stop("public2", signal.SIGKILL)
    time.sleep(2.1)
    assert deployment.get(PAGE)[0] == 200
    assert deployment.get("/projekte/?land=DE-BY")[0] == 503
    assert deployment.get("/verwaltung/login/")[0] == 200
    for name in ("public1", "public2"):
        deployment.start(name)
        wait_until_ready(deployment, name)
    # nginx tries a host that failed again after ten seconds.
    time.sleep(10.1)
    assert deployment.get("/projekte/?land=DE-BY")[0] == 200
