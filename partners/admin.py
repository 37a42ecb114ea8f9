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
)
from hzd_catalogue.records.kinds import RecordType
from hzd_catalogue.records.models import Milestone, Relation
from hzd_catalogue.reference.choices import RelationKind

from .models import Cooperation, Partner, Role


class RoleInline(SinceInline):
    """Partners and what they do in a record."""

    model = Role
    guide = (
        "Wer mitwirkt und was er tut, in wenigen Worten: „Prüfstelle auf kommunaler Ebene“. Hat "
        "ein Partner zwei Rollen, bekommt er zwei Zeilen."
    )


@admin.register(Partner)
class PartnerAdmin(RecordAdmin):
    """The organisations that HZD works with."""

    counts = {
        "cooperation_count": count_of(
            Role, "partner", "record", record__type=RecordType.COOPERATION
        ),
        "project_count": count_of(Role, "partner", "record", record__type=RecordType.PROJECT),
    }
    fieldsets: ClassVar[list[Any]] = [
        NAME_FIELDSET,
        TEXT_FIELDSET,
        (
            "Einordnung",
            {
                "fields": ["kind", "reach", "levels", "topics", "federal_state"],
                "description": (
                    "In welchen Kooperationen und Projekten der Partner mitwirkt, steht bei "
                    "diesen: Dort wird er mit seiner Rolle eingetragen."
                ),
            },
        ),
        PUBLICATION_FIELDSET,
    ]
    autocomplete_fields = ["topics", "federal_state"]
    inlines = (RelationInline, EvidenceInline, NameInline, KeyFigureInline)
    list_display = (
        "name",
        "is_published",
        "kind_in_words",
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


@admin.register(Cooperation)
class CooperationAdmin(RecordAdmin):
    """The ties between HZD and its partners."""

    counts = {
        "partner_count": count_of(Role, "record", "partner"),
        "project_count": count_of(
            Relation, "related_record", "record", relation=RelationKind.BELONGS_TO
        ),
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
                    "Welche Projekte zur Kooperation gehören, steht bei diesen unter „Bezüge“."
                ),
            },
        ),
        PUBLICATION_FIELDSET,
    ]
    inlines = (
        RoleInline,
        RelationInline,
        EvidenceInline,
        StatusInline,
        MilestoneInline,
        KeyFigureInline,
        NameInline,
    )
    list_display = (
        "name",
        "is_published",
        "kind_in_words",
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
