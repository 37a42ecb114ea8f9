"""Words that may not stand anywhere: the list of them, and where they stand in a text.

The list tells the words again without holding them, so that it is no place where they stand
(docs/decisions/0017-blocks.md). What stands in their place says so, with the day.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format

#: What stands in the place of blocked words, and beside what they were taken out of.
BLOCKED = "aus rechtlichen Gründen gesperrt"
MAX_WORDS = 40
MIN_LETTERS = 3
#: Hyphens part words, as they do in addresses; soft ones and accents of their own part none.
_WORD = re.compile("(?:[^\\W_]|[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff])+")
_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
#: Parts of addresses, addresses of mail and names of files, which stay such.
_ADDRESS = re.compile(r"[a-z0-9._/#:?=&%@-]+")
#: Fields, and their names in files and versions, that hold at most so many words.
_QUOTES = ("quote", "since_quote")
_QUOTE_WORDS, _QUOTE_LENGTH = 12, 200


def new_key() -> str:
    """Return what a block is called by: ten characters at random."""
    return secrets.token_hex(5)


def folded(words: str) -> list[str]:
    """Return words as they are compared: case, marks and umlauts (ü = ue) aside."""
    return [_fold(word) for word in _WORD.findall(words)]


def _fold(word: str) -> str:
    composed = unicodedata.normalize("NFC", _UNSEEN.sub("", word))
    return unicodedata.normalize("NFC", composed.casefold()).translate(_UMLAUTS)


def _digest(salt: str, words: Sequence[str]) -> str:
    return hmac.digest(salt.encode(), " ".join(words).encode(), hashlib.sha256).hex()


class Block(models.Model):
    """That some words may not stand anywhere, since when and on which ground."""

    class Ground(models.TextChoices):
        """Whose right it is."""

        PERSON = "person", "Recht einer Person"
        COPYRIGHT = "urheberrecht", "Urheberrecht"
        COURT = "gericht", "Entscheidung eines Gerichts"

    key = models.CharField("Kennung", max_length=10, unique=True, default=new_key)
    at = models.DateTimeField("gesperrt", default=timezone.now)
    #: Of whoever asked for it; who that was, the log of the admin says.
    role = models.CharField("durch", max_length=40)
    ground = models.CharField("Grund", max_length=20, choices=Ground)
    note = models.CharField(
        "Notiz",
        max_length=200,
        blank=True,
        help_text="Zum Beispiel ein Aktenzeichen, nicht die gesperrten Wörter.",
    )
    #: Shared by all of one list, so that a text is looked through once for all of them.
    salt = models.CharField(max_length=32)
    #: Of each sequence of words how many they are, and a fingerprint.
    fingerprints = models.JSONField()

    class Meta:
        verbose_name = "Sperrung"
        verbose_name_plural = "Sperrungen"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ground__in=["person", "urheberrecht", "gericht"]),
                name="reference_block_ground_known",
            )
        ]

    def __str__(self) -> str:
        return f"Sperrung {self.key} vom {self.day}"

    @classmethod
    def of(cls, lines: Iterable[str], **values: Any) -> Self:
        """Return an unsaved block of these words, each sequence for itself.

        Raises:
            ValidationError: where one is too short to mean one thing, or too long.
        """
        newest = cls.objects.order_by("pk").last()
        salt = newest.salt if newest else secrets.token_hex(16)
        found: list[list[Any]] = []
        for line in filter(str.strip, lines):
            words = folded(line)
            letters = [letter for letter in "".join(words) if letter.isalpha()]
            if len(letters) < MIN_LETTERS:
                raise ValidationError(f"Jede Zeile braucht mindestens {MIN_LETTERS} Buchstaben.")
            if len(words) > MAX_WORDS:
                raise ValidationError(f"Eine Zeile hat höchstens {MAX_WORDS} Wörter.")
            found.append([len(words), _digest(salt, words)])
        if not found:
            raise ValidationError("Bitte die Wörter angeben, die zu sperren sind.")
        return cls(salt=salt, fingerprints=found, **values)

    @property
    def day(self) -> str:
        """When, as it stands in the place of the words: "28.11.2026"."""
        return date_format(timezone.localtime(self.at), "d.m.Y")

    @property
    def markers(self) -> tuple[str, ...]:
        """What stands in the place of the words, the shorter ones where no other has room."""
        return (
            f"[{BLOCKED} am {self.day}]",
            f"[gesperrt am {self.day}]",
            "[gesperrt]",
            "…",
        )

    @property
    def address(self) -> str:
        """What stands in their place in an address."""
        return f"gesperrt-{self.key}"


@dataclass(frozen=True)
class Place:
    """Where blocked words stand in a text."""

    start: int
    end: int
    block: Block


@dataclass(frozen=True)
class Cleaned:
    """A text without blocked words."""

    text: str
    places: tuple[Place, ...]
    #: What stands in their places.
    markers: tuple[str, ...]

    def moved(self, offset: int) -> int | None:
        """Return where a letter of the former text stands now; None where it was taken out."""
        by = 0
        for place, marker in zip(self.places, self.markers, strict=True):
            if place.start < offset < place.end:
                return None
            if place.end <= offset:
                by += len(marker) - (place.end - place.start)
        return offset + by


class Matcher:
    """Finds the words of some blocks, and puts in their place that they are blocked."""

    def __init__(self, blocks: Iterable[Block], lengths: Mapping[str, int] | None = None) -> None:
        """Start with the blocks.

        Args:
            blocks: the list, or part of it.
            lengths: how many letters there is room for in what has such a name within JSON.
        """
        self._lengths = lengths or {}
        self._blocks: dict[str, dict[tuple[int, str], Block]] = defaultdict(dict)
        for block in blocks:
            for count, digest in block.fingerprints:
                self._blocks[block.salt].setdefault((count, digest), block)
        counts = {count for known in self._blocks.values() for count, _digest in known}
        #: Of sequences that begin alike the longest counts.
        self._counts = sorted(counts, reverse=True)
        #: What was asked before: texts say the same words over and over.
        self._answers: dict[tuple[str, ...], Block | None] = {}

    @classmethod
    def current(cls, lengths: Mapping[str, int] | None = None) -> Matcher:
        """Return one for the list as it is."""
        return cls(Block.objects.order_by("pk"), lengths)

    def find(self, text: str) -> tuple[Place, ...]:
        """Return where blocked words stand, in their order; no two overlap."""
        if not self._counts or not text:
            return ()
        words = [(found.start(), found.end()) for found in _WORD.finditer(text)]
        forms = [_fold(text[start:end]) for start, end in words]
        found, at = [], 0
        while at < len(words):
            for count in self._counts:
                if at + count <= len(words) and (block := self._block(*forms[at : at + count])):
                    found.append(Place(words[at][0], words[at + count - 1][1], block))
                    at += count
                    break
            else:
                at += 1
        return tuple(found)

    def _block(self, *words: str) -> Block | None:
        if words not in self._answers:
            self._answers[words] = self._block_of(words)
        return self._answers[words]

    def _block_of(self, words: tuple[str, ...]) -> Block | None:
        forms = [words]
        # A name in the genitive is the name.
        if words[-1].endswith("s") and len(words[-1]) > MIN_LETTERS:
            forms.append((*words[:-1], words[-1][:-1]))
        for salt, known in self._blocks.items():
            for form in forms:
                if block := known.get((len(form), _digest(salt, form))):
                    return block
        return None

    def holds(self, value: Any) -> bool:
        """Whether blocked words stand in a text, or somewhere in what is written as JSON."""
        return self.cleaned_value(value) != value

    def clean(self, text: str, form: int = 0) -> Cleaned:
        """Put one form of the markers in the place of blocked words."""
        places = self.find(text)
        is_address = bool(_ADDRESS.fullmatch(text))
        markers = tuple(
            place.block.address if is_address else place.block.markers[form] for place in places
        )
        parts, end = [], 0
        for place, marker in zip(places, markers, strict=True):
            parts += [text[end : place.start], marker]
            end = place.end
        return Cleaned("".join([*parts, text[end:]]), places, markers)

    def cleaned(self, text: str, max_length: int | None = None) -> str:
        """Return a text without blocked words, which has room for so many letters."""
        if not self.find(text):
            return text
        for form in range(len(Block().markers)):
            found = self.clean(text, form).text
            if max_length is None or len(found) <= max_length:
                return found
        return found[:max_length]

    def cleaned_quote(self, text: str) -> str:
        """Return a quotation without blocked words.

        Where the marker makes it too long, it is cut down to what stands around the marker, so
        that it still stands in its paragraph, letter for letter.
        """
        found = self.clean(text)
        if not found.places:
            return text
        before = found.text.count(" ", 0, found.places[0].start)
        end = before + len(found.markers[0].split(" "))
        words = found.text.split(" ")
        start = max(0, end - _QUOTE_WORDS)
        kept = words[start : start + _QUOTE_WORDS]
        while len(" ".join(kept)) > _QUOTE_LENGTH:
            kept = kept[:-1] if len(kept) > end - start else kept[1:]
        return " ".join(kept)

    def cleaned_value(self, value: Any, name: str = "", max_length: int | None = None) -> Any:
        """Return a value without blocked words: a text, or what JSON is made of.

        Args:
            value: a text may be JSON itself, as the log of the admin keeps it.
            name: of the field.
            max_length: of a text.
        """
        match value:
            case dict():
                return {
                    key: self.cleaned_value(part, key, self._lengths.get(key))
                    for key, part in value.items()
                }
            case list():
                return [self.cleaned_value(part, name, max_length) for part in value]
            case str():
                if value[:1] in ("[", "{") and (data := _json(value)) is not None:
                    found = self.cleaned_value(data)
                    return value if found == data else json.dumps(found)
                if name in _QUOTES:
                    return self.cleaned_quote(value)
                return self.cleaned(value, max_length)
            case _:
                return value


def _json(text: str) -> Any:
    try:
        data = json.loads(text)
    except ValueError:
        return None
    return data if isinstance(data, dict | list) else None


def text_fields(model: Any) -> list[Any]:
    """Return the columns of a model in which somebody's words may stand."""
    kinds = (models.CharField, models.TextField, models.JSONField)
    # A proxy has no columns of its own.
    table = model._meta.concrete_model
    return [
        field
        for field in table._meta.local_concrete_fields
        if isinstance(field, kinds) and not (field.primary_key or field.choices)
    ]


def refuse(row: models.Model, exclude: Iterable[str] = ()) -> None:
    """Refuse a row that would hold blocked words.

    Raises:
        ValidationError: beside its fields, naming the block and never the words.
    """
    matcher = Matcher.current()
    errors = {}
    for field in text_fields(type(row)):
        value = getattr(row, field.attname)
        places = matcher.find(value) if isinstance(value, str) else ()
        if places and field.name not in exclude:
            errors[field.name] = f"Hier stehen gesperrte Wörter ({places[0].block})."
    if errors:
        raise ValidationError(errors)
