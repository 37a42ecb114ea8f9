"""Accounts that are no more: what they did stays, under the name of their role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import ProtectedError

from . import editors

#: What goes with an account; every other row that names it is handed to its role.
OWN_APPS = {"auth", "otp_totp", "otp_static"}


def _name(role: str) -> str:
    # No form takes a name with spaces and brackets: nobody signs in by it.
    return f"{role} (gelöschtes Konto)"


WITHOUT_ROLE = "Ohne Rolle"
#: One for each role: a number for each account would tell people apart.
NAMES = {_name(role) for role in (*editors.ROLES, WITHOUT_ROLE)}


def name_for(account: User) -> str:
    """Return what stands for the account in the history once it is deleted."""
    held = set(account.groups.values_list("name", flat=True))
    if account.is_superuser:
        held.add(editors.MANAGERS)
    roles = [role for role in editors.ROLES if role in held]
    return _name(roles[-1] if roles else WITHOUT_ROLE)


@transaction.atomic
def delete(account: User) -> None:
    """Delete the account with its second factor; its name becomes its role wherever it stood.

    Entries of what others did to the account name it too.
    """
    stand_in, is_new = User.objects.get_or_create(
        username=name_for(account), defaults={"is_active": False}
    )
    if is_new:
        stand_in.set_unusable_password()
        stand_in.save()
    for name, rows in _rows_of_others(account):
        rows.update(**{name: stand_in})
    about = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(User), object_id=str(account.pk)
    )
    about.update(object_repr=stand_in.username)
    account.delete()


def refuse_to_forget(instance: User, **kwargs: Any) -> None:
    """Refuse a deletion that would take along, or leave without a name, what the account did.

    Raises:
        ProtectedError: naming the way to do it.
    """
    found = {row for _name, rows in _rows_of_others(instance) for row in rows[:1]}
    if found:
        message = f"{instance} hat bearbeitet: accounts.former.delete() lässt es dem Verlauf."
        raise ProtectedError(message, found)


def _rows_of_others(account: User) -> Iterator[tuple[str, Any]]:
    """Yield the rows that refer to an account and outlive it, with the field that does."""
    # Those that have no name on the account's side, too.
    relations: list[Any] = User._meta.get_fields(include_hidden=True)
    for relation in relations:
        if not (relation.auto_created and (relation.one_to_many or relation.one_to_one)):
            continue
        model: Any = relation.related_model
        if model._meta.app_label not in OWN_APPS:
            name = relation.field.name
            yield name, model._base_manager.filter(**{name: account})
