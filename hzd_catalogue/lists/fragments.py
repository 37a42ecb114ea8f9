"""HTML with gaps: rendered once, and filled at each request with what differs."""

from __future__ import annotations

import secrets
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from django.template.loader import get_template
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

#: Stands in the place of what is filled in later; in no text by chance.
GAP = secrets.token_hex(16)


def kept_under(revision: Hashable) -> str:
    """Return what begins the key of each fragment: all that HTML of the data may depend on.

    The release does not belong to it, because fragments never leave the process that made them.
    """
    return f"{revision}-{timezone.localdate()}-{get_script_prefix()}-".replace(" ", "")


def around(template: str, context: Mapping[str, Any]) -> list[str]:
    """Render a template with gaps.

    Args:
        template: its name.
        context: what it shows, with ``GAP`` in place of each text that is filled in later.

    Returns:
        The HTML before, between and after the gaps.
    """
    return get_template(template).render(dict(context)).split(GAP)


def fill(parts: Sequence[str], *fillings: str) -> SafeString:
    """Return the HTML that ``around`` left with HTML in its gaps.

    Raises:
        ValueError: when there are not as many gaps.
    """
    first, *rest = parts
    filled = [f"{filling}{part}" for filling, part in zip(fillings, rest, strict=True)]
    return mark_safe("".join([first, *filled]))  # noqa: S308 (all of it is HTML)
