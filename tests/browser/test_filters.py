"""Filters with a script: the page stays, and so do its place and the focus."""

import re

import pytest
from playwright.sync_api import expect

#: Header at most, of the 640 px that a phone shows.
HIGHEST_HEADER = 128


@pytest.mark.parametrize("width", [1280, 320])
def test_ticking_moves_nothing_and_a_bar_leads_to_the_result(page, width):
    page.set_viewport_size({"width": width, "height": 640})
    page.goto("/projekte/?sortierung=-name")
    page.evaluate("window.stays = true")
    if width == 320:
        page.locator("summary", has_text="Filter").click()
    box = page.get_by_role("checkbox", name=re.compile("^Thüringen"))
    box.scroll_into_view_if_needed()
    before = box.bounding_box()

    box.focus()
    page.keyboard.press("Space")
    expect(page).to_have_url(re.compile(r"\?sortierung=-name&land=DE-TH$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bundesland Thüringen")

    found = page.locator(".results > li").count()
    go = page.locator(".filter__go button", has_text=f"{found} Projekte anzeigen")
    assert 0 < found < 22
    assert box.bounding_box() == before
    expect(box).to_be_focused()
    if width == 320:
        expect(go).to_be_in_viewport(ratio=1)
        assert not page.locator("#ergebnis").evaluate(
            "heading => heading.getBoundingClientRect().top < innerHeight"
        )

    # One more before the last is answered: both hold.
    page.get_by_role("checkbox", name=re.compile("^Saarland")).click()
    expect(page).to_have_url(re.compile("land=DE-SL"))
    page.get_by_role("checkbox", name=re.compile("^Berlin")).click()
    box.click()
    page.get_by_role("checkbox", name=re.compile("^Berlin")).click()
    expect(page).to_have_url(re.compile(r"\?sortierung=-name&land=DE-SL$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Projekte: Bundesland Saarland")

    if width == 320:
        page.get_by_role("button", name="anzeigen").click()
        expect(page.locator("#ergebnis")).to_be_in_viewport()
        expect(page.locator("#ergebnis")).to_be_focused()
    else:
        # The result has come already.
        expect(page.locator(".filter__go")).to_be_hidden()
    assert page.evaluate("window.stays"), "the page was left"

    while "land=DE-TH" not in page.url:
        page.go_back()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thüringen")
    expect(page.locator("#land-DE-TH")).to_be_checked()


@pytest.mark.parametrize("address", ["/", "/projekte/", "/suche/?q=Wohngeld", "/quellen/"])
def test_a_phone_shows_a_low_header_and_one_field_to_search_with(page, address):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(address)

    assert page.locator("body > header").bounding_box()["height"] <= HIGHEST_HEADER
    # With names to choose from it is a combobox to assistive technology.
    assert page.locator("input[type=search]:visible").count() == 1


def test_the_menu_of_a_phone_opens_by_the_keyboard(page):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/quellen/")
    link = page.get_by_role("navigation", name="Hauptnavigation").get_by_text("Partner")
    expect(link).to_be_hidden()

    page.locator("summary", has_text="Menü").press("Enter")

    expect(link).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 640})
    page.goto("/quellen/")
    expect(link).to_be_visible()
