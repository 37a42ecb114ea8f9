"""The timeline: milestones in the precision of their sources, as a picture and as rows."""

from __future__ import annotations

import calendar
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.views.generic import TemplateView

from hzd_catalogue.lists.listing import Listing
from hzd_catalogue.lists.pagination import paginate
from hzd_catalogue.lists.presentation import Presentation
from hzd_catalogue.lists.result import Result
from hzd_catalogue.records.statements import Milestone, chronological_key
from hzd_catalogue.reference.choices import PartOfPeriod
from hzd_catalogue.reference.revisions import revision_of
from partners.filters import COOPERATIONS
from projects.filters import PROJECTS

_WIDTH = 960
_ROW = 34
_TOP = 34
#: Room beside the years, so that a label fits beside the first and the last.
_MARGIN = 16
_DOT = 7


@dataclass(frozen=True)
class Row:
    """One milestone in the drawing."""

    milestone: Milestone
    x: float
    width: float
    y: int
    #: A day is a dot, everything less precise a bar over what the source leaves open.
    is_day: bool
    label_x: float
    label_anchor: str

    @property
    def day_width(self) -> float:
        """The width of a day's dot, longer for several days."""
        return max(self.width, 2 * _DOT)

    @property
    def day_x(self) -> float:
        """The left edge of a day's dot, which lies around its day."""
        return round(self.x + self.width / 2 - self.day_width / 2, 1)

    @property
    def bar_y(self) -> int:
        """The upper edge of the bar."""
        return self.y - 7

    @property
    def top(self) -> int:
        """The upper edge of the row."""
        return self.y - _ROW // 2


@dataclass(frozen=True)
class Drawing:
    """The rows, the lines of the years, and the size of the picture."""

    rows: list[Row]
    #: Each marked year with its place.
    years: list[tuple[int, float]]
    height: int

    width = _WIDTH
    row_height = _ROW


def period(milestone: Milestone) -> tuple[float, float]:
    """Return beginning and end of the time that a milestone's source leaves open, in years.

    "2013" is the whole year, "Ende September 2019" the last third of that month, a day that day.
    """
    if milestone.month is None:
        return _part(float(milestone.year), 1.0, milestone.part)
    start = milestone.year + (milestone.month - 1) / 12
    if milestone.day is None:
        return _part(start, 1 / 12, milestone.part)
    length = calendar.monthrange(milestone.year, milestone.month)[1] * 12
    last = milestone.last_day or milestone.day
    return start + (milestone.day - 1) / length, start + last / length


def _part(start: float, length: float, part: str) -> tuple[float, float]:
    if not part:
        return start, start + length
    third = PartOfPeriod.values.index(part)
    return start + third * length / 3, start + (third + 1) * length / 3


def draw(milestones: Iterable[Milestone]) -> Drawing | None:
    """Place milestones, given in the order of time; None when there are none."""
    milestones = list(milestones)
    if not milestones:
        return None
    periods = [period(milestone) for milestone in milestones]
    first = int(min(start for start, _end in periods))
    last = max(milestone.year for milestone in milestones) + 1
    scale = (_WIDTH - 2 * _MARGIN) / (last - first)
    rows = []
    for place, (milestone, (start, end)) in enumerate(zip(milestones, periods, strict=True)):
        x = _MARGIN + (start - first) * scale
        width = max((end - start) * scale, 6)
        is_day = milestone.day is not None
        in_left_half = x + width / 2 < _WIDTH / 2
        gap = _DOT + 5 if is_day else 6
        rows.append(
            Row(
                milestone,
                round(x, 1),
                round(width, 1),
                _TOP + place * _ROW + _ROW // 2,
                is_day,
                round(x + width + gap if in_left_half else x - gap, 1),
                "start" if in_left_half else "end",
            )
        )
    step = 1 if last - first <= 15 else 2 if last - first <= 30 else 5
    years = [
        (year, round(_MARGIN + (year - first) * scale, 1)) for year in range(first, last + 1, step)
    ]
    return Drawing(rows, years, _TOP + len(rows) * _ROW + 8)


@dataclass(frozen=True)
class Timeline:
    """One page of the milestones that a visitor's filters leave."""

    shown: Presentation
    milestones: list[Milestone]

    @property
    def drawing(self) -> Drawing | None:
        """The picture of these milestones."""
        return draw(self.milestones)


@dataclass(frozen=True)
class DatedRecords:
    """The records of one type that have milestones, as far as their list finds them."""

    result: Result
    problems: list[str]
    record_type: str

    @classmethod
    def of(cls, listing: Listing, data: QueryDict, revision: Hashable) -> DatedRecords:
        """Ask a list with the parameters of a request."""
        index = listing.index(revision)
        filterset = listing.ask(data, index)
        result = Result(listing, index, filterset.asked)
        return cls(result, filterset.problems, listing.rows().model.record_type)

    @property
    def condition(self) -> Q:
        """The condition that a milestone is one of theirs, or concerns one of them."""
        if self.result.count == self.result.total:
            return Q(record__type=self.record_type) | Q(
                concerns__type=self.record_type, concerns__is_published=True
            )
        return Q(record__in=self.result.pks) | Q(concerns__in=self.result.pks)


def timeline(data: QueryDict, revision: Hashable) -> Timeline:
    """Return the milestones of the projects and cooperations that match the parameters.

    Both types of record know nearly the same filters. Where only projects understand a value,
    cooperations are left out, and the other way round.
    """
    types = [DatedRecords.of(listing, data, revision) for listing in (PROJECTS, COOPERATIONS)]
    fewest = min(len(records.problems) for records in types)
    types = [records for records in types if len(records.problems) == fewest]
    of_either = types[0].condition | types[-1].condition
    rows = Milestone.objects.published()
    fields = ("pk", "record__sort_key", "record__type", "year", "month", "day", "part")
    keys = sorted(
        (chronological_key(*date), name, record_type, pk)
        for pk, name, record_type, *date in set(
            rows.filter(of_either).order_by().values_list(*fields)
        )
    )
    paging = paginate(keys, data)
    shown_rows = rows.select_related("record", "source").with_concerned()
    by_pk = shown_rows.in_bulk([key[-1] for key in paging.items])
    first = types[0]
    shown = Presentation(first.result, [*first.problems, *paging.problems], paging)
    # A milestone that has gone since the keys were read is left out.
    return Timeline(shown, [by_pk[key[-1]] for key in paging.items if key[-1] in by_pk])


class TimelineView(TemplateView):
    """All milestones, as a picture and as a table."""

    template_name = "overview/timeline.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = timeline(self.request.GET, revision_of(self.request).key)
        return super().get_context_data(
            shown=found.shown, milestones=found.milestones, drawing=found.drawing, **kwargs
        )
