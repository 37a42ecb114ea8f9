"""The second factor in a browser: every page of it works, fits and can be read."""

import re
from base64 import b32decode

from django_otp.oath import totp
from playwright.sync_api import expect

from tests.browser.axe import findings
from tests.serving import NEWCOMER


def looks_right(page):
    """Check the page that is shown: axe, and nothing wider than a narrow window."""
    found = findings(page)
    assert not found, "\n".join(found)
    # The last window that axe saw is 320 px wide.
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def press(page, role, name):
    """Press a link or button and wait for the page that it leads to."""
    with page.expect_navigation():
        page.get_by_role(role, name=name, exact=True).first.click()


def send_password(page):
    page.get_by_label("Benutzername").fill(NEWCOMER[0])
    page.get_by_label("Passwort").fill(NEWCOMER[1])
    press(page, "button", "Anmelden")


def send_code(page, code, button):
    page.get_by_label("Code").fill(code)
    press(page, "button", button)


def test_set_up_sign_in_with_a_recovery_code_and_remove(axe_page):
    page = axe_page
    page.goto("/verwaltung/")
    looks_right(page)
    send_password(page)
    press(page, "link", "Zweiter Faktor")
    looks_right(page)

    press(page, "link", "Zweiten Faktor einrichten")
    picture = page.get_by_role("img", name=re.compile("QR-Code"))
    # An image that the policy or the browser refuses has no width.
    assert picture.evaluate("image => image.naturalWidth") > 100
    send_code(page, "falsch", "Einrichten")
    expect(page.get_by_text("Dieser Code gilt nicht.")).to_be_visible()
    looks_right(page)
    key = b32decode(page.locator("code.secret").inner_text().replace("-", ""))
    send_code(page, f"{totp(key):06}", "Einrichten")
    codes = page.locator(".recovery-codes code").all_inner_texts()
    assert len(codes) == 10
    looks_right(page)

    press(page, "link", "Zweiter Faktor")
    looks_right(page)
    press(page, "link", "Neue Wiederherstellungscodes erzeugen")
    looks_right(page)
    press(page, "button", "Abmelden")
    page.goto("/verwaltung/projects/project/")
    send_password(page)
    expect(page.get_by_text("Ihr Passwort stimmt.")).to_be_visible()
    looks_right(page)
    send_code(page, codes[0], "Anmelden")
    expect(page).to_have_url(re.compile("/verwaltung/projects/project/$"))

    page.goto("/verwaltung/zweiter-faktor/entfernen/")
    looks_right(page)
    send_code(page, codes[1], "Entfernen")
    expect(page.get_by_text("Ihr zweiter Faktor ist entfernt.")).to_be_visible()


def test_what_was_typed_too_late_is_kept_in_the_browser(axe_page):
    page = axe_page
    page.goto("/verwaltung/")
    send_password(page)
    page.goto("/verwaltung/legal/knownbarrier/add/")
    page.get_by_label("Barriere:").fill("Getippt, bevor die Sitzung endete")
    page.context.clear_cookies(name="sessionid")

    press(page, "button", "Sichern")
    expect(page.get_by_text("Was Sie eingegeben haben, ist noch da")).to_be_visible()
    looks_right(page)
    send_password(page)
    looks_right(page)
    press(page, "button", "Jetzt abschicken")

    expect(page.locator(".messagelist")).to_contain_text("Getippt, bevor die Sitzung endete")
