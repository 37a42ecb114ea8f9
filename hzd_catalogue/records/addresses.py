"""What was once public is given to nothing else: addresses of records, keys of statements."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone

from .keys import KEY_LENGTH
from .kinds import RecordType


class Address(models.Model):
    """An address under which a record is or was public.

    One row for the present address of each published record and one for each former one. A draft
    that was never public has none.
    """

    type = models.CharField("Typ", max_length=20, choices=RecordType)
    slug = models.SlugField("Adresse", max_length=80)
    #: None once the record was deleted.
    record = models.ForeignKey(
        "records.Record", models.SET_NULL, null=True, related_name="known_addresses"
    )
    #: When the record was deleted.
    ended_at = models.DateTimeField("erloschen", null=True)

    class Meta:
        verbose_name = "Adresse"
        verbose_name_plural = "Adressen"
        constraints = [
            models.UniqueConstraint(fields=["type", "slug"], name="records_address_unique")
        ]

    def __str__(self) -> str:
        return f"{self.type}/{self.slug}"

    @property
    def gone_since(self) -> datetime | None:
        """When its record was withdrawn or deleted; None while it leads there."""
        record: Any = self.record
        return record.withdrawn_at if record else self.ended_at

    @classmethod
    def is_taken(cls, record: Any) -> bool:
        """Return whether the address of ``record`` once led to another one."""
        row = cls.objects.filter(type=record.type, slug=record.slug).first()
        return row is not None and (record.pk is None or row.record_id != record.pk)

    @classmethod
    def claim(cls, record: Any) -> None:
        """Keep the present address of a public record.

        Raises:
            ValueError: when it once led to another one.
        """
        row, _ = cls.objects.get_or_create(
            type=record.type, slug=record.slug, defaults={"record_id": record.pk}
        )
        if row.record_id != record.pk:
            raise ValueError(f"{row} war die Adresse eines anderen Eintrags.")


class RetiredKey(models.Model):
    """The key of a deleted statement of a record that was once public."""

    key = models.CharField("Schlüssel", max_length=KEY_LENGTH, unique=True)
    retired_at = models.DateTimeField("erloschen", default=timezone.now)

    class Meta:
        verbose_name = "erloschener Schlüssel"
        verbose_name_plural = "erloschene Schlüssel"

    def __str__(self) -> str:
        return self.key
