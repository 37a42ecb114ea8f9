"""What exports say of projects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hzd_catalogue.exports.shapes import CHOICE, REFERENCE, TEXT, an_object
from hzd_catalogue.exports.tables import Column, ExportContext
from hzd_catalogue.records.columns import (
    BEGINNING,
    HEAD,
    MILESTONES,
    PASSAGE,
    STATUS,
    STATUS_SINCE,
    TAIL,
    YEARS,
    RecordContext,
    and_since,
    choice,
    difference_data,
    names_cell,
    older,
    passage,
    reference,
    since_data,
)
from partners.columns import PARTNER_ROLES

from .models import Participation, Project

#: A state that counts for a project; where no source names it, there is no statement either.
STATES = an_object(
    (*CHOICE.flat, "basis", "status.key", "status.name", "since.date"),
    **CHOICE.properties,
    basis=TEXT.called("Grund"),
    status=CHOICE.called("Stand").or_none,
    since=BEGINNING.called("seit").or_none.optional,
    passage=PASSAGE.optional,
    older=older(status=CHOICE).optional,
).key_of("laender")
USER_GROUP = an_object(("name",), name=TEXT, since=BEGINNING.or_none, passage=PASSAGE)


def participation(statement: Participation, context: ExportContext) -> dict[str, Any]:
    """Return how a state takes part, as one source states it."""
    return {
        "status": choice(
            statement.participation_status, statement.get_participation_status_display()
        ),
        "since": since_data(statement),
        "passage": passage(statement, context),
    }


def states(project: Project, context: RecordContext) -> list[dict[str, Any]]:
    """Return all states that count for the project, and what each of them rests on.

    These are the states of the filter "Bundesland" (catalogue rule 1), with the newest statement
    and the older ones where sources name the state (rule 2).
    """
    standings = {standing.federal_state.code: standing for standing in project.standings}
    found: list[dict[str, Any]] = []
    for code, name in context.facet_values(project, "land"):
        standing = standings.get(code)
        if standing:
            found.append(
                {
                    "key": code,
                    "name": name,
                    "basis": "aussage",
                    **participation(standing.current, context),
                    "older": [
                        {
                            **participation(row.statement, context),
                            "difference": difference_data(row),
                        }
                        for row in standing.older
                    ],
                }
            )
        else:
            basis = "bundesweit" if project.is_nationwide else "hzd"
            found.append({"key": code, "name": name, "basis": basis, "status": None})
    return found


def states_cell(data: Sequence[dict[str, Any]]) -> str:
    """Return the states with their status; those that count by reach alone in one word."""
    words = [
        f"{item['name']} ({item['status']['name']}{and_since(item)})"
        for item in data
        if item["status"]
    ]
    by_rule = [item for item in data if not item["status"]]
    if any(item["basis"] == "bundesweit" for item in by_rule):
        return "; ".join(["bundesweit", *words])
    return "; ".join([*(f"{item['name']} (als Land der HZD)" for item in by_rule), *words])


def user_groups_cell(data: Sequence[dict[str, Any]]) -> str:
    """Return the user groups, each once, with since when they use the project."""
    return "; ".join(dict.fromkeys(f"{item['name']}{and_since(item)}" for item in data))


PROJECT_COLUMNS: tuple[Column, ...] = (
    *HEAD,
    STATUS,
    STATUS_SINCE,
    Column(
        "states",
        "Länder",
        "Länder, für die das Projekt zählt, mit dem Stand nach der neuesten Quelle. JSON nennt als "
        "basis den Grund: aussage (eine Quelle nennt das Land), bundesweit oder hzd (Hessen, das "
        "Land der HZD), und unter older, was ältere Quellen sagen.",
        states,
        states_cell,
        50,
        shape=STATES.listed,
    ),
    PARTNER_ROLES,
    Column(
        "cooperations",
        "Kooperationen",
        "Kooperationen, zu denen das Projekt gehört.",
        lambda project, context: [reference(row, context) for row in project.cooperations],
        names_cell,
        32,
        shape=REFERENCE.key_of("kooperationen").listed,
    ),
    YEARS,
    *MILESTONES,
    Column(
        "user_groups",
        "Nutzergruppen",
        "Wen die Quellen als Nutzer nennen.",
        lambda project, context: [
            {
                "name": row.user_group,
                "since": since_data(row),
                "passage": passage(row, context),
            }
            for row in project.user_groups
        ],
        user_groups_cell,
        36,
        shape=USER_GROUP.listed,
    ),
    *TAIL,
)
