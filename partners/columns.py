"""What exports say of cooperations and partners."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from hzd_catalogue.exports.shapes import REFERENCE, TEXT, an_object
from hzd_catalogue.exports.tables import Column, ExportContext
from hzd_catalogue.records.columns import (
    BEGINNING,
    HEAD,
    MILESTONES,
    PASSAGE,
    STATES_BY_RULE,
    STATUS,
    STATUS_SINCE,
    TAIL,
    YEARS,
    and_since,
    names_cell,
    passage,
    reference,
    since_data,
)

from .models import RoleGroup

#: A record with the roles that link to it.
WITH_ROLES = REFERENCE.with_properties(
    roles=an_object((), role=TEXT, since=BEGINNING.or_none, passage=PASSAGE).listed
)


def roles(groups: Iterable[RoleGroup], context: ExportContext) -> list[dict[str, Any]]:
    """Return the records that roles link to, each with its roles, newest source first."""
    return [
        {
            **reference(group.record, context),
            "roles": [
                {
                    "role": statement.role,
                    "since": since_data(statement),
                    "passage": passage(statement, context),
                }
                for statement in group.statements
            ],
        }
        for group in groups
    ]


def roles_cell(data: Sequence[dict[str, Any]]) -> str:
    """Return the records with their roles in brackets."""
    return "; ".join(
        f"{item['name']} ({', '.join(dict.fromkeys(_role_in_words(row) for row in item['roles']))})"
        for item in data
    )


def _role_in_words(row: dict[str, Any]) -> str:
    return f"{row['role']}{and_since(row)}"


PARTNER_ROLES = Column(
    "partners",
    "Partner",
    "Partner mit ihren Rollen; in JSON je Rolle mit Fundstelle.",
    lambda record, context: roles(record.partner_roles, context),
    roles_cell,
    50,
    shape=WITH_ROLES.key_of("partner").listed,
)

COOPERATION_COLUMNS: tuple[Column, ...] = (
    *HEAD,
    STATUS,
    STATUS_SINCE,
    STATES_BY_RULE,
    PARTNER_ROLES,
    Column(
        "projects",
        "Projekte",
        "Projekte der Kooperation.",
        lambda record, context: [reference(tie.record, context) for tie in record.project_ties],
        names_cell,
        40,
        shape=REFERENCE.key_of("projekte").listed,
    ),
    YEARS,
    *MILESTONES,
    *TAIL,
)

PARTNER_COLUMNS: tuple[Column, ...] = (
    *HEAD,
    STATES_BY_RULE,
    Column(
        "cooperations",
        "Kooperationen",
        "Kooperationen mit den Rollen des Partners darin.",
        lambda record, context: roles(record.cooperation_roles, context),
        roles_cell,
        50,
        shape=WITH_ROLES.key_of("kooperationen").listed,
    ),
    Column(
        "projects",
        "Projekte",
        "Projekte mit den Rollen des Partners darin.",
        lambda record, context: roles(record.project_roles, context),
        roles_cell,
        50,
        shape=WITH_ROLES.key_of("projekte").listed,
    ),
    YEARS,
    *TAIL,
)
