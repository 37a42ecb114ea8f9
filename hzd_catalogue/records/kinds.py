"""What a record and a statement can be, and which fields each kind of statement has.

``FIELDS`` is the one declaration that the table's constraints, the admin's rows, the data files
and the exports follow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models
from django.db.models import Q


class RecordType(models.TextChoices):
    """Which of the three a record is; the value is the first part of its address."""

    PARTNER = "partner", "Partner"
    COOPERATION = "kooperationen", "Kooperation"
    PROJECT = "projekte", "Projekt"


class Kind(models.TextChoices):
    """What a statement says of its record, in the order of a document's page."""

    PARTICIPATION = "beteiligung", "Beteiligung eines Landes"
    ROLE = "rolle", "Rolle eines Partners"
    RELATION = "bezug", "Bezug"
    USER_GROUP = "nutzergruppe", "Nutzergruppe"
    NAME = "name", "weiterer Name"
    EVIDENCE = "beleg", "Beleg"
    STATUS = "status", "Status"
    MILESTONE = "meilenstein", "Meilenstein"
    FIGURE = "kennzahl", "Kennzahl"


#: Partners have no status and no events of their own.
DATED_TYPES = (RecordType.COOPERATION, RecordType.PROJECT)
_DATED = frozenset(DATED_TYPES)
_PROJECTS = frozenset({RecordType.PROJECT})

#: Where a statement stands; every kind has these.
PASSAGE = ("source", "paragraph", "quote")

_DATE = ("year", "month", "day", "part")
#: Since when a statement holds, and the words for it where its quotation does not hold them.
SINCE = (*_DATE, "since_quote")


#: What files and JSON call a field whose column has to be told from that of another kind.
_PUBLIC_NAMES: Mapping[str, str] = {
    "participation_status": "status",
    "name_kind": "kind",
    "event": "kind",
    "user_group": "name",
    "relation": "kind",
    "related_record": "related",
}


@dataclass(frozen=True)
class Fields:
    """The fields of ``Statement`` that one kind fills beside those of all kinds."""

    #: What the statements of this kind are called in a record, in files and in JSON.
    group: str
    #: In the order of reading, but for ``SINCE``.
    own: tuple[str, ...]
    optional: frozenset[str] = frozenset()
    #: What a statement is about, beside its record: part of its derived key.
    subject: tuple[str, ...] = ()
    #: What no two statements of one record and one document have in common; None: anything.
    unique: tuple[str, ...] | None = None
    unique_message: str = ""
    record_types: frozenset[str] = frozenset(RecordType)
    #: Whether it holds for a time, of which a source may state the beginning.
    has_since: bool = False
    #: What it names besides, any number of it: no columns of the table.
    lists: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All of them in the order of reading."""
        return (*self.own, *SINCE) if self.has_since else self.own

    @property
    def required(self) -> tuple[str, ...]:
        """The fields that are never empty."""
        return tuple(name for name in self.own if name not in self.optional)

    def public_name(self, field: str) -> str:
        """Return what files and JSON call a field of a statement of this kind."""
        if self.has_since and field in _DATE:
            return f"since_{field}"
        return _PUBLIC_NAMES.get(field, field)


FIELDS: Mapping[str, Fields] = {
    Kind.PARTICIPATION: Fields(
        "participations",
        ("federal_state", "participation_status"),
        subject=("federal_state",),
        unique=("federal_state",),
        unique_message="Zu diesem Land gibt es aus dieser Quelle schon eine Aussage.",
        record_types=_PROJECTS,
        has_since=True,
    ),
    Kind.ROLE: Fields(
        "involvements",
        ("partner", "role"),
        subject=("partner", "role"),
        unique=("partner", "role"),
        unique_message="Diese Rolle ist mit dieser Quelle schon eingetragen.",
        record_types=_DATED,
        has_since=True,
    ),
    Kind.RELATION: Fields(
        "relations",
        ("relation", "related_record"),
        subject=("relation", "related_record"),
        unique=("relation", "related_record"),
        unique_message="Dieser Bezug ist mit dieser Quelle schon eingetragen.",
        has_since=True,
    ),
    Kind.USER_GROUP: Fields(
        "user_groups",
        ("user_group",),
        subject=("user_group",),
        unique=("user_group",),
        unique_message="Diese Nutzergruppe ist mit dieser Quelle schon eingetragen.",
        record_types=_PROJECTS,
        has_since=True,
    ),
    Kind.NAME: Fields(
        "other_names",
        ("name", "name_kind"),
        subject=("name",),
        unique=("name",),
        unique_message="Dieser Name ist mit dieser Quelle schon eingetragen.",
    ),
    Kind.EVIDENCE: Fields("evidence", ("aspect",), subject=("aspect",)),
    Kind.STATUS: Fields(
        "statuses",
        ("status",),
        unique=(),
        unique_message="Diese Quelle hat schon einen Status.",
        record_types=_DATED,
        has_since=True,
    ),
    Kind.MILESTONE: Fields(
        "milestones",
        ("event", "title", "year", "month", "day", "last_day", "part"),
        optional=frozenset({"month", "day", "last_day", "part"}),
        subject=("event", "title"),
        record_types=_DATED,
        lists=("concerns",),
    ),
    Kind.FIGURE: Fields(
        "figures",
        ("qualifier", "value", "unit"),
        optional=frozenset({"qualifier"}),
        subject=("unit",),
    ),
}


#: The kinds that hold for a time.
KINDS_WITH_SINCE = frozenset(kind for kind, fields in FIELDS.items() if fields.has_since)

_EMPTY_AS_NULL = frozenset(
    {"federal_state", "partner", "related_record", "value", "year", "month", "day", "last_day"}
)


def kinds_of(record_type: str) -> list[str]:
    """Return the kinds of statement that records of a type have."""
    return [kind for kind, fields in FIELDS.items() if record_type in fields.record_types]


def kind_constraints() -> list[models.BaseConstraint]:
    """Return what the table demands: the fields of the kind and no others, each thing said once."""
    everything = dict.fromkeys(name for fields in FIELDS.values() for name in fields.names)
    fitting = Q()
    unique: list[models.BaseConstraint] = []
    for kind, fields in FIELDS.items():
        condition = Q(kind=kind)
        for name in everything:
            if name in fields.required:
                condition &= ~_is_empty(name)
            elif name not in fields.names:
                condition &= _is_empty(name)
        fitting |= condition
        if fields.unique is not None:
            unique.append(
                models.UniqueConstraint(
                    fields=["record", *fields.unique, "source"],
                    condition=Q(kind=kind),
                    name=f"records_statement_{fields.group}_unique",
                    violation_error_message=fields.unique_message,
                )
            )
    return [
        models.CheckConstraint(
            condition=fitting,
            name="records_statement_fields_of_its_kind",
        ),
        *unique,
    ]


def _is_empty(name: str) -> Q:
    return Q(**{f"{name}__isnull": True}) if name in _EMPTY_AS_NULL else Q(**{name: ""})
