"""The tables of statements on a record's page; its files are made of the same rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple

from hzd_catalogue.reference.choices import Aspect

from .differences import COMPARED_KINDS, Compared, Comparison, compare
from .kinds import FIELDS, Kind
from .relations import Tie

#: So many quotations of one passage are shown; the others are folded. So many passages show their
#: quotations beside a table; where there are more, each is named and folds its own.
SHOWN_QUOTES = SHOWN_NOTES = 2
#: So many rows of a table stand on a page; the others are in its files.
MOST_ROWS = 200


class TableName(NamedTuple):
    """What a table is called."""

    #: Its place on the page, and the last part of its file's address.
    slug: str
    title: str


STATUS = TableName("status", "Status")
PARTNERS = TableName("partner", "Partner und ihre Rollen")
MILESTONES = TableName("meilensteine", "Meilensteine")
FIGURES = TableName("zahlen", "Zahlen")
USER_GROUPS = TableName("nutzende", "Wer damit arbeitet")
RELATIONS = TableName("bezuege", "Bezüge zu anderen Einträgen")
#: What the description rests on; it stands beside its text.
DESCRIPTION = TableName("beschreibung", "Beschreibung")
CLASSIFICATION = TableName("einordnung", "Einordnung")
NAMES = TableName("namen", "Namen und Schreibweisen")
#: What records of all types may have, in the order of the page.
COMMON_TABLES = (FIGURES, USER_GROUPS, RELATIONS, DESCRIPTION, CLASSIFICATION, NAMES)


@dataclass(frozen=True)
class Row:
    """What holds of one thing: the newest statement, with what older ones say folded below."""

    current: Any
    older: list[Compared] = field(default_factory=list)
    #: What it is about, and where that leads; empty where it is no record and no state.
    label: str = ""
    url: str = ""
    #: What kind of thing that is.
    hint: str = ""
    #: What holds of it.
    value: str = ""
    #: Whether the row above is about the same thing, whose name then stands there alone.
    repeats: bool = False
    #: Whether it holds for a time, so that its beginning is asked for.
    asks_since: bool = True
    #: Other records that it concerns: a word or two, the record, and where the link leads.
    others: list[tuple[str, Any, str]] = field(default_factory=list)

    @property
    def older_in_words(self) -> str:
        """What the fold is called, see ``Comparison.older_in_words``."""
        return Comparison(self.current, self.older).older_in_words


@dataclass(frozen=True)
class Note:
    """One paragraph of one document, and the neighbouring rows that rest on it."""

    rows: list[Row]

    @property
    def statement(self) -> Any:
        """One of the statements, which knows the passage."""
        return self.rows[0].current

    @property
    def quotes(self) -> list[tuple[str, str]]:
        """All quotations, each with the anchor of its statement."""
        return list(quotes(row.current for row in self.rows).items())

    @property
    def shown_quotes(self) -> list[tuple[str, str]]:
        """The first of them."""
        return self.quotes[:SHOWN_QUOTES]

    @property
    def folded_quotes(self) -> list[tuple[str, str]]:
        """The others."""
        return self.quotes[SHOWN_QUOTES:]


def quotes(statements: Iterable[Any]) -> dict[str, str]:
    """Return the quoted phrases of some statements, each once, with their anchors.

    The words for a "seit" are among them.
    """
    found: dict[str, str] = {}
    for row in statements:
        for quote in filter(None, (row.quote, row.since_quote)):
            found.setdefault(quote, row.anchor)
    return found


@dataclass(frozen=True)
class StatementTable:
    """Statements of one kind about a record."""

    #: Its ``TableName``.
    slug: str
    title: str
    kind: Kind
    rows: list[Row]
    #: Headings of what the rows are about, and of what holds.
    about: str = "Angabe"
    says: str = ""
    #: The sentence that stands in place of rows; without one, the page leaves the table out.
    when_empty: str = ""

    @property
    def statements(self) -> list[Any]:
        """All of them in the order of the page, the older ones too."""
        return [row.statement for row in self.compared]

    @cached_property
    def compared(self) -> list[Compared]:
        """The same, each beside the newest one on the same thing."""
        return [item for row in self.rows for item in Comparison(row.current, row.older).rows]

    @property
    def shown(self) -> list[Any]:
        """The statements that the page shows."""
        rows = self.rows[:MOST_ROWS]
        return [item.statement for row in rows for item in Comparison(row.current, row.older).rows]

    @property
    def left_out(self) -> int:
        """How many rows the page does not show."""
        return max(0, len(self.rows) - MOST_ROWS)

    @property
    def shown_count(self) -> int:
        """How many it shows."""
        return len(self.rows) - self.left_out

    @property
    def holds_for_a_time(self) -> bool:
        """Whether a source may say since when."""
        return FIELDS[self.kind].has_since

    @cached_property
    def has_since(self) -> bool:
        """Whether one does, so that the others' silence deserves a column."""
        return self.holds_for_a_time and any(row.statement.since for row in self.compared)

    @property
    def lacks_since(self) -> bool:
        """Whether the beginning is asked for, and no source states any."""
        asked = self.holds_for_a_time and any(row.asks_since for row in self.rows)
        return asked and not self.has_since

    @cached_property
    def has_older(self) -> bool:
        """Whether older documents speak of the same things."""
        return any(row.older for row in self.rows)

    @cached_property
    def folds_notes(self) -> bool:
        """Whether there are too many passages for all their words to stand beside the rows."""
        return len(self.notes) > SHOWN_NOTES

    @cached_property
    def notes(self) -> list[Note]:
        """The rows with their passages; neighbours that rest on one paragraph share a note."""
        groups = groupby(
            self.rows[:MOST_ROWS], key=lambda row: (row.current.source_id, row.current.paragraph)
        )
        return [Note(list(rows)) for _passage, rows in groups]


def make_rows(statements: Iterable[Any], describe: Callable[[Any], dict[str, Any]]) -> list[Row]:
    """Return a row for each thing that statements speak of.

    Args:
        statements: of one kind, in the order of the rows.
        describe: what the row says, from its newest statement.
    """
    statements = list(statements)
    if statements and statements[0].kind in COMPARED_KINDS:
        comparisons = compare(statements)
    else:
        comparisons = [Comparison(row, []) for row in statements]
    return [Row(item.current, item.older, **describe(item.current)) for item in comparisons]


def named(record: Any) -> dict[str, Any]:
    """Return what a row says of the record or the state that it is about."""
    return {"label": record.name, "url": record.get_absolute_url()}


def role_table(
    name: TableName, groups: Iterable[Any], *, about: str, when_empty: str
) -> StatementTable:
    """Return the roles in groups, one for each record at the other end."""
    rows = [
        Row(
            item.current,
            item.older,
            **named(group.record),
            value=item.current.role,
            repeats=place > 0,
        )
        for group in groups
        for place, item in enumerate(compare(group.statements))
    ]
    return StatementTable(*name, Kind.ROLE, rows, about, "Rolle", when_empty)


def partner_table(record: Any) -> StatementTable:
    """Return the partners of a cooperation or project with their roles."""
    return role_table(
        PARTNERS,
        record.partner_roles,
        about="Partner",
        when_empty="ohne Angabe. Zu diesem Eintrag steht kein Partner im Katalog.",
    )


def tie_table(
    name: TableName,
    ties: Iterable[Tie],
    hint: Callable[[Any], str] = lambda record: record.get_type_display(),
    when_empty: str = "",
) -> StatementTable:
    """Return relations to other records; older passages are folded below the newest."""
    rows = [
        Row(
            item.current,
            item.older,
            **named(tie.record),
            hint=hint(tie.record),
            value=tie.words,
            asks_since=tie.is_lasting,
        )
        for tie in ties
        for item in compare(tie.statements)
    ]
    return StatementTable(*name, Kind.RELATION, rows, "Eintrag", "Bezug", when_empty)


def status_table(record: Any) -> StatementTable:
    """Return what sources say of the state a record is in."""
    return StatementTable(
        *STATUS,
        Kind.STATUS,
        make_rows(record.statuses, lambda row: {"label": row.get_status_display()}),
        about="Status",
        when_empty="ohne Angabe. Keine Angabe zu diesem Eintrag nennt einen Status.",
    )


def event_table(record: Any) -> StatementTable:
    """Return the events that concern a record, oldest first; load it ``with_events``."""
    rows = [
        Row(
            row,
            label=row.date,
            value=row.title,
            hint=row.get_event_display(),
            others=_others(row, record),
        )
        for row in record.chronology
    ]
    return StatementTable(
        *MILESTONES,
        Kind.MILESTONE,
        rows,
        about="Wann",
        says="Was",
        when_empty="ohne Angabe. Zu diesem Eintrag steht kein Meilenstein im Katalog.",
    )


def _others(event: Any, record: Any) -> list[tuple[str, Any, str]]:
    """Return the other records of an event: where it is entered, and whom it concerns."""
    found = [("eingetragen bei", event.record, event.get_absolute_url())]
    found += [("betrifft auch", other, other.get_absolute_url()) for other in event.concerned]
    return [item for item in found if item[1].pk != record.pk]


def common_tables(record: Any) -> Iterator[StatementTable]:
    """Yield ``COMMON_TABLES``; load the record ``with_details`` first."""
    figures = make_rows(record.figures, lambda row: {"label": row.fact})
    groups = make_rows(record.user_groups, lambda row: {"label": row.user_group})
    names = make_rows(
        record.other_names, lambda row: {"label": row.name, "value": row.get_name_kind_display()}
    )
    yield StatementTable(*FIGURES, Kind.FIGURE, figures, "Zahl")
    yield StatementTable(*USER_GROUPS, Kind.USER_GROUP, groups, "Nutzende")
    yield tie_table(RELATIONS, record.ties)
    for name, aspects, says in (
        (DESCRIPTION, [Aspect.DESCRIPTION], ""),
        (CLASSIFICATION, [Aspect.LEVEL, Aspect.REACH], "Einordnung"),
    ):
        rows = _evidence_rows(record, aspects)
        yield StatementTable(*name, Kind.EVIDENCE, rows, "Merkmal", says)
    yield StatementTable(*NAMES, Kind.NAME, names, "Name", "Art")


def _evidence_rows(record: Any, aspects: list[Aspect]) -> list[Row]:
    values = {
        Aspect.LEVEL: ", ".join(level.name for level in record.levels.all()),
        Aspect.REACH: record.get_reach_display(),
    }
    found = [
        (aspect, [row for row in record.evidence if row.aspect == aspect]) for aspect in aspects
    ]
    return [
        Row(
            row,
            label=str(aspect.label),
            value="" if place else values.get(aspect, ""),
            repeats=place > 0,
        )
        for aspect, rows in found
        for place, row in enumerate(rows)
    ]
