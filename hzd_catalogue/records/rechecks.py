"""Statements to look at again: those whose paragraph a new state of their document changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from hzd_catalogue.reference.models import OmittedSentence, Paragraph, Source, SourceText


class Reason(models.TextChoices):
    """Why a statement is to be looked at again."""

    MOVED = "verschoben", "Absatz steht an anderer Stelle"
    CHANGED = "geaendert", "Absatz lautet anders"
    GONE = "entfallen", "Stelle gibt es nicht mehr"
    UNFOUND = "nicht-gefunden", "Wortlaut steht nicht im Absatz"


class Recheck(models.Model):
    """That a statement is to be looked at again, by editors alone: no page shows it."""

    statement = models.OneToOneField(
        "records.Statement", models.CASCADE, related_name="recheck", verbose_name="Angabe"
    )
    edition = models.ForeignKey(
        SourceText, models.CASCADE, related_name="rechecks", verbose_name="Fassung"
    )
    reason = models.CharField("Grund", max_length=20, choices=Reason)
    #: What the statement was taken from; None where its quotation never stood there.
    taken_from = models.ForeignKey(
        Paragraph,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="Absatz vorher",
    )
    #: Where the quotations stand now.
    offered = models.PositiveSmallIntegerField("jetzt in Absatz", null=True, blank=True)
    since = models.DateTimeField("seit", default=timezone.now)

    class Meta:
        verbose_name = "neu zu prüfende Angabe"
        verbose_name_plural = "neu zu prüfende Angaben"
        ordering = ["edition__source__code", "statement__paragraph", "pk"]

    def __str__(self) -> str:
        return f"{self.statement}: {self.get_reason_display()}"

    @property
    def in_words(self) -> str:
        """Why, and where the quotations stand now."""
        place = f"; der Wortlaut steht in Absatz {self.offered}" if self.offered else ""
        return f"{self.get_reason_display()}{place}."

    @classmethod
    def settle(cls, statement: Any) -> bool:
        """Take the mark off a statement whose quotations stand where it says.

        Returns:
            Whether the statement has no mark any more.
        """
        marks = cls.objects.filter(statement=statement.pk)
        if not marks.exists():
            return True
        statement.source.forget_text()
        if statement.passage_faults():
            return False
        marks.delete()
        return True

    def take_offer(self) -> bool:
        """Write down the paragraph that is offered; return whether that settled it."""
        statement: Any = self.statement
        if self.offered is None:
            return False
        statement.paragraph = self.offered
        statement.full_clean(exclude=["key"])
        statement.save()
        return not type(self).objects.filter(pk=self.pk).exists()


def take_in(source: Source, paragraphs: list[str], note: str = "") -> SourceText | None:
    """Keep a text as the current state of a document, and mark what rests on changed paragraphs.

    A first text marks the statements whose quotation does not stand in it. Sentences that were
    left out keep their reason wherever they stand now.

    Returns:
        The state; None where the current one has the same paragraphs.
    """
    with transaction.atomic():
        source.lock_text()
        # Before the old text is left behind.
        marks = list(_marks(source, paragraphs))
        edition = SourceText.take_in(source, paragraphs, note)
        if edition is not None:
            Recheck.objects.filter(statement__source=source).delete()
            for mark in marks:
                mark.edition = edition
            Recheck.objects.bulk_create(marks)
            OmittedSentence.follow(source)
    return edition


def effects(source: Source, paragraphs: list[str]) -> list[Recheck]:
    """Return the marks that a text would make, unsaved."""
    return list(_marks(source, paragraphs))


def _marks(source: Source, texts: list[str]) -> Iterator[Recheck]:
    """Yield a mark for each statement of a document that a new text leaves behind.

    What is marked already is compared with the paragraph that it was taken from, however many
    states ago.
    """
    current = {row.number: row for row in source.current_paragraphs}
    places: dict[str, list[int]] = defaultdict(list)
    for number, text in enumerate(texts, start=1):
        places[text].append(number)
    statements: Any = source.statements
    for statement in statements.select_related("record", "recheck__taken_from").with_names():
        number = statement.paragraph
        mark = getattr(statement, "recheck", None)
        before = mark.taken_from if mark else current.get(number)
        same = places[before.text] if before else []
        stands = not statement.passage_faults(texts)
        if stands and (before is None or number in same):
            continue
        quotes = [quote for quote in (statement.quote, statement.since_quote) if quote]
        quoting = [n for n, text in enumerate(texts, 1) if all(quote in text for quote in quotes)]
        fitting = [place for place in same if place in quoting] or quoting
        offered = min(fitting, key=lambda place: abs(place - number), default=None)
        if before is None:
            reason = Reason.UNFOUND
        elif offered is None:
            reason = Reason.GONE
        else:
            reason = Reason.MOVED if offered in same else Reason.CHANGED
        yield Recheck(
            statement_id=statement.pk,
            taken_from=before,
            reason=reason,
            offered=None if offered == number else offered,
        )
