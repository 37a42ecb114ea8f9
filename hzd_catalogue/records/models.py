"""The common part of partners, cooperations and projects (abstract)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from hzd_catalogue.reference import german
from hzd_catalogue.reference.choices import Hint, Reach
from hzd_catalogue.reference.models import (
    FormerAddress,
    KeyedModel,
    KeyedQuerySet,
    Level,
    Topic,
)

from .statements import chronological_key, newest, statement_relations


class RecordQuerySet(KeyedQuerySet):
    """Rules that partners, cooperations and projects share."""

    #: Paths to the milestones that count as the record's, each with what must hold on the way.
    milestone_paths: tuple[tuple[str, dict[str, bool]], ...] = (("milestones", {}),)

    def published(self) -> Self:
        """Keep what visitors may see."""
        return self.filter(is_published=True)

    def names(self) -> Self:
        """Load no more than a name and its address need."""
        return self.only("name", "slug")

    def milestone_keys(self) -> Iterator[tuple[int, tuple[int, int, int]]]:
        """Yield (primary key, chronological key) for each milestone of each record."""
        fields = ("year", "month", "day", "part")
        for path, visible in self.milestone_paths:
            rows = self.filter(**visible, **{f"{path}__isnull": False})
            for pk, *date in rows.values_list("pk", *(f"{path}__{field}" for field in fields)):
                yield pk, chronological_key(*date)

    def year_pairs(self) -> Iterator[tuple[int, int]]:
        """Yield (primary key, year) for each milestone of each record (catalogue rule 3)."""
        return ((pk, key[0]) for pk, key in self.milestone_keys())

    def status_pairs(self) -> Iterable[tuple[int, str]]:
        """Return (primary key, status): the one of the newest source that speaks of it."""
        rows = self.filter(statuses__isnull=False).values_list(
            "pk", "statuses__source__rank", "statuses__status"
        )
        return {pk: status for pk, _rank, status in sorted(rows)}.items()

    def with_hint(self, hint: str) -> Self:
        """Keep the records that a hint on their sources holds for.

        Raises:
            ValueError: when there is no such hint.
        """
        rules = {
            Hint.CONTRADICTION: self.with_contradictions,
            Hint.UNNAMED_STATES: self.without_named_states,
            Hint.SINGLE_SOURCE: self.with_single_source,
        }
        return rules[Hint(hint)]()

    def with_single_source(self) -> Self:
        """Keep the records of which all statements come from one document."""
        sources: dict[int, set[int]] = {}
        for relation in statement_relations(self.model):
            rows = relation.related_model.objects.published().order_by()
            for pk, source in rows.values_list(relation.field.attname, "source_id").distinct():
                sources.setdefault(pk, set()).add(source)
        return self.filter(pk__in=[pk for pk, found in sources.items() if len(found) == 1])

    def with_contradictions(self) -> Self:
        """Keep the records of which two documents say different things; here none can."""
        return self.none()

    def without_named_states(self) -> Self:
        """Keep länderübergreifende records without a state beside Hessen; here none can."""
        return self.none()


class Record(KeyedModel):
    """A partner, a cooperation or a project."""

    #: Name of the detail page's URL pattern.
    detail_url_name: str
    #: The slug in the database, to notice a new one.
    _stored_slug: str | None

    name = models.CharField("Name", max_length=200)
    slug = models.SlugField(
        "Adresse",
        max_length=80,
        unique=True,
        help_text="Letzter Teil der Webadresse. Geändert, leitet die alte Adresse weiter.",
    )
    sort_key = models.CharField(max_length=200, editable=False, db_index=True)
    summary = models.CharField(
        "Kurz gesagt",
        max_length=300,
        help_text="Ein Satz, den ein Mensch ohne Vorwissen versteht.",
    )
    description = models.TextField(
        "Beschreibung", help_text="Zwei bis fünf Sätze in eigenen Worten."
    )
    reach = models.CharField("Reichweite", max_length=20, choices=Reach)
    levels = models.ManyToManyField(Level, verbose_name="Ebenen")
    topics = models.ManyToManyField(Topic, verbose_name="Themen", blank=True)
    is_published = models.BooleanField(
        "veröffentlicht",
        default=False,
        help_text="Ohne Haken ist der Eintrag ein Entwurf, den nur die Redaktion sieht.",
    )
    changed_at = models.DateTimeField("zuletzt geändert", auto_now=True)

    objects: ClassVar[Any] = RecordQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["sort_key", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reach__in=Reach.values),
                name="%(app_label)s_%(class)s_reach_known",
                violation_error_message="Diese Reichweite gibt es nicht.",
            ),
            models.CheckConstraint(
                condition=~Q(slug=""),
                name="%(app_label)s_%(class)s_slug_not_empty",
                violation_error_message="Die Adresse fehlt.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def from_db(cls, db: Any, field_names: Any, values: Any) -> Any:
        """Remember the stored slug, so that saving notices a new one."""
        record = super().from_db(db, field_names, values)
        # Deferred fields are not in the instance's dictionary.
        record._stored_slug = record.__dict__.get("slug")
        return record

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with a fresh sort key; keep the old address when the slug has changed."""
        self.sort_key = german.sort_key(self.name)[:200]
        stored_slug = getattr(self, "_stored_slug", None)
        with transaction.atomic():
            super().save(*args, **kwargs)
            addresses = FormerAddress.objects.filter(model=self._meta.model_name)
            if stored_slug and stored_slug != self.slug:
                addresses.filter(slug=self.slug).delete()
                addresses.update_or_create(
                    model=self._meta.model_name,
                    slug=stored_slug,
                    defaults={"record_id": self.pk},
                )
        self._stored_slug = self.slug

    def get_absolute_url(self) -> str:
        return reverse(self.detail_url_name, args=[self.slug])

    @property
    def is_nationwide(self) -> bool:
        """Whether all 16 states take part by reach."""
        return self.reach == Reach.NATIONWIDE


class DatedRecord(Record):
    """A record with statements on its status and with milestones."""

    #: Reverse relations of the subclass.
    statuses: Any
    milestones: Any

    class Meta(Record.Meta):
        abstract = True

    @property
    def current_status(self) -> Any:
        """What the newest source says of its state; None where none does."""
        return newest(self.statuses.all())

    @property
    def chronology(self) -> list[Any]:
        """Its milestones, oldest first."""
        return sorted(self.milestones.all(), key=attrgetter("chronological_key", "pk"))

    @property
    def milestone_dates(self) -> list[str]:
        """The dates of its milestones in their order, each once."""
        return list(dict.fromkeys(milestone.date for milestone in self.chronology))
