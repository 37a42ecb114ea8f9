"""The pages across the catalogue, on the real data."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from hzd_catalogue.lists.listing import Listing
from hzd_catalogue.overview.gaps import Measure
from hzd_catalogue.reference.models import FederalState, Source, Topic
from partners.filters import COOPERATIONS, PARTNERS
from projects.filters import PROJECTS
from tests.factories import (
    clear_catalogue,
    make_cooperation,
    make_participation,
    make_partner,
    make_project,
    make_state,
    make_topic,
)
from tests.listing import ask

pytestmark = pytest.mark.usefixtures("catalogue")

PAGES = (
    "/",
    "/laender/",
    "/laender/hessen/",
    "/laender/thueringen/",
    "/laender/matrix/",
    "/kommunen/",
    "/zeitleiste/",
    "/themen/",
    "/quellen/",
    "/luecken/",
    "/sitemap.xml",
    "/robots.txt",
    "/aenderungen.atom",
)
HTML_PAGES = PAGES[:10]
WITHOUT_RECORDS = [page for page in HTML_PAGES if page != "/laender/thueringen/"]


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
        # A block of data is no script: nothing in it is carried out.
        html = re.sub(r'<script type="application/ld\+json">[^<]*</script>', "", html)
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)", html), address


def test_each_page_has_one_main_heading_and_the_state_of_the_data(client: Client) -> None:
    for address in every_page():
        html = client.get(address).content.decode()
        assert html.count("<h1") == 1, address
        assert re.search(r"\d+\. \w+ \d{4}, Revision \d+, 5 Quellen", html), address


@pytest.mark.parametrize(
    "address", [*WITHOUT_RECORDS, "/projekte/", "/kooperationen/", "/partner/"]
)
def test_pages_answer_before_there_is_any_record(client: Client, address: str) -> None:
    clear_catalogue()
    make_state()
    assert client.get(address).status_code == 200


def test_navigation_marks_the_place(client: Client) -> None:
    html = client.get("/laender/hessen/").content.decode()
    assert '<a href="/laender/" aria-current="true">' in html
    assert html.count("aria-current") == 2  # the navigation, and the end of the breadcrumbs
    assert '<a href="/laender/" aria-current="page">' in client.get("/laender/").content.decode()
    # A page that the navigation does not lead to, whose address comes before and after others.
    assert client.get("/hilfe/").content.decode().count("aria-current") == 1


def test_drafts_are_nowhere(client: Client) -> None:
    topic = make_topic(name="Unsichtbares Thema")
    for make in (make_project, make_cooperation, make_partner):
        make(name="Geheimer Eintrag", slug="geheimer-eintrag", is_published=False, topics=[topic])
    for address in [*every_page(), topic.get_absolute_url(), "/sitemap.xml", "/aenderungen.atom"]:
        assert "geheim" not in client.get(address).content.decode().lower(), address


def test_a_topic_shows_the_states_that_its_projects_name(empty_catalogue, client: Client) -> None:
    topic, other = make_topic("Wohnen"), make_topic("Steuern")
    state, joining = make_state("DE-TH", "Thüringen"), make_state("DE-SL", "Saarland")
    for project in (make_project(topics=[topic]), make_project(topics=[topic], is_published=False)):
        make_participation(project, state)
        make_participation(project, make_state())
        make_participation(project, joining, participation_status="tritt-bei")
    # Takes part in one of them: no longer only joining.
    later = make_project(topics=[topic])
    make_participation(later, state, participation_status="tritt-bei")
    make_participation(make_project(), make_state("DE-BB", "Brandenburg"))
    make_project(topics=[other])

    rows = {row.topic: row for row in client.get("/themen/").context["rows"]}

    assert rows[topic].states == [(joining, True), (state, False)]
    assert (rows[other].states, rows[other].nationwide) == ([], [])
    assert "in keinem Projekt ein weiteres Land genannt" in client.get("/themen/").content.decode()
    shapes = client.get(topic.get_absolute_url()).context["map"].shapes
    assert {shape.code: shape.meaning for shape in shapes} == {
        "DE-BB": "apart",
        "DE-HE": "self",
        "DE-SL": "joining",
        "DE-TH": "named",
    }
    assert client.get(other.get_absolute_url()).context["map"] is None


def test_what_is_bundesweit_in_a_topic_is_counted_with_its_cooperations(
    empty_catalogue, client: Client
) -> None:
    topic, state = make_topic("Wohnen"), make_state("DE-TH", "Thüringen")
    make_cooperation(topics=[topic], reach="bundesweit", is_published=False)
    # It names a Land by a project, which has another topic.
    project = make_project(cooperation=make_cooperation(topics=[topic]))
    make_participation(project, state)

    html = client.get("/themen/").content.decode()
    assert "in keinem Projekt ein weiteres Land genannt" in html
    assert " bundesweit</p>" not in html

    for _number in range(2):
        make_cooperation(topics=[topic], reach="bundesweit")
    (row,) = client.get("/themen/").context["rows"]
    (count,) = row.nationwide
    assert count.words == "2 Kooperationen"
    assert client.get(count.url).context["shown"].count == 2
    html = client.get("/themen/").content.decode()
    assert "2 Kooperationen</a> bundesweit" in html
    assert "weiteres Land genannt" not in html


@pytest.mark.parametrize(
    ("known", "total", "percent"), [(0, 3, 0), (1, 999, 1), (1, 3, 33), (998, 999, 99), (3, 3, 100)]
)
def test_only_all_is_a_full_bar_and_only_none_an_empty_one(known, total, percent) -> None:
    assert Measure(known, total, "", None).percent == percent


def test_what_is_known_and_what_is_not_are_all(client: Client) -> None:
    for gap in client.get("/luecken/").context["gaps"]:
        for measure in gap.measures:
            missing = measure.missing.count if measure.missing else 0
            assert measure.known + missing == measure.total, gap.title
            assert measure.words.startswith(f"{measure.known} von {measure.total} ")
            assert (measure.percent == 100) == (missing == 0)
            assert (measure.percent == 0) == (measure.known == 0)


@pytest.mark.parametrize("address", ["/", "/themen/", "/luecken/"])
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
