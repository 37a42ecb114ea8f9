"""The columns of a table of statements as a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import IntegerField

from hzd_catalogue.exports.shapes import (
    CHOICE,
    DATE,
    INTEGER,
    REFERENCE,
    TEXT,
    URL,
    Shape,
    an_object,
)
from hzd_catalogue.exports.tables import Column, ExportContext, as_cell

from .columns import (
    BEGINNING,
    choice,
    difference_data,
    name_cell,
    names_cell,
    passage,
    reference,
    since_data,
)
from .differences import COMPARED_KINDS, Compared
from .kinds import FIELDS, SINCE, Kind
from .statements import Statement


def statement_columns(kind: Kind) -> Sequence[Column]:
    """Return the columns of statements of one kind; their rows are ``Compared``."""
    return [
        Column(
            "record",
            "Eintrag",
            "Wozu die Angabe gehört.",
            _record,
            name_cell,
            32,
            shape=REFERENCE,
        ),
        *(_field_column(kind, name) for name in FIELDS[kind].own if name not in SINCE),
        *(_OF_MILESTONES if kind == Kind.MILESTONE else ()),
        *([_SINCE] if FIELDS[kind].has_since else []),
        *(_COMPARED if kind in COMPARED_KINDS else ()),
        *_PASSAGE,
    ]


def _record(row: Compared, context: ExportContext) -> dict[str, str]:
    return reference(row.statement.record, context)


def _field_column(kind: Kind, name: str) -> Column:
    """Return the column of a field of the kind, in the words of the admin."""
    field: Any = Statement._meta.get_field(name)

    def data(row: Compared, context: ExportContext) -> Any:
        value = getattr(row.statement, name)
        if field.choices:
            return choice(value, getattr(row.statement, f"get_{name}_display")())
        if field.is_relation:
            return reference(value, context)
        return value

    cell = name_cell if field.choices or field.is_relation else as_cell
    meaning = str(field.help_text) or f"{field.verbose_name}, wie die Quelle angibt."
    return Column(
        FIELDS[kind].public_name(name),
        str(field.verbose_name),
        meaning,
        data,
        cell,
        shape=_field_shape(kind, name),
    )


def _field_shape(kind: Kind, name: str) -> Shape:
    field: Any = Statement._meta.get_field(name)
    if field.choices:
        shape = CHOICE
    elif field.is_relation:
        shape = REFERENCE
    else:
        shape = INTEGER if isinstance(field, IntegerField) else TEXT
    # Text that is not there is empty.
    return shape.or_none if name in FIELDS[kind].optional and field.null else shape


_MILESTONE_DATE = an_object(
    ("date", "date_in_words"), date=DATE, date_in_words=TEXT.called("in Worten")
)


def _date(row: Compared, context: ExportContext) -> dict[str, str] | None:
    statement = row.statement
    return {"date": statement.machine_date, "date_in_words": statement.date}


def _words(data: Any) -> Any:
    return data["date_in_words"] if data else None


_OF_MILESTONES = (
    Column(
        "date",
        "Datum",
        "So genau wie die Quelle.",
        _date,
        _words,
        20,
        shape=_MILESTONE_DATE,
    ),
    Column(
        "date_iso",
        "Datum (ISO 8601)",
        "Dasselbe für Maschinen, ohne Abschnitte wie „Ende“.",
        lambda row, _: row.statement.machine_date,
        width=14,
        shape=DATE,
    ),
    Column(
        "concerns",
        "betrifft auch",
        "Andere Einträge, bei denen der Meilenstein auch steht.",
        lambda row, context: [
            reference(record, context) for record in row.statement.concerns.all()
        ],
        names_cell,
        40,
        shape=REFERENCE.listed,
    ),
)
_SINCE = Column(
    "since",
    "seit",
    "Seit wann es gilt, so genau wie die Quelle; leer: ohne Angabe.",
    lambda row, context: since_data(row.statement),
    _words,
    20,
    shape=BEGINNING.or_none,
)
_COMPARED = (
    Column(
        "rank",
        "Rang",
        "Ob eine neuere Quelle dazu etwas sagt: aktuell oder älter.",
        lambda row, _: row.rank,
        width=10,
    ),
    Column(
        "difference",
        "Verhältnis",
        "Was eine ältere Angabe neben der neuesten ist: auch in, Entwicklung, Widerspruch.",
        lambda row, _: difference_data(row),
        name_cell,
        14,
        shape=CHOICE.or_none,
    ),
)
_PASSAGE = (
    Column(
        "source_title", "Quelle", "Titel des Dokuments.", lambda row, _: row.statement.source.title
    ),
    Column(
        "publisher",
        "Herausgeber",
        "Wer das Dokument herausgibt.",
        lambda row, _: row.statement.source.publisher,
    ),
    Column(
        "source_date",
        "Stand",
        "Datum des Dokuments, so genau wie bekannt.",
        lambda row, _: row.statement.source.date,
    ),
    Column(
        "paragraph",
        "Absatz",
        "Nummer des Absatzes.",
        lambda row, _: row.statement.paragraph,
        width=8,
        shape=INTEGER,
    ),
    Column(
        "quote", "Wortlaut", "Die zitierte Stelle.", lambda row, _: row.statement.quote, width=60
    ),
    Column("key", "Schlüssel", "Bleibt für immer.", lambda row, _: row.statement.key, width=14),
    Column(
        "url",
        "Adresse",
        "Wo der Katalog die Angabe zeigt.",
        lambda row, context: passage(row.statement, context)["url"],
        width=60,
        shape=URL,
    ),
)
