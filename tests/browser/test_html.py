"""Every page is valid HTML, by the checker of the W3C."""

import json
import shutil
import subprocess
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.browser.conftest import leave_out
from tests.browser.page_types import PAGE_TYPES

#: What is made for frames of other sites is no page type of this one.
FRAMES = {
    "framed-list": "/einbetten/projekte/",
    "framed-record": "/einbetten/projekte/wohngeld/",
    "framed-picture": "/einbetten/netz/",
}
CHECKER = Path(__file__).parent / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"


@pytest.fixture
def java():
    """The path of a Java."""
    path = shutil.which("java")
    if path is None:
        leave_out("The HTML of the pages was not checked: the checker needs Java.")
    return path


def read(address):
    try:
        with urlopen(address, timeout=10) as response:
            return response.read()
    except HTTPError as error:
        return error.read()


def test_every_page_type_is_valid(java, site_url, tmp_path):
    pages = {page_type.name: page_type.address for page_type in PAGE_TYPES}
    for name, address in (pages | FRAMES).items():
        html = read(f"{site_url}{address}")
        assert b"</html>" in html
        (tmp_path / f"{name}.html").write_bytes(html)

    # One run for all pages: most of its time is Java's own start.
    result = subprocess.run(
        [java, "-jar", CHECKER, "--format", "json", "--exit-zero-always", tmp_path],
        capture_output=True,
        text=True,
        check=True,
    )

    found = [
        f"{message['url'].rpartition('/')[2]}, line {message.get('lastLine')}: "
        f"{message['message']}\n    {message.get('extract', '').strip()}"
        for message in json.loads(result.stderr)["messages"]
    ]
    assert not found, "\n".join(found)
