"""The pages across the catalogue, on the real data."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from hzd_catalogue.lists.listing import Listing
from hzd_catalogue.reference.models import FederalState, Source, Topic
from partners.filters import COOPERATIONS, PARTNERS
from projects.filters import PROJECTS
from projects.models import Participation, Project
from tests.factories import make_cooperation, make_partner, make_project, make_source, make_topic
from tests.listing import ask

pytestmark = pytest.mark.usefixtures("catalogue")

PAGES = (
    "/",
    "/laender/",
    "/laender/hessen/",
    "/laender/thueringen/",
    "/laender/matrix/",
    "/zeitleiste/",
    "/themen/",
    "/quellen/",
    "/luecken/",
    "/sitemap.xml",
    "/robots.txt",
    "/aenderungen.atom",
)
HTML_PAGES = PAGES[:9]


def every_page() -> list[str]:
    """Return the address of each page there is one of a kind of, and of each kind of record."""
    firsts = [model.objects.all()[0] for model in (FederalState, Topic, Source)]
    return [*HTML_PAGES, *(row.get_absolute_url() for row in firsts)]


#: A link to a filtered list, with the number that may stand behind it.
COUNTED_LINK = re.compile(
    r'<a (?P<attributes>[^>]*)href="(?P<path>/[a-z]+/)(?P<query>\?[^"]+)"(?P<more>[^>]*)>'
    r"(?P<inside>.*?)</a>"
    r'(?P<after> \(\d+\)| <span class="count-list__count">\d+)?',
    re.DOTALL,
)


def number_of(link: re.Match[str]) -> int | None:
    """Return the number that a link shows: in its label, behind it, or in its text."""
    label = re.search(r'aria-label="[^"]*\b(\d+) Projekte?[",]', link["attributes"] + link["more"])
    inside = re.sub(r"<[^>]+>", " ", link["inside"])
    found = (
        label
        or re.search(r"(\d+)", link["after"] or "")
        or re.search(r"(\d+)\s*(?:Projekt|Kooperation|Partner)", inside)
    )
    return int(found.group(1)) if found else None


def hits_of(listing: Listing, query: str) -> int:
    """Return the number of records that a list finds for a query string."""
    return ask(listing, unescape(query)).count


@pytest.mark.parametrize("address", PAGES)
def test_pages_answer(client: Client, address: str) -> None:
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", HTML_PAGES)
@pytest.mark.parametrize("query", ["?land=DE-XX", "?jahr=%00&q=%FF", "?foo=1&foo=2", "?datum[]=x"])
def test_unknown_parameters_are_no_error(client: Client, address: str, query: str) -> None:
    assert client.get(address + query).status_code == 200


def test_pages_carry_no_inline_style_or_script(client: Client) -> None:
    for address in every_page():
        html = client.get(address).content.decode()
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)", html), address


def test_each_page_has_one_main_heading_and_the_state_of_the_data(client: Client) -> None:
    for address in every_page():
        html = client.get(address).content.decode()
        assert html.count("<h1") == 1, address
        assert re.search(r"\d+\. \w+ \d{4}, Revision \d+, 5 Quellen", html), address


def test_navigation_marks_the_place(client: Client) -> None:
    html = client.get("/laender/hessen/").content.decode()
    assert '<a href="/laender/" aria-current="true">' in html
    assert html.count("aria-current") == 2  # the navigation, and the end of the breadcrumbs


def test_drafts_are_nowhere(client: Client) -> None:
    topic = make_topic(name="Unsichtbares Thema")
    for make in (make_project, make_cooperation, make_partner):
        make(name="Geheimer Eintrag", slug="geheimer-eintrag", is_published=False, topics=[topic])
    for address in [*every_page(), topic.get_absolute_url(), "/sitemap.xml", "/aenderungen.atom"]:
        assert "geheim" not in client.get(address).content.decode().lower(), address


@pytest.mark.parametrize("address", ["/", "/laender/", "/themen/", "/luecken/"])
def test_each_number_is_that_of_the_list_behind_its_link(client: Client, address: str) -> None:
    lists = {
        reverse("project-list"): PROJECTS,
        reverse("cooperation-list"): COOPERATIONS,
        reverse("partner-list"): PARTNERS,
    }
    checked = 0
    for link in COUNTED_LINK.finditer(client.get(address).content.decode()):
        number = number_of(link)
        if link["path"] in lists and number is not None:
            assert number == hits_of(lists[link["path"]], link["query"]), link.group(0)
            checked += 1
    assert checked > 2


def test_home_counts_each_state_by_the_rule_of_the_catalogue(client: Client) -> None:
    tiles = client.get("/").context["tiles"]
    assert len(tiles) == 16
    for tile in tiles:
        assert tile.number == Project.objects.published().for_state(tile.code).count()


def test_state_page_lists_the_projects_that_count(client: Client) -> None:
    for code in ("DE-HE", "DE-SL", "DE-BY"):
        state = FederalState.objects.get(code=code)
        rows = client.get(state.get_absolute_url()).context["rows"]
        expected = Project.objects.published().for_state(code)
        assert {row.project.pk for row in rows} == set(expected.values_list("pk", flat=True))


def test_state_page_shows_the_newest_statement_and_the_older_below(client: Client) -> None:
    html = client.get("/laender/brandenburg/").content.decode()
    newer, older = html.index("<strong>beteiligt</strong>"), html.index("Älter: tritt bei")
    assert newer < older


def test_state_page_says_with_whom_it_works(client: Client) -> None:
    others = client.get("/laender/saarland/").context["neighbours"]
    assert {row.federal_state.code for row in others} == {
        "DE-HE",
        "DE-NW",
        "DE-NI",
        "DE-HB",
        "DE-ST",
    }
    assert {row.in_words for row in others} == {"1 Projekt"}


def test_source_page_follows_the_document(client: Client) -> None:
    source = Source.objects.get(code="001")
    response = client.get(source.get_absolute_url())
    numbers = [paragraph.number for paragraph in response.context["paragraphs"]]
    assert numbers == sorted(numbers)
    html = response.content.decode()
    for words in ("(EPK)", "(DigitAH)", "800"):
        assert words in html
    for paragraph in response.context["paragraphs"]:
        assert f'id="absatz-{paragraph.number}"' in html


def test_source_page_links_each_fact_to_its_place(client: Client) -> None:
    statement = Participation.objects.select_related("source", "record").first()
    html = client.get(statement.source.get_absolute_url()).content.decode()
    assert f'href="{statement.get_absolute_url()}"' in html
    assert (
        f'id="{statement.anchor}"'
        in client.get(statement.record.get_absolute_url()).content.decode()
    )


def test_an_unknown_choice_of_sources_is_said(client: Client) -> None:
    response = client.get("/quellen/?datum=mit")
    assert "Diese Auswahl gibt es nicht" in response.content.decode()
    assert len(response.context["rows"]) == Source.objects.count()


def test_undated_sources_are_those_that_the_gaps_count(client: Client) -> None:
    make_source("900", date_basis="genannt")
    shown = client.get("/quellen/?datum=ohne").context["rows"]
    assert "900" not in {row.source.code for row in shown}
    gap = client.get("/luecken/").context["gaps"][-1]
    assert gap.counts[0].count == len(shown)
