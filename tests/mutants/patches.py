"""Mistakes that once went unnoticed, or would be as easily made: one patch each.

A patch starts with a sentence that says what it breaks, and a line ``Tests:`` with the arguments
for pytest that are to notice it.
"""

from __future__ import annotations

import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .copies import Copies, Copy

PATCHES = Path(__file__).parent / "patches"
_TESTS = "Tests: "
#: Exit code of pytest when tests failed; others say that they could not run.
_FAILED = 1
#: A test that a patch keeps waiting has noticed it.
_SECONDS = 600


@dataclass(frozen=True)
class Patch:
    """A mistake, and the tests that are to notice it."""

    path: Path
    says: str
    tests: tuple[str, ...]

    @classmethod
    def read(cls, path: Path) -> Patch:
        """Read a patch.

        Raises:
            ValueError: when it does not say what it breaks and which tests notice.
        """
        head = path.read_text(encoding="utf-8").partition("\n--- ")[0].splitlines()
        tests = [line.removeprefix(_TESTS) for line in head if line.startswith(_TESTS)]
        if len(tests) != 1 or head[0].startswith(_TESTS):
            raise ValueError(f"{path.name} does not say what it breaks and which tests notice.")
        return cls(path, head[0], tuple(shlex.split(tests[0])))


def try_patches(copies: Copies) -> bool:
    """Try every patch, say what became of it, and return whether all were noticed."""
    patches = [Patch.read(path) for path in sorted(PATCHES.glob("*.patch"))]
    tests = dict.fromkeys(patch.tests for patch in patches)
    print(f"{len(patches)} mistakes by hand. Their tests without them, then with each:", flush=True)
    if said := [text for text in copies.each(_without, tests) if text]:
        print(*said, sep="\n")
        return False
    noticed = 0
    for patch, verdict in copies.each(_with, patches):
        noticed += verdict == "killed"
        print(f"  {verdict:<20} {patch.path.stem}: {patch.says}", flush=True)
    print(f"{noticed} of {len(patches)} killed.", flush=True)
    return noticed == len(patches)


def _without(copy: Copy, tests: tuple[str, ...]) -> str:
    code, said = copy.test(tests)
    return f"pytest {shlex.join(tests)} fails as it is:\n{said[-3000:]}" if code else ""


def _with(copy: Copy, patch: Patch) -> tuple[Patch, str]:
    try:
        copy.git("apply", str(patch.path))
    except subprocess.CalledProcessError:
        return patch, "DOES NOT APPLY"
    try:
        code, _said = copy.test(["-x", *patch.tests], _SECONDS)
    except subprocess.TimeoutExpired:
        code = _FAILED
    finally:
        copy.git("apply", "--reverse", str(patch.path))
    return patch, {0: "SURVIVED", _FAILED: "killed"}.get(code, "TESTS CANNOT RUN")
