"""Admin of what the operator says of itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from hzd_catalogue.reference.admin import CatalogueAdmin, FixedListAdmin

from . import markup
from .models import KnownBarrier, LegalPage, OperatorDetails


@admin.register(OperatorDetails)
class OperatorDetailsAdmin(FixedListAdmin):
    """The one row of operator's details."""

    fieldsets = [
        (
            "Betreiber",
            {
                "fields": [
                    "name",
                    "postal_address",
                    "representative",
                    "email",
                    "phone",
                    "supervisory_authority",
                ],
                "description": (
                    "Diese Angaben füllen Impressum und Datenschutzerklärung. Was hier fehlt, "
                    "steht dort sichtbar als „noch einzutragen“."
                ),
            },
        ),
        (
            "Datenschutz",
            {
                "fields": [
                    "privacy_contact",
                    "privacy_email",
                    "privacy_authority",
                    "access_logs",
                ],
                "description": (
                    "Welche Zugriffsdaten Server und Proxy aufzeichnen, weiß der Betrieb; in ihre "
                    "Datenbank schreibt die Software keine."
                ),
            },
        ),
        (
            "Barrierefreiheit",
            {
                "fields": [
                    "accessibility_law",
                    "conformance",
                    "assessment_date",
                    "assessment_method",
                    "accessibility_email",
                    "accessibility_phone",
                    "enforcement_body",
                ],
                "description": (
                    "Füllt die Erklärung zur Barrierefreiheit. Vereinbarkeit und Datum erst "
                    "eintragen, wenn die Website bewertet ist. Einzelne Barrieren stehen unter "
                    "„Bekannte Barrieren“."
                ),
            },
        ),
    ]
    formfield_overrides = {
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 4, "cols": 60})}
    }

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the only row there is."""
        if OperatorDetails.objects.filter(pk=1).exists() and self.has_view_permission(request):
            return redirect("admin:legal_operatordetails_change", 1)
        return super().changelist_view(request, extra_context)


@admin.register(LegalPage)
class LegalPageAdmin(FixedListAdmin):
    """The texts of the legal pages."""

    fields = ["title", "body"]
    list_display = ("__str__", "title", "missing")

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        """Return the form; its help text lists the format and the placeholders."""
        names = ", ".join(f"[[{name}]]" for name in (*markup.FIELDS, *markup.INSERTS))
        kwargs["widgets"] = {"body": forms.Textarea(attrs={"rows": 30, "cols": 90})}
        kwargs["help_texts"] = {
            "body": (
                "Absätze durch eine leere Zeile trennen. „## “ am Anfang einer Zeile macht eine "
                "Überschrift, „### “ eine kleinere, „- “ einen Listenpunkt, "
                "[Text](/adresse/) einen Link. "
                f"Platzhalter werden aus den Angaben des Betreibers gefüllt: {names}."
            )
        }
        return super().get_form(request, obj, change, **kwargs)

    @admin.display(description="noch einzutragen")
    def missing(self, page: LegalPage) -> str:
        """Which details the page still lacks."""
        return ", ".join(page.missing(OperatorDetails.current())) or "nichts"

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """Return the page's public address, without the detour over its host."""
        return obj.get_absolute_url() if obj is not None else None


@admin.register(KnownBarrier)
class KnownBarrierAdmin(CatalogueAdmin):
    """Barriers that the accessibility statement lists."""

    list_display = ("title", "planned_until")
    search_fields = ("title", "description")
