"""The years as a small picture: one bar for each year in which something happened."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from hzd_catalogue.exports.shapes import INTEGER, URL
from hzd_catalogue.exports.tables import Column
from hzd_catalogue.lists.facets import MISSING
from hzd_catalogue.lists.options import Option
from hzd_catalogue.lists.presentation import Presentation
from hzd_catalogue.lists.result import Result
from hzd_catalogue.records.pictures import PictureView
from partners.filters import COOPERATIONS, PARTNERS
from projects.filters import PROJECTS

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


@dataclass(frozen=True)
class YearCount:
    """A year of the chart in numbers."""

    year: int
    count: int
    #: The query string of the list of these hits.
    url: str


def year_counts(options: Iterable[Option], newest: int) -> list[YearCount]:
    """Return each year from the first that has hits of the facet "jahr" to the newest."""
    by_year = {int(option.value): option for option in options if option.value != MISSING}
    first = min((year for year, option in by_year.items() if option.count), default=newest + 1)
    return [
        YearCount(year, by_year[year].count, by_year[year].url)
        if year in by_year
        else YearCount(year, 0, "")
        for year in range(first, newest + 1)
    ]


def newest_year(revision: Hashable) -> int:
    """Return the newest year that the catalogue knows of any record; 0 where it knows none."""
    return max((*_years(revision), 0))


def _years(revision: Hashable) -> Iterator[int]:
    for listing in (PROJECTS, COOPERATIONS, PARTNERS):
        for value, bits in listing.index(revision).facets["jahr"].bitmaps.items():
            if value != MISSING and bits:
                yield int(value)


def projects_by_year(revision: Hashable) -> list[YearCount]:
    """Return the numbers of projects by year, up to the newest year that the catalogue knows."""
    options = Presentation(Result.of(PROJECTS, revision)).facet("jahr").options
    return year_counts(options, newest_year(revision))


def year_chart(counts: Iterable[YearCount]) -> YearChart | None:
    """Draw numbers by year; None when there are none."""
    counts = list(counts)
    if not counts:
        return None
    height = _TOP + max(row.count for row in counts) * _UNIT + _FOOT
    bars, empty = [], []
    for place, row in enumerate(counts):
        x = place * _SLOT
        if not row.count:
            empty.append((row.year, x + _SLOT // 2))
            continue
        bar = row.count * _UNIT
        bars.append(YearBar(row.year, row.count, row.url, x, height - _FOOT - bar, bar))
    return YearChart(bars, empty, len(counts) * _SLOT, height)


class YearChartPicture(PictureView):
    """``/zeitleiste/jahre.svg`` and its data: the chart of the home page"""

    name = "Projekte je Jahr"
    template_name = "overview/drawings/year_chart.html"
    title = "Projekte je Jahr"
    note = (
        "Projekte mit einem Meilenstein in diesem Jahr oder einer Angabe, "
        "die seit diesem Jahr gilt."
    )
    columns = (
        Column("year", "Jahr", "Das Jahr.", lambda row, context: row.year, width=8, shape=INTEGER),
        Column(
            "count",
            "Projekte",
            "Zahl der Projekte mit diesem Jahr.",
            lambda row, context: row.count,
            width=10,
            shape=INTEGER,
        ),
        Column(
            "url",
            "Adresse",
            "Webadresse der Liste dieser Projekte; leer, wo es keine gibt.",
            lambda row, context: (
                context.absolute_url(reverse("project-list") + row.url) if row.count else None
            ),
            width=50,
            shape=URL.or_none,
        ),
    )

    @property
    def page_path(self) -> str:
        return reverse("home")

    def drawing(self) -> Mapping[str, Any] | None:
        chart = year_chart(self.rows())
        return {"chart": chart} if chart else None

    def rows(self) -> list[YearCount]:
        return projects_by_year(self.revision.key)
