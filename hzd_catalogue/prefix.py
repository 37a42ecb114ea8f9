"""Paths with and without the one that this catalogue begins at (URL_PREFIX).

What is kept, or written by editors, is without it: the catalogue may move.
"""

from __future__ import annotations

from django.urls import get_script_prefix


def _prefix() -> str:
    return get_script_prefix().rstrip("/")


def without_prefix(path: str) -> str:
    """Return a path as it would be at the root of a host; one that leads elsewhere stays."""
    prefix = _prefix()
    return path.removeprefix(prefix) or "/" if f"{path}/".startswith(f"{prefix}/") else path


def with_prefix(path: str) -> str:
    """Return the path of this catalogue that is ``path`` at the root of a host."""
    return f"{_prefix()}{path}"
