"""What the operator says of itself, and the legal pages that say it to visitors."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from hzd_catalogue.reference.models import CatalogueModel

from . import markup


class Conformance(models.TextChoices):
    """The three statements that (EU) 2018/1523 offers."""

    FULL = "vollstaendig", "vollständig"
    PARTIAL = "teilweise", "teilweise"
    NONE = "nicht", "nicht"


class OperatorDetails(CatalogueModel):
    """Who runs this site, in one row; each field fills one placeholder of the legal pages.

    Nothing is filled in beforehand: which law, authority or body applies depends on who runs
    the site.
    """

    name = models.CharField("Betreiber", max_length=200, blank=True)
    postal_address = models.TextField("Anschrift", blank=True)
    representative = models.CharField(
        "Vertretung",
        max_length=200,
        blank=True,
        help_text="Wer den Betreiber vertritt; ein Amt oder eine Funktion genügt meist.",
    )
    email = models.EmailField("E-Mail", blank=True)
    phone = models.CharField("Telefon", max_length=40, blank=True)
    supervisory_authority = models.CharField("Aufsichtsbehörde", max_length=200, blank=True)

    privacy_contact = models.TextField(
        "Datenschutzbeauftragte Stelle",
        blank=True,
        help_text="Bezeichnung und Anschrift, ohne Namen von Personen.",
    )
    privacy_email = models.EmailField("E-Mail für Datenschutz", blank=True)
    privacy_authority = models.TextField("Datenschutzaufsicht", blank=True)
    access_logs = models.TextField(
        "Zugriffsdaten",
        blank=True,
        help_text=(
            "Was Webserver und Proxy bei einem Aufruf speichern, wofür, wie lange und auf welcher "
            "Rechtsgrundlage."
        ),
    )

    accessibility_law = models.CharField(
        "Vorschrift zur Barrierefreiheit",
        max_length=200,
        blank=True,
        help_text="Die Vorschrift, nach der die Website barrierefrei sein muss.",
    )
    conformance = models.CharField("Vereinbarkeit", max_length=20, blank=True, choices=Conformance)
    assessment_date = models.DateField("Datum der Bewertung", null=True, blank=True)
    assessment_method = models.TextField(
        "Verfahren der Bewertung",
        blank=True,
        help_text="Zum Beispiel Selbstbewertung oder Prüfung durch Dritte, mit Prüfschritten.",
    )
    accessibility_email = models.EmailField("E-Mail für Barrieren", blank=True)
    accessibility_phone = models.CharField("Telefon für Barrieren", max_length=40, blank=True)
    enforcement_body = models.TextField(
        "Durchsetzungsstelle",
        blank=True,
        help_text="Name, Anschrift und Kontakt der Stelle, die im Streitfall zuständig ist.",
    )

    class Meta:
        verbose_name = "Angaben des Betreibers"
        verbose_name_plural = "Angaben des Betreibers"
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="legal_operatordetails_single_row")
        ]

    def __str__(self) -> str:
        return "Angaben des Betreibers"

    @classmethod
    def current(cls) -> OperatorDetails:
        """Return the operator's details; all empty before the first entry."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)


def validate_body(body: str) -> None:
    """Refuse placeholders that nothing fills and links that may lead elsewhere.

    Raises:
        ValidationError: naming each of them.
    """
    problems = [
        *(f"Den Platzhalter [[{name}]] gibt es nicht." for name in markup.unknown(body)),
        *(
            f"Der Link {target} ist nicht erlaubt. Ein Link beginnt mit /, https:// oder mailto: "
            "und enthält weder \\ noch unsichtbare Zeichen noch einen Namen mit @ vor dem Host."
            for target in markup.unsafe_links(body)
        ),
    ]
    if problems:
        raise ValidationError(problems, code="body")


class LegalPage(CatalogueModel):
    """One of the pages that a public body owes its visitors, as plain text with placeholders."""

    class Slug(models.TextChoices):
        """The pages by the last part of their address."""

        IMPRINT = "impressum", "Impressum"
        PRIVACY = "datenschutz", "Datenschutz"
        ACCESSIBILITY = "barrierefreiheit", "Barrierefreiheit"
        EASY_LANGUAGE = "leichte-sprache", "Leichte Sprache"
        SIGN_LANGUAGE = "gebaerdensprache", "Gebärdensprache"

    #: Names of the URL patterns.
    URL_NAMES: ClassVar[dict[str, str]] = {
        Slug.IMPRINT: "imprint",
        Slug.PRIVACY: "privacy",
        Slug.ACCESSIBILITY: "accessibility",
        Slug.EASY_LANGUAGE: "easy-language",
        Slug.SIGN_LANGUAGE: "sign-language",
    }

    slug = models.CharField("Seite", max_length=30, choices=Slug, unique=True)
    title = models.CharField("Überschrift", max_length=120)
    body = models.TextField("Text", validators=[validate_body])

    class Meta:
        verbose_name = "rechtliche Seite"
        verbose_name_plural = "rechtliche Seiten"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    slug__in=[
                        "impressum",
                        "datenschutz",
                        "barrierefreiheit",
                        "leichte-sprache",
                        "gebaerdensprache",
                    ]
                ),
                name="legal_legalpage_slug_known",
            )
        ]

    def __str__(self) -> str:
        return self.get_slug_display()

    def get_absolute_url(self) -> str:
        return reverse(self.URL_NAMES[self.slug])

    def missing(self, operator: OperatorDetails) -> list[str]:
        """Return the labels of the operator's details that the page still lacks."""
        return markup.missing(self.body, operator)


class KnownBarrier(CatalogueModel):
    """A part of the site that is not accessible, as the accessibility statement lists it."""

    title = models.CharField("Barriere", max_length=160, help_text="Was nicht zugänglich ist.")
    description = models.TextField(
        "Erläuterung", blank=True, help_text="Für wen, warum, und was es stattdessen gibt."
    )
    planned_until = models.DateField("behoben bis", null=True, blank=True)

    class Meta:
        verbose_name = "bekannte Barriere"
        verbose_name_plural = "bekannte Barrieren"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title
