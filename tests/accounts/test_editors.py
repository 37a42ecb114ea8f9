"""The group Redaktion has exactly the rights that editing needs."""

from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from hzd_catalogue.accounts import editors
from tests.editing import editor_client

EDIT = ("add", "change", "delete", "view")
EXPECTED = {
    "partners": {
        "partner": EDIT,
        "cooperation": EDIT,
        "role": EDIT,
    },
    "projects": {
        "project": EDIT,
        "participation": EDIT,
    },
    "records": {
        "record": ("view",),
        "evidence": EDIT,
        "keyfigure": EDIT,
        "milestone": EDIT,
        "othername": EDIT,
        "relation": EDIT,
        "statusstatement": EDIT,
        "usergroup": EDIT,
    },
    "reference": {
        "federalstate": ("view",),
        "level": ("view",),
        "topic": ("add", "change", "view"),
        "source": ("add", "change", "view"),
        "omittedsentence": EDIT,
    },
    "legal": {
        "legalpage": ("change", "view"),
        "operatordetails": ("change", "view"),
        "knownbarrier": EDIT,
    },
}


def rights():
    group = Group.objects.get(name=editors.GROUP_NAME)
    return set(group.permissions.values_list("content_type__app_label", "codename"))


def expected():
    return {
        (app, f"{action}_{model}")
        for app, models in EXPECTED.items()
        for model, actions in models.items()
        for action in actions
    }


def test_the_group_has_exactly_its_rights(db):
    assert rights() == expected()


def test_migrating_again_puts_the_rights_right(db):
    group = Group.objects.get(name=editors.GROUP_NAME)
    group.permissions.set(Permission.objects.filter(codename__in=["add_user", "view_project"]))
    call_command("migrate", verbosity=0)
    assert rights() == expected()
    assert Group.objects.filter(name=editors.GROUP_NAME).count() == 1


def test_an_editor_sees_the_catalogue_and_no_users(db):
    page = editor_client().get("/verwaltung/").content.decode()
    assert "So tragen Sie ein, dass ein Land beitritt" in page
    assert "Redaktion – IT-Kooperationen der HZD" in page
    for path in ("projects/project", "partners/partner", "reference/source", "legal/legalpage"):
        assert f'href="/verwaltung/{path}/"' in page
    assert "/verwaltung/auth/" not in page


def test_users_and_groups_are_out_of_reach(db):
    client = editor_client()
    for model in ("user", "group"):
        assert client.get(f"/verwaltung/auth/{model}/").status_code == 403
