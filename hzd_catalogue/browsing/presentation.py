"""How a result is shown: pages, orders, cards or table, each choice an address of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .addresses import query_string
from .facets import Chip
from .filtersets import CatalogueFilterSet
from .pagination import PAGE_SIZES, Paging

VIEWS = {"karten": "Karten", "tabelle": "Tabelle"}


@dataclass(frozen=True)
class Choice:
    """A link that changes how a result is shown."""

    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Header:
    """A column of the table: sortable when it has an address."""

    label: str
    url: str = ""
    #: Value of ``aria-sort``; "" for a column that is not the sorted one.
    direction: str = ""


@dataclass(frozen=True)
class PageLinks:
    """The addresses of the other pages of a result."""

    paging: Paging

    @property
    def result(self) -> dict[str, list[str]]:
        """The parameters that choose what is shown; none where the path alone does."""
        return {}

    @property
    def parameters(self) -> dict[str, list[str]]:
        """The view's own parameters, as far as they differ from what a visitor gets anyway."""
        is_default = self.paging.size == PAGE_SIZES[0]
        return {} if is_default else {"pro-seite": [str(self.paging.size)]}

    def url(self, **changes: str) -> str:
        """Return the query string of this result with some of the view's parameters replaced."""
        changed = {name.replace("_", "-"): [value] for name, value in changes.items()}
        return query_string({**self.result, **self.parameters, **changed}) or "?"

    @property
    def sizes(self) -> list[Choice]:
        """The page sizes to choose from."""
        return [
            Choice(
                str(size),
                self.url(pro_seite="" if size == PAGE_SIZES[0] else str(size)),
                size == self.paging.size,
            )
            for size in PAGE_SIZES
        ]

    @property
    def pages(self) -> list[Choice]:
        """Links to the pages around this one; an ellipsis has no address."""
        return [
            Choice(str(number), self._page(number), number == self.paging.number)
            for number in self.paging.elided_range
        ]

    @property
    def previous_url(self) -> str:
        """Address of the page before; "" on the first."""
        return self._page(self.paging.number - 1) if self.paging.page.has_previous() else ""

    @property
    def next_url(self) -> str:
        """Address of the page after; "" on the last."""
        return self._page(self.paging.number + 1) if self.paging.page.has_next() else ""

    def _page(self, number: Any) -> str:
        if not isinstance(number, int):
            return ""
        return self.url(seite="" if number == 1 else str(number))


@dataclass(frozen=True)
class Presentation(PageLinks):
    """How the result of a filter set is shown, and the addresses of it shown otherwise."""

    filterset: CatalogueFilterSet
    view: str = "karten"

    @property
    def parameters(self) -> dict[str, list[str]]:
        """The view's own parameters, as far as they differ from what a visitor gets anyway."""
        parameters = super().parameters
        if self.filterset.sort != self.filterset.default_sort:
            parameters["sortierung"] = [self.filterset.sort]
        if self.view != "karten":
            parameters["ansicht"] = [self.view]
        return parameters

    @property
    def result(self) -> dict[str, list[str]]:
        """The parameters that choose what is shown."""
        return self.filterset.parameters

    @property
    def canonical(self) -> str:
        """The one query string of this page; "" for the plain list."""
        page = {"seite": [str(self.paging.number)]} if self.paging.number > 1 else {}
        return query_string({**self.result, **self.parameters, **page})

    @property
    def chips(self) -> list[Chip]:
        """The active values; taking one away keeps the order and the view."""
        return [
            Chip(chip.label, {**chip.parameters, **self.parameters})
            for chip in self.filterset.chips
        ]

    @property
    def unfiltered_url(self) -> str:
        """The query string of everything, in this order and view."""
        return query_string(self.parameters) or "?"

    @property
    def views(self) -> list[Choice]:
        """Cards or table."""
        return [
            Choice(label, self.url(ansicht="" if view == "karten" else view), view == self.view)
            for view, label in VIEWS.items()
        ]

    @property
    def sorts(self) -> list[Choice]:
        """The orders to choose from."""
        sorts = dict(self.filterset.sorts)
        if self.filterset.query:
            sorts = {"relevanz": "Relevanz", **sorts}
        return [
            Choice(label, self._sorted(sort), sort == self.filterset.sort.lstrip("-"))
            for sort, label in sorts.items()
        ]

    def _sorted(self, sort: str) -> str:
        return self.url(sortierung="" if sort == self.filterset.default_sort else sort)

    def headers(self, columns: dict[str, str]) -> list[Header]:
        """Return the table's columns; a second choice of the same one turns the order round."""
        headers = []
        for label, sort in columns.items():
            if not sort:
                headers.append(Header(label))
                continue
            current = self.filterset.sort
            reverse = f"-{sort}"
            # Names rise from A to Z; dates and numbers start with the newest and the most.
            falls = (current == sort) != (sort == "name")
            direction = ""
            if current.lstrip("-") == sort:
                direction = "descending" if falls else "ascending"
            headers.append(
                Header(label, self._sorted(reverse if current == sort else sort), direction)
            )
        return headers

    @property
    def hidden_fields(self) -> list[tuple[str, str]]:
        """The view's parameters, for the filter form to keep."""
        return [(name, values[0]) for name, values in self.parameters.items()]
