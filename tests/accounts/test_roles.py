"""What each role may do in the admin: every model, every action, each really asked for."""

import pytest
from axes.models import AccessAttempt
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import ProtectedError
from django.test import Client, RequestFactory

from hzd_catalogue.accounts import editors, former, second_factor
from hzd_catalogue.accounts.editors import GROUP_NAME, MANAGERS, VIEWERS
from hzd_catalogue.legal.models import KnownBarrier
from hzd_catalogue.records.models import Edit, Recheck, Statement
from hzd_catalogue.records.publishing import publish, withdraw
from hzd_catalogue.reference import changes
from hzd_catalogue.reference.models import Block, SourceText
from projects.models import Project
from tests.editing import form_data
from tests.factories import make_project
from tests.signing_in import PASSWORD, browser_at, give_app, is_in, make_account, sign_in

NOBODY = "ohne Rolle"
LOOK = "list form history"
FILL_IN = f"{LOOK} change"
EXTEND = f"{FILL_IN} add"
EDIT = f"{EXTEND} delete delete_selected"
RECORDS = {
    VIEWERS: f"{LOOK} preview",
    GROUP_NAME: f"{EDIT} preview publish withdraw",
    MANAGERS: "",
}
#: Whatever has a page in the admin has a row here.
MATRIX = {
    "partners.partner": RECORDS,
    "partners.cooperation": RECORDS,
    "projects.project": RECORDS,
    # Completes names; has no page in the overview.
    "records.record": {VIEWERS: LOOK, GROUP_NAME: LOOK, MANAGERS: ""},
    "reference.federalstate": {VIEWERS: LOOK, GROUP_NAME: LOOK, MANAGERS: ""},
    "reference.level": {VIEWERS: LOOK, GROUP_NAME: LOOK, MANAGERS: ""},
    "reference.topic": {VIEWERS: LOOK, GROUP_NAME: EXTEND, MANAGERS: ""},
    "reference.source": {VIEWERS: LOOK, GROUP_NAME: EXTEND, MANAGERS: ""},
    "reference.searchaid": {VIEWERS: LOOK, GROUP_NAME: EDIT, MANAGERS: ""},
    "records.recheck": {VIEWERS: LOOK, GROUP_NAME: f"{LOOK} settle take_offer", MANAGERS: ""},
    # A list alone: what there is of a record stands in its own history.
    "records.withdrawnrecord": {VIEWERS: "list", GROUP_NAME: "list bring_back", MANAGERS: ""},
    "legal.operatordetails": {VIEWERS: LOOK, GROUP_NAME: FILL_IN, MANAGERS: ""},
    "legal.legalpage": {VIEWERS: LOOK, GROUP_NAME: FILL_IN, MANAGERS: ""},
    "legal.knownbarrier": {VIEWERS: LOOK, GROUP_NAME: EDIT, MANAGERS: ""},
    # Never changed: what is on it is done.
    "reference.block": {
        VIEWERS: LOOK,
        GROUP_NAME: "",
        MANAGERS: f"{LOOK} add delete delete_selected",
    },
    "auth.user": {
        VIEWERS: LOOK,
        GROUP_NAME: "",
        MANAGERS: f"{EDIT} password reset_second_factor lift_locks",
    },
    "auth.group": {VIEWERS: LOOK, GROUP_NAME: "", MANAGERS: LOOK},
}


def client_of(*roles, name="wer"):
    user = make_account(name)
    user.groups.set(Group.objects.filter(name__in=roles))
    client = Client()
    client.force_login(user)
    return client


AS_SUPERUSER = RequestFactory().get("/")
AS_SUPERUSER.user = User(is_superuser=True, is_active=True, is_staff=True)


def actions_of(page):
    """Return the actions of a list that a superuser is offered."""
    return set(page.get_actions(AS_SUPERUSER))


def what_is_granted(client, model, page):
    """Ask the admin for everything that there is; return what it does not refuse."""
    base = f"/verwaltung/{model._meta.app_label}/{model._meta.model_name}"
    # Not one of the accounts that no role reaches, nor the client's own.
    rows = page.get_queryset(AS_SUPERUSER).order_by("pk")
    row = rows.filter(username="anna").get() if model is User else rows.first()
    one = f"{base}/{row.pk}"
    answers = {
        "list": client.get(f"{base}/"),
        "form": client.get(f"{one}/change/"),
        "history": client.get(f"{one}/history/"),
        # Empty forms: refused, or sent back with their errors.
        "change": client.post(f"{one}/change/", {"_save": "1"}),
        "add": client.post(f"{base}/add/", {"_save": "1"}),
        "delete": client.get(f"{one}/delete/"),
    }
    if hasattr(page, "preview"):
        answers["preview"] = client.get(f"{one}/vorschau/")
    if model is User:
        answers["password"] = client.post(f"{one}/password/", {})
    assert {answer.status_code for answer in answers.values()} <= {200, 302, 403}
    granted = {name for name, answer in answers.items() if answer.status_code != 403}
    form = (answers["list"].context or {}).get("action_form")
    offered = {value for value, _ in form.fields["action"].choices} if form else set()
    return granted | (offered & actions_of(page))


@pytest.fixture
def _rows(catalogue):
    KnownBarrier.objects.create(title="Karte", description="Ohne Text.")
    withdraw(Project.objects.published().last())
    statement = Statement.objects.first()
    edition = SourceText.objects.create(source=statement.source, number=1)
    Recheck.objects.create(statement=statement, edition=edition, reason="geaendert")
    Block.of(["Niemandsname"], ground="person").save()
    make_account("anna")


@pytest.mark.usefixtures("_rows")
@pytest.mark.parametrize("role", [*editors.ROLES, NOBODY])
def test_each_role_may_do_exactly_what_the_matrix_says(role):
    client = client_of(role)
    granted = {
        model._meta.label_lower: what_is_granted(client, model, page)
        for model, page in admin.site._registry.items()
    }
    assert granted == {name: set(row.get(role, "").split()) for name, row in MATRIX.items()}


def test_each_action_of_a_list_is_in_the_matrix(db):
    for model, page in admin.site._registry.items():
        named = {
            name for cells in MATRIX[model._meta.label_lower].values() for name in cells.split()
        }
        # Offered to superusers alone where no role deletes.
        assert actions_of(page) - {"delete_selected"} <= named


def test_a_refused_action_changes_nothing(catalogue):
    client = client_of(VIEWERS)
    project = Project.objects.filter(is_published=True).first()
    for action in actions_of(admin.site._registry[Project]):
        client.post(
            "/verwaltung/projects/project/",
            {"action": action, "_selected_action": [project.pk], "post": "yes"},
        )
    client.post(f"/verwaltung/projects/project/{project.pk}/delete/", {"post": "yes"})
    project.refresh_from_db()
    assert project.is_published


def test_roles_are_put_right_with_each_migrate_and_other_groups_are_left(db):
    other = Group.objects.create(name="Eigene Gruppe")
    other.permissions.set(Permission.objects.filter(codename="view_project"))
    for role in editors.ROLES:
        Group.objects.get(name=role).permissions.set(Permission.objects.filter(codename="add_user"))
    editors.create_groups()
    for role in editors.ROLES:
        permissions = Group.objects.get(name=role).permissions
        assert set(
            permissions.values_list("content_type__app_label", "codename")
        ) == editors.rights(role)
    assert other.permissions.count() == 1


def test_a_page_for_managers_is_theirs_and_is_seen_by_viewers(db, monkeypatch):
    page = admin.site._registry[KnownBarrier]
    monkeypatch.setattr(page, "for_managers", True, raising=False)
    editors.create_groups()
    names = {f"{action}_knownbarrier" for action in ("add", "change", "delete", "view")}
    assert names <= {codename for _, codename in editors.rights(MANAGERS)}


# Accounts, by those who manage them


def test_no_manager_gets_beyond_roles(db):
    """Neither for an account that has more already, nor for the own one."""
    client = client_of(MANAGERS)
    chief = User.objects.create_superuser("chefin", password=PASSWORD)
    special = make_account("sonder")
    special.user_permissions.add(Permission.objects.first())
    outside = make_account("fremd")
    outside.groups.add(Group.objects.create(name="Eigene Gruppe"))
    for account in (chief, special, outside):
        give_app(account)
        one = f"/verwaltung/auth/user/{account.pk}"
        AccessAttempt.objects.create(username=account.username, failures_since_start=5)
        assert client.post(f"{one}/change/", {"username": "meins"}).status_code == 403
        assert client.post(f"{one}/delete/", {"post": "yes"}).status_code == 403
        assert client.post(f"{one}/password/", {}).status_code == 403
        for action in ("reset_second_factor", "lift_locks", "delete_selected"):
            client.post(
                "/verwaltung/auth/user/",
                {"action": action, "_selected_action": [account.pk], "post": "yes"},
            )
        assert User.objects.filter(username=account.username).exists()
        assert second_factor.app_of(account)
        assert AccessAttempt.objects.filter(username=account.username).exists()

    own = User.objects.get(username="wer")
    path = f"/verwaltung/auth/user/{own.pk}/change/"
    every_right = {
        **form_data(client.get(path)),
        "is_superuser": "on",
        "user_permissions": [Permission.objects.first().pk],
    }
    client.post(path, every_right)
    outsider = Group.objects.get(name="Eigene Gruppe").pk
    assert client.post(path, {**every_right, "groups": [outsider]}).status_code == 200
    own.refresh_from_db()
    assert not own.is_superuser
    assert not own.user_permissions.exists()
    assert [group.name for group in own.groups.all()] == [MANAGERS]


def test_a_manager_helps_editors_in_again(db):
    client = client_of(MANAGERS)
    anna = make_account("anna")
    give_app(anna)
    AccessAttempt.objects.create(username="anna", failures_since_start=5)
    for action in ("reset_second_factor", "lift_locks"):
        client.post("/verwaltung/auth/user/", {"action": action, "_selected_action": [anna.pk]})
    assert not second_factor.app_of(anna)
    assert not AccessAttempt.objects.exists()


def test_the_form_says_what_each_role_may_do(db):
    client = client_of(MANAGERS)
    anna = make_account("anna")
    page = client.get(f"/verwaltung/auth/user/{anna.pk}/change/").content.decode()
    for role, does in editors.ROLES.items():
        assert f"{role}: {does}" in page
    assert "user_permissions" not in page
    assert "is_superuser" not in page.partition("<form")[2].partition("changelist-filter")[0]


def test_who_only_looks_sees_nothing_of_a_password(db):
    anna = make_account("anna")
    page = client_of(VIEWERS).get(f"/verwaltung/auth/user/{anna.pk}/change/").content.decode()
    assert "anna" in page
    # Django shows the beginnings of salt and hash.
    assert anna.password.split("$")[2][:6] not in page
    assert "field-password" not in page


# A right that is taken away


@pytest.mark.parametrize(
    ("take", "status"),
    [
        (lambda user: user.groups.clear(), 403),
        (lambda user: user.groups.set(Group.objects.filter(name=MANAGERS)), 403),
        (lambda user: User.objects.filter(pk=user.pk).update(is_staff=False), 302),
        (lambda user: User.objects.filter(pk=user.pk).update(is_active=False), 302),
        (lambda user: user.set_password("anders") or user.save(), 302),
        (former.delete, 302),
    ],
)
def test_a_right_that_is_taken_away_is_gone_with_the_next_request(db, take, status):
    user = make_account("anna")
    browser = browser_at()
    sign_in(browser, "anna")
    assert is_in(browser)
    assert browser.get("/verwaltung/projects/project/").status_code == 200

    take(user)

    assert browser.get("/verwaltung/projects/project/").status_code == status


# Accounts that are deleted


@pytest.mark.parametrize("many", [False, True])
def test_a_deleted_account_leaves_its_role_in_the_history_and_no_name(catalogue, many):
    anna = make_account("anna", first_name="Anna", last_name="Muster", email="a@example.org")
    give_app(anna)
    project = Project.objects.first()
    LogEntry.objects.log_actions(anna.pk, [project, anna], CHANGE, change_message="Geändert.")
    with changes.change(anna):
        withdraw(project)
    assert Edit.objects.filter(editor=anna).exists()
    client = client_of(MANAGERS, VIEWERS)
    # What the account did to itself and what others did to it name it, too.
    if many:
        path = "/verwaltung/auth/user/"
        data = {"action": "delete_selected", "_selected_action": [anna.pk], "post": "yes"}
    else:
        path, data = f"/verwaltung/auth/user/{anna.pk}/delete/", {"post": "yes"}
    assert client.post(path, data).status_code == 302

    content_type = ContentType.objects.get_for_model(project, for_concrete_model=False)
    entry = LogEntry.objects.get(object_id=project.pk, content_type=content_type)
    assert entry.user.username == "Redaktion (gelöschtes Konto)"
    assert not entry.user.is_active
    assert project.versions.first().edit.editor == entry.user
    assert not entry.user.has_usable_password()
    history = client.get(f"/verwaltung/projects/project/{project.pk}/history/").content.decode()
    assert "Redaktion (gelöschtes Konto)" in history
    for row in [*User.objects.values(), *LogEntry.objects.values()]:
        assert not {"anna", "Anna", "Muster", "a@example.org"} & {str(v) for v in row.values()}


def test_what_stands_for_deleted_accounts_is_no_account_to_be_managed(db, admin_client):
    former.delete(make_account("anna"))
    stand_in = User.objects.get(username="Redaktion (gelöschtes Konto)")
    assert "gelöschtes Konto" not in admin_client.get("/verwaltung/auth/user/").content.decode()
    assert admin_client.get(f"/verwaltung/auth/user/{stand_in.pk}/change/").status_code == 302
    former.delete(make_account("berta"))
    assert User.objects.filter(username__endswith="(gelöschtes Konto)").count() == 1


def test_no_shell_takes_along_what_an_account_did(db):
    project = make_project(is_published=False)
    anna, berta, new = (make_account(name) for name in ("anna", "berta", "neu"))
    LogEntry.objects.log_actions(anna.pk, [project], CHANGE, change_message="Gesichert.")
    with changes.change(berta):
        publish(project)
    for account in (anna, berta):
        with pytest.raises(ProtectedError, match=r"former\.delete"), transaction.atomic():
            account.delete()
        with pytest.raises(ProtectedError, match=r"former\.delete"), transaction.atomic():
            User.objects.filter(pk=account.pk).delete()
    assert LogEntry.objects.get(user=anna)
    assert Edit.objects.get(editor=berta)
    # Who has done nothing leaves nothing.
    new.delete()
    former.delete(anna)
    former.delete(berta)
    assert LogEntry.objects.get().user == Edit.objects.get(version__record=project.pk).editor
