"""A clock that was set back: rows hold times that are still to come, and the site goes on."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db.models import F
from django.utils import timezone
from django.utils.http import http_date
from django_otp.plugins.otp_totp.models import TOTPDevice

from hzd_catalogue.records.models import Version
from hzd_catalogue.reference.changes import change
from hzd_catalogue.reference.models import Revision
from projects.models import Project
from tests.accounts.test_locks import LIMIT, fail, let_pass
from tests.signing_in import CODE, browser_at, code_of, give_app, is_in, make_account, sign_in

#: By which the clock was ahead before.
AHEAD = timedelta(days=3)


@pytest.fixture
def ahead(catalogue):
    """A catalogue that was last edited with a clock ahead."""
    with change():
        Project.objects.get(slug="wohngeld").save()
    Revision.objects.update(changed_at=F("changed_at") + AHEAD)
    Version.objects.update(at=F("at") + AHEAD)


def rename(name):
    with change():
        project = Project.objects.get(slug="wohngeld")
        project.name = name
        project.save()


def test_an_edit_shows_and_is_the_newest_version(ahead, client, settings):
    settings.PAGE_CACHE = True
    addresses = ["/projekte/wohngeld/", "/projekte/", "/projekte.csv", "/aenderungen.atom"]
    before = {address: client.get(address) for address in addresses}
    for response in before.values():
        b"".join(response)
    etag, modified = (before["/projekte.csv"][name] for name in ("ETag", "Last-Modified"))
    number = Version.objects.of("projekte", "wohngeld").first().number

    rename("Nach der Umstellung")

    for address in addresses:
        text = b"".join(client.get(address)).decode()
        assert "Nach der Umstellung" in text, address
    newest = Version.objects.of("projekte", "wohngeld").first()
    assert newest.number == number + 1
    assert newest.at < newest.previous.at
    today = timezone.localdate()
    for day in (today + 2 * AHEAD, today):
        shown = Version.objects.of("projekte", "wohngeld").shown_on(day).get()
        assert (shown.number, shown.name) == (number + 1, "Nach der Umstellung")
    assert Version.objects.changes()[0].revision == newest.revision
    # The file is older than what the client has, by its time; it is sent all the same.
    for header, value in (("if-none-match", etag), ("if-modified-since", modified)):
        response = client.get("/projekte.csv", headers={header: value})
        assert response.status_code == 200
        b"".join(response)
    now = client.head("/projekte.csv")
    assert now["Last-Modified"] < http_date((timezone.now() + AHEAD).timestamp())
    given = {"if-modified-since": now["Last-Modified"]}
    assert client.get("/projekte.csv", headers=given).status_code == 304


@pytest.fixture
def account(db):
    return make_account()


def test_nobody_is_locked_until_the_clock_has_caught_up(account):
    browser = browser_at()
    fail(browser, 1)
    let_pass(days=-3)
    sign_in(browser)
    assert is_in(browser)

    other = browser_at("192.0.2.9")
    fail(other, LIMIT)
    let_pass(days=-3)
    assert "noch 15 Minuten gesperrt" in fail(other, 1)
    let_pass(minutes=16)
    sign_in(other)
    assert is_in(other)


def test_a_session_of_later_is_over_and_its_account_signs_in_again(account):
    browser = browser_at()
    sign_in(browser)
    session = browser.session
    session["signed_in_at"] += 3600
    session.save()
    Session.objects.update(expire_date=F("expire_date") + timedelta(hours=1))
    assert not is_in(browser)

    sign_in(browser)
    assert is_in(browser)


def test_a_code_of_the_app_waits_for_the_clock_and_a_recovery_code_does_not(account):
    [recovery, *_] = give_app(account)
    code = code_of(account)
    TOTPDevice.objects.update(last_t=F("last_t") + 10**9)
    browser = browser_at()
    sign_in(browser)
    browser.post(CODE, {"code": code})
    assert not is_in(browser)
    browser.post(CODE, {"code": recovery})
    assert is_in(browser)
