"""What the catalogue writes is readable by its own account alone.

The database holds password hashes, and whoever has the key signs sessions. The settings set the
umask, which covers every file to come; this module closes what was there before.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

#: The rights of the group and of everybody else.
OF_OTHERS = 0o077
#: By one of these, a directory is known as the catalogue's own.
OWN_NAMES = ("catalogue.sqlite3", "secret_key", "static", ".static", "backups")
#: What SQLite keeps beside a database, under its name with one of these endings.
BESIDE_A_DATABASE = ("", "-wal", "-shm", "-journal")


def close_directory(path: Path) -> None:
    """Make ``path`` if it is missing, and take away the rights of others if it is open.

    What cannot be closed is left as it is; ``manage.py check`` names it.

    Raises:
        ImproperlyConfigured: when it cannot be made, or is open and holds something else, as /srv
            does, which closing would take from its other users.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"VAR_DIR is '{path}', which cannot be made: {error.strerror}."
        ) from error
    if not _is_open_and_ours(path):
        return
    names = {entry.name for entry in path.iterdir()}
    if names and names.isdisjoint(OWN_NAMES):
        raise ImproperlyConfigured(
            f"VAR_DIR is '{path}', which other accounts may enter and which holds other things. "
            "Name a directory of the catalogue's own, or close this one: chmod 700."
        )
    _close(path)


def close_files(paths: Iterable[Path]) -> None:
    """Take away the rights of others to those of ``paths`` that are there and are ours."""
    for path in paths:
        if _is_open_and_ours(path):
            _close(path)


def is_open(path: Path) -> bool:
    """Return whether others than its owner have any right to ``path``; not if it is missing."""
    found = _stat(path)
    return found is not None and bool(found.st_mode & OF_OTHERS)


def database_files(path: Path) -> list[Path]:
    """Return the files of which a SQLite database at ``path`` may consist."""
    return [path.with_name(path.name + ending) for ending in BESIDE_A_DATABASE]


def _close(path: Path) -> None:
    # On a read-only file system the rights are what they are.
    with suppress(OSError):
        path.chmod(path.stat().st_mode & 0o700)


def _is_open_and_ours(path: Path) -> bool:
    found = _stat(path)
    return found is not None and is_open(path) and found.st_uid == os.geteuid()


def _stat(path: Path) -> os.stat_result | None:
    # SQLite may remove its files at any moment.
    with suppress(OSError):
        return path.stat()
    return None
