"""Admin of partners and cooperations."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin

from hzd_catalogue.records.admin import (
    NAME_FIELDSET,
    PUBLICATION_FIELDSET,
    TEXT_FIELDSET,
    RecordAdmin,
    StatusFilter,
)
from hzd_catalogue.records.inlines import (
    EvidenceInline,
    KeyFigureInline,
    MilestoneInline,
    NameInline,
    RoleInline,
    StatusInline,
)

from .models import (
    Cooperation,
    CooperationEvidence,
    CooperationFigure,
    CooperationMilestone,
    CooperationName,
    CooperationStatus,
    Involvement,
    Partner,
    PartnerEvidence,
    PartnerFigure,
    PartnerName,
)


class PartnerNameInline(NameInline):
    """Other names of a partner."""

    model = PartnerName


class PartnerEvidenceInline(EvidenceInline):
    """Evidence of a partner."""

    model = PartnerEvidence


class PartnerFigureInline(KeyFigureInline):
    """Figures of a partner."""

    model = PartnerFigure


@admin.register(Partner)
class PartnerAdmin(RecordAdmin):
    """The organisations that HZD works with."""

    counts = {"cooperation_count": "cooperations", "project_count": "projects"}
    fieldsets: ClassVar[list[Any]] = [
        NAME_FIELDSET,
        TEXT_FIELDSET,
        (
            "Einordnung",
            {
                "fields": ["kind", "reach", "levels", "topics"],
                "description": (
                    "In welchen Kooperationen und Projekten der Partner mitwirkt, steht bei "
                    "diesen: Dort wird er mit seiner Rolle eingetragen."
                ),
            },
        ),
        PUBLICATION_FIELDSET,
    ]
    inlines = (PartnerEvidenceInline, PartnerNameInline, PartnerFigureInline)
    list_display = (
        "name",
        "is_published",
        "kind",
        "reach",
        "cooperation_count",
        "project_count",
        "statement_count",
    )

    @admin.display(description="Kooperationen", ordering="cooperation_count")
    def cooperation_count(self, partner: Any) -> int:
        """In how many cooperations the partner has a role."""
        return partner.cooperation_count

    @admin.display(description="Projekte", ordering="project_count")
    def project_count(self, partner: Any) -> int:
        """In how many projects the partner has a role."""
        return partner.project_count


class InvolvementInline(RoleInline):
    """Partners of a cooperation."""

    model = Involvement


class CooperationNameInline(NameInline):
    """Other names of a cooperation."""

    model = CooperationName


class CooperationEvidenceInline(EvidenceInline):
    """Evidence of a cooperation."""

    model = CooperationEvidence


class CooperationStatusInline(StatusInline):
    """Statuses of a cooperation."""

    model = CooperationStatus


class CooperationMilestoneInline(MilestoneInline):
    """Milestones of a cooperation."""

    model = CooperationMilestone


class CooperationFigureInline(KeyFigureInline):
    """Figures of a cooperation."""

    model = CooperationFigure


@admin.register(Cooperation)
class CooperationAdmin(RecordAdmin):
    """The ties between HZD and its partners."""

    counts = {
        "partner_count": "partners",
        "project_count": "projects",
        "milestone_count": "milestones",
    }
    fieldsets: ClassVar[list[Any]] = [
        NAME_FIELDSET,
        TEXT_FIELDSET,
        (
            "Einordnung",
            {
                "fields": ["kind", "reach", "levels", "topics"],
                "description": (
                    "Welche Projekte zur Kooperation gehören, wird im jeweiligen Projekt gewählt."
                ),
            },
        ),
        PUBLICATION_FIELDSET,
    ]
    inlines = (
        InvolvementInline,
        CooperationEvidenceInline,
        CooperationStatusInline,
        CooperationMilestoneInline,
        CooperationFigureInline,
        CooperationNameInline,
    )
    list_display = (
        "name",
        "is_published",
        "kind",
        "reach",
        "partner_count",
        "project_count",
        "milestone_count",
        "statement_count",
    )
    list_filter = [*RecordAdmin.list_filter, StatusFilter]

    @admin.display(description="Partner", ordering="partner_count")
    def partner_count(self, cooperation: Any) -> int:
        """How many partners have a role in the cooperation."""
        return cooperation.partner_count

    @admin.display(description="Projekte", ordering="project_count")
    def project_count(self, cooperation: Any) -> int:
        """How many projects belong to the cooperation."""
        return cooperation.project_count

    @admin.display(description="Meilensteine", ordering="milestone_count")
    def milestone_count(self, cooperation: Any) -> int:
        """How many dated events the cooperation has."""
        return cooperation.milestone_count
