"""The home page, on the real data."""

import re

import pytest
from django.test import Client

from hzd_catalogue.reference.choices import ParticipationStatus
from hzd_catalogue.reference.models import FederalState
from tests.factories import make_participation, make_project, make_source, make_state

pytestmark = pytest.mark.usefixtures("catalogue")


def states_by_meaning(picture) -> dict[str, set[str]]:
    """Return the two letters of the states of each meaning of a picture."""
    found: dict[str, set[str]] = {}
    for shape in picture.shapes:
        found.setdefault(str(shape.meaning), set()).add(shape.abbreviation)
    return found


@pytest.mark.parametrize("address", ["/", "/laender/"])
def test_the_picture_tells_named_from_bundesweit(client: Client, address: str) -> None:
    picture = client.get(address).context["map"]
    assert states_by_meaning(picture) == {
        "self": {"HE"},
        "named": {"BB", "HB", "NI", "NW", "SL", "ST", "TH"},
        "joining": {"RP"},
        "wide": {"BE", "BW", "BY", "HH", "MV", "SH", "SN"},
    }
    notes = {shape.abbreviation: shape.note for shape in picture.shapes}
    assert (notes["TH"], notes["HB"], notes["BY"]) == ("HeWoG", "e²P", "")


@pytest.mark.parametrize("address", ["/", "/laender/", "/laender/thueringen/"])
def test_every_way_to_a_state_leads_to_its_page(client: Client, address: str) -> None:
    html = client.get(address).content.decode()
    assert html.count('<svg class="state-map') == 1
    for state in FederalState.objects.all():
        links = re.findall(rf'<a [^>]*href="([^"]*)"[^>]*>{state.name}</', html)
        labels = re.findall(rf'href="([^"]*)" aria-label="[^"]*, {state.name}[":]', html)
        assert set(labels) == {state.get_absolute_url()}
        assert set(links) <= {state.get_absolute_url()}


def test_what_the_picture_says_stands_beside_it_in_words(client: Client) -> None:
    html = client.get("/").content.decode()
    chips = re.findall(
        r'class="chip[^"]*" href="/laender/([a-z-]+)/".*?#zeichen-([a-z-]+)".*?</b>([^<]*)</a>',
        html,
    )
    said: dict[str, set[str]] = {}
    for slug, kind, words in chips:
        assert words.strip() == (
            "" if kind == "bundesweit" else dict(ParticipationStatus.choices)[kind]
        )
        said.setdefault(slug, set()).add(kind)
    states = {state.slug: state for state in FederalState.objects.all()}
    assert set(said) == set(states)
    meanings = states_by_meaning(client.get("/").context["map"])
    for slug, kinds in said.items():
        abbreviation = states[slug].abbreviation
        assert ("bundesweit" in kinds) == (abbreviation in meanings["wide"])
        assert (kinds == {"tritt-bei"}) == (abbreviation in meanings["joining"])


def test_a_state_of_several_projects_has_their_number(empty_catalogue, client: Client) -> None:
    state, joining = make_state("DE-TH", "Thüringen"), make_state("DE-SL", "Saarland")
    for number in range(2):
        project = make_project()
        make_participation(project, state)
        status = ("tritt-bei", "beteiligt")[number]
        make_participation(project, joining, participation_status=status)

    shapes = {shape.code: shape for shape in client.get("/").context["map"].shapes}

    assert shapes["DE-TH"].note == "2 Projekte"
    # Takes part in one of them: no longer only joining.
    assert shapes["DE-SL"].meaning == "named"


def test_the_projects_with_most_states_come_first(empty_catalogue, client: Client) -> None:
    states = [make_state(f"DE-{code}", code.title()) for code in ("BY", "SL", "TH")]
    home = make_state()
    for name, named in (("D", states[:1]), ("C", [home]), ("B", states[:2]), ("A", states[2:])):
        project = make_project(name=name)
        for state in (*named, home):
            make_participation(project, state)
    for number in range(4):
        make_participation(make_project(name=f"E {number}"), states[0])

    context = client.get("/").context

    assert [project.name for project in context["named"]] == ["B", "A", "D", "E 0", "E 1", "E 2"]
    assert context["more_named"] == 1
    notes = {shape.code: shape.note for shape in context["map"].shapes}
    assert notes == {"DE-HE": "alle", "DE-BY": "6 Projekte", "DE-SL": "B", "DE-TH": "A"}


def test_a_newer_source_says_that_a_state_has_joined(empty_catalogue, client: Client) -> None:
    older, newer = make_source("001"), make_source("002")
    state, other = make_state("DE-TH", "Thüringen"), make_state("DE-SL", "Saarland")
    project = make_project()
    make_participation(project, state, source=older, participation_status="tritt-bei")
    make_participation(project, state, source=newer)
    make_participation(project, other, source=older)
    make_participation(project, other, source=newer, participation_status="tritt-bei")

    meanings = {shape.code: shape.meaning for shape in client.get("/").context["map"].shapes}

    assert meanings == {"DE-TH": "named", "DE-SL": "joining"}


def test_without_a_bundesweit_project_no_state_is_called_so(
    empty_catalogue, client: Client
) -> None:
    make_state("DE-TH", "Thüringen")
    make_project()
    picture = client.get("/").context["map"]
    assert states_by_meaning(picture) == {"apart": {"TH"}}
    assert "nur bundesweit" not in client.get("/").content.decode()


def test_home_counts_the_facts_that_visitors_can_see(client: Client) -> None:
    count = client.get("/").context["fact_count"]
    make_project(is_published=False)
    assert client.get("/").context["fact_count"] == count

    project = make_project()
    assert client.get("/").context["fact_count"] == count + project.statements.count()
