"""Paths with and without the one that this catalogue begins at (URL_PREFIX).

What is kept, or written by editors, is without it: the catalogue may move.
"""

from __future__ import annotations

from django.urls import get_script_prefix


def _prefix() -> str:
    return get_script_prefix().rstrip("/")


def without_prefix(path: str) -> str:
    """Return a path of this catalogue as it would be at the root of a host."""
    return path.removeprefix(_prefix())


def with_prefix(path: str) -> str:
    """Return the path of this catalogue that is ``path`` at the root of a host.

    One that begins there already stays, such as one that was copied from a browser.
    """
    return path if f"{path}/".startswith(f"{_prefix()}/") else f"{_prefix()}{path}"
