"""The image of the Dockerfile, made without a Docker engine: its steps, one by one, in a directory.

What a step writes to /app, /venv and the like goes below that directory. Left out is what the
machine may not have: registries (the packages of these tests serve instead) and accounts.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

from tests.checkout import PROJECT

DOCKERFILE = PROJECT / "Dockerfile"
#: The directories of the image that its steps name.
_PLACES = re.compile(r"(?<![\w.$}-])/(app|venv|static|tmp/build|var/lib/catalogue)(?![\w-])")


@dataclass(frozen=True)
class Image:
    """What the last stage left."""

    root: Path
    environment: dict[str, str]
    command: list[str]

    def placed(self, text: str) -> str:
        """Return ``text`` with the image's directories where they are here."""
        return _placed(text, self.root)


def build(directory: Path) -> Image:
    """Carry out the Dockerfile of this checkout.

    Raises:
        AssertionError: when a step fails, or copies what .dockerignore keeps back.
    """
    stages: dict[str, Path] = {}
    root, workdir, variables, command = directory, "/", dict[str, str](), list[str]()
    for name, arguments in _steps():
        if name == "FROM":
            label = arguments.partition(" AS ")[2] or "last"
            root, workdir, variables = directory / label, "/", {}
            stages[label] = root
            root.mkdir(parents=True)
        elif name == "WORKDIR":
            workdir = arguments
            _inside(root, workdir).mkdir(parents=True, exist_ok=True)
        elif name == "ENV":
            variables |= dict(pair.split("=", 1) for pair in arguments.split())
        elif name == "COPY":
            _copy(arguments, root, workdir, stages)
        elif name == "RUN":
            _run(arguments, root, workdir, variables)
        elif name == "CMD":
            command = re.findall(r'"([^"]*)"', arguments)
    return Image(root, variables, command)


def _steps() -> list[tuple[str, str]]:
    text = re.sub(r"\\\n\s*", "", DOCKERFILE.read_text())
    lines = [line.strip() for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.partition(" ")[0], line.partition(" ")[2]) for line in lines]


def _inside(root: Path, path: str) -> Path:
    return root / path.lstrip("/")


def _placed(text: str, root: Path) -> str:
    return _PLACES.sub(lambda match: str(root / match[1]), text)


def _copy(arguments: str, root: Path, workdir: str, stages: dict[str, Path]) -> None:
    *sources, target = arguments.split()
    origin = PROJECT
    if sources[0].startswith("--from="):
        origin = stages[sources.pop(0).removeprefix("--from=")]
    else:
        offered = (PROJECT / ".dockerignore").read_text().splitlines()
        assert {f"!{source.split('/')[0]}" for source in sources} <= set(offered), sources
    goal = _inside(root, target if target.startswith("/") else f"{workdir}/{target}")
    for source in sources:
        path = origin / source.lstrip("/")
        if path.is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(path, goal, symlinks=True, ignore=ignored, dirs_exist_ok=True)
        else:
            into = target.endswith("/") or len(sources) > 1
            (goal if into else goal.parent).mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, goal / path.name if into else goal)


def _run(arguments: str, root: Path, workdir: str, variables: dict[str, str]) -> None:
    if arguments.startswith("npm ci"):
        packages = root / "app" / "node_modules"
        packages.mkdir()
        for scope in ("@kern-ux", "@fontsource"):
            (packages / scope).symlink_to(PROJECT / "node_modules" / scope)
        return
    if "pip install" in arguments:
        (site,) = (root / "venv").glob("lib/python*/site-packages")
        (site / "shared.pth").write_text(sysconfig.get_path("purelib"))
        # Programs of packages lie elsewhere than the packages.
        server = root / "venv" / "bin" / "gunicorn"
        server.write_text(f'#!/bin/sh\nexec "{root}/venv/bin/python" -m gunicorn "$@"\n')
        server.chmod(0o755)
        return
    if arguments.startswith("python -m venv"):
        venv.create(root / "venv", symlinks=True)
        return
    # The account is the container's; here, everything belongs to whoever runs the tests.
    arguments = re.sub(r"^useradd .*? && ", "", arguments).replace("--owner catalogue ", "")
    done = subprocess.run(
        ["sh", "-c", _placed(arguments, root)],
        cwd=_inside(root, workdir),
        env={**variables, "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"RUN {arguments}\n{done.stderr}"
