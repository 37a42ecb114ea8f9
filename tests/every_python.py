"""Install the pinned packages with every Python of this machine that the project promises.

``make test-install`` runs it and needs nothing but a Python. Each one sets itself up as for
``make run``, in a copy of the checkout below a path with a space and an umlaut. Then the packages
for the tests are resolved against their pins, without being installed, and Django checks the site.
"""

import os
import subprocess
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.checkout import PROJECT, copy_checkout

#: A version of Python, or the beginning of one, as numbers: they sort.
Version = tuple[int, ...]

# Below this one, packages may need others than above it; Debian 12 has such a Python.
FIRST_WITH_TIMEOUTS: Version = (3, 11, 3)
CLASSIFIER = "Programming Language :: Python :: "
# An interpreter without ensurepip cannot make an environment and does not count.
ASK = "import ensurepip, platform; print(platform.python_version())"

RESOLVE = ("-m", "pip", "install", "--dry-run", "--quiet", "--require-hashes", "-r")


def numbers(version: str) -> Version:
    return tuple(map(int, version.split(".")))


def promised() -> list[Version]:
    """Return the releases that pyproject.toml names, such as (3, 11)."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [
        numbers(name.removeprefix(CLASSIFIER))
        for name in project["classifiers"]
        if name.startswith(CLASSIFIER)
    ]


def interpreters(releases: list[Version]) -> dict[Version, Path]:
    """Return the path of one interpreter for each version of these releases, oldest first."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    folders = [*os.get_exec_path(), "/usr/bin", *pyenv.glob("versions/*/bin")]
    names = ["python3", *(f"python{major}.{minor}" for major, minor in releases)]
    found: dict[Version, Path] = {}
    for path in dict.fromkeys(Path(folder, name) for folder in folders for name in names):
        if path.is_file():
            asked = subprocess.run([path, "-c", ASK], capture_output=True, text=True, check=False)
            version = asked.stdout.strip()
            # A pre-release such as 3.13.0rc1 is none that is promised.
            if version.replace(".", "").isdecimal() and numbers(version)[:2] in releases:
                found.setdefault(numbers(version), path)
    return dict(sorted(found.items()))


def problem_with(python: Path, name: str, checkout: Path) -> str:
    """Set up, resolve and check with one interpreter; return what failed, or an empty text."""
    environment = {
        **os.environ,
        # What is thrown away right after need not be compiled.
        "PIP_NO_COMPILE": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "VAR_DIR": f"var-{name}",
    }
    venv = f".venv-{name}"
    for command in (
        ["make", f"{venv}/.runtime", f"PYTHON={python}", f"VENV={venv}"],
        [f"{venv}/bin/python", *RESOLVE, "requirements/dev.txt"],
        [f"{venv}/bin/python", "manage.py", "check"],
    ):
        done = subprocess.run(
            command,
            cwd=checkout,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            return f"Python {name} ({python}): {' '.join(command)}\n{done.stdout[-3000:]}\n"
    return ""


def main() -> None:
    """Try every interpreter and say in one line which were tried and which are not here.

    Raises:
        SystemExit: with what failed.
    """
    releases = promised()
    found = interpreters(releases)
    names = {version: ".".join(map(str, version)) for version in found}
    missing = [
        ".".join(map(str, release))
        for release in releases
        if all(version[:2] != release for version in found)
    ]
    if not any(version < FIRST_WITH_TIMEOUTS for version in found):
        missing.append("one below 3.11.3")
    with tempfile.TemporaryDirectory() as directory:
        checkout = copy_checkout(Path(directory))
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            problems = pool.map(
                lambda version: problem_with(found[version], names[version], checkout), found
            )
            failed = "".join(problems)
    if failed:
        sys.exit(failed)
    print(
        f"The pinned packages install with Python {', '.join(names.values())}; "
        f"not on this machine: {', '.join(missing) or 'none that is promised'}."
    )


if __name__ == "__main__":
    main()
