"""Writes a version of each record of which a change shows the public something else than before.

While a change goes on, signals note whatever is touched. At its end, in its transaction, the
records that show any of it are read as the public will see them and compared with their last
versions. Which records these are is noted beside the revision, too, so that what is kept in
memory can follow (``revisions.note_step``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, Protocol

from django.apps import apps
from django.db.models import Q
from django.db.models.signals import m2m_changed, post_save, pre_delete, pre_save
from django.utils import timezone

from hzd_catalogue.reference import changes
from hzd_catalogue.reference.blocks import Matcher
from hzd_catalogue.reference.models import (
    CatalogueModel,
    FederalState,
    Level,
    Revision,
    Source,
    Topic,
)
from hzd_catalogue.reference.revisions import note_step

from .kinds import Kind
from .records import Record
from .statements import CONCERNED, Statement
from .version_formats import FORMAT
from .versions import Cause, Edit, Version, facets_of

#: Gives a form of records by their primary keys.
Writer = Callable[[Iterable[int]], dict[int, dict[str, Any]]]

#: From here on it is quicker to look at all records than for what the touched ones are tied to.
_MANY = 500
_AT_ONCE = 200
_NOTE = "versions"
#: The sets of a step: records that may show something else or are gone; statements that are gone;
#: sources of statements that were saved or deleted, as they were before and after.
RECORDS, GONE_STATEMENTS, CITED = "records", "gone_statements", "cited"
#: What a record itself says in its public form; all else there follows from statements.
_OWN = ("key", "name", "kind", "summary", "description", "levels", "reach", "topics")
_writers: dict[str, Writer] = {}


def write_with(**writers: Writer) -> None:
    """Say what writes the two forms of records that versions hold.

    This module knows neither how records are shown nor how files are written.

    Args:
        writers: ``public`` leaves out what is not public; ``row`` is as the fixture files have it.
    """
    _writers.update(writers)


class Follower(Protocol):
    """Keeps something else that follows from what the public sees of records."""

    def __init__(self, change: changes.Change, records: Iterable[int]) -> None:
        """Begin with all records that a change may have made new."""

    def write(self, pks: Sequence[int], shown: Mapping[int, dict[str, Any]]) -> None:
        """Take what the public sees of some of them; the others are not public."""

    def end(self) -> None:
        """Take note that these were all."""


_followers: list[type[Follower]] = []


def followed_by(follower: type[Follower]) -> None:
    """Have another one take part at the end of each change."""
    if follower not in _followers:
        _followers.append(follower)


def follow_all() -> None:
    """Have all followers keep anew what follows from what the public sees now.

    That is due after an update, where rows were saved past ``changes.change()``, and where a
    catalogue was put in the place of another.
    """
    with changes.change() as made:
        pks = list(Record.objects.published().order_by("pk").values_list("pk", flat=True))
        following = [follower(made, pks) for follower in _followers]
        for start in range(0, len(pks), _AT_ONCE):
            some = pks[start : start + _AT_ONCE]
            shown = _writers["public"](some)
            for follower in following:
                follower.write(some, shown)
        for follower in following:
            follower.end()


def row_of(pk: int) -> dict[str, Any]:
    """Return a record as a fixture file has it now."""
    return _writers["row"]([pk])[pk]


@dataclass
class Touched:
    """What a change has touched so far."""

    #: Primary keys, also of records that are gone by now.
    records: set[int] = field(default_factory=set)
    #: Codes of the sources that were there before and are something else now.
    sources: set[str] = field(default_factory=set)
    #: Rows of records that were public once, as they were when they were deleted.
    deleted: dict[int, tuple[Record, dict[str, Any]]] = field(default_factory=dict)
    #: Primary keys of the statements that are gone.
    gone: set[int] = field(default_factory=set)
    #: Primary keys of the sources of statements, as they were and as they are.
    cited: set[int] = field(default_factory=set)
    #: Whether it was something that any record may show.
    everything: bool = False


def touch(*pks: int) -> None:
    """Have records looked at when the change ends that goes on; with none, say that none shows it.

    A change that only advances the revision would be one of which nobody knows anything.
    """
    if (touched := _touched()) is not None:
        touched.records.update(pks)


def touch_all() -> None:
    """Have each record looked at."""
    if (touched := _touched()) is not None:
        touched.everything = True


def _touched() -> Touched | None:
    going_on = changes.current()
    return None if going_on is None else going_on.notes.setdefault(_NOTE, Touched())


# Noting ------------------------------------------------------------------------------------------


def connect() -> None:
    """Listen to every catalogue model, and write when a change ends."""
    changes.before_commit(write)
    for model in apps.get_models():
        if issubclass(model, CatalogueModel):
            uid = f"versions-{model._meta.label_lower}"
            pre_save.connect(_before, sender=model, dispatch_uid=uid)
            post_save.connect(_after, sender=model, dispatch_uid=uid)
            pre_delete.connect(_before_deletion, sender=model, dispatch_uid=uid)
            for relation in model._meta.local_many_to_many:
                m2m_changed.connect(
                    _tied,
                    sender=relation.remote_field.through,
                    dispatch_uid=f"{uid}-{relation.name}",
                )


def _before(instance: Any, **kwargs: Any) -> None:
    """Note what a row was tied to until now."""
    if _touched() is not None and not instance._state.adding:
        if isinstance(instance, Statement):
            _note(Statement.objects.filter(pk=instance.pk).first())
        elif isinstance(instance, Source):
            _note(Source.objects.filter(pk=instance.pk).first())


def _after(instance: Any, created: bool, **kwargs: Any) -> None:
    if not (created and isinstance(instance, (FederalState, Level, Topic, Source))):
        _note(instance)


def _before_deletion(instance: Any, **kwargs: Any) -> None:
    touched = _touched()
    if touched is not None and isinstance(instance, Record) and instance.first_published_at:
        # The statements go with it: this is the last moment to see them.
        touched.deleted[instance.pk] = (instance, row_of(instance.pk))
    if touched is not None and isinstance(instance, Statement):
        touched.gone.add(instance.pk)
    _note(instance)


def _tied(instance: Any, action: str, pk_set: set[int] | None, **kwargs: Any) -> None:
    if action in ("post_add", "pre_remove", "pre_clear"):
        _note(instance)
        if isinstance(instance, Statement):
            for pk in pk_set or ():
                touch(pk)


def _note(row: Any) -> None:
    """Note the records that a row speaks of, as the database has it by now."""
    touched = _touched()
    if touched is None:
        return
    match row:
        case Record():
            touched.records.add(row.pk)
        case Statement():
            touched.cited.add(row.source_id)
            touched.records |= {getattr(row, f"{name}_id") for name in CONCERNED} - {None}
            touched.records |= set(row.concerns.values_list("pk", flat=True))
        case Source():
            touched.sources.add(row.code)
            touched.records |= set(_concerned(Statement.objects.filter(source=row)))
        case Topic():
            touched.records |= set(Record.objects.filter(topics=row).values_list("pk", flat=True))
        case Level() | FederalState():
            touched.everything = True


def _concerned(statements: Any) -> Iterator[int]:
    for pks in statements.order_by().values_list(*CONCERNED, "concerns").distinct():
        yield from filter(None, pks)


def _affected(touched: Touched) -> list[int] | None:
    """Return the records that may show something of what was touched, and those that are gone.

    None: any may.
    """
    pks = touched.records
    if touched.everything or len(pks) >= _MANY:
        return None
    near = Q(concerns__in=pks)
    for name in CONCERNED:
        near |= Q(**{f"{name}__in": pks})
    near_by = {*pks, *_concerned(Statement.objects.filter(near))}
    # Further away, two things are shown: a partner has the states of its cooperations' projects
    # and the years of events that concern its records; an event names all that it concerns. What
    # else a partner or a cooperation takes part in shows nothing of it.
    further = Q(kind=Kind.ROLE) | Q(kind=Kind.MILESTONE)
    rows = Statement.objects.filter(further, record__in=near_by)
    return sorted({*near_by, *_concerned(rows)})


# Writing -----------------------------------------------------------------------------------------


def write(change: changes.Change) -> None:
    """Write the versions of a change that comes to its end."""
    touched: Touched | None = change.notes.pop(_NOTE, None)
    if touched is None:
        return
    found = _affected(touched)
    keys = (
        None
        if found is None
        else {
            RECORDS: found,
            GONE_STATEMENTS: touched.gone,
            CITED: touched.cited,
        }
    )
    every = (
        {*touched.records, *Record.objects.values_list("pk", flat=True)} if found is None else found
    )
    records = sorted(every)
    affected = iter(records)
    following = [follower(change, records) for follower in _followers]
    moment = timezone.now()
    #: Those that show something else only because others do.
    followers: list[tuple[Version, Edit]] = []
    causes: set[str] = set()
    while some := list(islice(affected, _AT_ONCE)):
        shown = _writers["public"](some)
        for follower in following:
            follower.write(some, shown)
        made = list(_versions(some, shown, touched, change, moment))
        causes |= {version.cause for version, _edit in made}
        followers += [pair for pair in made if not pair[0].cause]
        _store([pair for pair in made if pair[0].cause])
    of_sources = (Cause.NEW_SOURCE, Cause.SOURCE_CHANGED)
    cause = next((cause for cause in of_sources if cause in causes), Cause.CORRECTION)
    for version, _edit in followers:
        version.cause = cause
    _store(followers)
    found_key = change.found.key if change.found else None
    if causes and Revision.current_key() == found_key:
        # What was saved before the change is a version only now, and versions are shown, too.
        Revision.advance()
    note_step(change.found, keys)
    for follower in following:
        follower.end()


def _store(made: list[tuple[Version, Edit]]) -> None:
    Version.objects.bulk_create([version for version, _edit in made])
    Edit.objects.bulk_create([edit for _version, edit in made])


def _versions(
    pks: list[int],
    shown: dict[int, dict[str, Any]],
    touched: Touched,
    change: changes.Change,
    moment: datetime,
) -> Iterator[tuple[Version, Edit]]:
    """Yield a version of each record that shows something else than in its last one.

    The cause of those that only follow others is empty.
    """
    last = {version.record_id: version for version in Version.objects.newest_of(pks)}
    found = [
        pk
        for pk in pks
        if _differs(before.shown if (before := last.get(pk)) else None, shown.get(pk))
    ]
    if not found:
        return
    records = Record.objects.in_bulk(found)
    rows = _writers["row"](records)
    revision = Revision.current().number
    reason = Matcher.current().cleaned(change.reason, 200) if change.reason else ""
    for pk in found:
        record, row = (records[pk], rows[pk]) if pk in records else touched.deleted[pk]
        before, public = last.get(pk), shown.get(pk)
        # What was renamed and withdrawn at once was never public under its new name.
        named = before if before and public is None else record
        version = Version(
            record_id=pk,
            type=record.type,
            slug=named.slug,
            name=named.name,
            number=before.number + 1 if before else 1,
            at=moment,
            cause=_cause(before, public, touched) if before else _first_cause(record, change),
            revision=revision,
            format=FORMAT,
            public=public,
            facets=facets_of(public),
            previous=before,
        )
        yield version, Edit(version=version, editor=change.editor, reason=reason, row=row)


def _differs(before: dict[str, Any] | None, now: dict[str, Any] | None) -> bool:
    """Whether the public sees something else; that something was saved again is nothing."""
    if before is None or now is None:
        return before is not now
    return before.keys() != now.keys() or any(
        before[name] != now[name] for name in now if name != "changed_at"
    )


def _first_cause(record: Record, change: changes.Change) -> str:
    first = record.first_published_at
    return Cause.FIRST if first is None or first >= change.began_at else Cause.FIRST_KEPT


def _cause(before: Version, public: dict[str, Any] | None, touched: Touched) -> str:
    """Return why a record shows something else; empty where only others have changed."""
    if public is None:
        return Cause.WITHDRAWN
    if before.shown is None:
        return Cause.AGAIN
    said, saying = _statements(before.shown), _statements(public)
    sources_before = {statement["source"] for statement in said.values()}
    sources = {statement["source"] for statement in saying.values()}
    if sources - sources_before:
        return Cause.NEW_SOURCE
    # A document that was taken back says nothing any more.
    if (sources | sources_before) & touched.sources:
        return Cause.SOURCE_CHANGED
    is_same = said == saying and all(before.shown[name] == public[name] for name in _OWN)
    return "" if is_same else Cause.CORRECTION


def _statements(public: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["key"]: row for rows in public["statements"].values() for row in rows}
