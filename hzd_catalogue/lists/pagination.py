"""Pages of a list, with addresses that keep filters and order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import QueryDict

from hzd_catalogue.reference.german import in_words, is_number

from .addresses import PAGE, SIZE, Parameters

PAGE_SIZES = (25, 50, 100)


@dataclass(frozen=True)
class Paging:
    """One page of items, and what was not understood on the way to it."""

    page: Page
    size: int
    problems: list[str]
    #: The sizes to choose from; the first is what a visitor gets anyway.
    sizes: Sequence[int] = PAGE_SIZES

    @property
    def number(self) -> int:
        """The number of this page, from 1."""
        return self.page.number

    @property
    def items(self) -> list[Any]:
        """The items of this page."""
        return list(self.page.object_list)

    @property
    def count(self) -> int:
        """How many items there are on all pages."""
        return self.page.paginator.count

    @property
    def last(self) -> int:
        """The number of the last page."""
        return self.page.paginator.num_pages

    @property
    def view(self) -> Parameters:
        """The parameter of the size, where it differs from what a visitor gets anyway."""
        return {} if self.size == self.sizes[0] else {SIZE: [str(self.size)]}

    @property
    def elided_range(self) -> list[Any]:
        """Page numbers to link, with an ellipsis where some are left out."""
        return list(
            self.page.paginator.get_elided_page_range(self.number, on_each_side=2, on_ends=1)
        )


def paginate(
    items: Sequence[Any] | QuerySet, data: QueryDict, sizes: Sequence[int] = PAGE_SIZES
) -> Paging:
    """Return the page that ``seite`` and ``pro-seite`` ask for, or the nearest there is."""
    problems = []
    asked_size = data.get(SIZE, "").strip()
    size = sizes[0]
    if asked_size in map(str, sizes):
        size = int(asked_size)
    elif asked_size:
        possible = (
            f"möglich {'sind' if len(sizes) > 1 else 'ist'} {in_words(list(map(str, sizes)))}"
        )
        problems.append(f"Diese Seitengröße gibt es nicht; {possible}.")
    paginator = Paginator(items, size)
    asked = data.get(PAGE, "").strip()
    number = int(asked) if is_number(asked, 9) else 1
    if asked and (str(number) != asked or not 1 <= number <= paginator.num_pages):
        problems.append(
            f"Diese Seite gibt es nicht; das Ergebnis hat {paginator.num_pages} "
            f"{'Seite' if paginator.num_pages == 1 else 'Seiten'}."
        )
    number = min(max(number, 1), paginator.num_pages)
    return Paging(paginator.page(number), size, problems, sizes)
