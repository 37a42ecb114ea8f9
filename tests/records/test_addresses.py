"""Every link on a list page keeps how the list is shown, but for what it changes itself."""

import random
import re
from html import unescape
from urllib.parse import parse_qs

import pytest

from partners.filters import COOPERATIONS, PARTNERS
from projects.filters import PROJECTS
from tests.chance import seeds
from tests.factories import make_project
from tests.listing import random_request

pytestmark = pytest.mark.django_db

PAGES = {
    "/projekte/": PROJECTS,
    "/kooperationen/": COOPERATIONS,
    "/partner/": PARTNERS,
    "/laender/matrix/": PROJECTS,
    "/zeitleiste/": PROJECTS,
}
WITHOUT_VIEWS = ("/laender/matrix/",)
#: How a list can be shown otherwise than by default.
VIEWS = {
    "ansicht": ["tabelle"],
    "sortierung": ["-name", "neueste", "-neueste", "laender", "-laender"],
    "pro-seite": ["50", "100"],
}
#: The parts of a page whose links change one of these, by the parameter.
CHANGING = {
    "ansicht": r'<nav class="views" aria-label="Ansicht">.*?</nav>',
    "sortierung": r'<nav class="views" aria-label="Sortierung">.*?</nav>|<thead>.*?</thead>',
    "pro-seite": r'<ul aria-label="Treffer je Seite">.*?</ul>',
    "seite": r'<nav class="pages" aria-label="Seiten">.*?</ul>',
}


def random_query_string(listing, path, seed):
    """Choose facets, words and how the result is shown, all of it valid."""
    chance = random.Random(f"{path}{seed}")  # noqa: S311 (repeatable, not secret)
    data = random_request(listing, chance, ["", "", "hessen", "Wohngelt", "verwaltung"])
    for name, values in VIEWS.items():
        if name != "ansicht" or path not in WITHOUT_VIEWS:
            data[name] = chance.choice(["", *values])
    return data.urlencode()


def main_of(html):
    return html.partition("<main")[2].partition("</main>")[0]


def links(html, path):
    """Yield the parameter that a link may change, or "", and the link's parameters."""
    rest = main_of(html)
    parts = []
    for name, pattern in CHANGING.items():
        parts += [(name, part) for part in re.findall(pattern, rest, re.DOTALL)]
        rest = re.sub(pattern, "", rest, flags=re.DOTALL)
    for name, part in [*parts, ("", rest)]:
        for address in re.findall(r'<a [^>]*href="([^"]*)"', part):
            before, mark, query = unescape(address).partition("?")
            if before in ("", path) and (mark or before) and not address.startswith("#"):
                yield name, parse_qs(query)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("seed", seeds(3))
def test_links_keep_view_order_and_page_size(catalogue, client, path, seed):
    query = random_query_string(PAGES[path], path, seed)
    asked = parse_qs(query)
    kept = {name: asked[name] for name in VIEWS if name in asked}

    found = list(links(client.get(f"{path}?{query}").content.decode(), path))

    assert found or path in WITHOUT_VIEWS
    for changes, parameters in found:
        shown = {name: values for name, values in parameters.items() if name in VIEWS}
        if changes in VIEWS:
            shown.pop(changes, None)
        expected = {name: values for name, values in kept.items() if name != changes}
        assert shown == expected, (query, changes, parameters)
        assert "seite" not in parameters or changes == "seite"


@pytest.mark.parametrize("page", ["&seite=2", ""])
def test_page_links_are_the_only_ones_that_name_a_page(empty_catalogue, client, page):
    for number in range(60):
        make_project(name=f"Projekt {number:02}", evidence=False)

    html = client.get(f"/projekte/?ebene=land&sortierung=-name&ansicht=tabelle{page}")
    found = list(links(html.content.decode(), "/projekte/"))

    assert {name for name, parameters in found if "seite" in parameters} == {"seite"}
    assert {name for name, _parameters in found} == {*VIEWS, "seite", ""}


@pytest.mark.parametrize("query", ["q=Wohngelt", "q=wohngeld&thema=justiz", "thema=justiz"])
def test_corrections_suggestions_and_resets_are_among_them(catalogue, client, query):
    html = client.get(f"/projekte/?{query}&ansicht=tabelle&sortierung=-name&pro-seite=50")
    main = main_of(html.content.decode())
    unfiltered = 'href="?ansicht=tabelle&amp;pro-seite=50&amp;sortierung=-name">'

    assert len(re.findall(re.escape(unfiltered) + "(?i:alle Filter entfernen)", main)) >= 2
    assert not re.search(r'<a href="(\?|/projekte/)">', main)
