"""Advances the revision with every change to the catalogue's data, and reads it for a request.

``QuerySet.update`` and ``bulk_create`` send no signals; code that uses them calls
``Revision.advance()`` itself.
"""

from typing import Any

from django.apps import apps
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.http import HttpRequest

from .models import CatalogueModel, Revision


def revision_of(request: HttpRequest) -> Revision:
    """Return the revision that this request sees; the same one however often it is asked for."""
    given: Any = request
    if not hasattr(given, "revision"):
        given.revision = Revision.current()
    return given.revision


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
