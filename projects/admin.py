"""Admin of projects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Q
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join

from hzd_catalogue.records.admin import (
    NAME_FIELDSET,
    PUBLICATION_FIELDSET,
    TEXT_FIELDSET,
    RecordAdmin,
    StatusFilter,
    count_of,
    form_url,
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
from hzd_catalogue.records.models import Milestone, Record
from hzd_catalogue.reference import german
from hzd_catalogue.reference.models import HOME_STATE, FederalState
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


def words_for_states() -> re.Pattern[str]:
    """Return what finds where a text speaks of Länder beside Hessen: "Thüringen", "sechs Ländern".

    "Bund-Länder-Kommission" is a name and speaks of none.
    """
    others = FederalState.objects.exclude(code=HOME_STATE).values_list("name", flat=True)
    # Sachsen-Anhalt before Sachsen.
    names = "".join(rf"\b{re.escape(name)}\b|" for name in sorted(others, key=len, reverse=True))
    return re.compile(rf"{names}(?:\w+ )?(?<!-)\b(?:Bundesl|L|l)ändern?\b(?!-)")


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

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save all statements; of a new participation, say which texts may be out of date."""
        super().save_related(request, form, formsets, change)
        joined = {
            row.federal_state.name
            for formset in formsets
            if formset.model is Participation
            for row in formset.new_objects
        }
        if joined and change:
            self._remind_of_texts(request, form.instance, joined)

    def _remind_of_texts(self, request: HttpRequest, project: Any, joined: set[str]) -> None:
        fields: list[Any] = [Record._meta.get_field(name) for name in ("summary", "description")]
        words = words_for_states()
        texts = [
            (form_url(record), field.name, record, field.verbose_name, german.in_words([*named]))
            for record in self._with_related(project)
            for field in fields
            if (named := dict.fromkeys(words.findall(getattr(record, field.name))))
        ]
        if texts:
            self.message_user(
                request,
                format_html(
                    "Beteiligung hinzugefügt: {}. Diese Texte nennen Länder. Bitte prüfen Sie, ob "
                    "sie noch stimmen: {}.",
                    german.in_words(sorted(joined, key=german.sort_key)),
                    format_html_join("; ", '<a href="{}#id_{}">{}, {}</a> ({})', texts),
                ),
                messages.WARNING,
            )

    def _with_related(self, project: Any) -> Iterator[Record]:
        """Yield the project, then what a relation connects it with, by name."""
        yield project
        related = Q(incoming_relations__record=project) | Q(statements__related_record=project)
        yield from Record.objects.filter(related).distinct().order_by("sort_key", "pk")

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
