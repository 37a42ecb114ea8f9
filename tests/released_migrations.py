"""Migrations that were released stay as they are; ``make released-migrations`` notes new ones.

The list is one of ``sha256sum``: a fingerprint and a path a line. It needs no history of the
repository, which whoever unpacks a release does not have.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from tests.checkout import PROJECT

LIST = PROJECT / "tests" / "released_migrations.sha256"
#: For whoever changed one.
ADVICE = (
    "Databases have run this migration as it was and never run it again, and new ones must come "
    "out the same: put the file back as it was released (git checkout v1.2.3 -- FILE) and make a "
    "new migration for what has to change (manage.py makemigrations). Where it names code that "
    "has moved, leave that name at its old place."
)


def fingerprints(root: Path = PROJECT) -> dict[str, str]:
    """Return the fingerprint of each migration, and of each file beside one, by path."""
    folders = [
        folder
        for top in ("hzd_catalogue", "partners", "projects")
        for folder in (root / top).rglob("migrations")
    ]
    files = [
        file
        for folder in folders
        for file in folder.iterdir()
        if file.is_file() and file.name != "__init__.py"
    ]
    return {
        file.relative_to(root).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(files)
    }


def released() -> dict[str, str]:
    """Return the fingerprint of each released one, as the list has it."""
    lines = LIST.read_text(encoding="utf-8").splitlines() if LIST.exists() else []
    return {path: digest for digest, path in (line.split(maxsplit=1) for line in lines)}


def broken(root: Path = PROJECT) -> list[str]:
    """Say of each released migration that is not as it was what is wrong, and what to do."""
    here = fingerprints(root)
    return [
        f"{path} was {'changed' if path in here else 'deleted or renamed'} after its release. "
        f"{ADVICE}"
        for path, digest in released().items()
        if here.get(path) != digest
    ]


def main() -> None:
    """Add to the list what is not in it; what is in it is never replaced."""
    if problems := broken():
        sys.exit("\n".join(problems))
    here = fingerprints()
    LIST.write_text(
        "".join(f"{digest}  {path}\n" for path, digest in here.items()), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
