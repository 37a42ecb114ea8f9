"""What axe does not measure: widths, targets, focus, zoom, forced colours, print, drawings."""

import re

import pytest

from tests.browser.page_types import every_look, some_looks, unfold, visit
from tests.chance import some
from tests.checkout import PROJECT

MEASURING = PROJECT / "tests" / "browser" / "measuring.js"
#: Pictures that would be too small to read; tiles and tables beside them hold the same.
SHOWN_OTHERWISE = (
    ".head > figure, .breadcrumbs li, .state-map__note, .network, .timeline__axis, "
    ".timeline__key, .net"
)
#: What nobody can press on paper.
CONTROLS = (
    ".skip-link, .top__search, .menu, .breadcrumbs, .hero__search, .filter, "
    ".filter-fold, .chips, .kinds, .views, .pages, .picture-links, .site-footer nav, .net__how, "
    ".no-print, button, "
    # Of a record: on paper, numbers lead to the passages at its end, with all their words.
    ".toc, .statements__note, .statements__foot, .notes, .sec__more, .sec__fold > summary, "
    ".statements thead th:last-child, .folded > summary, "
    # So in tables of several records.
    ".net-table__passages > summary, .facts .passage"
)
#: More than any page has; a test that reaches it has lost its way.
MOST_STOPS = 600


@pytest.fixture
def measured(page):
    """A page that can be measured; colours and sizes are those after every transition."""
    page.add_init_script(path=MEASURING)
    page.emulate_media(reduced_motion="reduce")
    return page


def resize(page, width, height=800):
    page.set_viewport_size({"width": width, "height": height})


def missing(before, after):
    return [text for text in before if text not in set(after)]


@every_look
def test_fits_every_width(measured, page_type):
    """1280 px wide, at 200 % (640 px) and at 400 % (320 px): nothing is lost, cut off or small."""
    visit(measured, page_type)
    unfold(measured)
    texts = measured.evaluate("apart => measuring.shownText(apart)", SHOWN_OTHERWISE)
    assert len(texts) > 20
    faults = []

    for width in (1280, 640, 320):
        resize(measured, width)
        shown = measured.evaluate("apart => measuring.shownText(apart)", SHOWN_OTHERWISE)
        targets = measured.evaluate("measuring.smallTargets()")
        assert targets["targets"] > 10
        for kind, found in {
            "wider than the window": measured.evaluate("measuring.tooWide()"),
            "cut off": measured.evaluate("measuring.cutOff()"),
            "lost": missing(texts, shown),
            "target too small": targets["faults"],
        }.items():
            faults += [f"{width} px, {kind}: {fault}" for fault in found]

    assert not faults, "\n".join(faults)


@some_looks
def test_every_tab_stop_shows_its_focus(measured, page_type):
    visit(measured, page_type)
    measured.evaluate("measuring.rememberLooks()")
    stops, faults = [], []

    while len(stops) < MOST_STOPS:
        measured.keyboard.press("Tab")
        stop = measured.evaluate("measuring.focusStop()")
        if stop is None:
            break
        stops.append(stop["name"])
        if not stop["isMarked"]:
            faults.append(f"not visible: {stop['name']}")
        if not stop["isUncovered"]:
            faults.append(f"covered: {stop['name']}")

    assert "skip-link" in stops[0]
    assert 20 < len(stops) < MOST_STOPS
    assert not faults, "\n".join(faults)


@every_look
def test_drawings_and_placeholders_can_be_read_in_every_scheme(measured, page_type):
    """Contrast by WCAG 2.2, 1.4.3; in drawings of each letter with what lies below it."""
    visit(measured, page_type)
    drawn = measured.locator("svg text:visible").count()
    faults = []

    for scheme in ("light", "dark"):
        for forced in ("none", "active"):
            measured.emulate_media(color_scheme=scheme, forced_colors=forced)
            result = measured.evaluate("measuring.faintDrawnText()")
            assert bool(result["letters"]) == bool(drawn)
            found = result["faults"] + measured.evaluate("measuring.faintPlaceholders()")
            faults += [f"{scheme}, forced {forced}: {fault}" for fault in found]

    assert not faults, "\n".join(faults)


#: Boxes that a fill or a shadow sets apart from the page, each with a page that has it.
BOXES = {
    "/projekte/?land=DE-TH": (".kern-badge", ".chips a", ".search button", ".kern-btn"),
    "/projekte/?land=DE-XX&q=quark": (".kern-alert",),
    "/suche/?q=Wohngelt": (".correction", "mark"),
    "/projekte/wohngeld/": (".network rect",),
}


@pytest.mark.parametrize("address", BOXES)
def test_every_box_has_a_border_in_forced_colours(measured, address):
    measured.emulate_media(forced_colors="active")
    measured.goto(address)

    for box in BOXES[address]:
        looks = measured.locator(box).first.evaluate(
            """box => {
              const { borderTopWidth, outlineStyle, outlineWidth, stroke } = getComputedStyle(box);
              return { borderTopWidth, outlineStyle, outlineWidth, stroke };
            }"""
        )
        outlined = looks["outlineStyle"] == "solid" and looks["outlineWidth"] != "0px"
        bordered = looks["borderTopWidth"] != "0px"
        assert outlined or bordered or looks["stroke"] != "none", (box, looks)


@every_look
def test_forced_colours_and_paper_keep_the_content(measured, page_type):
    visit(measured, page_type)
    everything = measured.evaluate("measuring.shownText('none')")
    content = measured.evaluate("apart => measuring.shownText(apart)", CONTROLS)

    measured.emulate_media(forced_colors="active")
    assert missing(everything, measured.evaluate("measuring.shownText('none')")) == []

    measured.emulate_media(forced_colors="none", media="print")
    resize(measured, 718)  # A4 without its margins
    assert missing(content, measured.evaluate("measuring.shownText('none')")) == []
    assert measured.evaluate("measuring.tooWide()") == []
    if measured.locator(".documents").count():
        numbers = set(measured.locator("main .ref:visible").all_inner_texts())
        noted = set(measured.locator(".documents li li .ref:visible").all_inner_texts())
        assert "[1]" in numbers, "passages without numbers on paper"
        assert set(re.findall(r"\[\w+\]", "".join(numbers))) == noted
        assert measured.locator(".documents__address:visible").count()
        assert measured.locator(".documents .folded q:visible").count()
    if measured.locator(".passage cite, .ref").count():
        ends = measured.locator(".documents__address:visible, .state-page__sources li:visible")
        assert any("https://" in end for end in ends.all_inner_texts()), "sources without addresses"
    printed = measured.locator("main a").evaluate_all(
        "links => links.map(link => getComputedStyle(link, '::after').content)"
    )
    assert not [text for text in printed if "(" in text and "http" not in text]


#: At most so many sheets: a Land is a briefing of one.
SHEETS = {
    "/laender/thueringen/": 1,
    "/laender/niedersachsen/": 1,
    "/laender/bayern/": 1,
    "/laender/hessen/": 1,
    "/kommunen/": 2,
    "/netz/": 6,
}


@pytest.mark.parametrize("address", SHEETS)
def test_a_page_takes_few_sheets_of_paper(page, address):
    page.goto(address)
    pages = re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))
    assert len(pages) <= SHEETS[address]


def test_a_document_is_short_though_nothing_of_it_is_lost(measured):
    measured.goto("/quellen/dokument-000/")
    resize(measured, 1280)
    assert measured.evaluate("document.documentElement.scrollHeight") <= 5500
    facts = measured.locator("main").get_by_role("heading", level=2).inner_text()
    unfold(measured)
    # Each statement is a link that can be seen.
    links = measured.locator(".quoted a:visible").count()
    assert links == int(facts.partition(" ")[0])


def test_the_matrix_is_whole_on_screen_and_dark_on_white_paper(measured):
    measured.goto("/laender/matrix/")
    resize(measured, 1280)
    table = measured.locator("table.matrix")
    scrollers = table.evaluate(
        """table => {
          const found = [];
          for (let at = table; at !== document.documentElement; at = at.parentElement)
            if (at.scrollWidth > at.clientWidth + 1) found.push(at.outerHTML.slice(0, 80));
          return found;
        }"""
    )
    assert scrollers == []

    measured.emulate_media(media="print", color_scheme="dark")
    resize(measured, 1030)  # A4 across, without its margins
    shares = table.evaluate("table => table.querySelector('th').offsetWidth / table.offsetWidth")
    assert shares >= 0.25
    cells = table.locator("td a").evaluate_all(
        """links => links.map(link => {
          const style = getComputedStyle(link);
          return [style.color, style.backgroundColor, parseFloat(style.borderTopWidth) > 0];
        })"""
    )
    assert len(cells) > 10
    assert {tuple(cell) for cell in cells} == {("rgb(0, 0, 0)", "rgba(0, 0, 0, 0)", True)}
    widths = set(re.findall(rb"/MediaBox \[0 0 (\d+)", measured.pdf(prefer_css_page_size=True)))
    assert widths == {b"841"}


def test_the_years_begin_with_the_newest_on_a_phone(measured):
    measured.goto("/")
    for width, first in ((320, False), (1280, True)):
        resize(measured, width)
        measured.reload()
        labels = measured.locator(
            ".year-chart__drawing > text, .year-chart__drawing a text:nth-of-type(1)"
        )
        years = labels.evaluate_all(
            """labels => {
              const frame = labels[0].closest(".scroll").getBoundingClientRect();
              return labels.map(label => label.getBoundingClientRect())
                .map(box => box.left >= frame.left - 1 && box.right <= frame.right + 1);
            }"""
        )
        texts = labels.all_text_contents()
        seen = dict(zip(texts, years, strict=True))
        assert seen[max(texts)]
        assert seen[min(texts)] == first


def test_a_record_on_a_phone_is_at_most_six_screens(measured):
    """Before anything is unfolded: 640 px a screen."""
    resize(measured, 320)
    addresses = []
    for kind in ("projekte", "kooperationen", "partner"):
        measured.goto(f"/{kind}/?pro-seite=100")
        links = measured.locator(".result__name a")
        addresses += [link.get_attribute("href") for link in links.all()]
    assert len(addresses) > 50
    lengths = {}
    for address in some(addresses, 10):
        measured.goto(address)
        lengths[address] = measured.evaluate("document.documentElement.scrollHeight")
    assert {address: length for address, length in lengths.items() if length > 6 * 640} == {}
