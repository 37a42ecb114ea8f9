"""The forms that the public JSON of a record has had, and how an older one becomes the present.

Whoever changes what the JSON address of a record shows raises ``FORMAT``, adds an upgrader here
and the frozen sample of the new form beside tests/records/test_version_formats.py, which refuses
a change without.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

#: The present one.
FORMAT = 1

#: From a format to the next one; takes what was public and returns it anew.
UPGRADERS: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}


def upgrade(public: dict[str, Any], from_format: int) -> dict[str, Any]:
    """Return what was public in the present format.

    Raises:
        KeyError: when nothing leads from that format to the present one.
    """
    for number in range(from_format, FORMAT):
        public = UPGRADERS[number](public)
    return public
