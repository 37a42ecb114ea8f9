"""The columns of a table of statements as a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
        if name == "federal_state":
            # As in all lists, by ISO 3166-2.
            return {**reference(value, context), "key": value.code}
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


#: The lists in which the keys of what fields name stand.
_LISTS = {"federal_state": "laender", "partner": "partner"}


def _field_shape(kind: Kind, name: str) -> Shape:
    field: Any = Statement._meta.get_field(name)
    if field.choices:
        shape = CHOICE
    elif field.is_relation:
        shape = REFERENCE.key_of(_LISTS.get(name, ""))
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


def _source(row: Compared, context: ExportContext) -> dict[str, str]:
    source = row.statement.source
    return {
        **choice(source.code, source.title),
        "url": context.absolute_url(source.get_absolute_url()),
    }


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
        lambda row, context: [reference(record, context) for record in row.statement.concerned],
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
        "source",
        "Quelle",
        "Das Dokument, mit seinem Titel.",
        _source,
        name_cell,
        shape=REFERENCE.key_of("quellen"),
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


# The list of all statements ------------------------------------------------------------------

#: A record of any type: its key alone would not tell a project from a cooperation.
RECORD = REFERENCE.with_properties(("type.key", "type.name"), type=CHOICE.called("Typ"))
#: Of the kinds that have one: the field with a word of a closed vocabulary, and that with a text.
_WORDS = ("participation_status", "relation", "name_kind", "aspect", "status", "event")
_TEXTS = ("role", "user_group", "name", "title")


def record_data(record: Any, context: ExportContext) -> dict[str, Any]:
    """Return a record of any type."""
    return {
        **reference(record, context),
        "type": choice(record.type, record.get_type_display()),
    }


def _word(row: Compared, context: ExportContext) -> dict[str, str] | None:
    """Return the word that the statement's kind has for what holds."""
    for name in _WORDS:
        if value := getattr(row.statement, name):
            return choice(value, getattr(row.statement, f"get_{name}_display")())
    return None


def _text(row: Compared, context: ExportContext) -> str:
    return next(filter(None, (getattr(row.statement, name) for name in _TEXTS)), "")


def _state(row: Compared, context: ExportContext) -> dict[str, str] | None:
    state = row.statement.federal_state
    return {**reference(state, context), "key": state.code} if state else None


def _other(name: str) -> Callable[[Compared, ExportContext], dict[str, Any] | None]:
    """Return what gives a record that the statement names in a field."""

    def data(row: Compared, context: ExportContext) -> dict[str, Any] | None:
        value = getattr(row.statement, name)
        return record_data(value, context) if value else None

    return data


def _event_date(row: Compared, context: ExportContext) -> dict[str, str] | None:
    """Return when something happened: of several days the first and the last (EDTF, level 0)."""
    statement = row.statement
    if statement.kind != Kind.MILESTONE:
        return None
    date = statement.machine_date
    if statement.last_day:
        date += f"/{date[:-2]}{statement.last_day:02}"
    return {"date": date, "date_in_words": statement.date}


def _voice(row: Compared, context: ExportContext) -> dict[str, str] | None:
    source = row.statement.source
    return choice(source.voice, source.get_voice_display()) if source.voice else None


_SAID = {column.key: column for column in (_SINCE, *_COMPARED, *_PASSAGE)}

#: What the list of all statements says of each; its rows are ``Compared``.
STATEMENT_COLUMNS: tuple[Column, ...] = (
    _SAID["key"],
    Column(
        "record",
        "Eintrag",
        "Wozu die Angabe gehört, mit seinem Typ.",
        lambda row, context: record_data(row.statement.record, context),
        name_cell,
        32,
        shape=RECORD,
    ),
    Column(
        "kind",
        "Art der Angabe",
        "Was sie von dem Eintrag sagt.",
        lambda row, _: choice(row.statement.kind, row.statement.get_kind_display()),
        name_cell,
        20,
        shape=CHOICE,
    ),
    Column("fact", "Angabe", "Die Angabe in Worten.", lambda row, _: row.statement.fact, width=48),
    Column(
        "value",
        "Wert",
        "Das Wort dafür, wo es eine feste Auswahl gibt: Status, Art des Bezugs, des Namens oder "
        "des Meilensteins, wofür es ein Beleg ist; sonst leer.",
        _word,
        name_cell,
        18,
        shape=CHOICE.or_none,
    ),
    Column(
        "text",
        "Text",
        "Rolle, Nutzergruppe, Name oder was geschah; sonst leer.",
        _text,
        width=32,
    ),
    Column(
        "federal_state",
        "Bundesland",
        "Das Land, von dem eine Beteiligung spricht, nach ISO 3166-2; sonst leer.",
        _state,
        name_cell,
        20,
        shape=REFERENCE.key_of("laender").or_none,
    ),
    Column(
        "partner",
        "Partner",
        "Der Partner, von dem eine Rolle spricht; sonst leer.",
        _other("partner"),
        name_cell,
        28,
        shape=RECORD.key_of("partner").or_none,
    ),
    Column(
        "related",
        "Bezug auf",
        "Der Eintrag, zu dem ein Bezug führt; sonst leer.",
        _other("related_record"),
        name_cell,
        28,
        shape=RECORD.or_none,
    ),
    Column(
        "concerns",
        "betrifft auch",
        "Andere Einträge, bei denen ein Meilenstein auch steht.",
        lambda row, context: [record_data(record, context) for record in row.statement.concerned],
        names_cell,
        28,
        shape=RECORD.listed,
    ),
    Column(
        "qualifier",
        "Einschränkung",
        "Wort vor der Zahl einer Kennzahl, wie in der Quelle; sonst leer.",
        lambda row, _: row.statement.qualifier,
        width=15,
    ),
    Column(
        "number",
        "Zahl",
        "Die Zahl einer Kennzahl; sonst leer.",
        lambda row, _: row.statement.value,
        width=12,
        shape=INTEGER.or_none,
    ),
    Column(
        "unit",
        "Einheit",
        "Was eine Kennzahl zählt; sonst leer.",
        lambda row, _: row.statement.unit,
        width=20,
    ),
    Column(
        "date",
        "Datum",
        "Wann ein Meilenstein war, so genau wie die Quelle: für Programme nach EDTF, bei mehreren "
        "Tagen mit dem ersten und dem letzten; bei anderen Arten leer.",
        _event_date,
        _words,
        20,
        shape=_MILESTONE_DATE.or_none,
    ),
    _SAID["since"],
    _SAID["source"],
    _SAID["publisher"],
    Column(
        "voice",
        "Stimme",
        "Wer das Dokument herausgibt, im Verhältnis zu dem, wovon es spricht; leer: ohne Angabe.",
        _voice,
        name_cell,
        18,
        shape=CHOICE.or_none,
    ),
    _SAID["source_date"],
    Column(
        "comparison",
        "Vergleich",
        "Was der letzte Vergleich des Dokuments mit seinem Original ergab, oder „nicht geprüft“.",
        lambda row, _: choice(
            row.statement.source.comparison, row.statement.source.get_comparison_display()
        ),
        name_cell,
        18,
        shape=CHOICE,
    ),
    Column(
        "compared_on",
        "Zuletzt verglichen",
        "Tag dieses Vergleichs; leer: nie.",
        lambda row, _: row.statement.source.compared_on,
        width=16,
        shape=DATE.or_none,
    ),
    _SAID["paragraph"],
    _SAID["quote"],
    Column(
        "rank",
        "Rang",
        "Ob eine neuere Quelle dazu etwas sagt: aktuell oder älter; leer bei Arten, die nicht "
        "verglichen werden: Belege, Meilensteine, Kennzahlen.",
        lambda row, _: row.rank if row.statement.kind in COMPARED_KINDS else None,
        width=10,
        shape=TEXT.or_none,
    ),
    _SAID["difference"],
    Column(
        "newer",
        "Neueste Angabe",
        "Von einer älteren: Schlüssel der neuesten Angabe über dasselbe; sonst leer.",
        lambda row, _: row.newer or None,
        width=14,
        shape=TEXT.key_of("aussagen").or_none,
    ),
    _SAID["url"],
)
