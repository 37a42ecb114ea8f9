"""The timeline: milestones in the precision of their sources, as a picture and as rows."""

from __future__ import annotations

import calendar
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

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
from partners.models import CooperationMilestone
from projects.filters import PROJECTS
from projects.models import ProjectMilestone

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
class DatedKind:
    """The milestones of one kind of record, as far as its list finds them."""

    model: type[Milestone]
    #: The foreign key to the record.
    field: str
    result: Result
    problems: list[str]

    @classmethod
    def of(
        cls,
        model: type[Milestone],
        field: str,
        listing: Listing,
        data: QueryDict,
        revision: Hashable,
    ) -> DatedKind:
        """Ask a list with the parameters of a request."""
        index = listing.index(revision)
        filterset = listing.ask(data, index)
        return cls(model, field, Result(listing, index, filterset.asked), filterset.problems)

    def chronological_keys(self) -> Iterator[tuple[Any, ...]]:
        """Yield (time, name of the record, kind of record, primary key) of each milestone."""
        rows = self.model.objects.published().order_by()
        if self.result.count < self.result.total:
            rows = rows.filter(**{f"{self.field}__in": self.result.pks})
        fields = ("pk", f"{self.field}__sort_key", "year", "month", "day", "part")
        for pk, name, *date in rows.values_list(*fields):
            yield chronological_key(*date), name, self.field, pk

    def load(self, keys: Iterable[tuple[Any, ...]]) -> dict[tuple[str, int], Milestone]:
        """Return the milestones of this kind among ``keys``, by kind and primary key."""
        pks = [key[-1] for key in keys if key[-2] == self.field]
        rows = self.model.objects.published().select_related(self.field, "source")
        return {(self.field, row.pk): row for row in rows.filter(pk__in=pks)}


def timeline(data: QueryDict, revision: Hashable) -> Timeline:
    """Return the milestones of the projects and cooperations that match the parameters.

    Both kinds of record know nearly the same filters. Where only projects understand a value,
    cooperations are left out, and the other way round.
    """
    kinds = [
        DatedKind.of(ProjectMilestone, "project", PROJECTS, data, revision),
        DatedKind.of(CooperationMilestone, "cooperation", COOPERATIONS, data, revision),
    ]
    fewest = min(len(kind.problems) for kind in kinds)
    kinds = [kind for kind in kinds if len(kind.problems) == fewest]
    paging = paginate(sorted(key for kind in kinds for key in kind.chronological_keys()), data)
    by_key: dict[tuple[str, int], Milestone] = {}
    for kind in kinds:
        by_key |= kind.load(paging.items)
    first = kinds[0]
    shown = Presentation(first.result, [*first.problems, *paging.problems], paging)
    # A milestone that has gone since the keys were read is left out.
    return Timeline(shown, [by_key[key[-2:]] for key in paging.items if key[-2:] in by_key])


class TimelineView(TemplateView):
    """All milestones, as a picture and as a table."""

    template_name = "overview/timeline.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = timeline(self.request.GET, revision_of(self.request).key)
        return super().get_context_data(
            shown=found.shown, milestones=found.milestones, drawing=found.drawing, **kwargs
        )
