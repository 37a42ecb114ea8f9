"""Addresses of list pages: one address for one result, whatever the order it was typed in."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode


def query_string(parameters: Mapping[str, Sequence[str]]) -> str:
    """Return ``?name=value…`` with names and values sorted and empty ones dropped.

    Args:
        parameters: name to values; nothing is changed in it.

    Returns:
        The query string with its question mark, or "" when nothing is left.
    """
    pairs = [
        (name, value)
        for name in sorted(parameters)
        for value in sorted(set(parameters[name]))
        if value
    ]
    return f"?{urlencode(pairs)}" if pairs else ""
