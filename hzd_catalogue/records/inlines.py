"""The admin's rows for sourced statements: one base, and one class for each shared kind.

An app names the model: ``class FigureInline(KeyFigureInline): model = ProjectFigure``.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import HttpRequest

from hzd_catalogue.reference.choices import Aspect

#: Where a statement stands; the last fields of every row.
PASSAGE = ("source", "paragraph", "quote")


class StatementForm(forms.ModelForm):
    """A statement; says in plain German what is missing, beside the field."""

    class Meta:
        error_messages = {
            "source": {"required": "Bitte das Dokument wählen, in dem die Angabe steht."},
            "paragraph": {"required": "Bitte die Nummer des Absatzes angeben."},
            "quote": {"required": "Bitte den Wortlaut der Stelle angeben, höchstens 12 Wörter."},
            "federal_state": {"required": "Bitte das Bundesland wählen."},
            "status": {"required": "Bitte den Status wählen, den das Dokument nennt."},
            "partner": {"required": "Bitte den Partner wählen."},
            "role": {"required": "Bitte die Rolle in wenigen Worten angeben."},
            "name": {"required": "Bitte den Namen angeben."},
            "kind": {"required": "Bitte die Art wählen."},
            "aspect": {"required": "Bitte wählen, was die Stelle belegt."},
            "title": {"required": "Bitte das Ereignis in wenigen Worten nennen."},
            "year": {"required": "Bitte das Jahr angeben. Ohne Jahr gibt es keinen Meilenstein."},
            "value": {"required": "Bitte die Zahl angeben, ohne Punkte und Einheit."},
            "unit": {"required": "Bitte angeben, was gezählt wird."},
        }


class StatementFormSet(forms.BaseInlineFormSet):
    """Statements of one record; names two equal new rows as clearly as the constraint does."""

    model: type[models.Model]

    def get_unique_error_message(self, unique_check: Any) -> str:
        """Return the message of the constraint that the two rows would break."""
        fields = {*unique_check, self.fk.name}
        for constraint in self.model._meta.constraints:
            if (
                isinstance(constraint, models.UniqueConstraint)
                and set(constraint.fields) == fields
                and constraint.violation_error_message != constraint.default_violation_error_message
            ):
                return str(constraint.violation_error_message)
        return super().get_unique_error_message(unique_check)


class EvidenceFormSet(StatementFormSet):
    """Evidence of one record; a published record needs some for its description."""

    def clean(self) -> None:
        """Refuse to publish a description that no passage supports.

        Raises:
            ValidationError: shown above the rows.
        """
        super().clean()
        if not getattr(self.instance, "is_published", False):
            return
        rows = [form.cleaned_data for form in self.forms]
        if not any(
            row.get("aspect") == Aspect.DESCRIPTION and not row.get(DELETION_FIELD_NAME)
            for row in rows
        ):
            raise ValidationError(
                "Ein veröffentlichter Eintrag braucht mindestens einen Beleg für die "
                "Beschreibung. Bitte hier einen Beleg hinzufügen oder oben den Haken bei "
                "„veröffentlicht“ entfernen.",
                code="description_without_evidence",
            )


class StatementInline(admin.TabularInline):
    """Rows of one kind of statement; the passage stands last in each row."""

    template = "admin/edit_inline/statements_tabular.html"
    form = StatementForm
    formset = StatementFormSet
    extra = 0
    view_on_site = False
    autocomplete_fields = ["source"]
    #: One or two sentences above the rows that say what belongs here.
    guide = ""

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        """Return the rows with their source and records, which their titles name."""
        return super().get_queryset(request).select_related("source", *self.model.record_fields)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the field; a related record can be added from a row, not changed or deleted."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(db_field, models.ForeignKey) and field is not None:
            field.widget.can_change_related = False
            field.widget.can_delete_related = False
            field.widget.can_view_related = False
        return field


class StackedStatementInline(StatementInline):
    """A kind of statement with too many fields for one row."""

    template = "admin/edit_inline/statements_stacked.html"


class NameInline(StatementInline):
    """Other names of a record."""

    guide = (
        "Kurzformen, frühere Namen und andere Schreibweisen aus den Dokumenten. Die Suche findet "
        "den Eintrag auch unter diesen Namen."
    )
    fields = ("name", "kind", *PASSAGE)


class EvidenceInline(StatementInline):
    """Passages that support the description, the reach and the levels of a record."""

    formset = EvidenceFormSet
    guide = (
        "Die Stellen, auf denen Beschreibung, Reichweite und Ebenen beruhen. Ein veröffentlichter "
        "Eintrag braucht mindestens einen Beleg für die Beschreibung."
    )
    fields = ("aspect", *PASSAGE)


class StatusInline(StatementInline):
    """What each source says of a record's state."""

    guide = (
        "Nur eintragen, was ein Dokument sagt. Auf der Website gilt der Status aus dem neuesten "
        "Dokument; ohne Eintrag steht dort „ohne Angabe“."
    )
    fields = ("status", *PASSAGE)


class RoleInline(StatementInline):
    """Partners and what they do in a record."""

    autocomplete_fields = ["partner", "source"]
    guide = (
        "Wer mitwirkt und was er tut, in wenigen Worten: „Prüfstelle auf kommunaler Ebene“. Hat "
        "ein Partner zwei Rollen, bekommt er zwei Zeilen."
    )
    fields = ("partner", "role", *PASSAGE)


class KeyFigureInline(StatementInline):
    """Numbers with the qualifier that their source gives them."""

    guide = (
        "Zahlen mit ihrer Einschränkung: „rund“ · 270000 · „Wohngeldkonten“. Die Punkte zwischen "
        "den Tausendern setzt die Website."
    )
    fields = ("qualifier", "value", "unit", *PASSAGE)


class MilestoneInline(StackedStatementInline):
    """Dated events, no more precise than their source."""

    guide = (
        "Datierte Ereignisse, nie genauer als das Dokument: Nennt es nur das Jahr, bleiben Monat "
        "und Tag leer. „Ende September 2019“ ist Abschnitt „Ende“, Monat 9, kein Tag."
    )
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("kind", "title"),
                    ("year", "part", "month", "day", "last_day"),
                    PASSAGE,
                ]
            },
        )
    ]
