"""Serves the site and lets programs by others read every file of it: ``make test-foreign``.

They ask for other versions of packages than the site does, so they run in an environment of their
own, without Django. What they should find is written down for them before.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.processes import manage, new_site, shell
from tests.serving import prepare, served

FOLDER = Path(__file__).parent
EXPECT = """
from tests.foreign.expected import write

write({url!r}, {path!r})
"""


def main(python: str, *arguments: str) -> int:
    """Return how pytest of another environment ended."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "expected.json"
        with new_site(Path(folder) / "site") as site:
            prepare(site)
            with served(site) as server:
                manage({**site, "SITE_URL": server.url}, "build_download")
                shell(site, EXPECT.format(url=server.url, path=str(path)))
                command = [python, "-m", "pytest", "-c", FOLDER / "pytest.ini", FOLDER, *arguments]
                environment = {**os.environ, "EXPECTED": str(path), "SITE_URL": server.url}
                return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
