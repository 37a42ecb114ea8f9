"""The ground floor: federal states, levels, topics, sources, and the revision of the data."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import connection, models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property

from hzd_catalogue.prefix import path_of

from . import blocks, german
from .blocks import Block
from .choices import AidKind, DataTheme, DateBasis, OriginalState, Voice
from .links import is_web_address
from .sentences import FINGERPRINT_LENGTH, fingerprint
from .texts import Paragraph, SourceText

__all__ = [
    "Block",
    "CatalogueModel",
    "FederalState",
    "KeyedModel",
    "Level",
    "OmittedSentence",
    "Paragraph",
    "Revision",
    "SearchAid",
    "Source",
    "SourceText",
    "Topic",
]

#: HZD is Hessen's IT provider, so Hessen takes part in every project (catalogue rule 1).
HOME_STATE = "DE-HE"

#: For how long the comparison of a document with its original is worth something.
COMPARED_FOR = timedelta(days=365)
#: What can only be meant as the address of a page: a host with a point, perhaps a path.
_HOST_AND_PATH = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+(/\S*)?", re.IGNORECASE)


class CatalogueModel(models.Model):
    """Base of everything that visitors see; a change to it makes a new revision."""

    #: Fields that stand in lists of files for programs.
    listed_fields: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    def clean_fields(self, exclude: Any = None) -> None:
        """Check each field; words that are blocked stand in none.

        Raises:
            ValidationError: beside the fields.
        """
        super().clean_fields(exclude)
        errors = {
            name: f"„{german.LIST_SEPARATOR}“ trennt in Dateien die Werte einer Liste und kann "
            "hier nicht stehen."
            for name in self.listed_fields
            if name not in (exclude or ()) and german.LIST_SEPARATOR in (getattr(self, name) or "")
        }
        if errors:
            raise ValidationError(errors)
        blocks.refuse(self, exclude or ())


class Revision(models.Model):
    """Counts the changes to the catalogue's data, in one row.

    Whatever is derived from the data (facet index, page cache, exports) is kept under the
    number it was derived from and thrown away when that number has moved on.
    """

    number = models.PositiveBigIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "Datenstand"
        verbose_name_plural = "Datenstand"
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="reference_revision_single_row")
        ]

    def __str__(self) -> str:
        return f"Revision {self.number}"

    @property
    def key(self) -> tuple[int, datetime]:
        """Equal for equal data: what is derived from them is kept under it.

        The time is part of it: a database that was set back to an older state can reach the same
        number again with other data.
        """
        return self.number, self.changed_at

    @classmethod
    def current(cls) -> Revision:
        """Return the revision of the data; number 0 before the first change."""
        found = cls.current_key()
        return cls(pk=1, number=found[0], changed_at=found[1]) if found else cls(pk=1)

    @classmethod
    def current_key(cls, cursor: Any = None) -> tuple[int, datetime] | None:
        """Return the ``key`` of the data, read with any cursor; None before the first change.

        In plain SQL, because each request asks: to put the statement together would cost ten
        times as much as its answer.
        """
        if cursor is None:
            with connection.cursor() as own:
                return cls.current_key(own)
        cursor.execute("SELECT number, changed_at FROM reference_revision")
        row = cursor.fetchone()
        if row is None:
            return None
        number, changed_at = row
        # SQLite knows no time zones; what Django writes there is UTC.
        return number, changed_at if changed_at.tzinfo else changed_at.replace(tzinfo=UTC)

    @classmethod
    def advance(cls) -> None:
        """Count one change, in the transaction of the change itself."""
        now = timezone.now()
        if not cls.objects.filter(pk=1).update(number=F("number") + 1, changed_at=now):
            cls.objects.create(pk=1, number=1, changed_at=now)


class RevisionStep(models.Model):
    """What one change did: from which revision to which, and what may show something else since.

    No data of the catalogue, and no history: by the last few hundred rows, what processes hold in
    memory follows the changes (``revisions.changes_between``). Any may be lost.
    """

    #: ``Revision.key`` before and after the change.
    number_before = models.PositiveBigIntegerField()
    changed_at_before = models.DateTimeField()
    number = models.PositiveBigIntegerField(db_index=True)
    changed_at = models.DateTimeField()
    #: Lists of primary keys, each under the name of a set; null: anything may be different.
    keys = models.JSONField(null=True)

    class Meta:
        verbose_name = "Schritt des Datenstands"
        verbose_name_plural = "Schritte des Datenstands"

    def __str__(self) -> str:
        return f"Schritt zu Revision {self.number}"


class KeyedQuerySet(models.QuerySet):
    """Rows that a fixture or an address names by a key instead of a number."""

    def get_by_natural_key(self, key: str) -> Any:
        """Return the row with this key.

        Raises:
            DoesNotExist: when no row has it.
        """
        return self.get(**{self.model.natural_key_field: key})


class KeyedModel(CatalogueModel):
    """A row with a readable key."""

    natural_key_field = "slug"
    #: Relations to rows that belong to one of this model: in the files, they stand below it.
    parts: ClassVar[tuple[str, ...]] = ()

    objects: ClassVar[Any] = KeyedQuerySet.as_manager()

    class Meta:
        abstract = True

    def natural_key(self) -> tuple[str]:
        """Return the key as Django's serializers expect it."""
        return (getattr(self, self.natural_key_field),)


class FederalState(KeyedModel):
    """One of the 16 Länder, keyed by ISO 3166-2."""

    natural_key_field = "code"
    listed_fields = ("name",)

    code = models.CharField(
        "Schlüssel (ISO 3166-2)",
        max_length=5,
        unique=True,
        validators=[RegexValidator(r"^DE-[A-Z]{2}\Z", "Schlüssel wie DE-HE.")],
    )
    name = models.CharField("Name", max_length=40, unique=True)
    slug = models.SlugField("Adresse", unique=True)

    class Meta:
        verbose_name = "Bundesland"
        verbose_name_plural = "Bundesländer"
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return path_of("state-detail", self.slug)

    @property
    def abbreviation(self) -> str:
        """The two letters after the country: "HE"."""
        return self.code[3:]

    @property
    def is_home(self) -> bool:
        """Whether this is Hessen."""
        return self.code == HOME_STATE


class Level(KeyedModel):
    """A level of government at which a record works: Bund, Land or Kommune."""

    listed_fields = ("name",)

    slug = models.SlugField("Schlüssel", unique=True)
    name = models.CharField("Name", max_length=40, unique=True)
    explanation = models.CharField("Erklärung", max_length=200)
    position = models.PositiveSmallIntegerField("Reihenfolge", unique=True)

    class Meta:
        verbose_name = "Ebene"
        verbose_name_plural = "Ebenen"
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name


class Topic(KeyedModel):
    """A subject area, mapped to one concept of the EU's data-theme vocabulary."""

    listed_fields = ("name",)

    slug = models.SlugField("Adresse", unique=True)
    name = models.CharField("Name", max_length=80, unique=True)
    sort_key = models.CharField(max_length=80, editable=False)
    description = models.CharField("Erklärung", max_length=300)
    data_theme = models.CharField(
        "EU-Datenthema",
        max_length=10,
        choices=DataTheme,
        help_text="Entsprechung im EU-Vokabular „data theme“.",
    )

    class Meta:
        verbose_name = "Thema"
        verbose_name_plural = "Themen"
        ordering = ["sort_key", "pk"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with a fresh sort key."""
        self.sort_key = german.sort_key(self.name)[:80]
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return path_of("topic-detail", self.slug)


class SourceQuerySet(KeyedQuerySet):
    """Which documents are in the catalogue, and of which something is not known."""

    def published(self) -> Self:
        """Keep the documents that were not taken back."""
        return self.filter(taken_back_at__isnull=True)

    def undated(self) -> Self:
        """Keep the documents that do not state their own date."""
        return self.exclude(date_basis=DateBasis.STATED)

    def never_compared(self) -> Self:
        """Keep the documents that nobody has compared with their original."""
        return self.filter(compared_on__isnull=True)

    def overdue(self) -> Self:
        """Keep those of which the last comparison was too long ago, as days in Berlin count."""
        return self.filter(compared_on__lt=timezone.localdate() - COMPARED_FOR)


class Source(KeyedModel):
    """One of the documents, with what is known of its publisher, date and original."""

    parts = ("omitted_sentences",)

    slug = models.SlugField("Adresse", unique=True)
    code = models.CharField(
        "Nummer",
        max_length=3,
        unique=True,
        validators=[RegexValidator(r"^\d{3}\Z", "Drei Ziffern wie 001.")],
    )
    file_name = models.CharField("Dateiname", max_length=100, unique=True)
    title = models.CharField("Titel", max_length=200)
    publisher = models.CharField("Herausgeber", max_length=120, blank=True)
    published_at = models.CharField(
        "Originaladresse",
        max_length=200,
        blank=True,
        help_text="Soweit bekannt. Vollständig (hzd.hessen.de/… oder https://…) wird sie verlinkt.",
    )
    voice = models.CharField(
        "Stimme",
        max_length=20,
        blank=True,
        choices=Voice,
        help_text=(
            "Selbstauskunft: die HZD über sich. Betreiber: eine andere Stelle, die ein Verfahren "
            "betreibt, von dem das Dokument spricht. Dritte: alle anderen."
        ),
    )
    voice_reason = models.CharField("Grund für die Stimme", max_length=300, blank=True)
    date = models.CharField(
        "Datum", max_length=80, blank=True, help_text="So genau wie bekannt: „Dezember 2015“."
    )
    date_basis = models.CharField("Datum ist", max_length=20, choices=DateBasis)
    date_reason = models.CharField("Woraus sich das Datum ergibt", max_length=300)
    rank = models.PositiveSmallIntegerField(
        "Rang in der Zeit",
        unique=True,
        help_text="1 ist das älteste Dokument. Bei Widersprüchen gilt das neueste.",
    )
    rank_reason = models.CharField("Grund für den Rang", max_length=300)
    comparison = models.CharField(
        "Ergebnis des Vergleichs",
        max_length=20,
        choices=OriginalState,
        default=OriginalState.UNCHECKED,
    )
    compared_on = models.DateField("zuletzt verglichen am", null=True, blank=True)
    #: Its number, address and rank stay taken. ``records.taking_back`` alone writes it.
    taken_back_at = models.DateTimeField("zurückgenommen", null=True, editable=False)

    objects: ClassVar[Any] = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = "Quelle"
        verbose_name_plural = "Quellen"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(voice__in=["", *Voice.values]),
                name="reference_source_voice_known",
                violation_error_message="Diese Stimme gibt es nicht.",
            ),
            models.CheckConstraint(
                condition=Q(comparison=OriginalState.UNCHECKED, compared_on__isnull=True)
                | Q(
                    comparison__in=[
                        state for state in OriginalState.values if state != OriginalState.UNCHECKED
                    ],
                    compared_on__isnull=False,
                ),
                name="reference_source_compared_on_with_result",
                violation_error_message="Zum Ergebnis des Vergleichs gehört sein Tag.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.title}"

    def get_absolute_url(self) -> str:
        return path_of("source-detail", self.slug)

    def clean(self) -> None:
        """Refuse a comparison without its day or its result, and one that is yet to come.

        Raises:
            ValidationError: beside the field.
        """
        super().clean()
        was_compared = self.comparison != OriginalState.UNCHECKED
        if was_compared and self.compared_on is None:
            raise ValidationError({"compared_on": "Bitte den Tag des Vergleichs angeben."})
        if not was_compared and self.compared_on is not None:
            raise ValidationError({"comparison": "Bitte angeben, was der Vergleich ergab."})
        if self.compared_on is not None and self.compared_on > timezone.localdate():
            raise ValidationError({"compared_on": "Dieser Tag liegt in der Zukunft."})

    @cached_property
    def current_paragraphs(self) -> list[Paragraph]:
        """The paragraphs of the text's current state; none while the text is missing."""
        rows = Paragraph.objects.filter(edition__source=self, edition__is_current=True)
        return list(rows.order_by("number"))

    def lock_text(self) -> None:
        """Wait for whoever takes a text in right now, then read it anew; in a transaction."""
        type(self).objects.select_for_update().get(pk=self.pk)
        self.forget_text()

    def forget_text(self) -> None:
        """Read the paragraphs again when they are next asked for."""
        self.__dict__.pop("current_paragraphs", None)

    @property
    def label(self) -> str:
        """Short form for references: "Dokument 001"."""
        return f"Dokument {self.code}"

    @property
    def reference(self) -> str:
        """Short form for people, publisher and age: "HZD, nach Febr. 2024"."""
        parts = [self.publisher, german.brief_date(self.date)]
        return ", ".join(filter(None, parts)) or self.label

    @property
    def original_url(self) -> str:
        """Where the original is, if its address is known in full; http and https only."""
        is_complete = _HOST_AND_PATH.fullmatch(self.published_at)
        address = f"https://{self.published_at}" if is_complete else self.published_at
        return address if is_web_address(address) else ""

    @property
    def comparison_in_words(self) -> str:
        """The last comparison: "zuletzt verglichen am 3. Mai 2026 – noch so"; "nicht geprüft"."""
        result = self.get_comparison_display()
        if self.compared_on is None:
            return result
        return f"zuletzt verglichen am {date_format(self.compared_on, 'j. F Y')} – {result}"

    @property
    def warning(self) -> str:
        """What a reader of a passage should know of the original; "" where it is as it was."""
        if self.compared_on is None or self.comparison == OriginalState.SAME:
            return ""
        day = date_format(self.compared_on, "j. F Y")
        return f"Original {self.get_comparison_display()} (verglichen am {day})"


class OmittedSentence(CatalogueModel):
    """A sentence of a document that no statement rests on, and why (catalogue rule 7).

    It is named by its place and its fingerprint (``sentences.py``), never by its words.
    """

    source = models.ForeignKey(
        Source, models.CASCADE, related_name="omitted_sentences", verbose_name="Quelle"
    )
    paragraph = models.PositiveSmallIntegerField("Absatz", validators=[MinValueValidator(1)])
    number = models.PositiveSmallIntegerField(
        "Satz", validators=[MinValueValidator(1)], help_text="Im Absatz von 1 gezählt."
    )
    fingerprint = models.CharField(
        "Fingerabdruck",
        max_length=FINGERPRINT_LENGTH,
        validators=[
            RegexValidator(rf"^[0-9a-f]{{{FINGERPRINT_LENGTH}}}\Z", "Zehn Zeichen, 0–9 und a–f.")
        ],
        help_text="„check_sources“ nennt ihn. Er zeigt, ob der Satz noch derselbe ist.",
    )
    reason = models.CharField(
        "Grund", max_length=120, help_text="Warum aus dem Satz keine Angabe wurde."
    )

    class Meta:
        verbose_name = "ausgelassener Satz"
        verbose_name_plural = "ausgelassene Sätze"
        ordering = ["source", "paragraph", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "paragraph", "number"],
                name="reference_omitted_sentence_unique",
                violation_error_message="Dieser Satz steht schon in der Liste.",
            ),
            models.CheckConstraint(
                condition=Q(paragraph__gte=1, number__gte=1) & ~Q(reason=""),
                name="reference_omitted_sentence_has_place_and_reason",
                violation_error_message="Absatz, Satz und Grund angeben.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source.label}, Absatz {self.paragraph}, Satz {self.number}"

    def clean(self) -> None:
        """Refuse a sentence that is not in the document's text, where that is there.

        What is stored already is not refused again: a new state of the document may have left it
        behind, and the form around it can be saved.

        Raises:
            ValidationError: beside the field, with what to write instead.
        """
        super().clean()
        errors = self._wrong_place()
        place = ("source", "paragraph", "number", "fingerprint")
        if errors and not self._state.adding:
            stored = OmittedSentence.objects.filter(pk=self.pk).values_list(*place).first()
            if stored == (self.source_id, self.paragraph, self.number, self.fingerprint):
                return
        if errors:
            raise ValidationError(errors)

    @classmethod
    def follow(cls, source: Source) -> None:
        """Let the sentences of a document stand where the same ones stand in its text by now.

        Nothing is deleted: another text may bring back what is gone. What is gone stays where it
        is or, where another sentence belongs there, comes behind the text; ``check_sources`` names
        both.
        """
        prints = {
            (row.number, number): fingerprint(text)
            for row in source.current_paragraphs
            for number, text in enumerate(row.sentences, start=1)
        }
        rows = list(cls.objects.filter(source=source))
        lost = [row for row in rows if prints.get((row.paragraph, row.number)) != row.fingerprint]
        taken = {(row.paragraph, row.number) for row in rows if row not in lost}
        moved, gone = [], []
        for row in lost:
            places = [place for place, found in prints.items() if found == row.fingerprint]
            free = [place for place in places if place not in taken]
            if free:
                row.paragraph, row.number = min(free, key=lambda at: abs(at[0] - row.paragraph))
                taken.add((row.paragraph, row.number))
                moved.append(row)
            else:
                gone.append(row)
        behind = len(source.current_paragraphs) + 1
        for row in gone:
            if (row.paragraph, row.number) in taken:
                numbers = (n for n in count(1) if (behind, n) not in taken)
                row.paragraph, row.number = behind, next(numbers)
                moved.append(row)
            taken.add((row.paragraph, row.number))
        # Two of them may change places.
        cls.objects.filter(pk__in=[row.pk for row in moved]).delete()
        for row in moved:
            row.pk = None
            row.save(force_insert=True)

    def _wrong_place(self) -> dict[str, str]:
        # A form may lack what is wrong in it, and a new document has no number yet.
        is_whole = self.source_id and self.paragraph and self.number and self.fingerprint
        rows = self.source.current_paragraphs if is_whole else []
        prints = [[fingerprint(text) for text in row.sentences] for row in rows]
        there = prints[self.paragraph - 1] if is_whole and self.paragraph <= len(prints) else []
        found = there[self.number - 1] if is_whole and self.number <= len(there) else ""
        if not rows or found == self.fingerprint:
            return {}
        elsewhere = [
            f"Absatz {paragraph}, Satz {number}"
            for paragraph, row in enumerate(prints, start=1)
            for number, other in enumerate(row, start=1)
            if other == self.fingerprint
        ]
        if elsewhere:
            return {"fingerprint": f"Dieser Satz steht in {german.in_words(elsewhere)}."}
        if found:
            return {"fingerprint": f"Der Fingerabdruck dieses Satzes ist {found}."}
        if there:
            number = german.counted(len(there), "Satz", "Sätze")
            return {"number": f"Absatz {self.paragraph} hat nur {number}."}
        number = german.counted(len(prints), "Absatz", "Absätze")
        return {"paragraph": f"Das Dokument hat nur {number}."}


class SearchAid(KeyedModel):
    """Words that people type and the catalogue's own words that they lead to, with the reason.

    An aid of the editors and no statement: it is no name of anything and in no export. What counts
    as the same word is the search's matter (``lists/thesaurus.py``).
    """

    #: Of all words of a group, and of all that they lead to.
    MAX_LENGTH = 1000

    slug = models.SlugField("Schlüssel", unique=True)
    kind = models.CharField("Art", max_length=20, choices=AidKind)
    words = models.TextField(
        "Getippte Wörter",
        max_length=MAX_LENGTH,
        help_text="Je Zeile eines, auch mehrere Wörter zusammen: „häusliche Gewalt“.",
    )
    leads_to = models.TextField(
        "Führt zu",
        max_length=MAX_LENGTH,
        help_text="Wörter des Katalogs, je Zeile eine Suche, die etwas findet: „Wohngeld“.",
    )
    reason = models.CharField(
        "Grund",
        max_length=300,
        help_text="Warum die Wörter dasselbe meinen, belegt durch das, was im Katalog steht.",
    )

    class Meta:
        verbose_name = "Suchhilfe"
        verbose_name_plural = "Suchhilfen"
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=AidKind.values),
                name="reference_search_aid_kind_known",
                violation_error_message="Diese Art gibt es nicht.",
            ),
            models.CheckConstraint(
                condition=~(Q(words="") | Q(leads_to="") | Q(reason="")),
                name="reference_search_aid_complete",
                violation_error_message="Wörter, Ziel und Grund angeben.",
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(self.word_list)

    def clean(self) -> None:
        """Keep one entry a line, without empty lines and space around."""
        super().clean()
        self.words, self.leads_to = "\n".join(self.word_list), "\n".join(self.targets)

    @property
    def word_list(self) -> list[str]:
        """The words that people type."""
        return _lines(self.words)

    @property
    def targets(self) -> list[str]:
        """What is searched as well."""
        return _lines(self.leads_to)


def _lines(text: str) -> list[str]:
    return list(filter(None, (" ".join(line.split()) for line in text.splitlines())))
