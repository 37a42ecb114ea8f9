"""Advances the revision with every change to the catalogue's data, and reads it for a request.

What a change may have touched stands in a row of ``RevisionStep``, written in its transaction: who
sees a revision sees the steps that led to it, on a replica, too.

``QuerySet.update`` and ``bulk_create`` send no signals; code that uses them calls
``Revision.advance()`` itself.
"""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

from django.apps import apps
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.http import HttpRequest

from .models import CatalogueModel, Revision, RevisionStep

#: So many steps are kept, and so many keys followed: beyond, it is as quick to read all anew.
STEPS_KEPT, KEYS_FOLLOWED = 300, 2000


def revision_of(request: HttpRequest) -> Revision:
    """Return the revision that this request sees; the same one however often it is asked for."""
    given: Any = request
    if not hasattr(given, "revision"):
        given.revision = Revision.current()
    return given.revision


def note_step(before: Revision | None, keys: Mapping[str, Iterable[int]] | None) -> None:
    """Write what a change that comes to its end may have touched, in its transaction.

    Args:
        before: the revision that it began with; None for an empty database.
        keys: primary keys by the name of a set; None: anything may be different.
    """
    now = Revision.current()
    if before is None or before.key == now.key:
        return
    lists = None if keys is None else {name: sorted(some) for name, some in keys.items()}
    if lists and sum(map(len, lists.values())) > KEYS_FOLLOWED:
        lists = None
    step = RevisionStep.objects.create(
        number_before=before.number,
        changed_at_before=before.changed_at,
        number=now.number,
        changed_at=now.changed_at,
        keys=lists,
    )
    RevisionStep.objects.filter(pk__lte=step.pk - STEPS_KEPT).delete()


def changes_between(kept: Hashable, wanted: Hashable) -> dict[str, frozenset[int]] | None:
    """Return what the steps from one key of a revision to another may have touched.

    None where they are not known one and all: the wanted one is older, or of another past; a step
    has gone by now; rows were changed past ``changes.change()``; or it is too much.
    """
    if not (isinstance(kept, tuple) and isinstance(wanted, tuple)):
        return None
    steps = RevisionStep.objects.filter(number__gt=kept[0], number__lte=wanted[0])
    reached, found = kept, dict[str, frozenset[int]]()
    for step in steps.order_by("number")[:STEPS_KEPT]:
        if (step.number_before, step.changed_at_before) != reached or step.keys is None:
            return None
        reached = step.number, step.changed_at
        for name, keys in step.keys.items():
            found[name] = found.get(name, frozenset()).union(keys)
    is_whole = reached == wanted and sum(map(len, found.values())) <= KEYS_FOLLOWED
    return found if is_whole else None


def connect() -> None:
    """Listen to every catalogue model and to its many-to-many tables."""
    for model in apps.get_models():
        if issubclass(model, CatalogueModel):
            uid = f"revision-{model._meta.label_lower}"
            post_save.connect(_advance, sender=model, dispatch_uid=uid)
            post_delete.connect(_advance, sender=model, dispatch_uid=uid)
            for field in model._meta.local_many_to_many:
                m2m_changed.connect(
                    _advance,
                    sender=field.remote_field.through,
                    dispatch_uid=f"{uid}-{field.name}",
                )


def _advance(sender: Any, action: str = "post_save", **kwargs: Any) -> None:
    if action.startswith("post_"):
        Revision.advance()
