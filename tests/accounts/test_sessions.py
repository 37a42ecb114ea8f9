"""Sessions end after eight idle hours; whoever comes too late is told so and loses nothing."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.admin import site
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hzd_catalogue.legal.models import KnownBarrier
from tests.signing_in import CODE, INDEX, LOGIN, browser_at, code_of, is_in, sign_in

FORM = "/verwaltung/legal/knownbarrier/add/"
TYPED = {"title": "Karte & „Länder“", "description": "Zeile 1\r\nZeile 2", "planned_until": ""}
SENT = {**TYPED, "_save": "Sichern"}
LATE = "Ihre Sitzung ist abgelaufen"


def idle_for(client, **time):
    """Let a session lie unused for a time."""
    row = Session.objects.get(session_key=client.session.session_key)
    row.expire_date -= timedelta(**time)
    row.save()


def change_session(client, **values):
    session = client.session
    session.update(values)
    session.save()


def hidden_fields(answer, page_form):
    """Return the hidden fields of a page's form as a browser sends them."""
    page = answer.content.decode()
    start = page.index(f'action="{page_form}"')
    form = page[start : page.index("</form>", start)]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


@pytest.fixture
def late(browser):
    """A browser whose session has just ended."""
    sign_in(browser)
    idle_for(browser, hours=8, minutes=1)
    return browser


def test_a_session_ends_after_eight_idle_hours(browser):
    sign_in(browser)
    idle_for(browser, hours=7, minutes=58)
    assert is_in(browser)

    idle_for(browser, hours=8, minutes=1)

    assert not is_in(browser)


def test_use_keeps_a_session(browser):
    sign_in(browser)
    # Saving a session begins its idle hours anew, so this comes before them.
    change_session(browser, seen_at=0)
    idle_for(browser, hours=7)

    browser.get(INDEX)

    left = Session.objects.get(session_key=browser.session.session_key).expire_date - timezone.now()
    assert timedelta(hours=7, minutes=59) < left <= timedelta(hours=8)


def test_a_session_that_ends_in_mid_request_leads_to_the_login(browser, monkeypatch):
    """As a restore ends all of them, which would otherwise read as a form that makes no sense."""
    sign_in(browser)
    # What is to be written is only known when the session is gone.
    change_session(browser, seen_at=0)

    made = site.each_context

    def restored_meanwhile(request):
        Session.objects.all().delete()
        return made(request)

    monkeypatch.setattr(site, "each_context", restored_meanwhile)

    answer = browser.get(f"{INDEX}?a=1")

    assert (answer.status_code, answer["Location"]) == (303, f"{INDEX}?a=1")
    assert answer["Cache-Control"] == "no-store"
    assert LOGIN in browser.get(answer["Location"])["Location"]


def test_not_every_page_writes(browser):
    sign_in(browser)
    browser.get(INDEX)
    with CaptureQueriesContext(connection) as queries:
        browser.get(INDEX)

    assert not any("UPDATE" in query["sql"] for query in queries)


def test_a_busy_session_ends_after_a_day(browser):
    sign_in(browser)
    change_session(browser, signed_in_at=browser.session["signed_in_at"] - 24 * 60 * 60 - 1)

    answer = browser.get(INDEX, follow=True)

    assert LATE in answer.content.decode()
    assert not Session.objects.exists()


def test_the_browser_forgets_the_session_when_it_closes(browser):
    sign_in(browser)

    cookie = browser.cookies["sessionid"]
    assert (cookie["max-age"], cookie["expires"]) == ("", "")
    assert cookie["httponly"]
    assert cookie["path"] == "/verwaltung/"


def test_who_is_late_is_told_and_gets_back_to_the_page(late):
    answer = late.get(f"{FORM}?title=Karte", follow=True)

    assert LATE in answer.content.decode()
    assert answer.redirect_chain[-1][0] == f"{LOGIN}?next={FORM}%3Ftitle%3DKarte"
    after = sign_in(late, next=answer.context["next"])
    assert after["Location"] == f"{FORM}?title=Karte"


def test_who_comes_for_the_first_time_is_told_nothing(browser):
    assert LATE not in browser.get(INDEX, follow=True).content.decode()


def test_what_was_typed_too_late_can_still_be_saved(late):
    answer = late.post(FORM, {**SENT, "csrfmiddlewaretoken": "von-der-alten-Sitzung"})
    assert answer.status_code == 403
    assert LATE in answer.content.decode()
    assert "noch da" in answer.content.decode()
    # A wrong password in between loses nothing either.
    answer = sign_in(late, password="falsch", **hidden_fields(answer, LOGIN))

    answer = late.get(sign_in(late, **hidden_fields(answer, LOGIN))["Location"])

    assert not KnownBarrier.objects.exists()
    assert "von-der-alten-Sitzung" not in answer.content.decode()
    fields = hidden_fields(answer, FORM)
    assert fields == SENT
    assert late.post(FORM, fields).status_code == 302
    assert KnownBarrier.objects.get().title == TYPED["title"]


def test_what_was_typed_survives_the_second_step_too(late, editor, recovery_codes):
    answer = late.post(FORM, SENT)
    assert sign_in(late, **hidden_fields(answer, LOGIN))["Location"].startswith(CODE)

    answer = late.post(CODE, {"code": code_of(editor)}, follow=True)

    assert hidden_fields(answer, FORM) == SENT


def test_what_was_typed_survives_a_set_up_that_has_become_due(browser, settings):
    sign_in(browser)
    settings.SECOND_FACTOR = "required"

    answer = browser.post(FORM, SENT)

    assert answer["Location"].endswith("/einrichten/?next=/verwaltung/eingaben/")
    settings.SECOND_FACTOR = "optional"
    assert hidden_fields(browser.get("/verwaltung/eingaben/"), FORM) == SENT


def test_no_password_waits_in_the_session(late):
    sent = {"old_password": "alt-Kranich-7", "new_password1": "neu-1", "new_password2": "neu-1"}
    answer = late.post("/verwaltung/password_change/", sent)
    assert answer.status_code == 403
    assert "Kranich-7" not in answer.content.decode()
    sign_in(late, **hidden_fields(answer, LOGIN))

    assert "held_form" not in late.session
    assert late.get("/verwaltung/eingaben/").status_code == 404


def test_a_held_form_is_nobody_elses(late, editor):
    sign_in(late, **hidden_fields(late.post(FORM, SENT), LOGIN))
    other = browser_at()
    sign_in(other)

    assert other.get("/verwaltung/eingaben/").status_code == 404


@pytest.mark.parametrize(
    "path", ["https://fremd.example/", "//fremd.example/verwaltung/", "/projekte/", "verwaltung/"]
)
def test_a_held_form_stays_in_the_admin(browser, path):
    sign_in(browser, next=path, held_form="title=x")

    assert browser.get("/verwaltung/eingaben/").status_code == 404


def test_a_form_from_elsewhere_is_not_held(editor):
    client = Client(enforce_csrf_checks=True)

    answer = client.post(FORM, SENT)

    assert answer.status_code == 403
    assert "held_form" not in answer.content.decode()


def test_a_login_gives_a_session_that_nobody_knew_before(browser):
    browser.cookies["sessionid"] = "vom-angreifer-gesetzt-0123456789"
    sign_in(browser)

    assert browser.cookies["sessionid"].value != "vom-angreifer-gesetzt-0123456789"
    assert is_in(browser)


def test_a_known_session_is_given_up_with_the_password_and_with_the_code(
    browser, editor, recovery_codes
):
    session = browser.session
    session["fremd"] = "vom Angreifer"
    session.save()
    keys = [session.session_key]
    browser.cookies["sessionid"] = keys[0]

    sign_in(browser)
    keys.append(browser.cookies["sessionid"].value)
    browser.post(CODE, {"code": code_of(editor)})
    keys.append(browser.cookies["sessionid"].value)

    assert len(set(keys)) == 3
    assert "fremd" not in browser.session
    assert is_in(browser)
    for key in keys[:2]:
        attacker = browser_at("203.0.113.66")
        attacker.cookies["sessionid"] = key
        assert not is_in(attacker)


def test_signing_out_ends_the_session(browser):
    sign_in(browser)
    key = browser.cookies["sessionid"].value

    browser.post("/verwaltung/logout/")

    browser.cookies["sessionid"] = key
    assert not is_in(browser)
