"""What exports say of cooperations and partners."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from hzd_catalogue.browsing.exports import ListExportView, RecordJsonView
from hzd_catalogue.browsing.record_columns import (
    HEAD,
    MILESTONES,
    STATES_BY_RULE,
    STATUS,
    TAIL,
    YEARS,
    names_cell,
    passage,
    reference,
)
from hzd_catalogue.browsing.tables import Column, ExportContext

from .filters import CooperationFilterSet, PartnerFilterSet
from .models import RoleGroup


def roles(groups: Iterable[RoleGroup], context: ExportContext) -> list[dict[str, Any]]:
    """Return the records that roles link to, each with its roles, newest source first."""
    return [
        {
            **reference(group.record, context),
            "roles": [
                {"role": statement.role, "passage": passage(statement, context)}
                for statement in group.statements
            ],
        }
        for group in groups
    ]


def roles_cell(data: Sequence[dict[str, Any]]) -> str:
    """Return the records with their roles in brackets."""
    return "; ".join(
        f"{item['name']} ({', '.join(dict.fromkeys(row['role'] for row in item['roles']))})"
        for item in data
    )


PARTNERS = Column(
    "partners",
    "Partner",
    "Partner mit ihren Rollen, je Rolle mit Fundstelle.",
    lambda record, context: roles(record.partner_roles, context),
    roles_cell,
    50,
)

COOPERATION_COLUMNS: tuple[Column, ...] = (
    *HEAD,
    STATUS,
    STATES_BY_RULE,
    PARTNERS,
    Column(
        "projects",
        "Projekte",
        "Projekte der Kooperation.",
        lambda record, context: [
            reference(project, context)
            for project in sorted(record.projects.all(), key=lambda row: (row.sort_key, row.slug))
        ],
        names_cell,
        40,
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
    ),
    Column(
        "projects",
        "Projekte",
        "Projekte mit den Rollen des Partners darin.",
        lambda record, context: roles(record.project_roles, context),
        roles_cell,
        50,
    ),
    YEARS,
    *TAIL,
)


class CooperationExportView(ListExportView):
    """``/kooperationen.csv`` and the other formats"""

    filterset_class = CooperationFilterSet
    list_url_name = "cooperation-list"
    columns = COOPERATION_COLUMNS


class CooperationJsonView(RecordJsonView):
    """``/kooperationen/<slug>.json``"""

    filterset_class = CooperationFilterSet
    columns = COOPERATION_COLUMNS


class PartnerExportView(ListExportView):
    """``/partner.csv`` and the other formats"""

    filterset_class = PartnerFilterSet
    list_url_name = "partner-list"
    columns = PARTNER_COLUMNS


class PartnerJsonView(RecordJsonView):
    """``/partner/<slug>.json``"""

    filterset_class = PartnerFilterSet
    columns = PARTNER_COLUMNS
