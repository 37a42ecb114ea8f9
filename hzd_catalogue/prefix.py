"""Paths with and without the one that this catalogue begins at (URL_PREFIX).

What is kept, or written by editors, is without it: the catalogue may move.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from django.urls import get_script_prefix, reverse


def _prefix() -> str:
    return get_script_prefix().rstrip("/")


def without_prefix(path: str) -> str:
    """Return a path as it would be at the root of a host; one that leads elsewhere stays."""
    prefix = _prefix()
    return path.removeprefix(prefix) or "/" if f"{path}/".startswith(f"{prefix}/") else path


def at_root() -> Callable[[str], str]:
    """Return ``without_prefix`` for the path that the catalogue begins at now.

    For one who asks it of thousands of paths at once: to look the prefix up takes longest.
    """
    return without_prefix if _prefix() else str


def with_prefix(path: str) -> str:
    """Return the path of this catalogue that is ``path`` at the root of a host."""
    return f"{_prefix()}{path}"


def path_of(url_name: str, slug: str) -> str:
    """Return the path of a page that its slug names, as ``reverse`` does.

    A file of a list has a dozen in each row, and Django puts each together anew.
    """
    if not slug:
        return reverse(url_name, args=[slug])
    before, after = _around(url_name, get_script_prefix())
    return f"{before}{slug}{after}"


@lru_cache(maxsize=64)
def _around(url_name: str, _script_prefix: str) -> tuple[str, str]:
    """Return what stands before and after the slug in the path of a page."""
    before, _, after = reverse(url_name, args=["slug"]).rpartition("slug")
    return before, after
