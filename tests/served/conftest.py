"""A site that gunicorn serves, on the database that these tests run on."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving import prepare


@pytest.fixture(scope="session")
def database() -> Iterator[dict[str, str]]:
    """The variables that name an empty database of its own: none for the embedded one."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        yield {}
        return
    import psycopg

    name = f"served_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield {
            "DATABASE_URL": url.rpartition("/")[0] + f"/{name}",
            "SECRET_KEY": "only-for-tests",
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
        }
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, database: dict[str, str]) -> Path:
    """The folder of a site that is set up and waits to be served; tests leave its data alone."""
    directory = tmp_path_factory.mktemp("site")
    prepare(directory, **database)
    return directory
