"""What was published of each record, as it was shown, and for editors who changed it and why."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.functional import cached_property

from hzd_catalogue.reference.blocks import BLOCKED

from .kinds import RecordType
from .records import Record
from .version_formats import FORMAT, upgrade

#: Parameters of a record's address that ask for an earlier state: a number, or a day.
VERSION, DAY = "fassung", "stand"


class Cause(models.TextChoices):
    """Why the public sees something else than before."""

    FIRST = "erste-veroeffentlichung", "erste Veröffentlichung"
    #: Public before there were versions: nothing is known of when it was first shown like this.
    FIRST_KEPT = "erste-fassung", "erste festgehaltene Fassung"
    AGAIN = "wieder-veroeffentlicht", "wieder veröffentlicht"
    NEW_SOURCE = "neue-quelle", "neue Quelle"
    SOURCE_CHANGED = "quelle-geaendert", "Quelle geändert"
    CORRECTION = "korrektur", "Korrektur des Katalogs"
    WITHDRAWN = "zurueckgezogen", "zurückgezogen"


class JsonText(models.TextField):
    """JSON as text, its keys in their order: PostgreSQL's ``jsonb`` would sort them."""

    # What django-stubs asks of a field.
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def from_db_value(self, value: str | None, *args: Any) -> Any:
        return self.to_python(value)

    def to_python(self, value: Any) -> Any:
        return json.loads(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        if value is None or isinstance(value, str):
            return value
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def value_to_string(self, obj: Any) -> str:
        return self.get_prep_value(self.value_from_object(obj))


_LAST_DAY = date(9999, 12, 30)


def end_of_day(day: date) -> datetime:
    """Return the first moment after a day in Berlin."""
    # The calendar of Python, and of databases, ends somewhere; what is stored is nowhere near.
    day = min(day, _LAST_DAY)
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


#: Columns of all types of record whose cells have a key and a name, or are a list of such.
FACET_COLUMNS = ("states", "topics", "levels", "reach", "kind", "status")


def facets_of(shown: Mapping[str, Any] | None) -> dict[str, list[dict[str, str]]]:
    """Return of what a version shows what the list of changes filters by, empty columns left out.

    Args:
        shown: in the present format; None: nothing.
    """
    cells = {column: (shown or {}).get(column) or [] for column in FACET_COLUMNS}
    return {
        column: [
            {"key": item["key"], "name": item["name"]}
            for item in (cell if isinstance(cell, list) else [cell])
        ]
        for column, cell in cells.items()
        if cell
    }


def _together(before: str, now: str) -> dict[str, dict[str, str]]:
    """Return what two versions say together, by column and key, the names as they are now."""
    facets = [json.loads(text) for text in (before, now)]
    return {
        column: {item["key"]: item["name"] for each in facets for item in each.get(column, ())}
        for column in FACET_COLUMNS
    }


class VersionQuerySet(models.QuerySet):
    """Which version counted when, and what changed."""

    def of(self, record_type: str, slug: str) -> Self:
        """Keep the versions of the record that has or had this address, whichever they have."""
        own = self.model.objects.filter(type=record_type, slug=slug).order_by()
        return self.filter(record__in=own.values("record"))

    def until(self, day: date) -> Self:
        """Keep what was published by the end of a day in Berlin."""
        return self.filter(at__lt=end_of_day(day))

    def newest(self) -> Self:
        """Keep the last one of each record among these."""
        last = self.order_by().values("record").annotate(last=models.Max("pk"))
        return self.filter(pk__in=last.values("last"))

    def newest_of(self, records: Iterable[int | None]) -> Self:
        """Keep the last one of each of these records, by their numbers."""
        return self.filter(record__in=records).newest()

    def shown_on(self, day: date) -> Self:
        """Keep what the public saw at the end of a day in Berlin, one version a record."""
        return self.until(day).newest().filter(public__isnull=False)

    def changes(self, since_revision: int | None = None) -> Self:
        """Order the newest first, each with what was public before.

        Args:
            since_revision: leave out what the public saw in that revision already.
        """
        rows = self.select_related("previous").order_by("-pk")
        return rows if since_revision is None else rows.filter(revision__gt=since_revision)

    @cached_property
    def keys_and_names(self) -> Mapping[str, Mapping[int, Mapping[str, str]]]:
        """What these say in some columns, and those before them: by column, number and key.

        A change that takes something away belongs to it, too.
        """
        # Not by all that they show: there are many of them, and each revision asks anew.
        text = Cast("facets", models.TextField())
        rows = self.order_by("pk").values_list("pk", "previous", text)
        shown = {pk: (sys.intern(facets), previous) for pk, previous, facets in rows.iterator()}
        found: dict[str, dict[int, dict[str, str]]] = {column: {} for column in FACET_COLUMNS}
        # Most versions of a record have these in common.
        together = cache(_together)
        for pk, (own, previous) in shown.items():
            before = shown[previous][0] if previous in shown else "{}"
            for column, names in together(before, own).items():
                found[column][pk] = names
        return found


class Version(models.Model):
    """What the public saw of a record from one moment on, until the next one.

    It outlives its record: ``record`` stays the number of a deleted one. Nothing in it is for
    editors only; that stands in ``Edit``.
    """

    #: The number alone counts; the database demands no such record.
    record = models.ForeignKey(
        "records.Record",
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="versions",
        verbose_name="Eintrag",
    )
    type = models.CharField("Typ", max_length=20, choices=RecordType)
    slug = models.SlugField("Adresse", max_length=80)
    name = models.CharField("Name", max_length=200)
    #: From 1, for each record.
    number = models.PositiveIntegerField("Nummer")
    at = models.DateTimeField("veröffentlicht")
    cause = models.CharField("Anlass", max_length=30, choices=Cause)
    #: The state of the data from which it was shown first.
    revision = models.PositiveBigIntegerField("Revision", db_index=True)
    format = models.PositiveSmallIntegerField("Format", default=FORMAT)
    #: What the record's JSON address shows, addresses as paths; None: withdrawn or deleted.
    public = JsonText("Inhalt", null=True)
    #: Of that, what the list of changes filters by: ``facets_of``.
    facets = JsonText("Filter", default=dict)
    #: When words of it were last taken out for good; None: it is as it was published.
    blocked_at = models.DateTimeField("gesperrt", null=True)
    #: The version before.
    previous = models.OneToOneField(
        "self", models.SET_NULL, null=True, related_name="+", verbose_name="zuvor"
    )

    objects: ClassVar[Any] = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = "Fassung"
        verbose_name_plural = "Fassungen"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "number"], name="records_version_number_unique"
            ),
            models.CheckConstraint(
                condition=Q(number=1, previous__isnull=True) | Q(number__gt=1),
                name="records_version_first_has_none_before",
            ),
            models.CheckConstraint(
                condition=Q(public__isnull=True, cause=Cause.WITHDRAWN)
                | (Q(public__isnull=False) & ~Q(cause=Cause.WITHDRAWN)),
                name="records_version_withdrawn_shows_nothing",
            ),
        ]
        indexes = [models.Index(fields=["type", "slug"], name="records_version_address")]

    def __str__(self) -> str:
        return f"{self.name}, Fassung {self.number}"

    @property
    def path(self) -> str:
        """What named the record among those of all types: "projekte/wohngeld"."""
        return f"{self.type}/{self.slug}"

    @property
    def record_path(self) -> str:
        """The address that the record had."""
        return str(Record.proxy_of(self.type)(slug=self.slug).get_absolute_url())

    @property
    def url(self) -> str:
        """Where this version can be seen, whatever came after it."""
        return f"{self.record_path}?{VERSION}={self.number}"

    @property
    def shown(self) -> dict[str, Any] | None:
        """What the public saw, in the present format; None: nothing."""
        return None if self.public is None else upgrade(self.public, self.format)

    @property
    def blocked(self) -> dict[str, Any] | None:
        """For machines, that it is not as it was published any more; None: it is."""
        if self.blocked_at is None:
            return None
        return {"at": timezone.localtime(self.blocked_at).replace(microsecond=0), "reason": BLOCKED}


class WithdrawnRecord(Version):
    """The last version of a record that is not public any more; the admin lists these."""

    class Meta:
        proxy = True
        verbose_name = "zurückgezogener Eintrag"
        verbose_name_plural = "zurückgezogene Einträge"


class Edit(models.Model):
    """Of a version, what editors alone may see."""

    version = models.OneToOneField(Version, models.CASCADE, related_name="edit")
    #: None: a command, or somebody whose account is gone.
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="wer",
    )
    reason = models.CharField("Warum", max_length=200, blank=True)
    #: The record as a fixture file has it.
    row = JsonText("Zeile")

    class Meta:
        verbose_name = "Bearbeitung"
        verbose_name_plural = "Bearbeitungen"

    def __str__(self) -> str:
        return f"{self.version}: {self.reason}" if self.reason else str(self.version)
