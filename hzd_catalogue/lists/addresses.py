"""Addresses of list pages: one address for one result, whatever the order it was typed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from urllib.parse import quote_plus

#: Parameters that choose how a result is shown, not what is in it.
VIEW, SORT, SIZE, PAGE = "ansicht", "sortierung", "pro-seite", "seite"
VIEW_PARAMETERS = (VIEW, SORT, SIZE, PAGE)

#: Keeps the rows that were changed on a day or after it.
SINCE = "geaendert-seit"

#: Name to values.
Parameters = Mapping[str, Sequence[str]]


def day_of(text: str) -> date | None:
    """Return the day that an address names, "2026-11-30"; None for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # There are other forms of ISO 8601, and one address is enough.
    return day if day.isoformat() == text else None


def query_string(parameters: Parameters) -> str:
    """Return ``?name=value…`` with names and values sorted and empty ones dropped.

    Args:
        parameters: nothing is changed in it.

    Returns:
        The query string with its question mark, or "" when nothing is left.
    """
    pairs = [
        (name, value)
        for name in sorted(parameters)
        for value in sorted(set(parameters[name]))
        if value
    ]
    text = "&".join([f"{_quoted(name)}={_quoted(value)}" for name, value in pairs])
    return f"?{text}" if pairs else ""


#: The links of a page have most of their parameters in common.
_quoted = lru_cache(maxsize=1024)(quote_plus)


@dataclass(frozen=True)
class Addresses:
    """Makes every address of one list page.

    A link keeps what was asked and how it is shown, but for what it changes itself. It leads to
    the first page, unless it is the link to another one.
    """

    #: What was asked, as far as it was understood.
    filters: Parameters = field(default_factory=dict)
    #: How it is shown, as far as that differs from what a visitor gets anyway.
    view: Parameters = field(default_factory=dict)

    def link(self, changes: Parameters) -> str:
        """Return the address of this page with some parameters replaced; [] drops one."""
        return query_string({**self.filters, **self.view, **changes}) or "?"

    @property
    def unfiltered(self) -> str:
        """The address of everything, shown as this is."""
        return query_string(self.view) or "?"

    @property
    def selection(self) -> str:
        """The filters alone, for the address of another page that knows them; "" without any."""
        return query_string(self.filters)

    def canonical(self, page: int) -> str:
        """Return the one query string of a page of this result; "" for the plain list."""
        number = {PAGE: [str(page)]} if page > 1 else {}
        return query_string({**self.filters, **self.view, **number})
