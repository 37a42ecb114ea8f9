"""The values of a facet as a page offers them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from django.utils.safestring import SafeString

from .bitmaps import Counts
from .fragments import GAP, around, fill

#: Options that a facet shows before "weitere"; chosen ones are always shown.
VISIBLE_OPTIONS = 24
#: Options behind "weitere"; a page with thousands of them would help nobody.
FOLDED_OPTIONS = 200


@dataclass(frozen=True)
class Option:
    """One value of a facet as a page shows it."""

    value: str
    label: str
    #: Hits of the page when this value alone is chosen in its facet.
    count: int
    is_chosen: bool
    #: Makes the address of one value's hits.
    link: Callable[[str], str]

    @property
    def url(self) -> str:
        """Address of exactly these hits."""
        return self.link(self.value)

    @property
    def is_disabled(self) -> bool:
        """A value without hits cannot be chosen, but it can be taken back."""
        return not self.count and not self.is_chosen

    @property
    def state(self) -> str:
        """What its field says of it."""
        return _state(self.count, is_chosen=self.is_chosen)


@dataclass(frozen=True, eq=False)
class FacetView:
    """One facet as a page shows it; of thousands of values, only what is shown is made."""

    name: str
    label: str
    #: Value to label, in the order to show.
    labels: Mapping[str, str]
    #: Value to hits.
    counts: Counts
    chosen: Collection[str]
    #: Makes the address of one value's hits.
    link: Callable[[str], str]
    #: Whether it is the first one, which is open from the start.
    is_first: bool = False

    @cached_property
    def options(self) -> list[Option]:
        """All values."""
        return [self._option(value) for value in self.labels]

    @property
    def is_active(self) -> bool:
        """Whether one of its values is chosen."""
        return bool(self.chosen)

    @property
    def visible(self) -> list[Option]:
        """The options to show at once: the chosen ones and those with most hits."""
        return self._options(self._ranked[:VISIBLE_OPTIONS])

    @property
    def folded(self) -> list[Option]:
        """The options to show when asked for more."""
        return self._options(self._ranked[VISIBLE_OPTIONS:])

    @property
    def html(self) -> SafeString:
        """The facet as a part of a form."""
        visible, folded = self._ranked[:VISIBLE_OPTIONS], self._ranked[VISIBLE_OPTIONS:]
        parts = _around_facet(self.label, len(folded), self.hidden_count)
        is_open = " open" if self.is_first or self.is_active else ""
        options = [self._fields(visible), *([self._fields(folded)] if folded else [])]
        return fill(parts, is_open, *options)

    @property
    def hidden_count(self) -> int:
        """How many options a page leaves out, so that it stays readable."""
        return max(0, len(self.labels) - VISIBLE_OPTIONS - FOLDED_OPTIONS)

    @cached_property
    def _ranked(self) -> list[tuple[int, str]]:
        """The values to show with their places: the chosen ones, then those with most hits."""
        if len(self.labels) <= VISIBLE_OPTIONS:
            # All of them are visible, whatever their hits.
            return list(enumerate(self.labels))
        return self.counts.top(VISIBLE_OPTIONS + FOLDED_OPTIONS, self.chosen)

    def _options(self, ranked: Iterable[tuple[int, str]]) -> list[Option]:
        """Return some of the options in the facet's own order."""
        return [self._option(value) for _place, value in sorted(ranked)]

    def _option(self, value: str) -> Option:
        is_chosen = value in self.chosen
        return Option(value, self.labels[value], self.counts[value], is_chosen, self.link)

    def _fields(self, ranked: Iterable[tuple[int, str]]) -> str:
        """Return the HTML of some options: a page has dozens, and needs no object of each."""
        name, labels, counts, chosen = self.name, self.labels, self.counts, self.chosen
        fields = []
        for _place, value in sorted(ranked):
            count = counts[value]
            state = "" if count and not chosen else _state(count, is_chosen=value in chosen)
            before, between, after = _around(name, value, labels[value])
            fields.append(f"{before}{state}{between}{count}{after}")
        return "".join(fields)


def _state(count: int, *, is_chosen: bool) -> str:
    """Return what an option's field says of it."""
    return " checked" if is_chosen else "" if count else " disabled"


@lru_cache(maxsize=256)
def _around_facet(label: str, folded_count: int, hidden_count: int) -> list[str]:
    """Return a facet around what opens it, its options and the folded ones, if there are any."""
    shown = {"label": label, "folded_count": folded_count, "hidden_count": hidden_count}
    return around("lists/facet.html", {**shown, "open": GAP, "options": GAP, "folded": GAP})


@lru_cache(maxsize=4096)
def _around(facet: str, value: str, label: str) -> list[str]:
    """Return an option's field around its state and its count: these alone differ by request."""
    shown = {"facet": facet, "value": value, "label": label, "state": GAP, "count": GAP}
    return around("lists/facet_option.html", shown)
