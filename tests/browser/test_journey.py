"""Whole ways through the site, as visitors and editors go them."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.page_types import every_page_type, visit
from tests.serving import ADMINISTRATOR, served

#: More than lie before anything on any page.
MOST_STOPS = 200


def tab_to(page, target):
    """Press Tab until the target has the focus."""
    element = target.element_handle()
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if element.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"Tab does not lead to {target}")


def press(page, target, key="Enter"):
    tab_to(page, target)
    page.keyboard.press(key)


@pytest.fixture(params=["with scripts", "without scripts"])
def visitor(request, browser, site_url):
    """A page of a visitor with or without JavaScript, and whether it has it."""
    has_scripts = request.param == "with scripts"
    with browser.new_context(
        base_url=site_url,
        viewport={"width": 1280, "height": 800},
        java_script_enabled=has_scripts,
        accept_downloads=True,
    ) as context:
        yield context.new_page(), has_scripts


def test_a_visitor_needs_the_keyboard_alone(visitor):
    page, has_scripts = visitor
    page.goto("/")

    # Past the header, to the search, to its first hit.
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Zum Inhalt springen")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Wonach suchen Sie?")).to_be_focused()
    page.keyboard.type("Wohngeld")
    page.keyboard.press("Enter")
    expect(page.locator(".search-hits a").first).to_contain_text("Wohngeldverfahren")

    # To a list, and there to what concerns the municipalities of one state.
    main_nav = page.get_by_role("navigation", name="Hauptnavigation")
    press(page, main_nav.get_by_role("link", name="Kooperationen"))
    state = page.get_by_role("checkbox", name=re.compile("^Thüringen"))
    press(page, state, "Space")
    if has_scripts:
        expect(page).to_have_url(re.compile(r"\?land=DE-TH$"))
        expect(state).to_be_focused()
    press(page, page.locator("summary", has_text="Ebene"))
    press(page, page.get_by_role("checkbox", name=re.compile("^Kommune")), "Space")
    if not has_scripts:
        press(page, page.get_by_role("button", name="Filter anwenden"))
    expect(page).to_have_url(re.compile(r"ebene=kommune&land=DE-TH|land=DE-TH&ebene=kommune"))
    narrow = page.locator(".results > li").count()
    assert narrow > 0

    # One filter less.
    press(page, page.get_by_role("link", name="Filter entfernen: Bundesland: Thüringen"))
    expect(page).to_have_url(re.compile(r"\?ebene=kommune$"))
    assert page.locator(".results > li").count() > narrow

    # The table of the same records, to be taken home.
    with page.expect_download() as download:
        press(page, page.get_by_role("link", name="CSV"))
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert "name" in lines[0].split(",")
    assert len(lines) > narrow

    # One record, one of its statements, and the passage in the document that says so.
    press(page, page.locator(".results a").first)
    passage = page.locator(".note cite a:visible").first
    paragraph = passage.inner_text().rpartition("Abs. ")[2]
    press(page, passage)
    expect(page).to_have_url(re.compile(r"/quellen/.*#absatz-\d+$"))
    expect(page.locator(":target")).to_have_text(f"Absatz {paragraph}")
    expect(page.locator(":target")).to_be_in_viewport()


def test_who_takes_part_in_wohngeld_and_who_says_so_in_three_clicks(page):
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="Wohngeld", exact=True).click()
    page.locator(".search-hits a").first.click()
    expect(page).to_have_url(re.compile("/projekte/wohngeld/$"))

    rows = page.locator(".statements--laender tbody tr")
    states = {
        row.locator("th a").inner_text(): row.locator("td").first.inner_text() for row in rows.all()
    }
    assert states == {
        "Brandenburg": "beteiligt",
        "Hessen": "beteiligt",
        "Rheinland-Pfalz": "tritt bei",
        "Thüringen": "beteiligt",
    }
    note = page.locator(".statements--laender .note").filter(has_text="viertes Mitglied")
    quote = note.locator("q").last.inner_text()
    note.get_by_role("link").click()

    expect(page.locator(":target")).to_be_in_viewport()
    section = page.locator(".paragraph", has=page.locator(":target"))
    expect(section.locator("q", has_text=quote).first).to_be_visible()


@pytest.mark.parametrize(("width", "by_keyboard"), [(1280, False), (320, False), (1280, True)])
def test_the_states_of_a_project_are_taken_home_in_four_steps(page, width, by_keyboard):
    """Which Länder, since when, who says so, and the table as a file: all on one page."""
    page.set_viewport_size({"width": width, "height": 640})
    page.goto("/")
    steps = 0

    def follow(target):
        nonlocal steps
        steps += 1
        if by_keyboard:
            target.focus()
            page.keyboard.press("Enter")
        else:
            target.click()

    follow(page.get_by_role("main").get_by_role("link", name="Wohngeldverfahren (He)WoG"))
    expect(page).to_have_url(re.compile("/projekte/wohngeld/$"))
    head = page.locator(".answers")
    for answer in ("Thüringen beteiligt", "Rheinland-Pfalz tritt bei", "seit: ohne Angabe"):
        expect(head).to_contain_text(answer)
    expect(head).to_contain_text("nach HZD, nach Febr. 2024, und 1 weiteren Dokument")
    section = page.locator("section", has=page.locator("#laender"))
    fold = section.locator("summary", has_text="Angaben")
    if fold.is_visible():
        follow(fold)
    with page.expect_download() as download:
        follow(section.get_by_role("link", name="CSV"))
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("record,record_name,record_url,federal_state,")
    assert sum(",Thüringen," in line for line in lines) == 2
    assert steps <= 4


def test_what_hzd_does_with_a_state_is_one_click_away(page):
    page.goto("/")
    page.locator(".state-map a", has_text="TH").click()
    expect(page).to_have_url(re.compile("/laender/thueringen/$"))
    expect(page.get_by_role("main")).to_contain_text("Wohngeldverfahren (He)WoG")
    expect(page.get_by_role("main")).to_contain_text("Wohngeld-Kooperation")


def test_what_there_is_for_municipalities_is_one_click_away(page):
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="Woran Kommunen").click()
    expect(page).to_have_url(re.compile("/kommunen/$"))
    expect(page.locator(".costs")).to_contain_text("kostenfrei")


@every_page_type
def test_pages_are_quiet(page, site_url, page_type):
    """No complaint in the console, no request to another host, no cookie, nothing stored."""
    complaints, hosts = [], set()
    page.on("console", lambda message: complaints.append((message.text, message.location["url"])))
    page.on("pageerror", lambda error: complaints.append((str(error), page.url)))
    page.on("request", lambda request: hosts.add(urlsplit(request.url)[:2]))

    visit(page, page_type)
    page.wait_for_load_state("networkidle")

    # The browser itself reports that a page was not found, which is so.
    if page_type.status == 404:
        complaints = [(text, url) for text, url in complaints if not text.endswith("(Not Found)")]
    assert complaints == []
    assert {(scheme, host) for scheme, host in hosts if scheme != "data"} == {
        urlsplit(site_url)[:2]
    }
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


@pytest.fixture
def own_site_url(own_site):
    """The address of a site that a test may change."""
    with served(own_site) as server:
        yield server.url


def choose(page, field, text):
    """Search and choose in a field of Select2."""
    field.locator(".select2-selection").click()
    page.locator(".select2-search__field:focus").press_sequentially(text)
    page.locator(".select2-results__option--highlighted", has_text=text).click()


def test_an_editor_adds_a_state_that_joins(browser, own_site_url):
    with browser.new_context(base_url=own_site_url, locale="de-DE") as context:
        page = context.new_page()
        page.goto("/verwaltung/")
        page.get_by_label("Benutzername").fill(ADMINISTRATOR[0])
        page.get_by_label("Passwort").fill(ADMINISTRATOR[1])
        page.get_by_role("button", name="Anmelden").click()
        page.get_by_role("link", name="Projekte", exact=True).first.click()
        page.get_by_role("link", name="Wohngeldverfahren").click()

        page.get_by_role("button", name="Beteiligung eines Landes hinzufügen").click()
        row = page.locator(".dynamic-participations").last
        choose(page, row.locator(".fieldBox.field-federal_state"), "Saarland")
        row.locator(".fieldBox.field-participation_status select").select_option(label="tritt bei")
        choose(page, row.locator(".fieldBox.field-source"), "000")
        row.locator(".fieldBox.field-paragraph input").fill("16")
        row.locator(".fieldBox.field-quote input, .fieldBox.field-quote textarea").fill(
            "nur für diesen Test"
        )
        page.get_by_role("button", name="Sichern", exact=True).click()
        expect(page.locator(".messagelist .success")).to_be_visible()

    with browser.new_context(base_url=own_site_url) as context:
        page = context.new_page()
        page.goto("/projekte/wohngeld/")
        row = page.locator(".statements--laender tr", has_text="Saarland")
        expect(row).to_contain_text("tritt bei")
        note = page.locator(".statements--laender .note", has_text="nur für diesen Test")
        expect(note).to_contain_text("HZD, nach Febr. 2024, Abs. 16")
        page.goto("/projekte/?land=DE-SL")
        expect(page.locator(".results")).to_contain_text("Wohngeldverfahren")
        page.goto("/suche/?q=Wohngeld Saarland")
        expect(page.locator(".search-hits").first).to_contain_text("Wohngeldverfahren")
