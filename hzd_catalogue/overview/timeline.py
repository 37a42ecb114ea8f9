"""The timeline: milestones in the precision of their sources, as a picture and as rows."""

from __future__ import annotations

import calendar
import textwrap
from array import array
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain, compress
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.views.generic import TemplateView

from hzd_catalogue.lists.bitmaps import members
from hzd_catalogue.lists.listing import Listing
from hzd_catalogue.lists.pagination import paginate
from hzd_catalogue.lists.per_revision import PerRevision, portions
from hzd_catalogue.lists.presentation import Presentation
from hzd_catalogue.lists.result import Result
from hzd_catalogue.lists.views import chosen_view
from hzd_catalogue.records.differences import Compared
from hzd_catalogue.records.kinds import Kind
from hzd_catalogue.records.passages import documents
from hzd_catalogue.records.pictures import FilteredPictureView
from hzd_catalogue.records.records import Record
from hzd_catalogue.records.statement_columns import statement_columns
from hzd_catalogue.records.statements import Milestone, Statement, chronological_key
from hzd_catalogue.reference.choices import PartOfPeriod
from hzd_catalogue.reference.german import grouped
from hzd_catalogue.reference.revisions import revision_of
from partners.filters import COOPERATIONS
from projects.filters import PROJECTS

#: The views of the page, the first of which a visitor gets anyway.
VIEWS = {"bild": "Zeitleiste", "tabelle": "Tabelle"}

#: Where the years are, in the units of the drawing: beside them a mark has room at either end.
_TRACK, _MARGIN = 600, 20
_DOT = 7
#: Events of the picture that is taken home; its data are all of them, read so many at once.
MOST_EVENTS = 500
#: In that picture, the words stand to the left of the years.
_WORDS, _LINE, _GAP, _TOP = 440, 18, 14, 28
#: Letters that fit into a line of the words.
_LINE_LENGTH = 52
#: Distances of the marked years.
_STEPS = (1, 2, 5, 10, 25, 100)


@dataclass(frozen=True)
class Row:
    """One event in the drawing."""

    milestone: Milestone
    x: float
    width: float
    #: A day is a dot, everything less precise a bar over what the source leaves open.
    is_day: bool

    @property
    def records(self) -> list[Record]:
        """All records that the event concerns, its own first."""
        return [self.milestone.record, *self.milestone.concerned]

    @property
    def day_width(self) -> float:
        """The width of a day's dot, longer for several days."""
        return max(self.width, 2 * _DOT)

    @property
    def day_x(self) -> float:
        """The left edge of a day's dot, which lies around its day."""
        return round(self.x + self.width / 2 - self.day_width / 2, 1)

    @property
    def lines(self) -> list[tuple[int, str, str]]:
        """The words with their heights and what they are: "date", "event" or "records"."""
        texts = [
            ("date", self.milestone.date),
            ("event", f"{self.milestone.get_event_display()}: {self.milestone.title}"),
            ("records", ", ".join(record.name for record in self.records)),
        ]
        lines = [(kind, line) for kind, text in texts for line in textwrap.wrap(text, _LINE_LENGTH)]
        return [((place + 1) * _LINE, *line) for place, line in enumerate(lines)]


@dataclass(frozen=True)
class Drawing:
    """The rows, the lines of the years, and the size of the picture."""

    rows: list[Row]
    #: Each marked year with its place.
    years: list[tuple[int, float]]

    track = _TRACK
    words = _WORDS
    width = _WORDS + _TRACK

    @cached_property
    def stacked(self) -> list[tuple[int, Row]]:
        """The rows with their upper edges, where the words stand to the left."""
        edges = accumulate((len(row.lines) * _LINE + _GAP for row in self.rows), initial=_TOP)
        return list(zip(edges, self.rows, strict=False))

    @property
    def height(self) -> int:
        """The height of the picture of these rows."""
        top, last = self.stacked[-1]
        return top + len(last.lines) * _LINE + _GAP


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
    scale = (_TRACK - 2 * _MARGIN) / (last - first)
    rows: list[Row] = []
    for milestone, (start, end) in zip(milestones, periods, strict=True):
        x = _MARGIN + (start - first) * scale
        width = max((end - start) * scale, 6)
        rows.append(Row(milestone, round(x, 1), round(width, 1), milestone.day is not None))
    # A label takes the room of about 40 units.
    step = next(step for step in _STEPS if step * scale >= 40 or step == _STEPS[-1])
    years = [
        (year, round(_MARGIN + (year - first) * scale, 1))
        for year in range(first, last + 1)
        if year % step == 0
    ]
    return Drawing(rows, years)


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
    problems: Sequence[str]

    @classmethod
    def of(cls, listing: Listing, data: QueryDict, revision: Hashable) -> DatedRecords:
        """Ask a list with the parameters of a request."""
        index = listing.index(revision)
        filterset = listing.ask(data, index)
        result = Result(listing, index, filterset.asked)
        return cls(result, filterset.problems)


@dataclass(frozen=True)
class Dated:
    """All events in the order of time, and the records that each concerns."""

    #: Primary keys in the order of time, then of the records' names.
    pks: array[int]
    #: The place of an event in that order, for each record that it concerns, and the record.
    places: array[int]
    records: array[int]

    def of(self, records: Iterable[int]) -> list[int]:
        """Return the events that concern some records, by their primary keys."""
        chosen = bytearray(max(self.records, default=0) + 1)
        for pk in records:
            if pk < len(chosen):
                chosen[pk] = 1
        places = set(compress(self.places, map(chosen.__getitem__, self.records)))
        return [self.pks[place] for place in sorted(places)]


def _read() -> Dated:
    rows = Milestone.objects.published().order_by()
    fields = ("pk", "record", "record__sort_key", "record__type", "year", "month", "day", "part")
    keys = sorted(
        (chronological_key(*date), name, record_type, pk, record)
        for pk, record, name, record_type, *date in rows.values_list(*fields).iterator()
    )
    found = Dated(array("q"), array("I"), array("q"))
    place_of: dict[int, int] = {}
    for place, (*_key, pk, record) in enumerate(keys):
        found.pks.append(pk)
        found.places.append(place)
        found.records.append(record)
        place_of[pk] = place
    concerned = rows.filter(concerns__is_published=True).values_list("pk", "concerns")
    for pk, record in concerned.iterator():
        # One that came in between belongs to the next revision.
        if pk in place_of:
            found.places.append(place_of[pk])
            found.records.append(record)
    return found


DATED = PerRevision(_read)

#: The lists of the records that have events.
_LISTINGS = (PROJECTS, COOPERATIONS)


@dataclass(frozen=True)
class Events:
    """The events of the projects and cooperations that match the parameters of a request.

    Both types of record know nearly the same filters. Where only projects understand a value,
    cooperations are left out, and the other way round.
    """

    types: list[DatedRecords]
    revision: Hashable

    @classmethod
    def of(cls, data: QueryDict, revision: Hashable) -> Events:
        """Ask both lists."""
        types = [DatedRecords.of(listing, data, revision) for listing in _LISTINGS]
        fewest = min(len(records.problems) for records in types)
        kept = [records for records in types if len(records.problems) == fewest]
        return cls(kept, revision)

    @property
    def first(self) -> DatedRecords:
        """The type of record whose filters are shown."""
        return self.types[0]

    @cached_property
    def pks(self) -> Sequence[int]:
        """Primary keys in the order of time, then of the records' names."""
        dated, results = DATED.get(self.revision), [records.result for records in self.types]
        if len(results) == len(_LISTINGS) and all(result.has_everything for result in results):
            return dated.pks
        return dated.of(
            chain.from_iterable(members(result.hits, result.index.pks) for result in results)
        )

    def load(self, pks: Sequence[int]) -> list[Milestone]:
        """Return some of them; one that has gone since the keys were read is left out."""
        # Not as milestones: asked for their kind, SQLite would go through all of these.
        rows = Statement.objects.published().select_related("record", "source").with_concerned()
        found = rows.in_bulk(pks)
        return [found[pk] for pk in pks if pk in found]


def timeline(data: QueryDict, revision: Hashable) -> Timeline:
    """Return a page of the milestones that match the parameters."""
    events = Events.of(data, revision)
    paging = paginate(events.pks, data)
    view, view_problems = chosen_view(data, VIEWS)
    shown = Presentation(
        events.first.result,
        [*events.first.problems, *paging.problems, *view_problems],
        paging,
        view=view,
        view_labels=VIEWS,
    )
    return Timeline(shown, events.load(paging.items))


class TimelineView(TemplateView):
    """All milestones, as a picture or as a table."""

    template_name = "overview/timeline.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = timeline(self.request.GET, revision_of(self.request).key)
        return super().get_context_data(
            shown=found.shown,
            milestones=found.milestones,
            drawing=found.drawing,
            documents=documents(found.milestones),
            **kwargs,
        )


class TimelinePicture(FilteredPictureView):
    """``/zeitleiste.svg`` and its data: all events that the filters leave, on one picture"""

    name = "Zeitleiste"
    listings = (PROJECTS, COOPERATIONS)
    template_name = "overview/drawings/timeline.html"
    title = "Zeitleiste der Projekte und Kooperationen"
    columns = statement_columns(Kind.MILESTONE)
    own_key = ("key",)

    @cached_property
    def events(self) -> Events:
        """The events that are asked for."""
        return Events.of(self.request.GET, self.revision.key)

    @cached_property
    def shown(self) -> Presentation:
        """The filters in force."""
        return Presentation(self.events.first.result, self.events.first.problems)

    @property
    def page_path(self) -> str:
        return reverse("timeline")

    @property
    def note(self) -> str:
        signs = (
            "Balken: Die Quelle nennt nur Jahr, Monat oder einen Abschnitt davon. "
            "Punkt: Sie nennt den Tag."
        )
        count = len(self.events.pks)
        if count <= MOST_EVENTS:
            return signs
        address = self.format_urls["csv"]
        return (
            f"{signs} Gezeigt sind die ersten {MOST_EVENTS} von {grouped(count)}; alle: {address}"
        )

    def drawing(self) -> Mapping[str, Any] | None:
        drawing = draw(self.events.load(self.events.pks[:MOST_EVENTS]))
        return {"drawing": drawing} if drawing else None

    @property
    def row_count(self) -> int:
        return len(self.events.pks)

    def rows(self) -> Iterator[Compared]:
        for pks in portions(self.events.pks, MOST_EVENTS):
            yield from map(Compared, self.events.load(pks))
