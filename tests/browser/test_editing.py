"""The admin's forms in a browser: what the script adds, and what stays in view."""

import pytest
from playwright.sync_api import expect

from hzd_catalogue.reference import german
from tests.browser.axe import findings
from tests.serving import ADMINISTRATOR

NAMES = ["Übersee-Straße (Nr. 2)", "e²P – Café", "Größe", "Studie in Hessen", "-_ß…"]


@pytest.fixture
def form(axe_page):
    """The form of a project, before an administrator."""
    page = axe_page
    page.goto("/verwaltung/projects/project/?q=Wohngeld")
    page.get_by_label("Benutzername").fill(ADMINISTRATOR[0])
    page.get_by_label("Passwort").fill(ADMINISTRATOR[1])
    page.get_by_role("button", name="Anmelden").click()
    page.get_by_role("link", name="Wohngeldverfahren").click()
    return page


def test_forms_count_words_lead_to_errors_and_keep_saving_in_view(form):
    page = form
    save = page.get_by_role("button", name="Sichern", exact=True)
    for width, height in ((1280, 800), (320, 640)):
        page.set_viewport_size({"width": width, "height": height})
        for place in (400, 3000):
            page.evaluate("place => scrollTo(0, place)", place)
            expect(save).to_be_in_viewport(ratio=1)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        # Nor does a part of the page scroll sideways.
        right = "fields => Math.max(...fields.map(field => field.getBoundingClientRect().right))"
        assert page.locator("textarea:visible").evaluate_all(right) <= width

    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="Beteiligung eines Landes hinzufügen").click()
    row = page.locator(".dynamic-participations").last
    quotation = row.get_by_label("Wortlaut:")
    quotation.fill("eins zwei  drei\nvier")
    expect(row.locator(".word-count").first).to_have_text("4 von höchstens 12 Wörtern")
    assert not row.locator(".word-count.is-over").count()
    quotation.fill("wort " * 13)
    expect(row.locator(".word-count.is-over")).to_have_text("13 von höchstens 12 Wörtern")
    row.get_by_text("Seit wann").click()
    row.get_by_label("Monat").fill("3")
    save.click()

    for label in ("Bundesland", "Wortlaut", "seit Jahr"):
        error = page.locator(".field-errors a", has_text=label)
        field = page.locator(str(error.get_attribute("href")))
        error.click()
        # Of a field of Select2, what stands for it has the focus.
        focused = page.locator(":focus")
        expect(focused).to_be_in_viewport(ratio=1)
        assert focused.evaluate(
            "(focused, field) => focused.parentNode.closest('div').contains(field)",
            field.element_handle(),
        )

    # An empty head of a table is Django's, above the hidden fields of a row.
    found = [finding for finding in findings(page) if "empty-table-header" not in finding]
    assert not found, "\n".join(found)


def test_the_browser_makes_the_same_address_as_the_server(form):
    page = form
    page.goto("/verwaltung/projects/project/add/")
    for name in NAMES:
        page.get_by_label("Name:", exact=True).fill(name)
        page.get_by_label("Name:", exact=True).press("Shift")
        expect(page.get_by_label("Adresse:")).to_have_value(german.slug(name))
