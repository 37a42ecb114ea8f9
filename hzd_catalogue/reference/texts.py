"""The texts of the documents, for editors alone: states of a document and their paragraphs.

None of these models is a ``CatalogueModel``: no file, page or format is made of them, the role of
public hosts may not read them, and no revision of the catalogue counts them.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from .blocks import Matcher
from .sentences import FINGERPRINT_LENGTH, cut, fingerprint, plain, starts


def paragraphs_of(text: str) -> list[str]:
    """Return the paragraphs of a text: its lines that are not empty, composed (NFC).

    Blanks and tabs at the ends of a line belong to no paragraph; all else is kept as it is, as
    quotations are compared with it letter for letter.

    Raises:
        ValidationError: where there is none, or a letter that no database keeps.
    """
    text = unicodedata.normalize("NFC", text.removeprefix("\ufeff"))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found = [words for line in lines if (words := line.strip(" \t"))]
    if not found:
        raise ValidationError("Der Text ist leer.")
    if "\0" in text:
        raise ValidationError("Der Text enthält ein Nullzeichen.")
    return found


def paragraphs_to_keep(text: str) -> list[str]:
    """Return the paragraphs of a text as they may be kept: where words are blocked, it says so.

    Raises:
        ValidationError: as ``paragraphs_of``.
    """
    matcher = Matcher.current()
    return [matcher.clean(paragraph).text for paragraph in paragraphs_of(text)]


class SourceTextQuerySet(models.QuerySet):
    """States of documents."""

    def current(self) -> Self:
        """Keep the newest state of each document: quotations are compared with it."""
        return self.filter(is_current=True)


class SourceText(models.Model):
    """One state of a document's text. It is never changed: what comes in later is another state."""

    source = models.ForeignKey(
        "reference.Source", models.CASCADE, related_name="editions", verbose_name="Quelle"
    )
    number = models.PositiveSmallIntegerField("Fassung")
    is_current = models.BooleanField("gilt", default=True)
    taken_at = models.DateTimeField("aufgenommen", default=timezone.now)
    note = models.CharField(
        "Notiz", max_length=200, blank=True, help_text="Zum Beispiel woher der Text stammt."
    )

    objects = SourceTextQuerySet.as_manager()

    class Meta:
        verbose_name = "Text eines Dokuments"
        verbose_name_plural = "Texte der Dokumente"
        ordering = ["source", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "number"], name="reference_source_text_number_unique"
            ),
            models.UniqueConstraint(
                fields=["source"],
                condition=Q(is_current=True),
                name="reference_source_text_one_current",
            ),
        ]

    def __str__(self) -> str:
        day = date_format(timezone.localtime(self.taken_at), "j. F Y")
        return f"{self.source.label}, Fassung {self.number} vom {day}"

    def with_sentences(self, paragraphs: list[str]) -> list[Paragraph]:
        """Return texts as unsaved paragraphs of this state, cut into sentences.

        A paragraph that stands so in the source's current text is cut as it is there: where the
        rule erred, somebody may have corrected it.
        """
        known = {row.text: row.sentence_starts for row in self.source.current_paragraphs}
        return [
            Paragraph(
                edition=self,
                number=number,
                text=text,
                fingerprint=fingerprint(text),
                sentence_starts=known.get(text) or starts(text),
            )
            for number, text in enumerate(paragraphs, start=1)
        ]

    @classmethod
    def take_in(cls, source: Any, paragraphs: list[str], note: str = "") -> SourceText | None:
        """Keep these paragraphs as the current state of a document; those before stay.

        For ``records.rechecks``, which holds the document's lock and looks at what rests on it.

        Returns:
            The state; None where the current one has the same paragraphs.
        """
        if [row.text for row in source.current_paragraphs] == paragraphs:
            return None
        source.editions.current().update(is_current=False)
        newest = source.editions.aggregate(number=models.Max("number"))["number"] or 0
        state = cls(source=source, number=newest + 1, note=note)
        rows = state.with_sentences(paragraphs)
        state.save()
        Paragraph.objects.bulk_create(rows)
        source.forget_text()
        return state


class Paragraph(models.Model):
    """A paragraph of one state of a document, and where its sentences begin."""

    edition = models.ForeignKey(
        SourceText, models.CASCADE, related_name="paragraphs", verbose_name="Fassung"
    )
    number = models.PositiveSmallIntegerField("Absatz")
    text = models.TextField("Text")
    fingerprint = models.CharField("Fingerabdruck", max_length=FINGERPRINT_LENGTH)
    #: By the rule of ``sentences``, or by hand where that errs; its end is where the next begins.
    sentence_starts = models.JSONField("Anfänge der Sätze")

    class Meta:
        verbose_name = "Absatz"
        verbose_name_plural = "Absätze"
        ordering = ["edition", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "number"], name="reference_paragraph_number_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition}, Absatz {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save a new paragraph; of one that is there, no more than where its sentences begin.

        Raises:
            ValidationError: where anything else would be written.
        """
        if not self._state.adding and set(kwargs.get("update_fields") or ()) != {"sentence_starts"}:
            raise ValidationError("Ein aufgenommener Text wird nicht geändert.")
        super().save(*args, **kwargs)

    @property
    def sentences(self) -> list[str]:
        """Its sentences, white space within them as one blank."""
        return cut(self.text, self.sentence_starts)

    def cut_anew(self, sentences: list[str]) -> None:
        """Let its sentences be these, where the rule errs; together they are the paragraph.

        Raises:
            ValidationError: where a word is missing, too many or another one.
        """
        words = [plain(sentence) for sentence in sentences]
        words = [sentence for sentence in words if sentence]
        begins, position = [], 0
        for sentence in words:
            # Only white space differs between the two.
            pattern = r"\s*" + r"\s+".join(map(re.escape, sentence.split(" ")))
            found = re.compile(pattern).match(self.text, position)
            if not found:
                raise ValidationError(
                    f"„{sentence}“ steht nicht an dieser Stelle des Absatzes: Hier werden nur "
                    "Zeilen getrennt und verbunden, keine Wörter geändert."
                )
            begins.append(found.end() - len(found[0].lstrip()))
            position = found.end()
        if self.text[position:].strip():
            raise ValidationError(f"Es fehlt: „{plain(self.text[position:])}“.")
        self.sentence_starts = begins
        self.save(update_fields=["sentence_starts"])
