"""The second factor: set up, asked for, replaced by recovery codes, removed and reset."""

import re
from base64 import b32decode
from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.db import models
from django.urls import URLPattern, reverse
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from hzd_catalogue.accounts import second_factor
from tests.factories import make_project
from tests.signing_in import (
    CODE,
    INDEX,
    LOGIN,
    PASSWORD,
    browser_at,
    code_of,
    give_app,
    is_in,
    make_account,
    sign_in,
    wrong_code,
)

OVERVIEW = "/verwaltung/zweiter-faktor/"
SET_UP = f"{OVERVIEW}einrichten/"
NEW_CODES = f"{OVERVIEW}codes/"
REMOVAL = f"{OVERVIEW}entfernen/"


def scanned_key(page):
    """Return the secret that the set-up page shows as text."""
    text = re.search(r'<code class="secret">([A-Z2-7-]+)</code>', page)[1].replace("-", "")
    return b32decode(text)


def shown_code(page):
    return f"{totp(scanned_key(page)):06}"


def shown_recovery_codes(page):
    return re.findall(r"<li><code>([a-z0-9-]+)</code></li>", page)


def sign_in_with_code(client, code, **data):
    """Sign in with password and code; return the answer to the code."""
    sign_in(client)
    return client.post(CODE, {"code": code, **data})


def errors(answer):
    return " ".join(answer.context["form"].errors["code"])


# Set-up


def test_a_user_sets_up_an_app_and_gets_recovery_codes(browser, editor):
    sign_in(browser)
    key = browser.cookies["sessionid"].value
    page = browser.get(SET_UP).content.decode()

    answer = browser.post(SET_UP, {"code": shown_code(page)})

    codes = shown_recovery_codes(answer.content.decode())
    assert len(codes) == len(set(codes)) == 10
    assert all(re.fullmatch(r"([a-z2-9]{4}-){5}[a-z2-9]{4}", code) for code in codes)
    assert "no-store" in answer["Cache-Control"]
    assert second_factor.app_of(editor).bin_key == scanned_key(page)
    # The session in which it was set up goes on, under another key; the next login asks for a code.
    assert is_in(browser)
    assert browser.cookies["sessionid"].value != key
    other = browser_at()
    assert sign_in(other)["Location"].startswith(CODE)


def test_the_picture_holds_the_secret_and_needs_no_other_host(browser):
    sign_in(browser)

    page = browser.get(SET_UP)

    image = re.search(r'<img class="qr-code" src="([^"]+)"', page.content.decode())[1]
    assert image.startswith("data:image/svg+xml")
    url = page.context["app_url"]
    assert url.startswith("otpauth://totp/IT-Kooperationen%20der%20HZD%3Aredaktion?secret=")
    assert page.context["secret"].replace("-", "") in url
    assert "img-src 'self' data:" in page["Content-Security-Policy"]


def test_reloading_the_set_up_keeps_what_was_scanned(browser, editor):
    sign_in(browser)
    page = browser.get(SET_UP).content.decode()
    browser.get(SET_UP)
    browser.post(SET_UP, {"code": "falsch"})

    browser.post(SET_UP, {"code": shown_code(page)})

    assert second_factor.app_of(editor)


def test_a_wrong_code_sets_nothing_up(browser, editor):
    sign_in(browser)
    key = scanned_key(browser.get(SET_UP).content.decode())
    near = {totp(key, drift=drift) for drift in range(-3, 4)}
    wrong = next(f"{number:06}" for number in range(10) if number not in near)

    answer = browser.post(SET_UP, {"code": wrong})

    assert "gilt nicht" in errors(answer)
    assert not TOTPDevice.objects.exists()
    assert not StaticDevice.objects.exists()


def test_the_code_of_the_set_up_is_used_up(browser):
    sign_in(browser)
    code = shown_code(browser.get(SET_UP).content.decode())
    browser.post(SET_UP, {"code": code})

    answer = sign_in_with_code(browser_at(), code)

    assert "gilt nicht" in errors(answer)


def test_a_second_app_cannot_replace_the_first(browser, editor):
    sign_in(browser)
    page = browser.get(SET_UP).content.decode()
    give_app(editor)
    key = second_factor.app_of(editor).key

    browser.post(SET_UP, {"code": shown_code(page)})

    assert TOTPDevice.objects.get().key == key
    other = second_factor.unsaved_app(editor, second_factor.new_key())
    assert second_factor.set_up(editor, other.key, f"{totp(other.bin_key):06}") is None


def test_two_accounts_have_two_secrets(browser):
    make_account("kollegin")
    other = browser_at()
    sign_in(browser)
    sign_in(other, "kollegin")

    pages = [client.get(SET_UP).content.decode() for client in (browser, other)]

    assert scanned_key(pages[0]) != scanned_key(pages[1])


# Login


def test_password_and_code_open_the_admin(browser, editor, recovery_codes):
    assert sign_in(browser)["Location"] == f"{CODE}?next={INDEX}"
    assert not is_in(browser)

    answer = browser.post(CODE, {"code": code_of(editor)})

    assert answer["Location"] == INDEX
    assert is_in(browser)


@pytest.mark.parametrize("form", ["{0}{1} {2}{3}", " {0}{1}{2}-{3} "])
def test_a_code_may_be_typed_in_groups(browser, editor, recovery_codes, form):
    code = code_of(editor)
    sign_in_with_code(browser, form.format(code[:2], code[2:3], code[3:4], code[4:]))

    assert is_in(browser)


def test_a_wrong_code_opens_nothing(browser, editor, recovery_codes):
    answer = sign_in_with_code(browser, wrong_code(editor))

    assert "gilt nicht" in errors(answer)
    assert not is_in(browser)


@pytest.mark.parametrize("code", ["", "١٢٣٤٥٦", "-1", "9" * 24, "a" * 24, "9" * 65, "\0" * 6])
def test_odd_codes_open_nothing(browser, recovery_codes, code):
    assert sign_in_with_code(browser, code).status_code == 200
    assert not is_in(browser)


def test_no_code_is_used_twice(browser, editor, recovery_codes):
    code = code_of(editor)
    sign_in_with_code(browser, code)
    other = browser_at("203.0.113.66")

    answer = sign_in_with_code(other, code)

    assert "gilt nicht" in errors(answer)
    assert not is_in(other)


def test_the_code_of_another_account_opens_nothing(browser, recovery_codes):
    other = make_account("kollegin")
    codes = give_app(other)

    sign_in_with_code(browser, code_of(other))
    browser.post(CODE, {"code": codes[0]})

    assert not is_in(browser)


def test_without_a_password_there_is_no_second_step(browser, editor, recovery_codes):
    answer = browser.post(CODE, {"code": code_of(editor)}, follow=True)

    assert answer.redirect_chain[-1][0].startswith(LOGIN)
    assert "zuerst Benutzername und Passwort" in answer.content.decode()
    assert not is_in(browser)


def test_the_code_has_to_follow_soon(browser, editor, recovery_codes):
    sign_in(browser)
    session = browser.session
    session["signing_in"]["since"] -= 601
    session.save()

    browser.post(CODE, {"code": code_of(editor)})

    assert not is_in(browser)


def test_an_account_closed_in_between_stays_out(browser, editor, recovery_codes):
    sign_in(browser)
    editor.is_active = False
    editor.save()

    answer = browser.post(CODE, {"code": code_of(editor)})

    assert answer["Location"].startswith(LOGIN)


def test_wrong_codes_lock_the_pair_and_nobody_else(browser, editor, recovery_codes, settings):
    # Else the fifth code, eight milliseconds after the fourth, is refused for being so soon.
    settings.OTP_TOTP_THROTTLE_FACTOR = 0
    sign_in(browser)
    for _ in range(5):
        answer = browser.post(CODE, {"code": wrong_code(editor)})
    assert "noch 15 Minuten gesperrt" in errors(answer)

    assert "gesperrt" in errors(browser.post(CODE, {"code": code_of(editor)}))

    elsewhere = browser_at("203.0.113.66")
    sign_in_with_code(elsewhere, code_of(editor))
    assert is_in(elsewhere)


def test_wrong_codes_from_many_addresses_slow_the_account_down(browser, editor, recovery_codes):
    TOTPDevice.objects.update(
        throttling_failure_count=24, throttling_failure_timestamp=models.functions.Now()
    )

    answer = sign_in_with_code(browser, code_of(editor))

    assert "vielleicht von jemandem, der Ihr Passwort kennt" in errors(answer)
    assert "in 3 Stunden wieder" in errors(answer)
    # An hour later than that, the code is taken again.
    TOTPDevice.objects.update(
        throttling_failure_timestamp=models.F("throttling_failure_timestamp") - timedelta(hours=4)
    )
    browser.post(CODE, {"code": code_of(editor)})
    assert is_in(browser)


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("/verwaltung/projects/project/?q=x", "/verwaltung/projects/project/?q=x"),
        ("/projekte/", "/projekte/"),
        ("https://fremd.example/", INDEX),
        ("//fremd.example/", INDEX),
        ("/\\fremd.example", INDEX),
        ("javascript:alert(1)", INDEX),
        ("http:///fremd.example", INDEX),
    ],
)
@pytest.mark.parametrize("has_app", [False, True])
def test_a_login_leads_back_but_never_elsewhere(browser, editor, address, leads_to, has_app):
    if has_app:
        give_app(editor)
    answer = sign_in(browser, next=address)
    if has_app:
        assert answer["Location"].startswith(f"{CODE}?next=/")
        answer = browser.post(CODE, {"code": code_of(editor), "next": address})

    assert answer["Location"] == leads_to


# Recovery codes


def test_a_recovery_code_works_once(browser, recovery_codes):
    sign_in_with_code(browser, recovery_codes[0])
    assert is_in(browser)
    other = browser_at()

    answer = sign_in_with_code(other, recovery_codes[0])

    assert "gilt nicht" in errors(answer)
    assert not is_in(other)
    sign_in_with_code(other, recovery_codes[1].upper().replace("-", " "))
    assert is_in(other)


def test_recovery_codes_are_not_stored(recovery_codes):
    stored = set(StaticToken.objects.values_list("token", flat=True))

    bare = {code.replace("-", "") for code in recovery_codes}
    assert len(stored) == 10
    assert not any(token in code or code in token for token in stored for code in bare)


def test_what_is_stored_is_no_code(browser, recovery_codes):
    for token in StaticToken.objects.values_list("token", flat=True)[:4]:
        sign_in_with_code(browser, token)

    assert not is_in(browser)


def test_new_recovery_codes_end_the_old_ones(browser, editor, recovery_codes):
    sign_in_with_code(browser, code_of(editor))

    answer = browser.post(NEW_CODES, {"code": code_of(editor)})

    new = shown_recovery_codes(answer.content.decode())
    assert len(new) == 10
    assert not set(new) & set(recovery_codes)
    old, fresh = browser_at(), browser_at()
    sign_in_with_code(old, recovery_codes[0])
    sign_in_with_code(fresh, new[0])
    assert not is_in(old)
    assert is_in(fresh)


def test_the_overview_counts_and_shows_no_code(browser, editor, recovery_codes):
    sign_in_with_code(browser, recovery_codes[0])

    page = browser.get(OVERVIEW).content.decode()

    assert "noch <strong>9</strong> Wiederherstellungscodes" in page
    assert not any(code in page for code in recovery_codes)


def test_after_the_last_recovery_code_one_is_told(browser, editor, recovery_codes):
    StaticToken.objects.exclude(token=_stored(recovery_codes[0])).delete()

    answer = sign_in_with_code(browser, recovery_codes[0])

    page = browser.get(answer["Location"]).content.decode()
    assert "Sie haben keinen Wiederherstellungscode mehr" in page


def _stored(code):
    return second_factor.fingerprint(code.replace("-", ""))


# Removal and reset


@pytest.mark.parametrize("address", [NEW_CODES, REMOVAL])
def test_changes_take_a_code(browser, editor, recovery_codes, address):
    sign_in_with_code(browser, code_of(editor))
    stored = set(StaticToken.objects.values_list("token", flat=True))

    for code in ("", wrong_code(editor)):
        assert "code" in browser.post(address, {"code": code}).context["form"].errors

    assert second_factor.app_of(editor)
    assert set(StaticToken.objects.values_list("token", flat=True)) == stored


def test_a_user_removes_the_second_factor(browser, editor, recovery_codes):
    sign_in_with_code(browser, code_of(editor))

    browser.post(REMOVAL, {"code": code_of(editor)})

    assert not TOTPDevice.objects.exists()
    assert not StaticDevice.objects.exists()
    assert is_in(browser)
    other = browser_at()
    sign_in(other)
    assert is_in(other)


def test_another_phone_gets_another_secret(browser, editor):
    sign_in(browser)
    page = browser.get(SET_UP).content.decode()
    browser.post(SET_UP, {"code": shown_code(page)})
    browser.post(REMOVAL, {"code": code_of(editor)})

    assert scanned_key(browser.get(SET_UP).content.decode()) != scanned_key(page)


def test_a_superuser_resets_the_second_factor_of_others(admin_client, editor, recovery_codes):
    others = make_account("kollegin")
    give_app(others)
    data = {"action": "reset_second_factor", "_selected_action": [editor.pk]}

    answer = admin_client.post("/verwaltung/auth/user/", data, follow=True)

    assert "1 Konto hat jetzt keinen zweiten Faktor mehr." in answer.content.decode()
    assert not second_factor.app_of(editor)
    assert not StaticDevice.objects.filter(user=editor).exists()
    assert second_factor.app_of(others)
    entry = LogEntry.objects.get()
    assert (entry.object_id, entry.change_message) == (
        str(editor.pk),
        "Zweiter Faktor zurückgesetzt.",
    )


def test_a_superuser_needs_a_code_for_the_own_one(admin_client, admin_user):
    codes = give_app(admin_user)
    browser = browser_at()
    admin_user.set_password(PASSWORD)
    admin_user.save()
    sign_in(browser, admin_user.username)
    browser.post(CODE, {"code": codes[0]})

    answer = browser.post(
        "/verwaltung/auth/user/",
        {"action": "reset_second_factor", "_selected_action": [admin_user.pk]},
        follow=True,
    )

    assert "Ihren eigenen entfernen Sie" in answer.content.decode()
    assert second_factor.app_of(admin_user)


def test_who_may_change_users_may_not_reset_them(editor, recovery_codes, browser):
    other = make_account("verwalter")
    other.user_permissions.set(Permission.objects.filter(content_type__model="user"))
    sign_in(browser, "verwalter")

    page = browser.get("/verwaltung/auth/user/").content.decode()
    browser.post(
        "/verwaltung/auth/user/",
        {"action": "reset_second_factor", "_selected_action": [editor.pk]},
    )

    assert "reset_second_factor" not in page
    assert second_factor.app_of(editor)


def test_the_list_of_accounts_shows_who_has_one(admin_client, editor, recovery_codes):
    rows = admin_client.get("/verwaltung/auth/user/").context["cl"].result_list

    assert {row.username: row.has_app for row in rows} == {"admin": False, "redaktion": True}


def test_the_command_helps_a_superuser_who_is_locked_out(editor, recovery_codes, capsys):
    call_command("reset_second_factor", "redaktion")
    call_command("reset_second_factor", "redaktion")

    assert capsys.readouterr().out.splitlines() == [
        "Das Konto „redaktion“ hat keinen zweiten Faktor mehr.",
        "Das Konto „redaktion“ hatte keinen zweiten Faktor.",
    ]
    assert not second_factor.app_of(editor)
    with pytest.raises(CommandError, match="Ein Konto „niemand“ gibt es nicht"):
        call_command("reset_second_factor", "niemand")


# What the setting decides


def test_required_leads_to_the_set_up_and_then_on(browser, editor, settings):
    settings.SECOND_FACTOR = "required"
    projects = "/verwaltung/projects/project/"
    answer = sign_in(browser, next=projects)

    answer = browser.get(answer["Location"], follow=True)

    assert answer.redirect_chain[-1][0] == f"{SET_UP}?next={projects}"
    page = answer.content.decode()
    assert "verlangt einen zweiten Faktor" in page
    answer = browser.post(SET_UP, {"code": shown_code(page), "next": projects})
    assert f'href="{projects}"' in answer.content.decode()
    assert browser.get(projects).status_code == 200


def test_required_leads_to_the_set_up_again_after_a_removal(
    browser, editor, recovery_codes, settings
):
    settings.SECOND_FACTOR = "required"
    sign_in_with_code(browser, code_of(editor))

    answer = browser.post(REMOVAL, {"code": code_of(editor)}, follow=True)

    assert answer.redirect_chain[-1][0].startswith(SET_UP)


def test_who_has_to_set_up_can_sign_out(browser, settings):
    settings.SECOND_FACTOR = "required"
    sign_in(browser)

    assert 'action="/verwaltung/logout/"' in browser.get(SET_UP).content.decode()
    browser.post("/verwaltung/logout/")

    assert browser.get(SET_UP)["Location"].startswith(LOGIN)


def test_off_asks_nobody_and_offers_nothing(browser, editor, recovery_codes, settings):
    settings.SECOND_FACTOR = "off"

    assert sign_in(browser)["Location"] == INDEX
    assert OVERVIEW not in browser.get(INDEX).content.decode()
    for address in (OVERVIEW, SET_UP, NEW_CODES, REMOVAL):
        assert browser.get(address).status_code == 404


def test_optional_offers_it_on_every_page(browser):
    sign_in(browser)

    assert f'href="{OVERVIEW}"' in browser.get(INDEX).content.decode()
    assert f'href="{SET_UP}"' in browser.get(OVERVIEW).content.decode()


# The whole admin


def admin_addresses():
    """Return every address of the admin, arguments filled in."""
    return sorted(set(_addresses(admin.site.urls[0], "/verwaltung/")))


def _addresses(patterns, prefix):
    for pattern in patterns:
        route = str(pattern.pattern)
        if route.startswith("^(?P<app_label>"):
            yield f"{prefix}projects/"
        elif route.startswith("(?P<url>"):
            yield f"{prefix}gibt-es-nicht/"
        elif isinstance(pattern, URLPattern):
            yield prefix + re.sub(r"<[^>]+>", "1", route)
        else:
            yield from _addresses(pattern.url_patterns, prefix + route)


#: What has to answer without a full login.
OPEN = {LOGIN, CODE, "/verwaltung/logout/"}


def test_the_walk_covers_the_admin(db):
    addresses = admin_addresses()

    assert len(addresses) > 80
    for address in (
        INDEX,
        "/verwaltung/projects/",
        "/verwaltung/gibt-es-nicht/",
        "/verwaltung/jsi18n/",
        "/verwaltung/autocomplete/",
        "/verwaltung/password_change/",
        "/verwaltung/projects/project/1/vorschau/",
        "/verwaltung/auth/user/1/password/",
        "/verwaltung/eingaben/",
    ):
        assert address in addresses


@pytest.mark.parametrize("state", ["nobody", "password sent", "session older than the app"])
def test_the_password_alone_opens_no_address(browser, editor, state):
    if state == "session older than the app":
        browser.force_login(editor)
        assert is_in(browser)
    give_app(editor)
    addresses = set(admin_addresses()) - OPEN
    for address in addresses:
        if state == "password sent":
            sign_in(browser)
        if state == "session older than the app":
            browser.force_login(editor)
        answer = browser.get(address)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, LOGIN), address


def test_the_device_of_another_account_opens_nothing(browser, editor, recovery_codes):
    other = make_account("kollegin")
    give_app(other)
    browser.force_login(editor)
    session = browser.session
    session["otp_device_id"] = second_factor.app_of(other).persistent_id
    session.save()

    assert not is_in(browser)


def test_no_address_takes_a_form_without_the_code(browser, editor, recovery_codes):
    for address in set(admin_addresses()) - OPEN:
        browser.force_login(editor)
        assert browser.post(address, {"action": "withdraw"}).status_code == 403, address


def test_no_address_opens_before_a_required_set_up(browser, settings):
    settings.SECOND_FACTOR = "required"
    sign_in(browser)
    for address in set(admin_addresses()) - OPEN - {SET_UP}:
        for answer in (browser.get(address), browser.post(address, {"action": "withdraw"})):
            assert (answer.status_code, answer["Location"].split("?")[0]) == (302, SET_UP), address


def test_a_draft_stays_hidden_without_the_code(browser, editor, recovery_codes):
    project = make_project(name="Geheimer Entwurf", is_published=False)
    address = reverse("admin:projects_project_preview", args=[project.pk])
    browser.force_login(editor)

    answer = browser.get(address, follow=True)

    assert answer.redirect_chain[0][0].startswith(LOGIN)
    assert "Geheimer Entwurf" not in answer.content.decode()
    sign_in_with_code(browser, code_of(editor))
    assert "Geheimer Entwurf" in browser.get(address).content.decode()


def test_the_index_names_no_machinery(admin_client):
    page = admin_client.get(INDEX).content.decode()

    for word in ("axes", "otp_totp", "otp_static"):
        assert word not in page.lower()
    for path in ("axes/accessattempt", "otp_totp/totpdevice", "otp_static/staticdevice"):
        assert admin_client.get(f"/verwaltung/{path}/").status_code == 404
