"""What every sourced fact has in common: its document, its paragraph and its words.

Abstract models only; partners and projects give them a record to speak of.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Replace
from django.db.models.lookups import LessThan

from hzd_catalogue.reference import german
from hzd_catalogue.reference.choices import (
    Aspect,
    MilestoneKind,
    NameKind,
    PartOfPeriod,
    Status,
)
from hzd_catalogue.reference.models import CatalogueModel, Source

QUOTE_MAX_WORDS = 12


def validate_quote(quote: str) -> None:
    """Refuse a phrase of more than 12 words, or one spaced so that they cannot be counted.

    Raises:
        ValidationError: with the number of words found.
    """
    words = quote.split(" ")
    if "" in words or quote != quote.strip():
        raise ValidationError(
            "Zwischen zwei Wörtern steht genau ein Leerzeichen, am Rand keines.",
            code="spacing",
        )
    if len(words) > QUOTE_MAX_WORDS:
        raise ValidationError(
            f"Höchstens {QUOTE_MAX_WORDS} Wörter zitieren; es sind {len(words)}.",
            code="too_long",
        )


def chronological_key(
    year: int, month: int | None, day: int | None, part: str
) -> tuple[int, int, int]:
    """Return the key by which dates of unequal precision sort.

    What is left open comes first within its period; "Anfang" before "Mitte" before "Ende".
    """
    place = PartOfPeriod.values.index(part) + 1 if part else 0
    if month:
        return (year, month, day or place * 10)
    return (year, place * 4, 0)


class StatementQuerySet(models.QuerySet):
    """Rules that hold for every kind of statement."""

    def published(self) -> StatementQuerySet:
        """Keep statements about records that visitors may see."""
        return self.filter(**{f"{field}__is_published": True for field in self.model.record_fields})

    def newest_first(self) -> StatementQuerySet:
        """Order by the sources' order in time, newest first, then by paragraph."""
        return self.order_by("-source__rank", "paragraph", "pk")


def contradicted(model: type[Statement], *about: str) -> models.QuerySet:
    """Return the statements that another one about the same thing gives another status.

    Args:
        model: a kind of statement with a ``status``.
        about: the fields that say what a statement is about.
    """
    others = model.objects.filter(**{field: models.OuterRef(field) for field in about}).exclude(
        status=models.OuterRef("status")
    )
    return model.objects.filter(models.Exists(others)).order_by()


class Statement(CatalogueModel):
    """One fact as one passage of one document states it."""

    #: Names of the foreign keys to the records that this statement is about, its owner first.
    record_fields: tuple[str, ...] = ()

    source = models.ForeignKey(
        Source,
        on_delete=models.PROTECT,
        verbose_name="Quelle",
        help_text="Das Dokument, in dem die Angabe steht.",
    )
    paragraph = models.PositiveSmallIntegerField(
        "Absatz",
        validators=[MinValueValidator(1)],
        help_text="Nummer des Absatzes: die nicht leeren Zeilen des Dokuments, von 1 gezählt.",
    )
    quote = models.CharField(
        "Wortlaut",
        max_length=200,
        validators=[validate_quote],
        help_text="Höchstens zwölf Wörter, Zeichen für Zeichen wie im Dokument.",
    )

    objects = StatementQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-source__rank", "paragraph", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(paragraph__gte=1),
                name="%(app_label)s_%(class)s_paragraph_from_1",
                violation_error_message="Absätze werden von 1 an gezählt.",
            ),
            models.CheckConstraint(
                condition=~Q(quote="")
                & Q(
                    LessThan(
                        Length(F("quote"))
                        - Length(Replace(F("quote"), models.Value(" "), models.Value(""))),
                        QUOTE_MAX_WORDS,
                    )
                ),
                name="%(app_label)s_%(class)s_quote_max_12_words",
                violation_error_message="Der Wortlaut fehlt oder hat mehr als zwölf Wörter.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record}: {self.fact}"

    @property
    def record(self) -> Any:
        """The record that owns this statement."""
        return getattr(self, self.record_fields[0])

    @property
    def fact(self) -> str:
        """The statement in one line, without its record and source."""
        raise NotImplementedError

    @property
    def anchor(self) -> str:
        """The statement's id on its record's page."""
        return f"aussage-{self._meta.model_name}-{self.pk}"

    def get_absolute_url(self) -> str:
        return f"{self.record.get_absolute_url()}#{self.anchor}"

    @property
    def passage(self) -> str:
        """Where the statement stands: "Dokument 001, Absatz 5"."""
        return f"{self.source.label}, Absatz {self.paragraph}"

    @property
    def passage_url(self) -> str:
        """Where the source's page shows the paragraph."""
        return f"{self.source.get_absolute_url()}#absatz-{self.paragraph}"


def statement_models() -> list[type[Statement]]:
    """Return every kind of statement that the apps declare."""
    return [model for model in apps.get_models() if issubclass(model, Statement)]


def statement_relations(model: type[models.Model]) -> list[Any]:
    """Return the reverse relations (``ManyToOneRel``) that lead from ``model`` to statements."""
    related: list[Any] = [*model._meta.related_objects]
    return [relation for relation in related if issubclass(relation.related_model, Statement)]


def newest(statements: Iterable[Statement]) -> Any:
    """Return the statement of the newest source, or None when there is none (catalogue rule 2)."""
    return max(statements, key=lambda row: (row.source.rank, -row.paragraph), default=None)


class OtherName(Statement):
    """A name beside the record's own: short form, former name, spelling."""

    name = models.CharField("Name", max_length=200)
    kind = models.CharField("Art", max_length=20, choices=NameKind)

    class Meta(Statement.Meta):
        abstract = True
        verbose_name = "weiterer Name"
        verbose_name_plural = "weitere Namen"

    @property
    def fact(self) -> str:
        return f"{self.get_kind_display()}: {self.name}"


class Evidence(Statement):
    """A passage that supports the description, the reach or the levels of a record."""

    aspect = models.CharField("Beleg für", max_length=20, choices=Aspect)

    class Meta(Statement.Meta):
        abstract = True
        verbose_name = "Beleg"
        verbose_name_plural = "Belege"

    @property
    def fact(self) -> str:
        return f"Beleg für: {self.get_aspect_display()}"


class StatusStatement(Statement):
    """What a source says of the state a record is in."""

    status = models.CharField("Status", max_length=20, choices=Status)

    class Meta(Statement.Meta):
        abstract = True
        verbose_name = "Status"
        verbose_name_plural = "Status"

    @property
    def fact(self) -> str:
        return f"Status: {self.get_status_display()}"


class KeyFigure(Statement):
    """A number with the qualifier that its source gives it: "rund 270.000 Wohngeldkonten"."""

    qualifier = models.CharField(
        "Einschränkung",
        max_length=40,
        blank=True,
        help_text="Wort vor der Zahl, wie in der Quelle: rund, mehr als, über, ca.",
    )
    value = models.PositiveBigIntegerField("Zahl")
    unit = models.CharField("Einheit", max_length=120, help_text="Was gezählt wird.")

    class Meta(Statement.Meta):
        abstract = True
        verbose_name = "Kennzahl"
        verbose_name_plural = "Kennzahlen"

    @property
    def fact(self) -> str:
        return f"{self.qualifier} {german.grouped(self.value)} {self.unit}".strip()


class Milestone(Statement):
    """A dated event, no more precise than its source."""

    kind = models.CharField("Art", max_length=20, choices=MilestoneKind)
    title = models.CharField("Ereignis", max_length=160)
    year = models.PositiveSmallIntegerField("Jahr")
    month = models.PositiveSmallIntegerField(
        "Monat", null=True, blank=True, help_text="Nur, wenn die Quelle ihn nennt."
    )
    day = models.PositiveSmallIntegerField(
        "Tag", null=True, blank=True, help_text="Nur, wenn die Quelle ihn nennt."
    )
    last_day = models.PositiveSmallIntegerField(
        "letzter Tag",
        null=True,
        blank=True,
        help_text="Bei mehreren Tagen desselben Monats: der letzte.",
    )
    part = models.CharField(
        "Abschnitt",
        max_length=10,
        blank=True,
        choices=PartOfPeriod,
        help_text="„Ende September 2019“: Abschnitt Ende, Monat 9, kein Tag.",
    )

    class Meta(Statement.Meta):
        abstract = True
        verbose_name = "Meilenstein"
        verbose_name_plural = "Meilensteine"
        # Nulls first by name: databases differ in where they put them.
        ordering = [
            "year",
            F("month").asc(nulls_first=True),
            F("day").asc(nulls_first=True),
            "pk",
        ]
        constraints = [
            *Statement.Meta.constraints,
            models.CheckConstraint(
                condition=Q(year__range=(1900, 2100)),
                name="%(app_label)s_%(class)s_year_plausible",
                violation_error_message="Das Jahr liegt zwischen 1900 und 2100.",
            ),
            models.CheckConstraint(
                condition=Q(month__isnull=True) | Q(month__range=(1, 12)),
                name="%(app_label)s_%(class)s_month_1_to_12",
                violation_error_message="Der Monat liegt zwischen 1 und 12.",
            ),
            models.CheckConstraint(
                condition=Q(day__isnull=True) | Q(day__range=(1, 31), month__isnull=False, part=""),
                name="%(app_label)s_%(class)s_day_needs_month",
                violation_error_message="Ein Tag steht nur mit Monat und ohne Abschnitt.",
            ),
            models.CheckConstraint(
                condition=Q(last_day__isnull=True)
                | Q(last_day__lte=31, day__isnull=False, last_day__gt=F("day")),
                name="%(app_label)s_%(class)s_last_day_after_day",
                violation_error_message="Der letzte Tag liegt nach dem ersten.",
            ),
        ]

    def clean(self) -> None:
        """Refuse days that the calendar does not have, beside their field."""
        super().clean()
        errors = {}
        if self.year is not None and not 1900 <= self.year <= 2100:
            errors["year"] = "Das Jahr liegt zwischen 1900 und 2100."
        if self.month is not None and not 1 <= self.month <= 12:
            errors["month"] = "Der Monat liegt zwischen 1 und 12."
        if self.day is not None and self.month is None:
            errors["month"] = "Ein Tag braucht einen Monat."
        if self.day is not None and self.part:
            errors["part"] = "Ein Tag ist schon genau; der Abschnitt bleibt leer."
        if self.last_day is not None and (self.day is None or self.last_day <= self.day):
            errors["last_day"] = "Der letzte Tag liegt nach dem ersten."
        if not errors and self.year is not None and self.month is not None:
            length = calendar.monthrange(self.year, self.month)[1]
            for field in ("day", "last_day"):
                day = getattr(self, field)
                if day is not None and not 1 <= day <= length:
                    errors[field] = (
                        f"Den {day}. {german.MONTHS[self.month - 1]} {self.year} gibt es nicht."
                    )
        if errors:
            raise ValidationError(errors)

    @property
    def date(self) -> str:
        """As precise as its source: "2013", "Ende September 2019", "6.–8. Oktober 2021"."""
        parts = [self.get_part_display()] if self.part else []
        if self.day and self.last_day:
            parts.append(f"{self.day}.–{self.last_day}.")
        elif self.day:
            parts.append(f"{self.day}.")
        if self.month:
            parts.append(german.MONTHS[self.month - 1])
        return " ".join([*parts, str(self.year)])

    @property
    def chronological_key(self) -> tuple[int, int, int]:
        """Sort key of the date, see :func:`chronological_key`."""
        return chronological_key(self.year, self.month, self.day, self.part)

    @property
    def machine_date(self) -> str:
        """The date for ``<time datetime>`` and exports: "2013", "2019-09" or "2024-02-21"."""
        text = f"{self.year:04}"
        if self.month:
            text += f"-{self.month:02}"
        if self.day:
            text += f"-{self.day:02}"
        return text

    @property
    def fact(self) -> str:
        return f"{self.get_kind_display()} {self.date}: {self.title}"
