"""Set-up works below any path, and says in one sentence why it cannot go on.

All of it happens in a copy of the checkout below a path with a space and an umlaut. The copy's
environment uses the packages of these tests and is marked as up to date for make, and its npm
packages are links: nothing is installed, but by tests/every_python.py.
"""

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import sysconfig
import time
import venv
from contextlib import closing
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.checkout import PROJECT, copy_checkout

ENVIRONMENT = "Umgebung ü 1"
DATA = "Daten ü 1"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    copy = copy_checkout(tmp_path_factory.mktemp("setup"))
    venv.create(copy / ENVIRONMENT, symlinks=True)
    packages = sysconfig.get_path("purelib", vars={"base": str(copy / ENVIRONMENT)})
    (Path(packages) / "shared.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    (copy / ENVIRONMENT / ".runtime").touch()
    (copy / "node_modules").mkdir()
    for scope in ("@kern-ux", "@fontsource"):
        (copy / "node_modules" / scope).symlink_to(PROJECT / "node_modules" / scope)
    (copy / "node_modules" / ".runtime").touch()
    return copy


@pytest.fixture
def unfetched(tmp_path):
    """A checkout without the packages of npm."""
    return copy_checkout(tmp_path / "unfetched")


@pytest.fixture
def programs(tmp_path):
    """Makes a folder for PATH with every program of this machine but some, and with others."""

    def make_folder(*without, **scripts):
        folder = tmp_path / "programs"
        folder.mkdir()
        for name, script in scripts.items():
            (folder / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
            (folder / name).chmod(stat.S_IRWXU)
        for directory in os.get_exec_path():
            for program in Path(directory).glob("*"):
                link = folder / program.name
                if program.name not in without and not link.is_symlink() and not link.exists():
                    link.symlink_to(program)
        return str(folder)

    return make_folder


@pytest.fixture
def port():
    """A port of this machine on which somebody else listens."""
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        yield str(other.getsockname()[1])


def variables(**more):
    return {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", ""),
        "PYTHON": sys.executable,
        "VENV": ENVIRONMENT,
        "VAR_DIR": DATA,
        **more,
    }


def run(checkout, *command, **more):
    return subprocess.run(
        command,
        cwd=checkout,
        env=variables(**more),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def manage(checkout, *arguments, **more):
    return run(checkout, f"{ENVIRONMENT}/bin/python", "manage.py", *arguments, **more)


def gunicorn(checkout, *arguments, **more):
    return run(checkout, f"{ENVIRONMENT}/bin/python", "-m", "gunicorn", *arguments, **more)


def sentence(done):
    """Return the only line with which a command ended, beside make's own and gunicorn's log."""
    assert done.returncode != 0
    lines = [line for line in done.stderr.splitlines() if not re.match(r"make|\[\d{4}-", line)]
    assert len(lines) == 1, done.stderr
    return lines[0]


def free_port():
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        return str(free.getsockname()[1])


def fetched(url, server):
    """Return the page at ``url`` as soon as the server answers."""
    while server.poll() is None:
        try:
            with urlopen(url, timeout=30) as response:
                return response.read().decode()
        except ConnectionError:
            time.sleep(0.2)
        except OSError as error:
            if not isinstance(getattr(error, "reason", None), ConnectionError):
                raise
            time.sleep(0.2)
    pytest.fail(f"make run ended: {server.stdout.read()}")


def test_make_run_serves_the_site_below_a_path_with_a_space_and_an_umlaut(checkout):
    site = f"http://127.0.0.1:{(port := free_port())}"
    server = subprocess.Popen(
        ["make", "run"],
        cwd=checkout,
        env=variables(PORT=port),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        page = fetched(f"{site}/", server)
        stylesheet = re.search(r'href="(/static/kern/[^"]+\.css)"', page)[1]
        assert "IT-Kooperationen der HZD" in page
        assert ".kern-" in fetched(site + stylesheet, server)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.communicate(timeout=60)
    assert (checkout / DATA / "catalogue.sqlite3").exists()


@pytest.mark.parametrize(
    ("python", "message"),
    [
        ("sys.version_info = (3, 10, 13)", r"Python 3\.11 or newer is needed; python3 is 3\.10\."),
        ("sys.modules['ensurepip'] = None", "Python's venv is missing; on Debian: "),
    ],
)
def test_an_unfit_python_is_refused(python, message, checkout, programs):
    # Runs what make gives it after -c, in a Python that was made unfit.
    fake = f"""exec "{sys.executable}" -c "import sys; {python}; exec(sys.argv[1])" "$2" """
    path = programs("python3", python3=fake)

    done = run(checkout, "make", "run", PATH=path, PYTHON="python3", VENV="neu", PORT=free_port())

    assert re.match(message, sentence(done))
    assert not (checkout / "neu").exists()


def test_a_python_that_is_not_there_is_named(checkout):
    done = run(checkout, "make", "neu/.runtime", PYTHON="python9.9", VENV="neu")

    assert sentence(done).startswith("python9.9 is not installed")


@pytest.mark.parametrize("missing", ["node", "npm"])
def test_a_missing_npm_is_named(missing, unfetched, programs):
    done = run(unfetched, "make", "node_modules/.runtime", PATH=programs(missing))

    assert sentence(done) == f"{missing} is not installed; Node.js 18 or newer brings it."


@pytest.mark.parametrize(
    ("target", "oldest"),
    # Debian 12 has Node.js 18, which is to be enough for the site.
    [("node_modules/.runtime", 18), ("tests/browser/node_modules/.dev", 20)],
)
def test_an_old_node_is_refused(target, oldest, unfetched, programs):
    path = programs("node", "npm", node=f"echo v{oldest - 1}.20.4", npm="exit 1")

    done = run(unfetched, "make", target, PATH=path)

    assert sentence(done) == f"Node.js {oldest} or newer is needed; node is v{oldest - 1}.20.4."


def test_what_the_site_needs_comes_with_the_oldest_npm():
    """Debian's npm reads no lock file where one package asks for another one as "latest"."""
    site, tools = (
        json.loads((PROJECT / folder / "package.json").read_text(encoding="utf-8"))
        for folder in (".", "tests/browser")
    )

    assert site["engines"]["node"] == ">=18"
    assert "overrides" not in site
    assert tools["engines"]["node"] == ">=20"


def test_an_unreachable_package_index_is_named(checkout):
    nowhere = {"PIP_INDEX_URL": f"http://127.0.0.1:{free_port()}/", "PIP_CONFIG_FILE": os.devnull}

    done = run(checkout, "make", "leer/.runtime", VENV="leer", PIP_NO_CACHE_DIR="1", **nowhere)

    assert sentence(done).startswith("pip reached no package index; PIP_INDEX_URL ")


def test_what_else_pip_says_is_shown(checkout):
    """An index that lacks a package must not pass for one that does not answer."""
    nothing = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull}

    done = run(checkout, "make", "leer/.runtime", VENV="leer", **nothing)

    assert done.returncode != 0
    assert "No matching distribution found" in done.stderr


def test_an_unreachable_npm_registry_is_named(unfetched, tmp_path):
    done = run(
        unfetched,
        "make",
        "node_modules/.runtime",
        npm_config_registry=f"http://127.0.0.1:{free_port()}/",
        npm_config_cache=str(tmp_path),
    )

    assert sentence(done).startswith("npm reached no registry; 'npm config get registry' ")


def test_make_run_refuses_a_port_that_is_in_use_before_all_else(checkout, port):
    done = run(checkout, "make", "run", VENV="neu 2", PORT=port)

    assert sentence(done) == f"Port {port} is in use; take another one: PORT=8080 make run"
    assert not (checkout / "neu 2").exists()


def test_gunicorn_refuses_a_port_that_is_in_use(checkout, port, own_site):
    settings = {name: own_site[name] for name in ("VAR_DIR", "SECRET_KEY")}

    done = gunicorn(checkout, PORT=port, **settings)

    assert sentence(done).startswith(f"Port {port} of ")


@pytest.mark.parametrize(
    ("name", "value"),
    [("LOG_LEVEL", "chatty"), ("DATABASE_URL", "mysql://host/name"), ("DEBUG", "true")],
)
def test_a_wrong_setting_is_one_sentence_everywhere(name, value, checkout):
    setting = {name: value}

    for done in (
        manage(checkout, "check", **setting),
        manage(checkout, "load_catalogue", **setting),
        gunicorn(checkout, "--check-config", **setting),
        run(checkout, "make", "run", PORT=free_port(), **setting),
    ):
        assert sentence(done).startswith(f"{name} ")


def test_a_folder_that_cannot_be_written_is_one_sentence(checkout):
    done = manage(checkout, "check", VAR_DIR="README.md")

    assert sentence(done).startswith(f"VAR_DIR is '{checkout / 'README.md'}', which cannot be made")


def test_a_database_that_does_not_answer_is_one_sentence(checkout):
    url = f"postgresql://catalogue@127.0.0.1:{free_port()}/catalogue"

    done = manage(
        checkout, "migrate", DATABASE_URL=url, SECRET_KEY="a-key-" * 10, ALLOWED_HOSTS="a"
    )

    assert "Connection refused" in sentence(done)


def test_developers_keep_the_traceback(checkout):
    wrong = {"DEBUG": "on", "LOG_LEVEL": "chatty"}

    for done in (
        manage(checkout, "check", **wrong),
        gunicorn(checkout, "--check-config", **wrong),
    ):
        assert "Traceback (most recent call last)" in done.stderr
        assert "LOG_LEVEL is 'chatty'" in done.stderr
