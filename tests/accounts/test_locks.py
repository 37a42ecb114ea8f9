"""Guessing is slowed for the pair of account and address, and for nobody else."""

import logging
from datetime import timedelta
from ipaddress import ip_network

import pytest
from axes.models import AccessAttempt
from django.core.management import call_command
from django.db import models
from django.utils import timezone

from hzd_catalogue.accounts import locks
from tests.signing_in import browser_at, is_in, make_account, sign_in, wrong_code

FOREIGN = "203.0.113.66"
LIMIT = 5


def fail(client, times=LIMIT, name="redaktion"):
    """Send wrong passwords; return the last answer as text."""
    for _ in range(times):
        answer = sign_in(client, name, "falsch")
    return answer.content.decode()


def let_pass(**time):
    """Let time pass since the failures."""
    AccessAttempt.objects.update(attempt_time=models.F("attempt_time") - timedelta(**time))


def test_four_failures_lock_nobody(browser):
    assert "gesperrt" not in fail(browser, LIMIT - 1)
    assert sign_in(browser).status_code == 302
    assert is_in(browser)


def test_the_fifth_failure_locks_the_pair_and_says_for_how_long(browser):
    assert "noch 15 Minuten gesperrt" in fail(browser)

    answer = sign_in(browser)

    assert "noch 15 Minuten gesperrt" in answer.content.decode()
    assert not is_in(browser)


def test_nobody_is_locked_out_from_elsewhere(browser):
    fail(browser_at(FOREIGN), 2 * LIMIT)

    sign_in(browser)

    assert is_in(browser)


def test_another_account_at_the_same_address_is_not_locked(browser):
    make_account("kollegin")
    fail(browser)

    sign_in(browser, "kollegin")

    assert is_in(browser)


def test_an_account_that_does_not_exist_is_locked_alike(browser):
    assert "noch 15 Minuten gesperrt" in fail(browser, name="gibt-es-nicht")


def test_other_browsers_and_sessions_at_the_address_are_locked_too(browser):
    for agent in "abcde":
        browser_at().post(
            "/verwaltung/login/",
            {"username": "redaktion", "password": "falsch"},
            HTTP_USER_AGENT=agent,
        )

    sign_in(browser)

    assert not is_in(browser)


def test_a_lock_ends(browser):
    fail(browser)
    let_pass(minutes=16)

    sign_in(browser)

    assert is_in(browser)


def test_each_further_failure_doubles_the_lock(browser):
    fail(browser)
    texts = []
    for minutes in (16, 31, 61):
        let_pass(minutes=minutes)
        texts.append(fail(browser, 1))

    for text, words in zip(texts, ("30 Minuten", "60 Minuten", "2 Stunden"), strict=True):
        assert f"noch {words} gesperrt" in text


def test_trying_during_a_lock_does_not_lengthen_it(browser):
    fail(browser)
    let_pass(minutes=10)

    assert "noch 5 Minuten gesperrt" in fail(browser, 3)


@pytest.mark.parametrize(
    ("failures", "minutes"),
    [(4, 0), (5, 15), (6, 30), (11, 16 * 60), (12, 24 * 60), (10**6, 24 * 60)],
)
def test_a_lock_never_outlasts_what_is_kept(failures, minutes):
    assert locks.lock_time(failures) == timedelta(minutes=minutes)


def test_success_forgets_the_failures(browser):
    fail(browser, LIMIT - 1)
    sign_in(browser)

    assert not AccessAttempt.objects.exists()


def test_a_second_factor_is_no_way_to_more_guesses(browser, editor, recovery_codes):
    """Whoever knows the password cannot clear the count with it between two codes."""
    for _ in range(LIMIT):
        sign_in(browser)
        answer = browser.post("/verwaltung/login/code/", {"code": wrong_code(editor)})

    assert "noch 15 Minuten gesperrt" in answer.content.decode()


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("198.51.100.1", "198.51.100.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2::"),
        ("", None),
    ],
)
def test_an_ipv6_client_is_its_network(rf, address, counted):
    assert locks.counted_address(rf.get("/", REMOTE_ADDR=address)) == counted


def test_behind_a_proxy_clients_are_told_apart(editor, settings):
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.1")]
    proxy = browser_at("10.0.0.1")
    for _ in range(LIMIT):
        proxy.post(
            "/verwaltung/login/",
            {"username": "redaktion", "password": "falsch"},
            HTTP_X_FORWARDED_FOR=FOREIGN,
        )

    sign_in(proxy)

    assert is_in(proxy)
    assert AccessAttempt.objects.get().ip_address == FOREIGN


def test_of_a_failure_only_account_address_time_and_number_are_kept(browser):
    browser.post(
        "/verwaltung/login/?next=/verwaltung/geheim/",
        {"username": "redaktion", "password": "falsch", "held_form": "getippt"},
        HTTP_USER_AGENT="Browser",
        HTTP_ACCEPT="alles",
    )

    kept = AccessAttempt.objects.values().get()

    assert kept.pop("attempt_time") > timezone.now() - timedelta(minutes=1)
    assert {name: value for name, value in kept.items() if value and name != "id"} == {
        "username": "redaktion",
        "ip_address": "192.0.2.1",
        "failures_since_start": 1,
    }


def test_failures_are_gone_after_a_day_with_the_next_login(browser):
    fail(browser_at(FOREIGN))
    let_pass(hours=25)

    sign_in(browser)

    assert not AccessAttempt.objects.exists()


def test_the_log_names_neither_account_nor_address(browser, caplog):
    with caplog.at_level(logging.DEBUG, "axes"):
        fail(browser)
        sign_in(browser)

    assert caplog.messages
    assert not any("redaktion" in line or "192.0.2.1" in line for line in caplog.messages)


def test_a_superuser_lifts_locks(browser, admin_client, editor):
    fail(browser)
    data = {"action": "lift_locks", "_selected_action": [editor.pk]}

    admin_client.post("/verwaltung/auth/user/", data)

    sign_in(browser)
    assert is_in(browser)


def test_the_documented_command_lifts_locks(browser, capsys):
    fail(browser)

    call_command("axes_reset_username", "redaktion")

    sign_in(browser)
    assert is_in(browser)
