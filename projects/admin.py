"""Admin of projects."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from hzd_catalogue.records.admin import (
    NAME_FIELDSET,
    PUBLICATION_FIELDSET,
    TEXT_FIELDSET,
    RecordAdmin,
    StatusFilter,
)
from hzd_catalogue.records.inlines import (
    PASSAGE,
    EvidenceInline,
    KeyFigureInline,
    MilestoneInline,
    NameInline,
    RoleInline,
    StatementInline,
    StatusInline,
)

from .models import (
    Participation,
    Project,
    ProjectEvidence,
    ProjectFigure,
    ProjectInvolvement,
    ProjectMilestone,
    ProjectName,
    ProjectStatus,
    UserGroup,
)


class ParticipationInline(StatementInline):
    """States that take part in a project."""

    model = Participation
    autocomplete_fields = ["federal_state", "source"]
    fields = ("federal_state", "status", *PASSAGE)
    guide = (
        "Tritt ein Land bei, unten auf „Beteiligung eines Landes hinzufügen“ klicken: Land und "
        "Status wählen, dann das Dokument, den Absatz und bis zu 12 Wörter daraus. Sagt ein "
        "neueres Dokument etwas anderes, bleibt die alte Zeile stehen und das neue bekommt eine "
        "eigene."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Participation]:
        """Return the rows with their states, which their titles name."""
        return super().get_queryset(request).select_related("federal_state")


class ProjectInvolvementInline(RoleInline):
    """Partners of a project."""

    model = ProjectInvolvement


class UserGroupInline(StatementInline):
    """Who uses a project."""

    model = UserGroup
    fields = ("name", *PASSAGE)
    guide = "Wer das Projekt nutzt, so wie das Dokument es nennt: „Spielbanken“, „Gerichte“."


class ProjectNameInline(NameInline):
    """Other names of a project."""

    model = ProjectName


class ProjectEvidenceInline(EvidenceInline):
    """Evidence of a project."""

    model = ProjectEvidence


class ProjectStatusInline(StatusInline):
    """Statuses of a project."""

    model = ProjectStatus


class ProjectMilestoneInline(MilestoneInline):
    """Milestones of a project."""

    model = ProjectMilestone


class ProjectFigureInline(KeyFigureInline):
    """Figures of a project."""

    model = ProjectFigure


@admin.register(Project)
class ProjectAdmin(RecordAdmin):
    """What HZD builds, runs or carries out with others."""

    autocomplete_fields = ["cooperation", "topics"]
    counts = {
        "state_count": "participations__federal_state",
        "partner_count": "partners",
        "milestone_count": "milestones",
    }
    fieldsets: ClassVar[list[Any]] = [
        NAME_FIELDSET,
        TEXT_FIELDSET,
        (
            "Einordnung",
            {
                "fields": ["kind", "reach", "levels", "topics", "cooperation"],
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
        ProjectInvolvementInline,
        ProjectEvidenceInline,
        ProjectStatusInline,
        ProjectMilestoneInline,
        ProjectFigureInline,
        UserGroupInline,
        ProjectNameInline,
    )
    list_display = (
        "name",
        "is_published",
        "kind",
        "reach",
        "state_count",
        "partner_count",
        "milestone_count",
        "statement_count",
    )
    list_filter = [*RecordAdmin.list_filter, StatusFilter, "federal_states"]

    @admin.display(description="Länder", ordering="state_count")
    def state_count(self, project: Any) -> str:
        """How many states the sources name for the project; all of them by reach."""
        return "alle" if project.is_nationwide else str(project.state_count)

    @admin.display(description="Partner", ordering="partner_count")
    def partner_count(self, project: Any) -> int:
        """How many partners have a role in the project."""
        return project.partner_count

    @admin.display(description="Meilensteine", ordering="milestone_count")
    def milestone_count(self, project: Any) -> int:
        """How many dated events the project has."""
        return project.milestone_count
