"""Admin of projects."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin

from hzd_catalogue.records.admin import (
    NAME_FIELDSET,
    PUBLICATION_FIELDSET,
    TEXT_FIELDSET,
    RecordAdmin,
    StatusFilter,
    count_of,
)
from hzd_catalogue.records.inlines import (
    EvidenceInline,
    KeyFigureInline,
    MilestoneInline,
    NameInline,
    RelationInline,
    SinceInline,
    StatusInline,
    UserGroupInline,
)
from hzd_catalogue.records.models import Milestone
from partners.admin import RoleInline
from partners.models import Role

from .models import Participation, Project


class ParticipationInline(SinceInline):
    """States that take part in a project."""

    model = Participation
    guide = (
        "Tritt ein Land bei, unten auf „Beteiligung eines Landes hinzufügen“ klicken: Land und "
        "Status wählen, dann das Dokument, den Absatz und bis zu 12 Wörter daraus. Sagt ein "
        "neueres Dokument etwas anderes, bleibt die alte Zeile stehen und das neue bekommt eine "
        "eigene."
    )


@admin.register(Project)
class ProjectAdmin(RecordAdmin):
    """What HZD builds, runs or carries out with others."""

    counts = {
        "state_count": count_of(Participation, "record", "federal_state"),
        "partner_count": count_of(Role, "record", "partner"),
        "milestone_count": count_of(Milestone, "record", "pk"),
    }
    fieldsets: ClassVar[list[Any]] = [
        NAME_FIELDSET,
        TEXT_FIELDSET,
        (
            "Einordnung",
            {
                "fields": ["kind", "reach", "levels", "topics"],
                "description": (
                    "„bundesweit“ nur wählen, wenn ein Dokument das sagt: Das Projekt zählt dann "
                    "für alle 16 Länder. Hessen zählt immer."
                ),
            },
        ),
        PUBLICATION_FIELDSET,
    ]
    inlines = (
        ParticipationInline,
        RoleInline,
        RelationInline,
        EvidenceInline,
        StatusInline,
        MilestoneInline,
        KeyFigureInline,
        UserGroupInline,
        NameInline,
    )
    list_display = (
        "name",
        "is_published",
        "kind_in_words",
        "reach",
        "state_count",
        "partner_count",
        "milestone_count",
        "statement_count",
    )
    list_filter = [*RecordAdmin.list_filter, StatusFilter, "statements__federal_state"]

    @admin.display(description="Länder", ordering="state_count")
    def state_count(self, project: Any) -> str:
        """How many states the sources name for the project, or that they call it bundesweit."""
        return "bundesweit" if project.is_nationwide else str(project.state_count)

    @admin.display(description="Partner", ordering="partner_count")
    def partner_count(self, project: Any) -> int:
        """How many partners have a role in the project."""
        return project.partner_count

    @admin.display(description="Meilensteine", ordering="milestone_count")
    def milestone_count(self, project: Any) -> int:
        """How many dated events the project has."""
        return project.milestone_count
