"""HTML with gaps: rendered once, and filled at each request with what differs."""

from __future__ import annotations

import secrets
from collections.abc import Hashable, Mapping, Sequence
from itertools import chain, zip_longest
from typing import Any

from django.template.loader import get_template
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

#: Stands in the place of each gap while a template is rendered; in no text by chance.
_GAP = secrets.token_hex(16)


def kept_under(revision: Hashable) -> str:
    """Return what begins the key of each fragment: all that HTML of the data may depend on.

    The release does not belong to it, because fragments never leave the process that made them.
    """
    return f"{revision}-{timezone.localdate()}-{get_script_prefix()}-".replace(" ", "")


def around(template: str, context: Mapping[str, Any], gaps: Sequence[str]) -> list[str]:
    """Render a template with gaps.

    Args:
        template: its name.
        context: what it is filled with now.
        gaps: the names of its variables that are filled later, in the order of their places; each
            has one.

    Returns:
        The HTML before, between and after the gaps.

    Raises:
        ValueError: when the template has not as many.
    """
    parts = get_template(template).render({**context, **dict.fromkeys(gaps, _GAP)}).split(_GAP)
    if len(parts) != len(gaps) + 1:
        raise ValueError(f"{template}: {len(parts) - 1} gaps instead of {len(gaps)}")
    return parts


def fill(parts: Sequence[str], fillings: Sequence[str]) -> SafeString:
    """Return the HTML that ``around`` left with its gaps filled by HTML."""
    pairs = zip_longest(parts, fillings, fillvalue="")
    return mark_safe("".join(chain.from_iterable(pairs)))  # noqa: S308 (all of it is HTML)
