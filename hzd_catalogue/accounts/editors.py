"""The group "Redaktion": who edits the catalogue, with exactly the rights that this needs."""

from __future__ import annotations

from typing import Any

from django.apps import apps as global_apps

GROUP_NAME = "Redaktion"

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
    ("legal", "legalpage"): FILL_IN,
    ("legal", "operatordetails"): FILL_IN,
    ("legal", "knownbarrier"): EDIT,
}


def rights() -> set[tuple[str, str]]:
    """Return the rights of editors as pairs of app label and codename."""
    records: dict[tuple[str, str], tuple[str, ...]] = {
        (app, str(model._meta.model_name)): EDIT
        for app in RECORD_APPS
        for model in global_apps.get_app_config(app).get_models()
        if model._meta.proxy
    }
    return {
        (app, f"{action}_{model}")
        for (app, model), actions in {**records, **OTHER_RIGHTS}.items()
        for action in actions
    }


def create_group(using: str = "default", apps: Any = global_apps, **kwargs: Any) -> None:
    """Give the group exactly its rights; made if it is not there yet.

    Receives ``post_migrate`` of the last app with models, when all rights exist. Who needs
    other rights gets a group of their own: this one is put right with each ``migrate``.
    """
    try:
        group_model = apps.get_model("auth", "Group")
        permission_model = apps.get_model("auth", "Permission")
    except LookupError:  # migrated back to before these models
        return
    wanted = rights()
    permissions = permission_model.objects.using(using).filter(
        content_type__app_label__in={app for app, _ in wanted}
    )
    keys = permissions.values_list("pk", "content_type__app_label", "codename")
    group, _ = group_model.objects.using(using).get_or_create(name=GROUP_NAME)
    group.permissions.set([pk for pk, app, codename in keys if (app, codename) in wanted])
