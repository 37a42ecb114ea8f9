"""The roles of accounts, as groups: each with exactly the rights that its work needs."""

from __future__ import annotations

from typing import Any

from django.apps import apps as global_apps
from django.contrib import admin

VIEWERS = "Ansicht"
GROUP_NAME = "Redaktion"
MANAGERS = "Verwaltung"

#: What each role may do, in the words of the account's form; least first.
ROLES = {
    VIEWERS: "sieht alles in der Verwaltung, auch Entwürfe und Konten, und ändert nichts",
    GROUP_NAME: "bearbeitet und veröffentlicht Einträge und ihre Belege, Themen und Texte",
    MANAGERS: "legt Konten an, gibt ihnen Rollen, hilft beim Anmelden und löscht Konten",
}

EDIT = ("add", "change", "delete", "view")
EXTEND = ("add", "change", "view")
FILL_IN = ("change", "view")
LOOK = ("view",)

#: Records and their statements: every proxy of these apps.
RECORD_APPS = ("records", "partners", "projects")
#: What else editors may do. A topic or source stays once it is there: statements rest on it.
OTHER_RIGHTS = {
    # Asked for by the fields that complete a partner's or a cooperation's name.
    ("records", "record"): LOOK,
    # Brought back with the right to change records of its type.
    ("records", "withdrawnrecord"): LOOK,
    ("reference", "federalstate"): LOOK,
    ("reference", "level"): LOOK,
    ("reference", "topic"): EXTEND,
    ("reference", "source"): EXTEND,
    ("reference", "omittedsentence"): EDIT,
    ("reference", "searchaid"): EDIT,
    # A text is taken in and then fixed; of its paragraphs, only where sentences begin is changed.
    ("reference", "sourcetext"): ("add", "view"),
    ("reference", "paragraph"): FILL_IN,
    # Looked at again, one by one; a mark goes when its statement is right.
    ("records", "recheck"): FILL_IN,
    ("legal", "legalpage"): FILL_IN,
    ("legal", "operatordetails"): FILL_IN,
    ("legal", "knownbarrier"): EDIT,
}


#: What those may do who manage accounts. Apps and failed logins have no pages of their own:
#: the rights to delete them are those of the actions that let others in again.
MANAGERS_RIGHTS = {
    ("auth", "user"): EDIT,
    # Not to be changed: who fills a group could give the own account any right.
    ("auth", "group"): LOOK,
    ("otp_totp", "totpdevice"): ("delete",),
    ("axes", "accessattempt"): ("delete",),
}


def _of_editors() -> dict[tuple[str, str], tuple[str, ...]]:
    records = {
        (app, str(model._meta.model_name)): EDIT
        for app in RECORD_APPS
        for model in global_apps.get_app_config(app).get_models()
        if model._meta.proxy
    }
    return {**records, **OTHER_RIGHTS}


def _of_managers() -> dict[tuple[str, str], tuple[str, ...]]:
    """A page of the admin that says ``for_managers = True`` is theirs too."""
    marked = {
        (model._meta.app_label, str(model._meta.model_name)): EDIT
        for model, page in admin.site._registry.items()
        if getattr(page, "for_managers", False)
    }
    return {**MANAGERS_RIGHTS, **marked}


def _of_viewers() -> dict[tuple[str, str], tuple[str, ...]]:
    """Whatever has a page in the admin, and what the others see within one."""
    pages = {(model._meta.app_label, str(model._meta.model_name)) for model in admin.site._registry}
    within = {
        model for model, actions in {**_of_editors(), **_of_managers()}.items() if "view" in actions
    }
    return dict.fromkeys(pages | within, LOOK)


def rights(role: str = GROUP_NAME) -> set[tuple[str, str]]:
    """Return the rights of a role as pairs of app label and codename."""
    of_role = {VIEWERS: _of_viewers, GROUP_NAME: _of_editors, MANAGERS: _of_managers}[role]
    return {
        (app, f"{action}_{model}")
        for (app, model), actions in of_role().items()
        for action in actions
    }


def create_groups(using: str = "default", apps: Any = global_apps, **kwargs: Any) -> None:
    """Give the group of each role exactly its rights; made if it is not there yet.

    Receives ``post_migrate`` of the last app with models, when all rights exist. Who needs
    other rights gets a group of their own: these are put right with each ``migrate``.
    """
    try:
        group_model = apps.get_model("auth", "Group")
        permission_model = apps.get_model("auth", "Permission")
    except LookupError:  # migrated back to before these models
        return
    keys = list(
        permission_model.objects.using(using).values_list(
            "pk", "content_type__app_label", "codename"
        )
    )
    for role in ROLES:
        wanted = rights(role)
        group, _ = group_model.objects.using(using).get_or_create(name=role)
        group.permissions.set([pk for pk, app, codename in keys if (app, codename) in wanted])
