"""What every test gets: a database with the real catalogue, and settings that fit a test.

SQLite is the default; ``pytest --postgres`` runs the same tests on the PostgreSQL server of
TEST_DATABASE_URL, or else on one of its own.
"""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.chance import deepen_hypothesis
from tests.postgres import PostgresServer, PostgresUnavailableError
from tests.processes import (
    EMBED_ORIGINS,
    SECURITY_CONTACT,
    Variables,
    database_name,
    drop_shared_databases,
    made_once,
    new_site,
)
from tests.serving import loaded_site, prepared_site

#: Set by the continuous integration: what cannot be tested counts as failed.
REQUIRE_ALL = bool(os.environ.get("REQUIRE_ALL")) or os.environ.get("CI") == "true"

PLAIN_STATIC_FILES = "django.contrib.staticfiles.storage.StaticFilesStorage"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --postgres."""
    parser.addoption("--postgres", action="store_true", help="run on PostgreSQL, not on SQLite")


def pytest_configure(config: pytest.Config) -> None:
    """Choose the database before Django reads its settings.

    pytest-django sets Django up after this hook, where the settings have been read by then.
    The processes of pytest-xdist inherit the environment.
    """
    deepen_hypothesis()
    if hasattr(config, "workerinput"):
        return
    for name in (
        *("DEBUG", "HTTPS", "PUBLIC_ONLY", "CACHE_URL", "DATABASE_URL"),
        *("SECOND_FACTOR", "TRUSTED_PROXIES", "DATA_LICENCE"),
    ):
        os.environ.pop(name, None)
    directory = Path(tempfile.mkdtemp(prefix="hzd-tests-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    (directory / "static").mkdir()
    os.environ["DJANGO_SETTINGS_MODULE"] = "hzd_catalogue.settings"
    os.environ["VAR_DIR"] = str(directory)
    # A kept page would hide the queries that a test counts.
    os.environ["PAGE_CACHE"] = "off"
    os.environ["SECRET_KEY"] = "only-for-tests-and-long-enough-to-be-taken-for-a-key"
    os.environ["ALLOWED_HOSTS"] = "testserver,localhost,127.0.0.1"
    # Without these, some addresses answer with 404.
    os.environ |= {"EMBED_ORIGINS": EMBED_ORIGINS, "SECURITY_CONTACT": SECURITY_CONTACT}
    if config.getoption("postgres"):
        os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL") or _start_postgres()
        atexit.register(drop_shared_databases)
    from django.conf import settings

    settings.DATABASES  # noqa: B018 (reads the settings)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Look for garbage among what tests leave, and less often: all modules and tests are there."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _start_postgres() -> str:
    try:
        server = PostgresServer()
    except PostgresUnavailableError as error:
        pytest.exit(
            f"The tests on PostgreSQL were left out. {error} "
            "Set TEST_DATABASE_URL to a server that may be used for tests.",
            returncode=1 if REQUIRE_ALL else 0,
        )
    atexit.register(server.stop)
    return server.url


def _load_catalogue() -> None:
    from django.core.management import call_command

    call_command("load_catalogue", verbosity=0)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> Iterator[None]:
    """Begin the test database as a copy of the real catalogue, which a run loads once."""
    from django.db import connections

    loaded = made_once("loaded", loaded_site)
    if "DATABASE_URL" in loaded:
        connections["default"].settings_dict["TEST"]["TEMPLATE"] = database_name(loaded)
        yield
        return
    with (
        closing(sqlite3.connect(f"{loaded['VAR_DIR']}/catalogue.sqlite3")) as file,
        # Django's name for it; it lasts as long as somebody has it open.
        closing(
            sqlite3.connect("file:memorydb_default?mode=memory&cache=shared", uri=True)
        ) as memory,
    ):
        file.backup(memory)
        yield


@pytest.fixture
def client() -> Any:
    """Who asks as a server does, through all that stands before Django."""
    from tests.front import FrontClient

    return FrontClient()


@pytest.fixture
def catalogue(db: None) -> None:
    """The real catalogue, also after a test that committed and so emptied the database."""
    from hzd_catalogue.reference.models import Source

    if not Source.objects.exists():
        _load_catalogue()


@pytest.fixture
def empty_catalogue(db: None) -> None:
    """A database without any record, state, level, topic, source or revision."""
    from tests.factories import clear_catalogue

    clear_catalogue()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Variables]:
    """A site with the real catalogue that waits to be served; tests leave its data alone."""
    prepared = made_once("prepared", prepared_site)
    with new_site(tmp_path_factory.mktemp("site"), like=prepared) as site:
        yield site


@pytest.fixture
def own_site(tmp_path: Path) -> Iterator[Variables]:
    """A site like ``site`` that a test may spoil; its files lie in ``tmp_path / "var"``."""
    with new_site(tmp_path / "var", like=made_once("prepared", prepared_site)) as copy:
        yield copy


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    """Forget what a test cached: a rolled-back revision's number comes again with other data."""
    yield
    from django.core.cache import caches

    for name in ("default", "fragments"):
        caches[name].clear()


@pytest.fixture(scope="session", autouse=True)
def _fresh_parts_of_pages() -> None:
    """Forget parts of pages where a test changes a setting: a process has the same all its life."""
    from django.core.cache import caches
    from django.core.signals import setting_changed

    setting_changed.connect(lambda **_: caches["fragments"].clear(), weak=False)


@pytest.fixture(autouse=True)
def _unread_streams_end() -> Iterator[None]:
    """Let the connection write again where a test has not read a streamed answer to its end.

    A server closes every answer; the test client only one that was read.
    """
    yield
    from django.db import connection

    raw = connection.connection
    if isinstance(raw, sqlite3.Connection):
        raw.execute("PRAGMA query_only=OFF")
    elif getattr(raw, "read_only", None):
        connection.close()


@pytest.fixture(scope="session", autouse=True)
def _contexts_of_pages_alone() -> Iterator[None]:
    """Keep for ``response.context`` what a view gave its page.

    Django's client copies the context of every inclusion and of every widget as well: a form of the
    admin has thousands.
    """
    from django.test import client

    def store_page(store, signal, sender, template, context, **kwargs):
        if context.template is template and not str(template.name).startswith("django/forms/"):
            store_all(store, signal, sender, template, context, **kwargs)

    store_all = client.store_rendered_templates
    client.store_rendered_templates = store_page
    yield
    client.store_rendered_templates = store_all


@pytest.fixture(scope="session", autouse=True)
def _what_fits_a_test() -> Iterator[None]:
    """Give static files their own names, and hash passwords as fast as can be.

    Hashed names exist only after collectstatic. Served sites have the real thing, of both.
    """
    from django.conf import settings
    from django.test import override_settings

    storages = {**settings.STORAGES, "staticfiles": {"BACKEND": PLAIN_STATIC_FILES}}
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
    with override_settings(STORAGES=storages, PASSWORD_HASHERS=hashers):
        yield
