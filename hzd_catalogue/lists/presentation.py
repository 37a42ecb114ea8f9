"""How a result is shown: what a template sees of it, each choice with its address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from hzd_catalogue.reference.german import in_words

from . import words
from .addresses import PAGE, SINCE, SIZE, SORT, VIEW, Addresses
from .form import RELEVANCE
from .options import FacetView
from .pagination import Paging
from .result import Result
from .rows import Rows
from .understanding import Reading

VIEWS = {"liste": "Liste", "tabelle": "Tabelle"}
DEFAULT_VIEW = "liste"
#: Ways out of an empty result; more would be no help.
_MOST_SUGGESTIONS = 6


@dataclass(frozen=True)
class Choice:
    """A link that changes how a result is shown."""

    label: str
    url: str
    is_current: bool
    #: Of an order in force: what comes first, in words.
    direction: str = ""


@dataclass(frozen=True)
class Chip:
    """One active value, and the address of this result without it."""

    label: str
    url: str


@dataclass(frozen=True)
class Suggestion:
    """As many of the filters as find something together, and what is found then."""

    #: Both in words: "„Regal: A“ und „Suche: Wort“".
    dropped: str
    kept: str
    url: str
    count: int


@dataclass(frozen=True)
class Correction:
    """A word that stands nowhere, the one that was searched instead, and the address of that."""

    typed: str
    word: str
    url: str


@dataclass(frozen=True)
class OtherQuestion:
    """A query that finds something where the one that was typed finds nothing."""

    reading: Reading
    url: str
    count: int


@dataclass(frozen=True)
class Header:
    """A column of the table: sortable when it has an address."""

    label: str
    url: str = ""
    #: Value of ``aria-sort``; "" for a column that is not the sorted one.
    direction: str = ""


@dataclass(frozen=True)
class PageLinks:
    """The other pages of a result, and other sizes of a page."""

    paging: Paging
    addresses: Addresses

    @property
    def sizes(self) -> list[Choice]:
        """The page sizes to choose from."""
        return [
            Choice(
                str(size),
                self.addresses.link({SIZE: [] if size == self.paging.sizes[0] else [str(size)]}),
                size == self.paging.size,
            )
            for size in self.paging.sizes
        ]

    @property
    def pages(self) -> list[Choice]:
        """Links to the pages around this one; an ellipsis has no address."""
        return [
            Choice(
                str(number),
                self._page(number) if isinstance(number, int) else "",
                number == self.paging.number,
            )
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

    def _page(self, number: int) -> str:
        return self.addresses.link({PAGE: [] if number == 1 else [str(number)]})


@dataclass(frozen=True)
class Presentation:
    """Everything that a template shows of a result; only what it asks for is computed."""

    result: Result
    #: What was not understood, in words.
    problems: Sequence[str] = ()
    #: The page shown; None where a page shows counts only.
    paging: Paging | None = None
    #: The rows of that page.
    rows: Rows | None = None
    #: Name of the view in force.
    view: str = DEFAULT_VIEW
    #: The views to choose from, the first of which a visitor gets anyway.
    view_labels: Mapping[str, str] = field(default_factory=lambda: VIEWS)
    #: Label of each column of the table to its order; "" for one that cannot be sorted by.
    headings: Mapping[str, str] = field(default_factory=dict)
    #: Returns the formats of the result that a query string asks for.
    export_links: Callable[[str], Sequence[Any]] = lambda query: ()

    # In words ---------------------------------------------------------------------------------

    @cached_property
    def title(self) -> str:
        """Nouns and filters: "Projekte: Bundesland Thüringen, Ebene Land"."""
        return words.title(self.result)

    @property
    def nouns(self) -> tuple[str, str]:
        """Singular and plural."""
        return self.result.listing.nouns

    @property
    def dative_nouns(self) -> tuple[str, str]:
        """Singular and plural in the dative."""
        return self.result.listing.dative_nouns

    @property
    def query(self) -> str:
        """The search words."""
        return self.result.asked.query

    @property
    def count(self) -> int:
        """How many rows were found."""
        return self.result.count

    @property
    def total(self) -> int:
        """How many rows there are."""
        return self.result.total

    # Addresses --------------------------------------------------------------------------------

    @cached_property
    def addresses(self) -> Addresses:
        """The one builder of this page's addresses."""
        view: dict[str, Sequence[str]] = {
            **(self.paging.view if self.paging else {}),
            **self._order,
        }
        if self.view != self.default_view:
            view[VIEW] = [self.view]
        return Addresses(self.parameters, view)

    @cached_property
    def parameters(self) -> dict[str, list[str]]:
        """What was understood of the filters, as parameters of an address."""
        parameters = {name: values for name, values in self.result.chosen.items() if values}
        if self.query:
            parameters["q"] = [self.query]
        if self.result.asked.since:
            parameters[SINCE] = [self.result.asked.since.isoformat()]
        return parameters

    @property
    def _order(self) -> dict[str, Sequence[str]]:
        result = self.result
        return {} if result.sort == result.default_sort else {SORT: [result.sort]}

    @cached_property
    def canonical(self) -> str:
        """The one query string of this page; "" for the plain list."""
        return self.addresses.canonical(self.paging.number if self.paging else 1)

    @cached_property
    def result_query(self) -> str:
        """The one query string of this result: filters and order, but no page and no view."""
        return Addresses(self.addresses.filters, self._order).canonical(1)

    @cached_property
    def exports(self) -> Sequence[Any]:
        """The result in other formats, but for those that do not take so many rows."""
        links = self.export_links(self.result_query)
        return [link for link in links if not 0 < link.most_rows < self.count]

    @property
    def longest_sheet(self) -> int:
        """How many rows the formats take that this result is too long for; 0: all take it."""
        links = self.export_links(self.result_query)
        return max((link.most_rows for link in links if link.most_rows < self.count), default=0)

    @property
    def search_query(self) -> str:
        """The search alone, for the address of another page that searches; "" without any."""
        return Addresses({"q": [self.query]}).selection

    @property
    def hidden_fields(self) -> list[tuple[str, str]]:
        """What the filter form keeps without a field: how it is shown, and since when changed."""
        kept = {**self.addresses.view, SINCE: self.parameters.get(SINCE, ())}
        return [(name, values[0]) for name, values in kept.items() if values]

    # What was asked, and what else could be ---------------------------------------------------

    @cached_property
    def facets(self) -> list[FacetView]:
        """All facets with their counts."""
        first, *others = self.result.index.facets
        return [self.facet(first, is_first=True), *map(self.facet, others)]

    def facet(self, name: str, *, is_first: bool = False) -> FacetView:
        """Return one facet; each option leads to what is found when it alone is chosen in it."""
        values, chosen = self.result.index.facets[name], self.result.chosen[name]

        def link(value: str) -> str:
            return self.addresses.link({name: [value]})

        counts = self.result.counts(name)
        return FacetView(name, values.label, values.labels, counts, chosen, link, is_first)

    @cached_property
    def chips(self) -> list[Chip]:
        """The active values."""
        chips = []
        if self.query:
            chips.append(Chip(f"Suche: {self.query}", self.addresses.link({"q": []})))
        if self.result.asked.since:
            label = f"geändert seit {words.since(self.result)}"
            chips.append(Chip(label, self.addresses.link({SINCE: []})))
        for name, chosen in self.result.chosen.items():
            values = self.result.index.facets[name]
            for value in chosen:
                rest = [other for other in chosen if other != value]
                label = f"{values.label}: {values.labels[value]}"
                chips.append(Chip(label, self.addresses.link({name: rest})))
        return chips

    @property
    def is_combination(self) -> bool:
        """Whether it was searched for or made of more than one value.

        There is no end of such pages, and none says what the lists of one value do not say:
        search engines shall leave them out.
        """
        return bool(self.query) or len(self.chips) > 1

    @property
    def suggestions(self) -> list[Suggestion]:
        """Where nothing was found: which filters to drop, most hits first."""
        filters = self.result.filters
        suggestions = [
            Suggestion(
                dropped=self._quoted(name for name in filters if name in dropped),
                kept=self._quoted(name for name in filters if name not in dropped),
                url=self.addresses.link({name: [] for name in dropped}),
                count=self.result.matching(but=dropped).bit_count(),
            )
            for dropped in self.result.ways_out
        ]
        suggestions.sort(key=lambda suggestion: -suggestion.count)
        return suggestions[:_MOST_SUGGESTIONS]

    def _quoted(self, filters: Iterable[str]) -> str:
        """Return filters in force in words, each in quotation marks."""
        return in_words([f"„{self._named(name)}“" for name in filters])

    def _named(self, name: str) -> str:
        """Return a filter in force in words."""
        if name == "q":
            return f"Suche: {self.query}"
        if name == SINCE:
            return f"geändert seit {words.since(self.result)}"
        return f"{self.result.index.facets[name].label}: {words.any_of(self.result, name)}"

    @property
    def corrections(self) -> list[Correction]:
        """Mistyped words of the query."""
        search = self.result.search
        if search is None:
            return []
        url = self.addresses.link({"q": [search.reading.query]})
        corrections = search.reading.corrections
        return [Correction(typed, word, url) for typed, word in corrections.items()]

    @property
    def reading(self) -> Reading | None:
        """How the query was understood; None without any."""
        return self.result.search.reading if self.result.search else None

    @property
    def other_question(self) -> OtherQuestion | None:
        """What some of the words find, or parts of them, where all together find nothing."""
        found = self.result.relaxed_search
        if self.count or found is None or not found.reading.is_relaxed:
            return None
        count = (self.result.matching(but={"q"}) & found.hits[0].rows).bit_count()
        url = self.addresses.link({"q": [found.reading.query]})
        return OtherQuestion(found.reading, url, count) if count else None

    # How it is shown --------------------------------------------------------------------------

    @property
    def pages(self) -> PageLinks | None:
        """The other pages of the result."""
        return PageLinks(self.paging, self.addresses) if self.paging else None

    @property
    def default_view(self) -> str:
        """The view that a visitor gets anyway."""
        return next(iter(self.view_labels))

    @property
    def views(self) -> list[Choice]:
        """List or table, or what else there is to choose from."""
        return [
            Choice(
                label,
                self.addresses.link({VIEW: [] if view == self.default_view else [view]}),
                view == self.view,
            )
            for view, label in self.view_labels.items()
        ]

    @property
    def sorts(self) -> list[Choice]:
        """The orders to choose from."""
        labels = {name: sort.label for name, sort in self.result.listing.sorts.items()}
        if self.query:
            labels = {RELEVANCE: "Relevanz", **labels}
        return [
            Choice(label, self._sorted(self.result.sort), True, self._direction(is_reversed=False))
            if sort == self.result.sort.lstrip("-")
            else Choice(label, self._sorted(sort), False)
            for sort, label in labels.items()
        ]

    @property
    def reversed_sort(self) -> Choice | None:
        """The order in force turned round; None for one that has no reverse."""
        current = self.result.sort
        if current == RELEVANCE:
            return None
        other = current.removeprefix("-") if current.startswith("-") else f"-{current}"
        return Choice(self._direction(is_reversed=True), self._sorted(other), False)

    def _direction(self, *, is_reversed: bool) -> str:
        """Return what comes first in the order in force, or in its reverse, in words."""
        current = self.result.sort
        if current == RELEVANCE:
            return ""
        directions = self.result.listing.sorts[current.lstrip("-")].directions
        return directions[current.startswith("-") != is_reversed]

    def _sorted(self, sort: str) -> str:
        return self.addresses.link({SORT: [] if sort == self.result.default_sort else [sort]})

    @property
    def headers(self) -> list[Header]:
        """The table's columns; a second choice of the same one turns the order round."""
        return [
            self._header(label, sort) if sort else Header(label)
            for label, sort in self.headings.items()
        ]

    def _header(self, label: str, sort: str) -> Header:
        current = self.result.sort
        if current.lstrip("-") != sort:
            return Header(label, self._sorted(sort))
        is_reversed = current != sort
        falls = self.result.listing.sorts[sort].falls != is_reversed
        return Header(
            label,
            self._sorted(sort if is_reversed else f"-{sort}"),
            "descending" if falls else "ascending",
        )
