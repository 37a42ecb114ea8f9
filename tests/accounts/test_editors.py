"""The group Redaktion has exactly the rights that editing needs."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.utils.html import strip_tags

from hzd_catalogue.accounts import editors
from hzd_catalogue.accounts.editors import GROUP_NAME
from tests.editing import editor_client
from tests.signing_in import give_app, make_account

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
        "recheck": ("change", "view"),
        "withdrawnrecord": ("view",),
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
        "searchaid": EDIT,
        "sourcetext": ("add", "view"),
        "paragraph": ("change", "view"),
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


def test_deletion_pages_name_in_german_what_goes_with_accounts_and_groups(db, admin_client):
    user = make_account("anna")
    give_app(user)
    LogEntry.objects.log_actions(user.pk, [user], CHANGE, change_message="Geändert.")
    group = Group.objects.get(name=GROUP_NAME)

    def named(page):
        text = page.content.decode().partition("Gelöscht wird:")[2].partition("<form")[0]
        return [line.strip() for line in strip_tags(text).splitlines() if line.strip()]

    assert named(admin_client.get(f"/verwaltung/auth/user/{user.pk}/delete/")) == [
        "Benutzer „anna“",
        "der zweite Faktor mit seinen Wiederherstellungscodes",
        "sein Name in 1 Zeile im Verlauf von Einträgen: dort steht „Redaktion (gelöschtes Konto)“",
    ]
    assert named(admin_client.get(f"/verwaltung/auth/group/{group.pk}/delete/")) == [
        f"Gruppe „{GROUP_NAME}“",
        "Benutzer „anna“ verliert die Rechte der Gruppe",
    ]
