"""The examples of docs/open-data.md work as they are typed."""

import os
import shutil
import subprocess

import pytest

from tests.chance import FACTOR
from tests.foreign.examples import TEXT, examples
from tests.processes import manage
from tests.serving import served


@pytest.fixture(scope="module")
def url(site):
    with served(site) as server:
        manage({**site, "SITE_URL": server.url}, "build_download")
        yield server.url


def say(typed, url, folder):
    """Return what a shell says to what is typed."""
    done = subprocess.run(
        ["sh", "-eu", "-c", typed],
        cwd=folder,
        env={**os.environ, "BASE": url, "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_each_example_for_curl_says_what_the_document_shows(url, tmp_path):
    for example in examples("sh"):
        said = say(example.typed, url, tmp_path)
        assert said.strip(), example.typed
        assert example.said in (None, said), example.typed


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice (soffice) is not installed")
@pytest.mark.skipif(FACTOR == 1, reason="takes long: make test-deep")
def test_each_example_for_libreoffice_says_what_the_document_shows(url, tmp_path):
    for example in examples("sh soffice"):
        assert example.said == say(example.typed, url, tmp_path), example.typed


def test_each_example_is_tried():
    tried = sum(len(examples(kind)) for kind in ("sh", "sh soffice", "python", "powerquery"))
    shown = sum(len(examples(kind)) for kind in ("text",))
    assert TEXT.count("\n```\n") == tried + shown
