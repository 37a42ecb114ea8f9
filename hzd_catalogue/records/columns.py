"""The columns that projects, cooperations and partners share, and the statements behind them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from hzd_catalogue.exports.shapes import (
    CHOICE,
    DATE,
    INTEGER,
    MOMENT,
    TEXT,
    URL,
    Shape,
    an_object,
)
from hzd_catalogue.exports.tables import Cell, Column, ExportContext, local
from hzd_catalogue.lists.facets import MISSING
from hzd_catalogue.lists.index import ListIndex
from hzd_catalogue.reference.models import HOME_STATE, KeyedModel

from .differences import COMPARED_KINDS, Compared, compared
from .filters import NAMED_STATE
from .kinds import FIELDS
from .statements import KeyFigure, Milestone, OtherName, Statement, StatusStatement


@dataclass(frozen=True)
class RecordContext(ExportContext):
    """What a column may ask for besides its record."""

    index: ListIndex

    def facet_values(self, record: Any, facet: str) -> list[tuple[str, str]]:
        """Return value and label of each value that the record has in a facet of the list."""
        values = self.index.facets[facet]
        found = values.of(self.index.slots[record.pk])
        return [(value, values.labels[value]) for value in found if value != MISSING]


# Shapes --------------------------------------------------------------------------------------

PASSAGE = an_object(
    ("source", "paragraph", "url"),
    source=TEXT.key_of("quellen"),
    paragraph=INTEGER.called("Absatz"),
    quote=TEXT,
    url=URL.called("Adresse"),
)
#: Since when something holds.
BEGINNING = an_object(
    ("date", "date_in_words"), date=DATE, date_in_words=TEXT.called("in Worten"), quote=TEXT
)
LEVELS = CHOICE.key_of("ebenen").listed
TOPICS = CHOICE.key_of("themen").listed
#: A state that counts for a record, and why.
STATES = CHOICE.key_of("laender").with_properties(("basis",), basis=TEXT.called("Grund")).listed


def older(**said: Shape) -> Shape:
    """Return the shape of what older sources say of a thing."""
    return an_object(
        (), **said, since=BEGINNING.or_none, passage=PASSAGE, difference=CHOICE.or_none
    ).listed


#: What the newest source states of a record.
CURRENT_STATUS = CHOICE.with_properties(
    since=BEGINNING.or_none, passage=PASSAGE, older=older(status=CHOICE)
)
MILESTONE = an_object(
    ("date", "date_in_words", "kind.key", "kind.name"),
    kind=CHOICE.called("Art"),
    title=TEXT.called("was geschah"),
    date=DATE,
    last_day=INTEGER.or_none,
    date_in_words=TEXT.called("in Worten"),
    passage=PASSAGE,
)
FIGURE = an_object(
    ("value", "unit", "qualifier", "in_words"),
    qualifier=TEXT.called("Einschränkung"),
    value=INTEGER,
    unit=TEXT.called("Einheit"),
    in_words=TEXT.called("in Worten"),
    passage=PASSAGE,
)
OTHER_NAME = an_object(
    ("name", "kind.key", "kind.name"), name=TEXT, kind=CHOICE.called("Art"), passage=PASSAGE
)
#: The statement itself has one place, the address; what it says stands there.
OLDER_STATEMENT = an_object(
    ("passage.url", "difference.key", "difference.name"),
    fact=TEXT,
    difference=CHOICE.called("Verhältnis"),
    passage=PASSAGE,
)
#: A paragraph that something rests on.
CITED = an_object(
    ("source", "paragraph", "url"),
    source=TEXT.key_of("quellen"),
    paragraph=INTEGER.called("Absatz"),
    title=TEXT,
    url=URL.called("Adresse"),
)


# Data of statements --------------------------------------------------------------------------


def passage(statement: Statement, context: ExportContext) -> dict[str, Any]:
    """Return where a statement stands, and the link that shows it."""
    return {
        "source": statement.source.code,
        "paragraph": statement.paragraph,
        "quote": statement.quote,
        "url": context.absolute_url(statement.get_absolute_url()),
    }


def since_data(statement: Statement) -> dict[str, str] | None:
    """Return since when a statement holds, no more precise than its source; None if not stated."""
    if not statement.since:
        return None
    return {
        "date": statement.machine_date,
        "date_in_words": statement.date,
        "quote": statement.since_quote or statement.quote,
    }


def difference_data(row: Compared) -> dict[str, str] | None:
    """Return what a statement is beside the newest one on the same thing; None for that one."""
    return choice(row.difference, row.difference.label) if row.difference else None


def statement_data(statement: Statement, context: ExportContext) -> dict[str, Any]:
    """Return all that a statement says, in words and by its fields, and where it stands."""
    record: Any = statement.record
    kind = FIELDS[statement.kind]
    fields = {record._meta.model_name: record}
    for name in kind.names:
        value = getattr(statement, name)
        fields[kind.public_name(name)] = value.path if name == "related_record" else value
    return {
        "key": statement.key,
        "fact": statement.fact,
        # States, partners and records are named by their keys.
        **{
            name: value.natural_key()[0] if isinstance(value, KeyedModel) else value
            for name, value in fields.items()
        },
        **({"concerns": [row.path for row in statement.concerned]} if kind.lists else {}),
        "source": statement.source.code,
        "source_title": statement.source.title,
        "source_url": context.absolute_url(statement.passage_url),
        "paragraph": statement.paragraph,
        "quote": statement.quote,
        "url": context.absolute_url(statement.get_absolute_url()),
    }


def all_statements(record: Any, context: ExportContext) -> dict[str, list[dict[str, Any]]]:
    """Return every statement about a record by its group, newest source first."""
    return {
        group: [
            {**statement_data(row, context), **standing.get(row.pk, {})}
            for row in sorted(rows, key=lambda row: (-row.source.rank, row.paragraph, row.pk))
        ]
        for group, rows in record.grouped_statements().items()
        for standing in [_standing_data(rows)]
    }


def _standing_data(rows: Iterable[Statement]) -> dict[int, dict[str, Any]]:
    """Return what is derived from the sources' ranks, by the statement's primary key."""
    found = compared(row for row in rows if row.kind in COMPARED_KINDS)
    return {
        row.statement.pk: {"rank": row.rank, "difference": row.difference or None} for row in found
    }


def older_statements(record: Any, context: ExportContext) -> list[dict[str, Any]]:
    """Return what older sources say of things of which a newer one speaks, too."""
    rows = [row for rows in record.grouped_statements().values() for row in rows]
    found = compared(
        row for row in rows if row.record_id == record.pk and row.kind in COMPARED_KINDS
    )
    return [
        {
            "fact": row.statement.fact,
            "difference": difference_data(row),
            "passage": passage(row.statement, context),
        }
        for row in found
        if not row.is_current
    ]


# Data of one column --------------------------------------------------------------------------


def choice(key: str, label: str) -> dict[str, str]:
    """Return a value of a closed vocabulary."""
    return {"key": key, "name": label}


def reference(record: Any, context: ExportContext) -> dict[str, str]:
    """Return a record that another one names."""
    return {
        "key": record.slug,
        "name": record.name,
        "url": context.absolute_url(record.get_absolute_url()),
    }


def keyed(rows: Iterable[Any]) -> list[dict[str, str]]:
    """Return levels or topics."""
    return [choice(row.slug, row.name) for row in rows]


def states_by_rule(record: Any, context: RecordContext) -> list[dict[str, str]]:
    """Return the states that the record counts for in the filter "Bundesland", and why."""
    named = context.index.traits[NAMED_STATE].of(context.index.slots[record.pk])
    by_reach = "bundesweit" if record.is_nationwide else "bundesweites-projekt"
    return [
        {
            "key": code,
            "name": name,
            "basis": "projekt" if code in named else "hzd" if code == HOME_STATE else by_reach,
        }
        for code, name in context.facet_values(record, "land")
    ]


def current_status(record: Any, context: ExportContext) -> dict[str, Any] | None:
    """Return the status that the newest source states."""
    statement: StatusStatement | None = record.current_status
    if statement is None:
        return None
    return {
        **choice(statement.status, statement.get_status_display()),
        "since": since_data(statement),
        "passage": passage(statement, context),
        "older": [
            {
                "status": choice(row.statement.status, row.statement.get_status_display()),
                "since": since_data(row.statement),
                "passage": passage(row.statement, context),
                "difference": difference_data(row),
            }
            for row in record.compared_statuses
            if not row.is_current
        ],
    }


def milestone_data(milestone: Milestone, context: ExportContext) -> dict[str, Any]:
    """Return a milestone, no more precise than its source."""
    return {
        "kind": choice(milestone.event, milestone.get_event_display()),
        "title": milestone.title,
        "date": milestone.machine_date,
        "last_day": milestone.last_day,
        "date_in_words": milestone.date,
        "passage": passage(milestone, context),
    }


def milestones(record: Any, context: ExportContext) -> list[dict[str, Any]]:
    """Return all milestones, oldest first."""
    return [milestone_data(row, context) for row in record.chronology]


def newest_milestone(record: Any, context: ExportContext) -> dict[str, Any] | None:
    """Return the milestone that "neuester Meilenstein" sorts by."""
    rows = record.chronology
    return milestone_data(rows[-1], context) if rows else None


def other_names(record: Any, context: ExportContext) -> list[dict[str, Any]]:
    """Return short forms, former names and spellings."""
    rows: Iterable[OtherName] = record.other_names
    return [
        {
            "name": row.name,
            "kind": choice(row.name_kind, row.get_name_kind_display()),
            "passage": passage(row, context),
        }
        for row in rows
    ]


def figures(record: Any, context: ExportContext) -> list[dict[str, Any]]:
    """Return the numbers that sources give, with their qualifiers."""
    rows: Iterable[KeyFigure] = record.figures
    return [
        {
            "qualifier": row.qualifier,
            "value": row.value,
            "unit": row.unit,
            "in_words": row.fact,
            "passage": passage(row, context),
        }
        for row in rows
    ]


def passages(record: Any, context: ExportContext) -> list[dict[str, Any]]:
    """Return the paragraphs that the record rests on, each once."""
    found = {
        (row.source.code, row.paragraph): row.source
        for rows in record.grouped_statements().values()
        for row in rows
    }
    return [
        {
            "source": code,
            "paragraph": paragraph,
            "title": source.title,
            "url": context.absolute_url(f"{source.get_absolute_url()}#absatz-{paragraph}"),
        }
        for (code, paragraph), source in sorted(found.items(), key=lambda item: item[0])
    ]


# Cells -----------------------------------------------------------------------------------------


def name_cell(data: dict[str, Any] | None) -> str | None:
    """Return the name in ``data``."""
    return data["name"] if data else None


def names_cell(data: Sequence[dict[str, Any]]) -> str:
    """Return all names, each once: several sources may give the same."""
    return "; ".join(dict.fromkeys(item["name"] for item in data))


def status_cell(data: dict[str, Any] | None) -> str:
    """Return the status, or that no source states one."""
    return data["name"] if data else "ohne Angabe"


def and_since(item: dict[str, Any]) -> str:
    """Return ", seit: 21. Februar 2024" for data with a date, else nothing."""
    return f", seit: {item['since']['date_in_words']}" if item.get("since") else ""


def states_cell(data: Sequence[dict[str, str]]) -> str:
    """Return the states' names; those that count by reach alone in one word."""
    words = {"bundesweit": "bundesweit", "bundesweites-projekt": "bundesweit (über ein Projekt)"}
    by_reach = dict.fromkeys(words[row["basis"]] for row in data if row["basis"] in words)
    return "; ".join([*by_reach, *(row["name"] for row in data if row["basis"] not in words)])


def milestones_cell(data: Sequence[dict[str, Any]]) -> str:
    """Return all milestones with their dates."""
    return "; ".join(
        f"{item['date_in_words']}: {item['title']} ({item['kind']['name']})" for item in data
    )


def date_cell(data: dict[str, Any] | None) -> Cell:
    """Return a date where the source gives one to the day, otherwise its words."""
    if data is None:
        return None
    if len(data["date"]) == len("2024-02-21") and not data.get("last_day"):
        return date.fromisoformat(data["date"])
    return data["date_in_words"]


def title_cell(data: dict[str, Any] | None) -> str | None:
    """Return what happened at a milestone."""
    return data["title"] if data else None


def other_names_cell(data: Sequence[dict[str, Any]]) -> str:
    """Return other names, each with its kind."""
    return "; ".join(dict.fromkeys(f"{item['name']} ({item['kind']['name']})" for item in data))


def figures_cell(data: Sequence[dict[str, Any]]) -> str:
    """Return the figures in words."""
    return "; ".join(dict.fromkeys(item["in_words"] for item in data))


def older_statements_cell(data: Sequence[dict[str, Any]]) -> str:
    """Return older statements, each with its difference and its document."""
    return "; ".join(
        f"{item['fact']} ({item['difference']['name']}: Dokument {item['passage']['source']})"
        for item in data
    )


def passages_cell(data: Sequence[dict[str, Any]]) -> str:
    """Return the passages as the pages cite them."""
    return "; ".join(f"Dokument {item['source']} Absatz {item['paragraph']}" for item in data)


# Columns ---------------------------------------------------------------------------------------

HEAD: tuple[Column, ...] = (
    Column(
        "key",
        "Schlüssel",
        "Unverwechselbarer Schlüssel des Eintrags; letzter Teil seiner Adresse.",
        lambda record, context: record.slug,
        width=28,
    ),
    Column("name", "Name", "Name des Eintrags.", lambda record, context: record.name, width=36),
    Column(
        "url",
        "Adresse",
        "Webadresse der Seite des Eintrags.",
        lambda record, context: context.absolute_url(record.get_absolute_url()),
        width=40,
        shape=URL,
    ),
    Column(
        "kind",
        "Art",
        "Was der Eintrag ist.",
        lambda record, context: choice(record.kind, record.get_kind_display()),
        name_cell,
        18,
        shape=CHOICE,
    ),
    Column(
        "summary",
        "Kurz gesagt",
        "Kurz, in eigenen Worten der Redaktion.",
        lambda record, context: record.summary,
        width=60,
    ),
    Column(
        "levels",
        "Ebenen",
        "Bund, Land, Kommune: die Ebenen, auf denen der Eintrag wirkt.",
        lambda record, context: keyed(record.levels.all()),
        names_cell,
        18,
        shape=LEVELS,
    ),
    Column(
        "reach",
        "Reichweite",
        "landesweit, länderübergreifend oder bundesweit.",
        lambda record, context: choice(record.reach, record.get_reach_display()),
        name_cell,
        20,
        shape=CHOICE,
    ),
    Column(
        "topics",
        "Themen",
        "Themen des Eintrags.",
        lambda record, context: keyed(record.topics.all()),
        names_cell,
        28,
        shape=TOPICS,
    ),
)
STATUS = Column(
    "status",
    "Status",
    "Status nach der neuesten Quelle, die einen nennt; sonst „ohne Angabe“ (JSON: null, CSV: "
    "leer). JSON nennt unter older, was ältere Quellen sagen.",
    current_status,
    status_cell,
    16,
    shape=CURRENT_STATUS.or_none,
)
STATUS_SINCE = Column(
    "status_since",
    "Status seit",
    "Seit wann der Status gilt, so genau wie die Quelle; leer: keine Angabe.",
    lambda record, context: (
        since_data(record.current_status) if record.current_status is not None else None
    ),
    date_cell,
    16,
    shape=BEGINNING.or_none,
)
STATES_BY_RULE = Column(
    "states",
    "Länder",
    "Länder, für die der Eintrag im Filter „Bundesland“ zählt. JSON nennt als basis den Grund: "
    "projekt (eine Quelle nennt das Land in einem Projekt), bundesweit (der Eintrag selbst), "
    "bundesweites-projekt (eines seiner Projekte) oder hzd (Hessen, das Land der HZD).",
    states_by_rule,
    states_cell,
    36,
    shape=STATES,
)
YEARS = Column(
    "years",
    "Jahre",
    "Jahre, in denen ein Meilenstein liegt oder seit denen etwas gilt; leer: keine Angabe.",
    lambda record, context: sorted(
        int(year) for year, _label in context.facet_values(record, "jahr")
    ),
    width=14,
    shape=INTEGER.listed,
)
MILESTONES: tuple[Column, ...] = (
    Column(
        "newest_milestone",
        "Neuester Meilenstein (Datum)",
        "So genau wie die Quelle; in Excel und ODS ein Datum, wenn sie den Tag nennt, sonst Text.",
        newest_milestone,
        date_cell,
        20,
        shape=MILESTONE.or_none,
    ),
    Column(
        "newest_milestone_title",
        "Neuester Meilenstein (was geschah)",
        "Wofür dieses Datum steht.",
        lambda record, context: title_cell(newest_milestone(record, context)),
        width=36,
        shape=TEXT.or_none,
    ),
    Column(
        "milestones",
        "Meilensteine",
        "Alle Meilensteine, der älteste zuerst.",
        milestones,
        milestones_cell,
        50,
        shape=MILESTONE.with_properties(("title",)).listed,
    ),
)
TAIL: tuple[Column, ...] = (
    Column(
        "figures",
        "Kennzahlen",
        "Zahlen mit der Einschränkung, die die Quelle macht.",
        figures,
        figures_cell,
        40,
        shape=FIGURE.listed,
    ),
    Column(
        "other_names",
        "Weitere Namen",
        "Namen, die Quellen dem Eintrag oder einem Bestandteil geben, je mit ihrer Art.",
        other_names,
        other_names_cell,
        32,
        shape=OTHER_NAME.listed,
    ),
    Column(
        "description",
        "Beschreibung",
        "Ausführlicher, in eigenen Worten der Redaktion.",
        lambda record, context: record.description,
        width=80,
    ),
    Column(
        "older_statements",
        "Ältere Aussagen",
        "Was ältere Quellen über dasselbe sagen, und was das neben der neuesten ist: auch in, "
        "Entwicklung oder Widerspruch.",
        older_statements,
        older_statements_cell,
        44,
        shape=OLDER_STATEMENT.listed,
    ),
    Column(
        "passages",
        "Quellen",
        "Alle Fundstellen des Eintrags: Dokument und Absatz (die nicht leeren Zeilen, von 1 "
        "gezählt).",
        passages,
        passages_cell,
        44,
        shape=CITED.listed,
    ),
    Column(
        "changed_at",
        "Zuletzt geändert",
        "Tag der letzten Änderung am Eintrag; in JSON mit Uhrzeit.",
        lambda record, context: timezone.localtime(record.changed_at),
        lambda moment: local(moment).date(),
        16,
        shape=MOMENT,
    ),
)
