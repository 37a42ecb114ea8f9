"""The one table of records; partners, cooperations and projects are proxies of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import product
from operator import attrgetter
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Max, Min, Prefetch, Q
from django.utils.functional import cached_property

from hzd_catalogue.prefix import path_of
from hzd_catalogue.reference import german
from hzd_catalogue.reference.choices import Hint, MilestoneKind, Reach, RelationKind
from hzd_catalogue.reference.models import (
    HOME_STATE,
    FederalState,
    KeyedModel,
    KeyedQuerySet,
    Level,
    Topic,
)

from .addresses import Address
from .by_document import ByDocument, by_document
from .differences import Compared, compare, contradicting
from .kinds import FIELDS, KINDS_WITH_SINCE, Kind, RecordType, kinds_of
from .passages import Document, documents
from .proxied import Proxied, ProxiedManager
from .relations import Tie, ties
from .statements import CONCERNED, Statement, chronological_key, newest
from .tables import COMMON_TABLES, DESCRIPTION, StatementTable, TableName, common_tables


class RecordQuerySet(KeyedQuerySet):
    """Rules that partners, cooperations and projects share."""

    #: Primary keys, where it keeps a few of many records; None: it may keep all of them.
    few: Collection[int] | None = None

    def among(self, pks: Collection[int]) -> Self:
        """Keep a few records: what a rule needs of others, it reads of those beside them alone."""
        found = self.filter(pk__in=pks)
        found.few = frozenset(pks)
        return found

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]
        clone.few = self.few
        return clone

    @property
    def own(self) -> Any:
        """What to look for in statements: these records, or the keys of a few.

        With keys, no database begins with all the statements of a kind.
        """
        return self if self.few is None else self.few

    def beside(self, others: Any, pairs: Iterable[tuple[int, int]]) -> Any:
        """Return the published ones of others that a rule asks; of a few, those in its pairs.

        Args:
            others: a manager of records.
            pairs: (primary key, that of another).
        """
        rows = others.published()
        return rows if self.few is None else rows.among({other for _pk, other in pairs})

    def published(self) -> Self:
        """Keep what visitors may see."""
        return self.filter(is_published=True)

    def names(self) -> Self:
        """Load no more than a name and its address need."""
        return self.only("type", "name", "slug")

    def with_statements(self, *kinds: str) -> Self:
        """Load the statements of each record, but for those that name a draft.

        Args:
            kinds: which of them, one query a kind, the others being asked for when used; by
                default all, in one query.
        """
        rows = Statement.objects.naming_no_draft().with_names()
        if not kinds:
            return self.prefetch_related(Prefetch("statements", rows.with_concerned()))
        # ``statements`` is never loaded in part: what was left out would look absent.
        return self.prefetch_related(
            *(
                Prefetch("statements", rows.filter(kind=kind), to_attr=FIELDS[kind].group)
                for kind in kinds
            )
        )

    def with_ties(self) -> Self:
        """Load the relations of other published records to each record."""
        # Only relations name a related record. A database without statistics that is told so would
        # go through all relations there are.
        rows = Statement.objects.published()
        return self.prefetch_related(
            Prefetch("incoming_relations", rows.select_related("source", "record"))
        )

    def with_events(self, *, and_all_they_concern: bool = False) -> Self:
        """Load the events of other published records that concern each record."""
        rows = Statement.objects.filter(record__is_published=True)
        if and_all_they_concern:
            rows = rows.with_concerned()
        return self.prefetch_related(
            Prefetch("concerning_events", rows.select_related("source", "record"))
        )

    def named_state_pairs(self) -> Iterable[tuple[int, str]]:
        """Return (primary key, code) for each state that a source names in a record."""
        rows = self.filter(statements__kind=Kind.PARTICIPATION).order_by()
        return rows.values_list("pk", "statements__federal_state__code").distinct()

    def nationwide_pairs(self) -> Iterable[tuple[int, str]]:
        """Return (primary key, code) for all states of each record that is bundesweit."""
        nationwide = self.filter(reach=Reach.NATIONWIDE).values_list("pk", flat=True)
        return product(nationwide, FederalState.objects.values_list("code", flat=True))

    def state_pairs(self) -> Iterator[tuple[int, str]]:
        """Yield (primary key, code) for each state that a record counts for, some twice.

        These are the states that a source names, all where it is bundesweit, and always Hessen:
        everything is HZD's work (catalogue rule 1).
        """
        yield from self.named_state_pairs()
        yield from self.nationwide_pairs()
        yield from ((pk, HOME_STATE) for pk in self.values_list("pk", flat=True))

    def partner_pairs(self) -> Iterable[tuple[int, str]]:
        """Return (primary key, slug of a partner) for each role in each record."""
        return self.filter(statements__kind=Kind.ROLE).values_list(
            "pk", "statements__partner__slug"
        )

    def milestone_keys(self) -> Iterator[tuple[int, tuple[int, int, int]]]:
        """Yield (primary key, chronological key) for each milestone of each record."""
        date = ("year", "month", "day", "part")
        own = Statement.objects.filter(kind=Kind.MILESTONE, record__in=self.own).order_by()
        for pk, *when in (*own.values_list("record", *date), *self._concerning(*date)):
            yield pk, chronological_key(*when)

    def _concerning(self, *fields: str) -> Iterable[tuple[Any, ...]]:
        """Return (primary key, fields) for each event of others that concerns a record."""
        # From their own table, which is short: a database without statistics would begin with
        # each of the statements.
        shared = Statement.concerns.through.objects.filter(
            record__in=self.own, statement__record__is_published=True
        )
        return shared.values_list("record", *(f"statement__{name}" for name in fields))

    def year_pairs(self) -> Iterable[tuple[int, int]]:
        """Return (primary key, year) for each milestone and each "seit" (catalogue rule 3)."""
        dated = Statement.objects.naming_no_draft().filter(year__isnull=False).order_by()
        own = dated.filter(record__in=self.own).values_list("record", "year")
        return {*own, *self._concerning("year")}

    def status_pairs(self) -> Iterable[tuple[int, str]]:
        """Return (primary key, status): the one of the newest source that speaks of it."""
        rows = self.filter(statements__kind=Kind.STATUS).values_list(
            "pk", "statements__source__rank", "statements__status"
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
            Hint.NO_SINCE: self.without_since,
        }
        return rules[Hint(hint)]()

    def with_single_source(self) -> Self:
        """Keep the records of which all statements come from one document."""
        first: dict[int, int] = {}
        several: set[int] = set()
        for field in CONCERNED:
            rows = Statement.objects.published().filter(**{f"{field}__in": self.own}).order_by()
            sources = rows.values(field).annotate(first=Min("source"), last=Max("source"))
            for pk, one, other in sources.values_list(field, "first", "last"):
                if one != other or first.setdefault(pk, one) != one:
                    several.add(pk)
        return self.filter(pk__in=first.keys() - several)

    def without_since(self) -> Self:
        """Keep the records of which something holds, and no document says since when."""
        rows = Statement.objects.published().filter(kind__in=KINDS_WITH_SINCE, year__isnull=True)
        rows = rows.exclude(relation__in=RelationKind.of_a_moment())
        found: set[int] = set()
        for field in CONCERNED:
            concerned = rows.filter(**{f"{field}__in": self.own}).order_by()
            found.update(concerned.values_list(field, flat=True).distinct())
        return self.filter(pk__in=found)

    def with_contradictions(self) -> Self:
        """Keep the records of which an older document contradicts the newest one.

        The rule of ``differences``; a role concerns its partner, too, a relation both records.
        """
        rows = Statement.objects.published()
        if self.few is not None:
            own = (Statement.objects.filter(**{f"{field}__in": self.few}) for field in CONCERNED)
            rows = rows.filter(
                record__in={pk for some in own for pk in some.values_list("record", flat=True)}
            )
        found = contradicting(rows)
        pks = {getattr(row, f"{field}_id") for row in found for field in CONCERNED}
        return self.filter(pk__in=pks - {None})

    def without_named_states(self) -> Self:
        """Keep länderübergreifende records in which no source names a state beside Hessen."""
        interstate = self.filter(reach=Reach.INTERSTATE)
        named = {pk for pk, state in interstate.named_state_pairs() if state != HOME_STATE}
        return interstate.exclude(pk__in=named)


class RecordManager(ProxiedManager.from_queryset(RecordQuerySet)):  # type: ignore[misc]
    """Finds records."""


def manager_of(queryset: type[RecordQuerySet]) -> Any:
    """Return the manager of one type of record, with the rules of ``queryset``."""
    return ProxiedManager.from_queryset(queryset)()


def statements_of(kind: str) -> Any:
    """Return a property: the statements of one kind of a record, newest source first.

    ``with_statements`` fills or feeds it; otherwise it costs a query.
    """
    return cached_property(
        lambda record: [row for row in record.statements.all() if row.kind == kind]
    )


def sort_key_of(name: str) -> str:
    """Return what a record of this name is sorted by; it is as long as its field at most."""
    return german.sort_key(name)[:200]


class Record(Proxied, KeyedModel):
    """A partner, a cooperation or a project."""

    #: The proxy's type; empty for ``Record`` itself, whose rows are of any type.
    record_type: ClassVar[str] = ""
    proxied_by, proxy_attribute = "type", "record_type"
    listed_fields = ("name",)
    #: The proxy's closed vocabulary for ``kind``.
    kinds: ClassVar[type[models.TextChoices]]
    #: Name of the proxy's URL pattern of a detail page.
    detail_url_name: ClassVar[str]
    #: The tables that the proxy's records may have, in the order of the page.
    table_names: ClassVar[Sequence[TableName]] = COMMON_TABLES

    type = models.CharField("Typ", max_length=20, choices=RecordType, editable=False)
    name = models.CharField("Name", max_length=200)
    slug = models.SlugField(
        "Adresse",
        max_length=80,
        help_text="Letzter Teil der Webadresse. Geändert, leitet die alte Adresse weiter.",
    )
    sort_key = models.CharField(max_length=200, editable=False, db_index=True)
    summary = models.CharField(
        "Kurz gesagt",
        max_length=300,
        blank=True,
        help_text="Ein Satz, den ein Mensch ohne Vorwissen versteht.",
    )
    description = models.TextField(
        "Beschreibung", blank=True, help_text="Zwei bis fünf Sätze in eigenen Worten."
    )
    reach = models.CharField("Reichweite", max_length=20, blank=True, choices=Reach)
    levels = models.ManyToManyField(Level, verbose_name="Ebenen", blank=True)
    topics = models.ManyToManyField(Topic, verbose_name="Themen", blank=True)
    #: Written by ``publishing`` alone.
    is_published = models.BooleanField("veröffentlicht", default=False, editable=False)
    first_published_at = models.DateTimeField("zuerst veröffentlicht", null=True, editable=False)
    withdrawn_at = models.DateTimeField("zurückgezogen", null=True, editable=False)
    changed_at = models.DateTimeField("zuletzt geändert", auto_now=True)
    kind = models.CharField("Art", max_length=30, blank=True)
    #: Of partners only.
    federal_state = models.OneToOneField(
        FederalState,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="as_partner",
        verbose_name="ist das Bundesland",
        help_text="Nur, wenn der Partner das Land selbst ist.",
        error_messages={"unique": "Dieses Bundesland ist schon ein anderer Partner."},
    )

    participations = statements_of(Kind.PARTICIPATION)
    involvements = statements_of(Kind.ROLE)
    relations = statements_of(Kind.RELATION)
    user_groups = statements_of(Kind.USER_GROUP)
    other_names = statements_of(Kind.NAME)
    evidence = statements_of(Kind.EVIDENCE)
    statuses = statements_of(Kind.STATUS)
    milestones = statements_of(Kind.MILESTONE)
    figures = statements_of(Kind.FIGURE)

    objects: ClassVar[Any] = RecordManager()

    class Meta:
        verbose_name = "Eintrag"
        verbose_name_plural = "Einträge"
        ordering = ["sort_key", "pk"]
        # Forms and foreign keys look where ``objects`` looks: a partner is no project.
        base_manager_name = "objects"
        # With it, SQLite looks up a few keys of a type; else it goes through all rows of the type.
        indexes = [models.Index(fields=["type"], name="records_record_type")]
        # A constraint in a proxy's Meta never reaches the database: all stand here.
        constraints = [
            models.UniqueConstraint(
                fields=["type", "slug"],
                name="records_record_slug_unique",
                violation_error_message="Diese Adresse hat schon ein anderer Eintrag.",
            ),
            models.CheckConstraint(
                condition=Q(type__in=RecordType.values),
                name="records_record_type_known",
                violation_error_message="Diesen Typ gibt es nicht.",
            ),
            models.CheckConstraint(
                condition=Q(reach__in=["", *Reach.values]),
                name="records_record_reach_known",
                violation_error_message="Diese Reichweite gibt es nicht.",
            ),
            models.CheckConstraint(
                condition=~Q(slug=""),
                name="records_record_slug_not_empty",
                violation_error_message="Die Adresse fehlt.",
            ),
            models.CheckConstraint(
                condition=Q(
                    is_published=True, first_published_at__isnull=False, withdrawn_at__isnull=True
                )
                | Q(is_published=False, first_published_at__isnull=True, withdrawn_at__isnull=True)
                | Q(
                    is_published=False, first_published_at__isnull=False, withdrawn_at__isnull=False
                ),
                name="records_record_draft_public_or_withdrawn",
                violation_error_message="Entwurf, veröffentlicht oder zurückgezogen.",
            ),
            models.CheckConstraint(
                condition=Q(federal_state__isnull=True) | Q(type=RecordType.PARTNER),
                name="records_record_state_is_partner",
                violation_error_message="Nur ein Partner kann ein Bundesland sein.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def statement_kinds(cls) -> list[str]:
        """Return the kinds of statement that records of the proxy's type have."""
        return kinds_of(cls.record_type)

    @classmethod
    def statement_groups(cls) -> dict[str, str]:
        """Return the groups of ``grouped_statements``, each with its noun."""
        own = {
            FIELDS[kind].group: str(Statement.proxy_of(kind)._meta.verbose_name_plural)
            for kind in cls.statement_kinds()
        }
        return {**own, "incoming_relations": "Bezüge anderer Einträge"}

    def grouped_statements(self) -> dict[str, list[Any]]:
        """Return all statements that concern the record; load ``with_details`` first."""
        groups = [FIELDS[kind].group for kind in self.statement_kinds()]
        own = {group: getattr(self, group) for group in groups}
        return {**own, "incoming_relations": list(self.incoming_relations.all())}

    @property
    def number_of_statements(self) -> int:
        """How many statements speak of it; load ``with_details`` first."""
        return len({row.pk for rows in self.grouped_statements().values() for row in rows})

    @cached_property
    def tables(self) -> dict[str, StatementTable]:
        """All tables of its page by their slugs, empty ones too; load ``with_details`` first."""
        return {table.slug: table for table in self.make_tables()}

    @property
    def sections(self) -> list[StatementTable]:
        """The tables that the page shows below the description, in their order."""
        return [
            table
            for table in self.tables.values()
            if table.slug != DESCRIPTION.slug and (table.rows or table.when_empty)
        ]

    @property
    def leaves_out(self) -> bool:
        """Whether its page does not show all rows of its tables; load ``with_details`` first."""
        return any(table.left_out for table in self.tables.values())

    def make_tables(self) -> Iterator[StatementTable]:
        """Yield a table for each of ``table_names``."""
        yield from common_tables(self)

    @cached_property
    def documents(self) -> list[Document]:
        """The documents that speak of it, newest first; load ``with_details`` first.

        Where tables leave rows out, those behind what is shown.
        """
        if self.leaves_out:
            return documents(row for table in self.tables.values() for row in table.shown)
        return documents(row for rows in self.grouped_statements().values() for row in rows)

    def clean_fields(self, exclude: Any = None) -> None:
        """Check each field; the kind is one of the proxy's.

        Raises:
            ValidationError: beside the fields.
        """
        self._complete()
        errors: dict[str, Any] = {}
        try:
            super().clean_fields(exclude)
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        if self.kind and self.kind not in self.kinds.values and "kind" not in (exclude or ()):
            message = f"Wert '{self.kind}' ist keine gültige Option."
            errors.setdefault("kind", []).append(ValidationError(message, code="invalid_choice"))
        if errors:
            raise ValidationError(errors)

    def clean(self) -> None:
        """Refuse an address that leads to another record, or once did.

        Raises:
            ValidationError: beside the field.
        """
        super().clean()
        others = Record.objects.filter(type=self.type, slug=self.slug).exclude(pk=self.pk)
        reason = ""
        if others.exists():
            reason = "Diese Adresse hat schon ein anderer Eintrag."
        elif Address.is_taken(self):
            reason = (
                "Unter dieser Adresse war früher ein anderer Eintrag zu finden. Bitte eine andere "
                "wählen."
            )
        if reason:
            raise ValidationError({"slug": ValidationError(reason, code="taken")})

    def validate_constraints(self, exclude: Any = None) -> None:
        """Check the constraints, those that name the type, too, which no form has."""
        super().validate_constraints(set(exclude) - {"type"} if exclude else exclude)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with a fresh sort key; keep every address under which the record was public."""
        self._complete()
        self.sort_key = sort_key_of(self.name)
        fields = kwargs.get("update_fields")
        if fields is not None and "name" in fields:
            kwargs["update_fields"] = {*fields, "sort_key"}
        with transaction.atomic():
            super().save(*args, **kwargs)
            if self.is_published:
                Address.claim(self)

    def get_absolute_url(self) -> str:
        return path_of(self.detail_url_name, self.slug)

    @property
    def path(self) -> str:
        """What names it among the records of all types: "projekte/wohngeld"."""
        return f"{self.type}/{self.slug}"

    @property
    def by_document(self) -> ByDocument:
        """Which document says what of it; load ``with_details`` first."""
        return by_document(self, self.statements.all())

    @property
    def ties(self) -> list[Tie]:
        """How it and others relate, seen from here; load it ``with_ties`` first."""
        return ties(self.relations, self.incoming_relations.all())

    def get_kind_display(self) -> str:
        """Return the German word for its kind."""
        return str(self.kinds(self.kind).label) if self.kind else ""

    @property
    def is_nationwide(self) -> bool:
        """Whether sources call it bundesweit; that says of no state that it takes part."""
        return self.reach == Reach.NATIONWIDE


class Dated:
    """What records with a status and events of their own have: all but partners."""

    statuses: list[Any]
    milestones: list[Any]
    figures: list[Any]
    concerning_events: Any

    @classmethod
    def statement_groups(cls) -> dict[str, str]:
        groups = super().statement_groups()  # type: ignore[misc]
        return {**groups, "concerning_events": "Meilensteine anderer Einträge"}

    def grouped_statements(self) -> dict[str, list[Any]]:
        """Return its own statements, and those of others that concern it."""
        groups = super().grouped_statements()  # type: ignore[misc]
        return {**groups, "concerning_events": list(self.concerning_events.all())}

    @property
    def current_status(self) -> Any:
        """What the newest source says of its state; None where none does."""
        return newest(self.statuses)

    @property
    def durations(self) -> list[Any]:
        """The figures that count years: how long, where no source says since when."""
        # "alle 3 Jahre" is how often, not how long.
        return [
            row
            for row in self.figures
            if row.unit.startswith("Jahre") and row.qualifier.lower() != "alle"
        ]

    @property
    def beginning(self) -> Any:
        """The first event that is a beginning; None where no source names one."""
        starts = (row for row in self.chronology if row.event == MilestoneKind.START)
        return next(starts, None)

    @property
    def first_event(self) -> Any:
        """Its first dated event; None where no source names one. Load ``with_events``."""
        return next(iter(self.chronology), None)

    @property
    def compared_statuses(self) -> list[Compared]:
        """What sources say of its state, newest first, each beside the current status."""
        return [row for group in compare(self.statuses) for row in group.rows]

    @property
    def chronology(self) -> list[Any]:
        """Its events and those of others that concern it, oldest first; load ``with_events``."""
        events = [*self.milestones, *self.concerning_events.all()]
        return sorted(events, key=attrgetter("chronological_key", "pk"))

    @property
    def milestone_dates(self) -> list[str]:
        """The dates of its milestones in their order, each once."""
        return list(dict.fromkeys(milestone.date for milestone in self.chronology))
