"""What two documents make of one thing: they agree, one follows on the other, or they contradict.

Which values exclude, follow on or tolerate each other stands in ``TABLES``, once; pages, matrix,
hints and exports ask ``difference``, and the help page and docs/data.md show the tables. Which
statement is the newest, and what an older one is beside it, is derived from the sources' ranks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Exists, OuterRef

from hzd_catalogue.reference import german
from hzd_catalogue.reference.choices import ParticipationStatus, PartOfPeriod, Status

from .kinds import FIELDS, Kind
from .statements import CONCERNED, Statement


class Difference(models.TextChoices):
    """What an older statement is beside the newest one on the same thing, the gravest last."""

    ALSO_IN = "auch-in", "auch in"
    DEVELOPMENT = "entwicklung", "Entwicklung"
    CONTRADICTION = "widerspruch", "Widerspruch"

    @property
    def to_the_newest(self) -> str:
        """The same as a predicate of the older one: "passt zur neuesten Angabe"."""
        return {
            "auch-in": "passt zur neuesten Angabe",
            "entwicklung": "geht der neuesten Angabe voraus",
            "widerspruch": "widerspricht der neuesten Angabe",
        }[self.value]


_A, _E, _W = Difference


@dataclass(frozen=True)
class Table:
    """The values of one vocabulary, two by two."""

    vocabulary: type[models.TextChoices]
    #: For each older value what each newer one makes of it, in the order of the vocabulary.
    rows: Mapping[str, tuple[Difference, ...]]
    #: Why, in sentences that visitors read.
    reason: str

    def difference(self, older: str, newer: str) -> Difference:
        """Return what the older value is beside the newer one."""
        return self.rows[older][self.vocabulary.values.index(newer)]

    @property
    def in_words(self) -> list[tuple[str, list[str]]]:
        """Each older value with the word for each newer one."""
        return [
            (str(self.vocabulary(older).label), [str(cell.label) for cell in cells])
            for older, cells in self.rows.items()
        ]


#: By kind of statement; of the other kinds only statements that say the same are about one thing.
TABLES: Mapping[str, Table] = {
    Kind.PARTICIPATION: Table(
        ParticipationStatus,
        {
            # newer: beteiligt, federführend, tritt bei, nutzt
            ParticipationStatus.TAKES_PART: (_A, _A, _W, _A),
            ParticipationStatus.LEADS: (_A, _A, _W, _A),
            ParticipationStatus.JOINING: (_E, _E, _A, _E),
            ParticipationStatus.USES: (_A, _A, _W, _A),
        },
        "Wer ein Projekt führt oder sein Ergebnis nutzt, ist daran beteiligt: Die drei Wörter "
        "können zugleich gelten. „tritt bei“ heißt: noch nicht dabei. Darauf kann jedes der drei "
        "folgen. Sagt erst das neuere Dokument „tritt bei“, passt das nicht zu einem älteren, nach "
        "dem das Land schon dabei ist.",
    ),
    Kind.STATUS: Table(
        Status,
        {
            # newer: geplant, in Entwicklung, laufend, im Einsatz, beendet
            Status.PLANNED: (_A, _E, _E, _E, _E),
            Status.IN_DEVELOPMENT: (_W, _A, _A, _E, _E),
            Status.ONGOING: (_W, _A, _A, _A, _E),
            Status.IN_USE: (_W, _W, _A, _A, _E),
            Status.ENDED: (_W, _W, _W, _W, _A),
        },
        "geplant, in Entwicklung, im Einsatz und beendet folgen in dieser Reihenfolge aufeinander; "
        "ein Schritt darf fehlen, zurück geht es nicht. „laufend“ heißt: Es wird daran gearbeitet. "
        "Das kann zugleich mit „in Entwicklung“ und mit „im Einsatz“ gelten; es folgt auf "
        "„geplant“, und „beendet“ folgt darauf.",
    ),
}

#: The field that says what holds, by kind.
_VALUE = {Kind.PARTICIPATION: "participation_status", Kind.STATUS: "status"}

#: The kinds of which two documents can speak of one thing: what each document says once.
COMPARED_KINDS = frozenset(kind for kind, fields in FIELDS.items() if fields.unique is not None)

# "Anfang" and "Ende" are no more exact than half a period, "Mitte" the half between.
_MONTHS = {
    "": (1, 12),
    PartOfPeriod.BEGINNING: (1, 6),
    PartOfPeriod.MIDDLE: (4, 9),
    PartOfPeriod.END: (7, 12),
}
_DAYS = {
    "": (1, 31),
    PartOfPeriod.BEGINNING: (1, 15),
    PartOfPeriod.MIDDLE: (8, 23),
    PartOfPeriod.END: (16, 31),
}


def difference(older: Statement, newer: Statement) -> Difference:
    """Return what the statement of an older source is beside one of a newer source.

    Args:
        older: about the same thing as ``newer``, see :func:`subject_of`.
        newer: the one that counts.
    """
    field = _VALUE.get(Kind(older.kind))
    values = (getattr(older, field), getattr(newer, field)) if field else ("", "")
    if values[0] != values[1]:
        return TABLES[older.kind].difference(*values)
    return Difference.CONTRADICTION if _since_differs(older, newer) else Difference.ALSO_IN


def _since_differs(one: Statement, other: Statement) -> bool:
    """Whether both say since when, and one date excludes the other as far as each is stated."""
    if one.year is None or other.year is None:
        return False
    if one.part and other.part and _period(one)[2:] == _period(other)[2:]:
        return one.part != other.part
    first, last = _period(one)[:2]
    other_first, other_last = _period(other)[:2]
    return last < other_first or other_last < first


def _period(statement: Statement) -> tuple[Any, ...]:
    """Return first and last day that a date can mean, then the year and month it speaks of."""
    year, month, day = statement.year, statement.month, statement.day
    if day:
        first, last = (year, month, day), (year, month, day)
    elif month:
        days = _DAYS[statement.part]
        first, last = (year, month, days[0]), (year, month, days[1])
    else:
        months = _MONTHS[statement.part]
        first, last = (year, months[0], 1), (year, months[1], 31)
    return first, last, year, month


def subject_of(statement: Statement) -> tuple[Any, ...]:
    """Return what a statement is about: equal for all that speak of one thing in one record."""
    fields = FIELDS[statement.kind]
    about: Any = [Statement._meta.get_field(name) for name in fields.unique or ()]
    values = (getattr(statement, field.attname) for field in about)
    return statement.kind, statement.record_id, *values


@dataclass(frozen=True)
class Compared:
    """A statement beside the newest one on the same thing."""

    statement: Any
    #: None for the newest one itself, which counts (catalogue rule 2).
    difference: Difference | None = None
    #: The key of the newest one; empty for that one itself.
    newer: str = ""

    @property
    def is_current(self) -> bool:
        """Whether no newer source speaks of the same thing."""
        return self.difference is None

    @property
    def rank(self) -> str:
        """The word for its place in time."""
        return "aktuell" if self.is_current else "älter"


@dataclass(frozen=True)
class Comparison:
    """All that documents say of one thing: the newest statement counts, the older ones stay."""

    current: Any
    #: The newest first, each compared with the current one.
    older: list[Compared]

    @property
    def difference(self) -> Difference | None:
        """The gravest one between an older statement and the current; None without older ones."""
        return gravest(row.difference for row in self.older)

    @property
    def older_in_words(self) -> str:
        """What older documents say, in a few words: "auch in 1 Dokument: „nutzt“".

        Empty without older ones.
        """
        if self.difference is None:
            return ""
        values = dict.fromkeys(row.statement.brief for row in self.older)
        values.pop(self.current.brief, None)
        said = german.in_words([f"„{value}“" for value in values])
        if self.difference == Difference.ALSO_IN:
            documents = german.counted(len(self.older), "Dokument", "Dokumenten")
            return f"auch in {documents}{': ' if said else ''}{said}"
        if self.difference == Difference.DEVELOPMENT:
            said = f"zuvor {said}"
        return f"{self.difference.label}: {said}"

    @property
    def rows(self) -> list[Compared]:
        """The current statement, then the older ones."""
        return [Compared(self.current), *self.older]


def gravest(differences: Iterable[Difference | None]) -> Difference | None:
    """Return the gravest of some differences; None when there is none."""
    return max(filter(None, differences), key=list(Difference).index, default=None)


def compare(statements: Iterable[Statement], made: type[Comparison] = Comparison) -> list[Any]:
    """Group statements by what they are about; in each group the newest source counts.

    Args:
        statements: of ``COMPARED_KINDS``, with their sources.
        made: what a group becomes.

    Returns:
        The groups in the order of their newest sources, otherwise as they came.
    """
    groups: dict[tuple[Any, ...], list[Statement]] = {}
    for row in sorted(statements, key=lambda row: -row.source.rank):
        groups.setdefault(subject_of(row), []).append(row)
    return [
        made(newest, [Compared(row, difference(row, newest), newest.key) for row in older])
        for newest, *older in groups.values()
    ]


def compared(statements: Iterable[Statement]) -> list[Compared]:
    """Return statements in their order, each beside the newest one on the same thing."""
    statements = list(statements)
    found = {row.statement.pk: row for group in compare(statements) for row in group.rows}
    return [found[statement.pk] for statement in statements]


def contradicting(rows: Any) -> Iterator[Any]:
    """Yield the newest statements that an older one contradicts, as plain values.

    Args:
        rows: a QuerySet of statements.
    """
    for group in _plain_comparisons(rows):
        if group.difference == Difference.CONTRADICTION:
            yield group.current


class Beside(NamedTuple):
    """What an older statement is beside the newest one on the same thing."""

    difference: Difference
    #: The key of the newest one.
    newer: str


def standings(rows: Any) -> dict[int, Beside]:
    """Return what each older statement is, by primary key, from plain values alone.

    Args:
        rows: a QuerySet of statements; all of a record that are compared.
    """
    return {
        row.statement.pk: Beside(row.difference, row.newer)
        for group in _plain_comparisons(rows)
        for row in group.older
    }


def _plain_comparisons(rows: Any) -> Iterator[Any]:
    """Compare plain values: whole statements take several times as long to load."""
    about = dict.fromkeys(name for fields in FIELDS.values() for name in fields.unique or ())
    fields: Any = [Statement._meta.get_field(name) for name in (*about, *CONCERNED)]
    own = ("pk", "key", "kind", "year", "month", "day", "part", *_VALUE.values())
    names = dict.fromkeys((*own, *(field.attname for field in fields)))
    for alike in _said_twice(rows):
        plain: Any = [
            SimpleNamespace(**dict(zip(names, values, strict=True)), source=_Ranked(rank))
            for *values, rank in alike.values_list(*names, "source__rank")
        ]
        yield from compare(plain)


class _Ranked(NamedTuple):
    rank: int


def _said_twice(rows: Any) -> Iterator[Any]:
    """Yield by their kinds the statements on things of which several documents speak.

    Most things stand in one document only: the database leaves these out.
    """
    for kind in sorted(COMPARED_KINDS):
        same = {name: OuterRef(name) for name in ("record", *(FIELDS[kind].unique or ()))}
        alike = rows.filter(kind=kind)
        others = alike.filter(**same).exclude(source=OuterRef("source"))
        yield alike.filter(Exists(others)).order_by()
