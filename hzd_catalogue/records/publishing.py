"""The one place that makes a record public and takes it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.apps import apps
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models.signals import post_delete, pre_delete
from django.utils import timezone

from hzd_catalogue.reference import changes, german
from hzd_catalogue.reference.choices import Aspect
from hzd_catalogue.reference.models import Source

from . import version_writer
from .addresses import Address, RetiredKey
from .kinds import FIELDS, Kind, RecordType
from .records import Record
from .statements import Statement
from .versions import Version

#: What a published record must say, and how to ask for it.
_NEEDED = {
    "summary": "Bitte in einem Satz sagen, worum es geht.",
    "description": "Bitte eine Beschreibung in eigenen Worten angeben.",
    "kind": "Bitte die Art wählen.",
    "reach": "Bitte die Reichweite wählen.",
}
#: What of it rests on passages.
_EVIDENCED = {
    Aspect.DESCRIPTION: "die Beschreibung",
    Aspect.REACH: "die Reichweite",
    Aspect.LEVEL: "die Ebenen",
}


def publish(record: Record) -> None:
    """Make a record public, or make sure that a public one may stay so.

    To be called in the transaction that has saved the record, its levels and all its statements,
    which are read again from the database. The versions of what the public sees then are written
    at the end of the change that goes on, or at once where none does.

    Raises:
        ValidationError: with what is missing, beside the fields; the record is then as before.
    """
    check(record)
    with changes.change():
        version_writer.touch(record.pk)
        if not record.is_published:
            now = timezone.now()
            record.is_published = True
            record.first_published_at = record.first_published_at or now
            record.withdrawn_at = None
            _save(record)


def withdraw(record: Record) -> None:
    """Take a record off the website; its addresses and keys stay reserved. A draft stays one."""
    if record.is_published:
        with changes.change():
            record.is_published = False
            record.withdrawn_at = timezone.now()
            _save(record)


def keep() -> int:
    """Write the versions that are missing: of what is public and was never kept, or is not as kept.

    That is so after an update from a version of the software without versions, and where rows
    were changed past ``changes.change()``, in a shell.

    Returns:
        How many there were.
    """
    before = Version.objects.count()
    with changes.change():
        version_writer.touch_all()
    return Version.objects.count() - before


_putters: list[Callable[[Any, dict[str, Any]], None]] = []


def bring_back_with(put: Callable[[Any, dict[str, Any]], None]) -> None:
    """Say what makes of a record what a row in the form of the fixture files says."""
    _putters[:] = [put]


def bring_back(version: Version) -> Any:
    """Publish a record as it was in one of its versions, or last was before it was withdrawn.

    Where it was deleted, it comes back with its number, its addresses and its statements' keys.

    Returns:
        The record.

    Raises:
        ValidationError: with what stands in the way, such as another record that it names and
            that is gone, or a draft that would be lost; nothing is changed then.
    """
    pk: Any = version.record_id
    with changes.change() as made, transaction.atomic():
        made.reason = made.reason or f"Fassung {version.number} zurückgeholt"
        record = Record.objects.filter(pk=pk).first()
        own = Version.objects.filter(record=pk)
        if record is not None and not record.is_published:
            last = own.select_related("edit").first()
            if last is not None and last.edit.row != version_writer.row_of(pk):
                raise ValidationError(
                    "Der Entwurf wurde seit dem Zurückziehen geändert. Bitte zuerst "
                    "veröffentlichen: Dann ist auch er eine Fassung, und nichts geht verloren."
                )
        record = record or _anew(version)
        try:
            _putters[0](record, version.edit.row)
        except ValidationError as error:
            raise ValidationError([*error.messages, *_to_come_back(version)]) from error
        publish(record)
    return record


def bring_back_together(versions: Sequence[Version]) -> None:
    """Publish deleted records that name each other as they were, all or none.

    Raises:
        ValidationError: with what stands in the way; nothing is changed then.
    """
    groups = {fields.group for fields in FIELDS.values()}
    with changes.change() as made, transaction.atomic():
        made.reason = made.reason or "Gelöschte Einträge zurückgeholt"
        records = [_anew(version) for version in versions]
        # First all of them without what they say of each other.
        for record, version in zip(records, versions, strict=True):
            row = version.edit.row
            _putters[0](record, {name: row[name] for name in row if name not in groups})
        for record, version in zip(records, versions, strict=True):
            _putters[0](record, version.edit.row)
        for record in records:
            publish(record)


def _anew(version: Version) -> Any:
    """Return a deleted record with its number and addresses, not saved yet."""
    pk: Any = version.record_id
    own = Version.objects.filter(record=pk)
    record = Record.proxy_of(version.type)(pk=pk)
    # A withdrawn one, until it is published.
    record.first_published_at = own.order_by("pk")[0].at
    record.withdrawn_at = timezone.now()
    ended = Address.objects.filter(record=None, type=version.type)
    ended.filter(slug__in=own.values("slug")).update(record=pk, ended_at=None)
    return record


def _to_come_back(version: Version) -> list[str]:
    """Say which deleted records a version names: without them it cannot come back."""
    rows = [row for fields in FIELDS.values() for row in version.edit.row.get(fields.group, ())]
    paths = {path for row in rows for path in (row.get("related"), *row.get("concerns", ()))}
    paths |= {f"{RecordType.PARTNER}/{row['partner']}" for row in rows if row.get("partner")}
    gone = Version.objects.newest().filter(public__isnull=True)
    gone = gone.exclude(record__in=Record.objects.values("pk")).exclude(record=version.record_id)
    names = [f"„{row.name}“" for row in gone if row.path in paths]
    if not names:
        return []
    where = "Zusammen damit zurückzuholen, unter „Zurückgezogene Einträge“"
    return [f"{where}: {german.in_words(names)}."]


def check(record: Record, without: Source | None = None) -> None:
    """Refuse a record that lacks what a visitor must find in a public one.

    Args:
        record: as the database has it.
        without: a document whose statements do not count.

    Raises:
        ValidationError: with what is missing, by field; passages by no field.
    """
    missing = {name: text for name, text in _NEEDED.items() if not getattr(record, name)}
    if not Record.levels.through.objects.filter(record=record.pk).exists():
        missing["levels"] = "Bitte mindestens eine Ebene ankreuzen."
    evidence = Statement.objects.filter(record=record.pk, kind=Kind.EVIDENCE)
    if without is not None:
        evidence = evidence.exclude(source=without)
    stated = set(evidence.values_list("aspect", flat=True))
    unproven = [words for aspect, words in _EVIDENCED.items() if aspect not in stated]
    if unproven:
        missing[NON_FIELD_ERRORS] = (
            "Ein veröffentlichter Eintrag braucht mindestens einen Beleg für "
            f"{german.in_words(unproven)}."
        )
    if missing:
        raise ValidationError(missing)


def _save(record: Record) -> None:
    record.save(update_fields=["is_published", "first_published_at", "withdrawn_at", "changed_at"])


# What was public and is deleted -----------------------------------------------------------------


def connect() -> None:
    """Listen to deletions of each proxy: a cascade names the class of its first row for all."""
    for model in apps.get_models():
        uid = f"publishing-{model._meta.label_lower}"
        if issubclass(model, Record):
            pre_delete.connect(_end_addresses, sender=model, dispatch_uid=uid)
        elif issubclass(model, Statement):
            post_delete.connect(_retire_key, sender=model, dispatch_uid=uid)


def _end_addresses(instance: Any, **kwargs: Any) -> None:
    ended_at = instance.withdrawn_at or timezone.now()
    Address.objects.filter(record=instance.pk).update(ended_at=ended_at)


def _retire_key(instance: Any, **kwargs: Any) -> None:
    if Record.objects.filter(pk=instance.record_id, first_published_at__isnull=False).exists():
        RetiredKey.objects.get_or_create(key=instance.key)
