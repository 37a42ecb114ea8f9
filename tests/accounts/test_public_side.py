"""Public pages know nothing of logins, and a proxy that nobody named is noticed."""

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.signing_in import code_of, sign_in

MACHINERY = ("session", "axes", "otp_", "auth_user")


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("address", ["/", "/projekte/", "/projekte/wohngeld/", "/aenderungen.atom"])
def test_a_public_page_asks_nothing_about_who_is_signed_in(
    browser, editor, recovery_codes, address
):
    anonymous = browser.get(address)
    sign_in(browser)
    browser.post("/verwaltung/login/code/", {"code": code_of(editor)})
    before = Session.objects.values().get()

    # The test's browser sends its cookies everywhere, as an attacker would.
    with CaptureQueriesContext(connection) as queries:
        answer = browser.get(address, {}, REMOTE_ADDR="203.0.113.66")

    assert answer.content == anonymous.content
    assert not answer.cookies
    assert not [sql for sql in queries if any(word in sql["sql"] for word in MACHINERY)]
    assert Session.objects.values().get() == before
    assert not AccessAttempt.objects.exists()
