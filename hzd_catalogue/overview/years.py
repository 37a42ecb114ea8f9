"""The years as a small picture: one bar for each year in which something happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hzd_catalogue.lists.facets import MISSING
from hzd_catalogue.lists.options import Option

_SLOT = 38
_GAP = 8
_UNIT = 26
_TOP = 24
_FOOT = 28


@dataclass(frozen=True)
class YearBar:
    """One year's bar, with the hits that it leads to."""

    year: int
    count: int
    url: str
    x: int
    y: int
    height: int

    @property
    def left(self) -> int:
        """The bar's left edge."""
        return self.x + _GAP // 2

    @property
    def middle(self) -> int:
        """The bar's axis."""
        return self.x + _SLOT // 2


@dataclass(frozen=True)
class YearChart:
    """The bars and the size of their drawing."""

    bars: list[YearBar]
    #: Years without a bar, with the middle of their place.
    empty: list[tuple[int, int]]
    width: int
    height: int

    slot = _SLOT
    bar_width = _SLOT - _GAP

    @property
    def baseline(self) -> int:
        """Where the bars stand."""
        return self.height - _FOOT

    @property
    def label_line(self) -> int:
        """Where the years are written."""
        return self.height - 9


def year_chart(options: Iterable[Option]) -> YearChart | None:
    """Draw the hits of the facet "jahr"; None when no record has a year."""
    by_year = {int(option.value): option for option in options if option.value != MISSING}
    by_year = {year: option for year, option in by_year.items() if option.count}
    if not by_year:
        return None
    first, last = min(by_year), max(by_year)
    highest = max(option.count for option in by_year.values())
    height = _TOP + highest * _UNIT + _FOOT
    bars, empty = [], []
    for place, year in enumerate(range(first, last + 1)):
        option = by_year.get(year)
        x = place * _SLOT
        if option is None:
            empty.append((year, x + _SLOT // 2))
            continue
        bar = option.count * _UNIT
        bars.append(YearBar(year, option.count, option.url, x, height - _FOOT - bar, bar))
    return YearChart(bars, empty, (last - first + 1) * _SLOT, height)
