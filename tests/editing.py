"""An editor at the admin's forms: a user of the group Redaktion, and the data a form sends."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, User
from django.test import Client

from hzd_catalogue.accounts.editors import GROUP_NAME


def editor_client(name: str = "redaktion") -> Client:
    """Return a client that is logged in as a member of the group Redaktion."""
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name=GROUP_NAME))
    client = Client()
    client.force_login(user)
    return client


def form_data(response: Any) -> dict[str, Any]:
    """Return what a browser would send from an admin form that was just opened."""
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    values = {field.html_name: field.value() for form in forms for field in form}
    opened = response.context.get("opened")
    if opened:
        values[opened["name"]] = opened["state"]
    return {
        name: [getattr(item, "pk", item) for item in value] if isinstance(value, list) else value
        for name, value in values.items()
        if value is not None and value is not False
    }


def add_row(data: dict[str, Any], prefix: str, **values: Any) -> str:
    """Add a row to an inline as its button does; return the row's prefix."""
    number = int(data[f"{prefix}-TOTAL_FORMS"])
    data[f"{prefix}-TOTAL_FORMS"] = number + 1
    data.update({f"{prefix}-{number}-{name}": value for name, value in values.items()})
    return f"{prefix}-{number}"


def row_errors(response: Any, prefix: str) -> dict[str, list[str]]:
    """Return the messages of one inline row by its fields, as the page shows them."""
    for inline in response.context["inline_admin_formsets"]:
        for form in inline.formset.forms:
            if form.prefix == prefix:
                return form.errors
    raise LookupError(prefix)
