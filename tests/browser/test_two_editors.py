"""Two editors in two browsers at one form, and the record's history afterwards."""

import pytest
from playwright.sync_api import expect

from tests.browser import axe
from tests.serving import ADMINISTRATOR, served


@pytest.fixture
def two_forms(browser, own_site):
    """The form of one project in two browsers."""
    with served(own_site) as server:
        contexts = [
            browser.new_context(
                base_url=server.url,
                viewport={"width": 1280, "height": 800},
                locale="de-DE",
                java_script_enabled=has_script,
            )
            for has_script in (False, True)
        ]
        pages = []
        for context in contexts:
            page = context.new_page()
            page.goto("/verwaltung/projects/project/?q=Wohngeld")
            page.get_by_label("Benutzername").fill(ADMINISTRATOR[0])
            page.get_by_label("Passwort").fill(ADMINISTRATOR[1])
            page.get_by_role("button", name="Anmelden").click()
            page.get_by_role("link", name="Wohngeldverfahren").click()
            pages.append(page)
        yield pages
        for context in contexts:
            context.close()


def test_the_second_sees_what_both_have_changed_and_the_history_keeps_it(two_forms):
    first, second = two_forms
    second.add_init_script(path=axe.SCRIPT)
    second.emulate_media(reduced_motion="reduce")
    second.reload()
    quotation = second.locator("#id_participations-0-quote").input_value()
    first.locator("#id_participations-0-quote").fill("anders gelesen")
    first.get_by_label("Name:", exact=True).fill("Von der ersten")
    first.get_by_role("button", name="Sichern", exact=True).click()

    second.get_by_label("Name:", exact=True).fill("Von der zweiten")
    second.get_by_label("Warum:").fill("Beide hatten recht.")
    second.get_by_role("button", name="Sichern", exact=True).click()

    meeting = second.locator(".meeting")
    expect(meeting.get_by_role("row", name="Name (beide)")).to_contain_text("Von der ersten")
    # What nobody has typed is as the browser sent it: nothing else seems to be changed.
    expect(meeting.locator("tbody tr")).to_have_count(2)
    expect(meeting).to_contain_text(quotation)
    expect(second.locator("#id_participations-0-quote")).to_have_value("anders gelesen")
    found = [finding for finding in axe.findings(second) if "empty-table-header" not in finding]
    assert not found, "\n".join(found)
    second.set_viewport_size({"width": 320, "height": 800})
    assert second.evaluate("document.documentElement.scrollWidth") <= 320
    second.set_viewport_size({"width": 1280, "height": 800})
    second.get_by_role("button", name="Sichern und weiter bearbeiten").click()
    expect(second.get_by_label("Name:", exact=True)).to_have_value("Von der zweiten")

    second.get_by_role("link", name="Verlauf").click()
    expect(second.get_by_text("Name: Von der ersten → Von der zweiten")).to_be_visible()
    expect(second.get_by_text("Warum: Beide hatten recht.")).to_be_visible()
    assert not axe.findings(second)
    second.get_by_role("button", name="Fassung 1 zurückholen").click()
    expect(second.get_by_role("heading", name="Fassung 4: Korrektur des Katalogs")).to_be_visible()
