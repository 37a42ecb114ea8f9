"""Takes words out of everything that the database holds, for good, and says where they stand.

It goes through every model and every column with text, so that whatever is added is covered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import unquote_plus

from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction

from hzd_catalogue.reference import changes, german
from hzd_catalogue.reference.blocks import Block, Matcher, text_fields
from hzd_catalogue.reference.models import (
    FederalState,
    Level,
    OmittedSentence,
    Paragraph,
    Revision,
)
from hzd_catalogue.reference.sentences import cut, fingerprint

from . import version_writer
from .kinds import FIELDS
from .records import Record
from .statements import Statement
from .versions import Version

#: Accounts are deleted, not rewritten: who signs in by a name has it. The rest holds no words of
#: people, but for sessions, which are ended instead.
LEFT_ALONE = frozenset({"auth", "contenttypes", "otp_static", "otp_totp", "sessions"})
_ACCOUNTS = "auth.user"
_ROWS_AT_ONCE = 500


@dataclass(frozen=True)
class Outside:
    """Files that hold what was public, which goes as a whole where blocked words stand in it."""

    #: Yields what those are called in which they stand.
    holding: Callable[[Matcher], Iterable[str]]
    #: Takes those away.
    block: Callable[[Matcher], None]


_outside: list[Outside] = []


def connect_outside(
    holding: Callable[[Matcher], Iterable[str]], block: Callable[[Matcher], None]
) -> None:
    """Have words taken out of files, too, which are made by apps above this one."""
    if Outside(holding, block) not in _outside:
        _outside.append(Outside(holding, block))


def files(matcher: Matcher) -> list[str]:
    """Return the files that would go."""
    return [name for outside in _outside for name in outside.holding(matcher)]


@dataclass(frozen=True)
class Found:
    """A row in which blocked words stand."""

    model: Any
    pk: Any
    #: What is there to be written instead, by column.
    values: dict[str, Any]
    #: Of each column, what it held.
    before: dict[str, Any]

    @property
    def table(self) -> str:
        """What its rows are called."""
        return str(self.model._meta.verbose_name)

    @property
    def columns(self) -> str:
        """Which columns are concerned, in words."""
        shown = self.values.keys() - {"sort_key"}
        names = [self.model._meta.get_field(name).verbose_name for name in shown]
        return german.in_words(sorted(map(str, names)))

    def label(self, matcher: Matcher) -> str:
        """Return what the row is called, with its record, without the words."""
        row = self.model._base_manager.filter(pk=self.pk).first()
        record = f"{row.record}: " if isinstance(row, Statement) else ""
        return str(matcher.cleaned(f"{record}{row}"))


def found(matcher: Matcher) -> Iterator[Found]:
    """Yield each row that would be changed."""
    for model in apps.get_models(include_auto_created=True):
        options = model._meta
        if (
            options.managed
            and not options.proxy
            and options.app_label not in LEFT_ALONE
            and model is not Block
        ):
            yield from _found_in(model, matcher)


def _found_in(model: Any, matcher: Matcher) -> Iterator[Found]:
    fields = text_fields(model)
    names = [field.attname for field in fields]
    if not names:
        return
    # Not by a manager, which may hide rows.
    rows: Any = models.QuerySet(model).order_by("pk").values("pk", *names)
    for row in rows.iterator(chunk_size=_ROWS_AT_ONCE):
        values = {}
        for field in fields:
            value = row[field.attname]
            cleaned = matcher.cleaned_value(value, field.name, field.max_length)
            if cleaned != value:
                values[field.attname] = cleaned
        if values:
            # What a name sorts by follows from the name.
            if {"sort_key", "name"} <= values.keys():
                values["sort_key"] = german.sort_key(values["name"])[
                    : model._meta.get_field("sort_key").max_length
                ]
            yield Found(model, row["pk"], values, row)


def lengths() -> dict[str, int]:
    """Return for how many letters rows and versions have room, by the names of files."""
    found = {field.name: field.max_length for field in text_fields(Record)}
    for fields in FIELDS.values():
        for name in fields.names:
            field: Any = Statement._meta.get_field(name)
            if length := getattr(field, "max_length", None):
                known = found.get(fields.public_name(name), length)
                found[fields.public_name(name)] = min(known, length)
    return {name: length for name, length in found.items() if length}


def accounts(matcher: Matcher) -> list[str]:
    """Return the accounts whose name, in full or by which they sign in, holds the words."""
    user = apps.get_model(_ACCOUNTS)
    return [
        row.username
        for row in user.objects.order_by("username")
        if any(matcher.holds(getattr(row, field.attname)) for field in text_fields(user))
    ]


def check(block: Block) -> None:
    """Refuse words without which the catalogue could not speak: those of its lists of choices.

    Raises:
        ValidationError: naming such a word.
    """
    matcher = Matcher([block])
    for word in _vocabulary():
        if matcher.holds(word):
            raise ValidationError(
                f"„{word}“ gehört zum festen Wortschatz des Katalogs und lässt sich nicht sperren."
            )
    if matcher.holds(block.note):
        raise ValidationError("In der Notiz stehen die Wörter, die zu sperren sind.")


def _vocabulary() -> Iterator[str]:
    yield from Block(key="-").markers
    for model in apps.get_models():
        if model._meta.app_label not in LEFT_ALONE:
            for field in model._meta.local_concrete_fields:
                for pair in getattr(field, "flatchoices", ()):
                    yield from map(str, pair)
        if kinds := getattr(model, "kinds", None):
            for pair in kinds.choices:
                yield from map(str, pair)
    for fixed in (*FederalState.objects.all(), *Level.objects.all()):
        yield from (fixed.name, fixed.slug)


def block(new: Block, editor: Any = None) -> int:
    """Put a block on the list and take its words out of everything, in one transaction.

    Returns:
        The number of rows that held them.

    Raises:
        ValidationError: when the words cannot be blocked.
    """
    with changes.change(editor):
        check(new)
        new.save()
        return replay()


def replay() -> int:
    """Take the words of the whole list out of everything that the database holds.

    Returns:
        The number of rows that held some of them.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            # What is overwritten stays in no free page of the file.
            cursor.execute("PRAGMA secure_delete = ON")
    matcher = Matcher.current(lengths())
    with changes.change():
        rows = list(found(matcher))
        for row in rows:
            _put(row, matcher)
        _end_sessions(matcher)
        # Whatever is derived from the data is made anew, be it that no page shows any of it.
        Revision.advance()
        if rows:
            version_writer.touch_all()
        else:
            version_writer.touch()
        # Before the end of the change: whoever writes files has the last word only after it.
        for outside in _outside:
            outside.block(matcher)
        transaction.on_commit(_forget_pages)
    return len(rows)


def _forget_pages() -> None:
    """Empty the cache: nobody gets a page of before any more, but its bytes would lie there."""
    if hasattr(cache, "delete_pattern"):
        # On a server that others use, too: what is this catalogue's.
        cache.delete_pattern("*")
    else:
        cache.clear()


def _put(row: Found, matcher: Matcher) -> None:
    if row.model is Paragraph:
        _put_paragraph(row, matcher)
        return
    if row.model is Version:
        # Whoever cited it finds something else than what was published, and is told so.
        places = (place for text in _texts(row.before) for place in matcher.find(text))
        row.values["blocked_at"] = max(place.block.at for place in places)
    for number in count(1):
        try:
            with transaction.atomic():
                _rows(row).update(**_numbered(row, number))
        except IntegrityError:
            # Two rows that differed in these words alone.
            if number > _ROWS_AT_ONCE:
                raise
        else:
            return


def _rows(row: Found) -> Any:
    return models.QuerySet(row.model).filter(pk=row.pk)


def _numbered(row: Found, number: int) -> dict[str, Any]:
    if number == 1:
        return row.values
    values = {}
    for name, value in row.values.items():
        field: Any = row.model._meta.get_field(name)
        if field.max_length and name != "sort_key":
            ending = f"-{number}" if isinstance(field, models.SlugField) else f" ({number})"
            value = value[: field.max_length - len(ending)] + ending  # noqa: PLW2901
        values[name] = value
    return values


def _put_paragraph(row: Found, matcher: Matcher) -> None:
    """Give a paragraph its text, and keep the places and fingerprints of its sentences true."""
    paragraph = Paragraph.objects.select_related("edition").get(pk=row.pk)
    found = matcher.clean(paragraph.text)
    moved = [(start, found.moved(start)) for start in paragraph.sentence_starts]
    kept = [start for start, now in moved if now is not None]
    starts = [now for _start, now in moved if now is not None]
    _rows(row).update(text=found.text, fingerprint=fingerprint(found.text), sentence_starts=starts)
    before, after = cut(paragraph.text, kept), cut(found.text, starts)
    for old, new in zip(before, after, strict=True):
        if old != new:
            OmittedSentence.objects.filter(
                source=paragraph.edition.source_id, fingerprint=fingerprint(old)
            ).update(fingerprint=fingerprint(new))


def _end_sessions(matcher: Matcher) -> None:
    """End the sessions that keep a form in which the words were typed."""
    for session in Session.objects.iterator():
        # Forms are kept as they were sent.
        texts = map(unquote_plus, _texts(session.get_decoded()))
        if any(matcher.find(text) for text in texts):
            session.delete()


def _texts(value: Any) -> Iterator[str]:
    match value:
        case dict():
            yield from _texts(list(value.values()))
        case list() | tuple():
            for part in value:
                yield from _texts(part)
        case str():
            yield value


def take_over(blocks: Iterable[Block]) -> None:
    """Put those on the list that are not on it."""
    known = set(Block.objects.values_list("key", flat=True))
    Block.objects.bulk_create([row for row in blocks if row.key not in known])
