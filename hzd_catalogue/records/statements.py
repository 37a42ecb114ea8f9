"""The one table of statements, and its kinds as proxies of it.

A kind is declared in ``kinds.FIELDS``; its proxy has its words. Participations are a proxy in
``projects``, roles one in ``partners``.
"""

from __future__ import annotations

import calendar
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Replace
from django.db.models.lookups import Exact, LessThan
from django.utils.functional import cached_property

from hzd_catalogue.reference import german
from hzd_catalogue.reference.choices import (
    Aspect,
    MilestoneKind,
    NameKind,
    ParticipationStatus,
    PartOfPeriod,
    RelationKind,
    Status,
)
from hzd_catalogue.reference.models import (
    CatalogueModel,
    FederalState,
    KeyedModel,
    Source,
    SourceText,
)

from .addresses import RetiredKey
from .keys import ALPHABET, KEY_LENGTH, LETTERS, derived_key, random_key
from .kinds import DATED_TYPES, FIELDS, PASSAGE, Fields, Kind, RecordType, kind_constraints
from .proxied import Proxied, ProxiedManager
from .quotations import QUOTE_MAX_WORDS, fault
from .rechecks import Recheck


def validate_quote(quote: str) -> None:
    """Refuse a phrase of more than 12 words, or one spaced so that they cannot be counted.

    Raises:
        ValidationError: with the number of words found.
    """
    if "" in quote.split(" ") or quote != quote.strip():
        raise ValidationError(
            "Zwischen zwei Wörtern steht genau ein Leerzeichen, am Rand keines.",
            code="spacing",
        )
    # A document may have other spaces, such as ones that hold words together.
    words = quote.split()
    if len(words) > QUOTE_MAX_WORDS:
        raise ValidationError(
            f"Höchstens {QUOTE_MAX_WORDS} Wörter zitieren; es sind {len(words)}.",
            code="too_long",
        )


def _few_words(field: str) -> Q:
    text = Length(F(field))
    without_spaces = Length(Replace(F(field), models.Value(" "), models.Value("")))
    return Q(LessThan(text - without_spaces, QUOTE_MAX_WORDS))


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


#: The fields that name the records of which a statement says something.
CONCERNED = ("record", "partner", "related_record")


def _has_text() -> models.Exists:
    """Return a condition: the text of the statement's document is there."""
    return models.Exists(SourceText.objects.current().filter(source=models.OuterRef("source")))


def names_no_draft(path: str = "") -> Q:
    """Return the condition that no role is that of a draft, and no relation leads to one.

    Args:
        path: the lookup that leads to the statements, such as "statements__".
    """
    others = (f"{path}partner", f"{path}related_record")
    first, second = (
        Q((f"{other}__isnull", True)) | Q((f"{other}__is_published", True)) for other in others
    )
    return first & second


class StatementQuerySet(models.QuerySet):
    """Rules that hold for every kind of statement."""

    def published(self) -> Self:
        """Keep statements about records that visitors may see, as far as they name no draft."""
        return self.naming_no_draft().filter(record__is_published=True)

    def naming_no_draft(self) -> Self:
        """Leave out roles of partners that are drafts, and relations to drafts."""
        return self.filter(names_no_draft())

    def newest_first(self) -> Self:
        """Order by the sources' order in time, newest first, then by paragraph."""
        return self.order_by("-source__rank", "paragraph", "pk")

    def with_concerned(self) -> Self:
        """Load the published records that events concern besides their own."""
        records: Any = self.model._meta.get_field("concerns").related_model
        rows = records.objects.published().names()
        return self.prefetch_related(models.Prefetch("concerns", rows, to_attr="concerned"))

    def unproved(self) -> Self:
        """Keep those that nobody could compare: the text of their document is missing."""
        return self.filter(~_has_text())

    def to_recheck(self) -> Self:
        """Keep those that a new state of their document changed the paragraph of."""
        return self.filter(recheck__isnull=False)

    def with_proof(self) -> Self:
        """Load what ``Statement.doubt`` says."""
        return self.annotate(has_text=_has_text()).select_related("recheck")

    def with_names(self) -> Self:
        """Load what the statements name."""
        return self.select_related("source", "federal_state", "partner", "related_record")


class StatementManager(ProxiedManager.from_queryset(StatementQuerySet)):  # type: ignore[misc]
    """Finds statements."""


class Statement(Proxied, CatalogueModel):
    """One fact as one passage of one document states it."""

    #: The proxy's kind; empty for ``Statement`` itself, whose rows are of any kind.
    statement_kind: ClassVar[str] = ""
    proxied_by, proxy_attribute = "kind", "statement_kind"
    listed_fields = ("role", "user_group", "name", "title", "qualifier", "unit")

    key = models.CharField(
        "Schlüssel",
        max_length=KEY_LENGTH,
        unique=True,
        editable=False,
        validators=[
            RegexValidator(rf"^[{LETTERS}][{ALPHABET}]{{9}}\Z", "Kein gültiger Schlüssel.")
        ],
        error_messages={"unique": "Diesen Schlüssel hat schon eine andere Angabe."},
    )
    kind = models.CharField("Art der Angabe", max_length=20, choices=Kind, editable=False)
    record = models.ForeignKey(
        "records.Record", models.CASCADE, related_name="statements", verbose_name="Eintrag"
    )
    source = models.ForeignKey(
        Source,
        on_delete=models.PROTECT,
        related_name="statements",
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

    # Below: fields of some kinds only. Which these are, ``FIELDS`` says.
    federal_state = models.ForeignKey(
        FederalState,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="statements",
        verbose_name="Bundesland",
    )
    participation_status = models.CharField(
        "Status", max_length=20, blank=True, choices=ParticipationStatus
    )
    partner = models.ForeignKey(
        "records.Record",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="roles_held",
        verbose_name="Partner",
        limit_choices_to={"type": RecordType.PARTNER},
    )
    role = models.CharField("Rolle", max_length=160, blank=True)
    relation = models.CharField("Bezug", max_length=20, blank=True, choices=RelationKind)
    related_record = models.ForeignKey(
        "records.Record",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="incoming_relations",
        verbose_name="Eintrag",
    )
    user_group = models.CharField("Nutzergruppe", max_length=160, blank=True)
    name = models.CharField("Name", max_length=200, blank=True)
    name_kind = models.CharField("Art", max_length=20, blank=True, choices=NameKind)
    aspect = models.CharField("Beleg für", max_length=20, blank=True, choices=Aspect)
    status = models.CharField("Status", max_length=20, blank=True, choices=Status)
    event = models.CharField("Art", max_length=20, blank=True, choices=MilestoneKind)
    title = models.CharField("Was geschah", max_length=160, blank=True)
    #: Of milestones only: an event stands once, whatever it concerns.
    concerns = models.ManyToManyField(
        "records.Record",
        related_name="concerning_events",
        blank=True,
        limit_choices_to={"type__in": DATED_TYPES},
        verbose_name="betrifft auch",
        help_text="Andere Einträge, um die es bei dem Meilenstein geht: Er steht auch bei ihnen.",
    )
    year = models.PositiveSmallIntegerField("Jahr", null=True, blank=True)
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
    since_quote = models.CharField(
        "Wortlaut dazu",
        max_length=200,
        blank=True,
        validators=[validate_quote],
        help_text="Nur, wenn das Datum nicht im Wortlaut steht: die Stelle im selben Absatz.",
    )
    qualifier = models.CharField(
        "Einschränkung",
        max_length=40,
        blank=True,
        help_text="Wort vor der Zahl, wie in der Quelle: rund, mehr als, über, ca.",
    )
    value = models.PositiveBigIntegerField("Zahl", null=True, blank=True)
    unit = models.CharField("Einheit", max_length=120, blank=True, help_text="Was gezählt wird.")

    #: The number of its passage on a record's page, once ``passages`` has counted them.
    passage_number: int | None = None

    objects = StatementManager()

    class Meta:
        verbose_name = "Angabe"
        verbose_name_plural = "Angaben"
        ordering = ["-source__rank", "paragraph", "pk"]
        # Forms and foreign keys look where ``objects`` looks: a status is no milestone.
        base_manager_name = "objects"
        indexes = [models.Index(fields=["kind", "record"], name="records_statement_kind")]
        # A constraint in a proxy's Meta never reaches the database: all stand here. None but the
        # unique ones is asked in words, see ``get_constraints``.
        constraints = [
            models.CheckConstraint(
                condition=Exact(Length(F("key")), KEY_LENGTH),
                name="records_statement_key_length",
            ),
            models.CheckConstraint(
                condition=Q(paragraph__gte=1),
                name="records_statement_paragraph_from_1",
            ),
            models.CheckConstraint(
                condition=~Q(quote="") & _few_words("quote"),
                name="records_statement_quote_max_12_words",
            ),
            models.CheckConstraint(
                condition=_few_words("since_quote"),
                name="records_statement_since_quote_max_12_words",
            ),
            models.CheckConstraint(
                condition=Q(year__isnull=False) | Q(month__isnull=True, part="", since_quote=""),
                name="records_statement_date_needs_year",
            ),
            models.CheckConstraint(
                condition=Q(year__isnull=True) | Q(year__range=(1900, 2100)),
                name="records_statement_year_plausible",
            ),
            models.CheckConstraint(
                condition=Q(month__isnull=True) | Q(month__range=(1, 12)),
                name="records_statement_month_1_to_12",
            ),
            models.CheckConstraint(
                condition=Q(day__isnull=True) | Q(day__range=(1, 31), month__isnull=False, part=""),
                name="records_statement_day_needs_month",
            ),
            models.CheckConstraint(
                condition=Q(last_day__isnull=True)
                | Q(last_day__lte=31, day__isnull=False, last_day__gt=F("day")),
                name="records_statement_last_day_after_day",
            ),
            *kind_constraints(),
        ]

    def __str__(self) -> str:
        return self.brief

    @classmethod
    def kind_fields(cls) -> Fields:
        """Return the fields of the proxy's kind."""
        return FIELDS[cls.statement_kind]

    def clean_fields(self, exclude: Any = None) -> None:
        """Check each field; those that the kind requires, too, although the table may lack them.

        Raises:
            ValidationError: with the fields that are missing or wrong.
        """
        self._complete()
        errors: dict[str, Any] = {}
        try:
            super().clean_fields(exclude)
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        for name in FIELDS[self.kind].required:
            field: Any = self._meta.get_field(name)
            if name not in (exclude or ()) and getattr(self, field.attname) in (None, ""):
                errors.setdefault(name, []).append(
                    ValidationError(field.error_messages["blank"], code="required")
                )
        if errors:
            raise ValidationError(errors)

    def clean(self) -> None:
        """Refuse a kind that records of this type do not have, and dates that are none.

        Where the document's text is there, refuse a quotation that does not stand in it, too.
        No constraint can see any of them.

        Raises:
            ValidationError: with the kind's name, or beside the fields.
        """
        super().clean()
        if self.source_id and self.source.taken_back_at:
            # By no field: at the reading desk, the form has none for the document.
            raise ValidationError(
                f"{self.source.label} ist zurückgenommen: Auf ihm kann keine Angabe beruhen."
            )
        if self.record.type not in FIELDS[self.kind].record_types:
            raise ValidationError(
                f"{self.get_kind_display()}: nicht bei {self.record.get_type_display()}."
            )
        errors = self._wrong_date() | self._wrong_relation() | self._wrong_passage()
        if errors:
            raise ValidationError(errors)

    @staticmethod
    def composed(quote: str) -> str:
        """Return a quotation as the documents' texts are kept: composed (NFC)."""
        return unicodedata.normalize("NFC", quote)

    def passage_faults(self, paragraphs: Sequence[str] | None = None) -> dict[str, str]:
        """Return what is wrong with the quotations, by field; nothing while the text is missing.

        Args:
            paragraphs: those of the document; by default, those of the source's current text.
        """
        if paragraphs is None:
            paragraphs = [row.text for row in self.source.current_paragraphs]
        found: dict[str, str] = {}
        for field in ("quote", "since_quote") if paragraphs else ():
            quote = getattr(self, field)
            wrong = fault(paragraphs, self.paragraph, quote) if quote else None
            if wrong:
                is_number, message = wrong
                # Two quotations share the number: it is right where the first one stands.
                is_number &= field == "quote" or self.paragraph > len(paragraphs)
                found.setdefault("paragraph" if is_number else field, message)
        return found

    @property
    def doubt(self) -> str:
        """Why its quotation is not proved, for editors; of rows loaded ``with_proof``."""
        if not getattr(self, "has_text", True):
            return f"Wortlaut ungeprüft: Der Text von {self.source.label} fehlt."
        mark = getattr(self, "recheck", None) if hasattr(self, "has_text") else None
        return f"Neu zu prüfen: {mark.in_words}" if mark else ""

    def _wrong_passage(self) -> dict[str, str]:
        """Return what is wrong with the quotations, by field.

        What is stored already is not refused again: a form with a row that a new state of its
        document left behind can be saved; the row stays marked (``rechecks``).
        """
        # A form may lack what is wrong in it; that a number is none, its field says.
        if self.source_id is None or not self.paragraph:
            return {}
        errors = self.passage_faults()
        passage = (*PASSAGE, "since_quote")
        if errors and not self._state.adding:
            stored = Statement.objects.filter(pk=self.pk).values_list(*passage)
            if stored.first() == (self.source_id, self.paragraph, self.quote, self.since_quote):
                return {}
        return errors

    def _wrong_relation(self) -> dict[str, str]:
        """Return what is wrong with the two ends of a relation, by field."""
        related: Any = self.related_record
        if related is None:
            return {}
        if related.pk == self.record_id:
            return {"related_record": "Ein Eintrag hat keinen Bezug zu sich selbst."}
        ends = (self.record.type, related.type)
        if self.relation == RelationKind.BELONGS_TO and ends != (
            RecordType.PROJECT,
            RecordType.COOPERATION,
        ):
            return {"relation": "„gehört zu“ führt von einem Projekt zu einer Kooperation."}
        return {}

    def _wrong_date(self) -> dict[str, str]:
        """Return what is wrong with the date, by field: days that no calendar has, and the like."""
        errors = {}
        more = self.month or self.day or self.part or self.since_quote
        if self.year is None and more and FIELDS[self.kind].has_since:
            errors["year"] = "Bitte auch das Jahr angeben."
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
        return errors

    def validate_constraints(self, exclude: Any = None) -> None:
        """Check the constraints, those that name what no form has, too.

        A form leaves out the kind, the key, the record of its inline and the fields of other
        kinds, and with them every constraint that names one.
        """
        if exclude:
            shown = {*FIELDS[self.kind].names, *("source", "paragraph", "quote")}
            exclude = set(exclude) & shown
        super().validate_constraints(exclude)

    def get_constraints(self) -> list[Any]:
        """Return what only the database can tell: whether a row says the same already.

        All else is refused beside its field before, by ``clean_fields`` and ``clean``; to ask
        the database for it, too, made loading four times as slow.
        """
        name = f"records_statement_{FIELDS[self.kind].group}_unique"
        return [
            (model, [constraint for constraint in constraints if constraint.name == name])
            for model, constraints in super().get_constraints()
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the proxy's kind, and with a key where there is none yet.

        A quotation that stands in the document's text has been looked at again.
        """
        is_new = self._state.adding
        self._complete()
        super().save(*args, **kwargs)
        if not is_new:
            Recheck.settle(self)

    def _complete(self) -> None:
        super()._complete()
        self.quote = self.composed(self.quote)
        self.since_quote = self.composed(self.since_quote)
        self.key = self.key or random_key()

    @property
    def fact(self) -> str:
        """The statement in one line, without its record and source."""
        raise NotImplementedError

    @property
    def brief(self) -> str:
        """The same where its kind and what it is about are clear."""
        return self.fact

    @cached_property
    def concerned(self) -> Sequence[Any]:
        """The published records that an event concerns besides its own.

        Many at once are loaded by ``with_concerned``.
        """
        return self.concerns.published().names()

    @property
    def anchor(self) -> str:
        """The statement's id on its record's page."""
        return f"aussage-{self.key}"

    def get_absolute_url(self) -> str:
        return f"{self.record.get_absolute_url()}#{self.anchor}"

    @property
    def date(self) -> str:
        """As precise as its source: "2013", "Ende September 2019", "6.–8. Oktober 2021".

        Empty without a year.
        """
        if self.year is None:
            return ""
        parts = [self.get_part_display()] if self.part else []
        if self.day and self.last_day:
            parts.append(f"{self.day}.–{self.last_day}.")
        elif self.day:
            parts.append(f"{self.day}.")
        if self.month:
            parts.append(german.MONTHS[self.month - 1])
        return " ".join([*parts, str(self.year)])

    @property
    def machine_date(self) -> str:
        """The date for ``<time datetime>`` and exports: "2013", "2019-09" or "2024-02-21".

        Empty without a year.
        """
        if self.year is None:
            return ""
        text = f"{self.year:04}"
        if self.month:
            text += f"-{self.month:02}"
        if self.day:
            text += f"-{self.day:02}"
        return text

    @property
    def since(self) -> str:
        """Since when it holds: "seit 2013", "seit dem 21. Februar 2024"; empty where not stated."""
        if self.year is None:
            return ""
        return f"seit dem {self.date}" if self.day else f"seit {self.date}"

    @property
    def and_since(self) -> str:
        """The same as the end of a line: ", seit 2013"."""
        return f", {self.since}" if self.since else ""

    @property
    def passage(self) -> str:
        """Where the statement stands, in words: "HZD, nach Febr. 2024, Abs. 16"."""
        return f"{self.source.reference}, Abs. {self.paragraph}"

    @property
    def passage_url(self) -> str:
        """Where the source's page shows the paragraph."""
        return f"{self.source.get_absolute_url()}#absatz-{self.paragraph}"


def newest(statements: Iterable[Statement]) -> Any:
    """Return the statement of the newest source, or None when there is none (catalogue rule 2).

    Args:
        statements: about one thing, so that each source has one at most.
    """
    return max(statements, key=lambda row: row.source.rank, default=None)


class KeyGiver:
    """Gives a key to statements that were written without one.

    The same statements in the same order get the same keys, on every database.
    """

    def __init__(self, written: Iterable[str]) -> None:
        """Start with the keys that are written in the same files."""
        self._taken = {
            *written,
            *Statement.objects.values_list("key", flat=True),
            *RetiredKey.objects.values_list("key", flat=True),
        }
        self._places: dict[tuple[str | int, ...], int] = {}

    def key_for(self, statement: Statement) -> str:
        """Return the key of a statement of which all fields are set."""
        subject = [_as_text(getattr(statement, name)) for name in statement.kind_fields().subject]
        record: Any = statement.record
        parts: tuple[str | int, ...] = (
            record.path,
            str(statement.statement_kind),
            *subject,
            statement.source.slug,
            statement.paragraph,
        )
        while True:
            place = self._places[parts] = self._places.get(parts, -1) + 1
            key = derived_key(*parts, place)
            if key not in self._taken:
                self._taken.add(key)
                return key


def _as_text(value: Any) -> str:
    """Return a field's value in a derived key, which tells partners, too, by their slug alone."""
    return value.natural_key()[0] if isinstance(value, KeyedModel) else str(value)


class Relation(Statement):
    """How a record relates to another one, as a source states it; seen from both sides."""

    statement_kind = Kind.RELATION
    #: Filled: the table's constraint demands it.
    related_record: Any

    class Meta:
        proxy = True
        verbose_name = "Bezug"
        verbose_name_plural = "Bezüge"

    @property
    def fact(self) -> str:
        return f"{self.get_relation_display()} {self.related_record.name}{self.and_since}"


class UserGroup(Statement):
    """People or bodies that use a project, as a source names them."""

    statement_kind = Kind.USER_GROUP

    class Meta:
        proxy = True
        verbose_name = "Nutzergruppe"
        verbose_name_plural = "Nutzergruppen"

    @property
    def fact(self) -> str:
        return f"Nutzergruppe: {self.brief}"

    @property
    def brief(self) -> str:
        return f"{self.user_group}{self.and_since}"


class OtherName(Statement):
    """A name beside the record's own: short form, former name, spelling."""

    statement_kind = Kind.NAME

    class Meta:
        proxy = True
        verbose_name = "weiterer Name"
        verbose_name_plural = "weitere Namen"

    @property
    def fact(self) -> str:
        return f"{self.get_name_kind_display()}: {self.name}"

    @property
    def brief(self) -> str:
        return f"{self.name} ({self.get_name_kind_display()})"


class Evidence(Statement):
    """A passage that supports the description, the reach or the levels of a record."""

    statement_kind = Kind.EVIDENCE

    class Meta:
        proxy = True
        verbose_name = "Beleg"
        verbose_name_plural = "Belege"

    @property
    def fact(self) -> str:
        return f"Beleg für: {self.get_aspect_display()}"

    @property
    def brief(self) -> str:
        return str(self.get_aspect_display())


class StatusStatement(Statement):
    """What a source says of the state a record is in."""

    statement_kind = Kind.STATUS

    class Meta:
        proxy = True
        verbose_name = "Status"
        verbose_name_plural = "Status"

    @property
    def fact(self) -> str:
        return f"Status: {self.brief}"

    @property
    def brief(self) -> str:
        return f"{self.get_status_display()}{self.and_since}"


class KeyFigure(Statement):
    """A number with the qualifier that its source gives it: "rund 270.000 Wohngeldkonten"."""

    statement_kind = Kind.FIGURE
    #: Filled: the table's constraint demands it.
    value: int

    class Meta:
        proxy = True
        verbose_name = "Kennzahl"
        verbose_name_plural = "Kennzahlen"

    @property
    def fact(self) -> str:
        return f"{self.qualifier} {german.grouped(self.value)} {self.unit}".strip()


class Milestone(Statement):
    """A dated event, no more precise than its source."""

    statement_kind = Kind.MILESTONE
    #: Filled: the table's constraint demands it.
    year: int

    class Meta:
        proxy = True
        verbose_name = "Meilenstein"
        verbose_name_plural = "Meilensteine"
        # Nulls first by name: databases differ in where they put them.
        ordering = [
            "year",
            F("month").asc(nulls_first=True),
            F("day").asc(nulls_first=True),
            "pk",
        ]

    @property
    def chronological_key(self) -> tuple[int, int, int]:
        """Sort key of the date, see :func:`chronological_key`."""
        return chronological_key(self.year, self.month, self.day, self.part)

    @property
    def fact(self) -> str:
        return f"{self.get_event_display()} {self.date}: {self.title}"

    @property
    def brief(self) -> str:
        return f"{self.date}: {self.title}"
