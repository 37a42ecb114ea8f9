"""The net: what is drawn, what the table says and what the statements say are one."""

import gzip
import re
from itertools import pairwise

import pytest
from django.http import QueryDict
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from hzd_catalogue.data.invented import invent
from hzd_catalogue.lists.result import Result
from hzd_catalogue.overview.net import (
    LINES_OF_GROUP,
    MAX_ITEMS,
    MAX_LINES,
    MAX_PARTNERS,
    NATIONWIDE,
    ONLY_TIED,
    net,
)
from hzd_catalogue.overview.net_drawing import WIDTH, spread
from hzd_catalogue.records.models import Record, Statement
from hzd_catalogue.reference.models import FederalState, Revision
from partners.models import Cooperation, Role
from projects.filters import PROJECTS
from projects.models import Participation, Project
from tests.factories import (
    clear_catalogue,
    make_cooperation,
    make_participation,
    make_partner,
    make_project,
    make_relation,
    make_role,
    make_state,
)

QUERIES = (
    *("", "reichweite=bundesweit", "land=DE-RP", "partner=psita", "thema=justiz&ebene=land"),
    *("hinweis=eine-quelle", "q=Wohngeld", "art=it-verfahren", "jahr=2013&jahr=2021"),
)
every_query = pytest.mark.parametrize("query", QUERIES)


def net_of(query=""):
    return net(QueryDict(query), Revision.current().key)


def found_by(query):
    """Return the projects that the list finds, by their keys."""
    key = Revision.current().key
    index = PROJECTS.index(key)
    pks = Result(PROJECTS, index, PROJECTS.ask(QueryDict(query), index).asked).pks
    return Project.objects.in_bulk(pks)


def lines(found):
    """Return the lines of a net: where each begins, and where it ends."""
    return sorted((item.url, line.end.key) for item in found.items for line in item.lines)


def stated(found, projects):
    """Return the lines that the statements of the database ask for."""
    published = Role.objects.published()
    land = found.shown.result.chosen["land"]
    if land:
        pairs = [
            pair
            for rows in (Project.objects, Cooperation.objects)
            for pair in rows.published().named_state_pairs()
        ]
        published = published.filter(record__in={pk for pk, code in pairs if code in land})
    roles = published.filter(record__in=projects).select_related("record", "partner")
    expected = {(row.record.get_absolute_url(), row.partner.slug) for row in roles}
    named = Participation.objects.filter(record__in=projects).select_related("record")
    expected |= {
        (row.record.get_absolute_url(), row.federal_state.code)
        for row in named.exclude(federal_state__code="DE-HE")
    }
    expected |= {
        (project.get_absolute_url(), NATIONWIDE)
        for project in projects.values()
        if project.is_nationwide
    }
    urls = {item.url for item in found.items}
    for cooperation in Cooperation.objects.published():
        if cooperation.get_absolute_url() in urls:
            own = {tie for _, tie in Cooperation.objects.filter(pk=cooperation.pk).project_pairs()}
            joined = roles.filter(record__in=own & set(projects)).values("partner")
            rest = published.filter(record=cooperation).exclude(partner__in=joined)
            expected |= {(cooperation.get_absolute_url(), row.partner.slug) for row in rest}
    return sorted(expected)


@every_query
def test_each_line_is_a_statement_and_each_statement_a_line(catalogue, query):
    found, projects = net_of(query), found_by(query)
    assert not found.grouped_by
    assert lines(found) == stated(found, projects)
    assert found.line_count == len(lines(found)) == len(set(lines(found)))
    assert {project.get_absolute_url() for project in projects.values()} <= {
        item.url for item in found.items
    }
    shown = {row.compared.statement.pk for entry in found.entries for row in entry.rows}
    assert shown <= set(Statement.objects.published().values_list("pk", flat=True))


def partners_of(found):
    return {line.end.key for item in found.items for line in item.partners}


def same_partners_everywhere(client):
    for state in FederalState.objects.all():
        query = f"land={state.code}"
        page, found = client.get(state.get_absolute_url()).context, net_of(query)
        listed = client.get(f"/partner/?{query}").context["shown"]
        named = {row.partner.slug for row in page["partners"]}
        assert partners_of(found) == named, state
        assert found.partner_count == page["partner_list"].count == listed.count == len(named)


def test_a_land_has_the_same_partners_on_its_page_in_the_list_and_in_the_net(catalogue, client):
    same_partners_everywhere(client)
    assert net_of().partner_count > net_of("land=DE-TH").partner_count > 0
    for suffix, is_told in (("?land=DE-BY", True), ("?land=DE-HE", False), ("", False)):
        html = client.get(f"/netz/{suffix}").content.decode()
        picture = re.sub(r"<[^>]+>", " ", client.get(f"/netz.svg{suffix}").content.decode())
        assert ("hier nicht gezählt" in html) is is_told
        assert (ONLY_TIED in html) is is_told
        assert (ONLY_TIED in " ".join(picture.split())) is is_told


def test_partners_count_for_a_land_by_any_of_their_records_that_names_it(empty_catalogue, client):
    for code, name in (("DE-HE", "Hessen"), ("DE-TH", "Thüringen"), ("DE-BY", "Bayern")):
        make_state(code, name)
    state = FederalState.objects.get(code="DE-TH")
    cooperation, wide = make_cooperation(), make_cooperation(reach="bundesweit")
    named = make_project(cooperation=cooperation)
    beside = make_project(cooperation=cooperation, reach="bundesweit")
    make_participation(named, state)
    both, of_wide, of_named = make_partner(), make_partner(), make_partner()
    for record in (beside, cooperation):
        make_role(record, both)
    make_role(wide, of_wide)
    make_role(beside, of_wide)
    make_role(named, of_named)
    same_partners_everywhere(client)
    assert lines(net_of("land=DE-TH")) == sorted(
        [
            (cooperation.get_absolute_url(), both.slug),
            (named.get_absolute_url(), of_named.slug),
            (named.get_absolute_url(), "DE-TH"),
            (beside.get_absolute_url(), NATIONWIDE),
        ]
    )
    assert partners_of(net_of("land=DE-BY")) == set()


@every_query
def test_picture_and_table_show_the_same_lines(catalogue, client, query):
    found = net_of(query)
    html = client.get(f"/netz/?{query}").content.decode()
    drawn = re.findall(r'<path id="linie-(\d+)"', html)
    assert drawn == [str(number) for number in range(1, found.line_count + 1)]
    # A line is brought out by both of its ends.
    used = re.findall(r'<use href="#linie-(\d+)"', html)
    assert sorted(used) == sorted(2 * drawn)
    cells = re.findall(r'<td data-label="(?:Partner|Länder): ">(.*?)</td>', html)
    assert sum(cell.count("<a ") for cell in cells) == found.line_count
    for entry in found.entries:
        told = {row.name for row in entry.rows}
        assert {line.end.name for line in entry.lines} <= told


def test_every_node_is_a_link_and_hessen_is_none(catalogue, client):
    html = client.get("/netz/").content.decode()
    picture = re.search(r'<svg class="net__drawing".*?</svg>', html, re.DOTALL)[0]
    drawing = net_of().drawing
    pages = {"": "ohne Kooperation", "/projekte/?reichweite=bundesweit": "bundesweit"}
    for row in (*Record.objects.published(), *FederalState.objects.all()):
        pages[row.get_absolute_url()] = row.name
    for node in drawing.nodes:
        assert node.name != "Hessen"
        assert node.url or node.kind == "heading"
        if node.url:
            assert f'<a href="{node.url}">' in picture
            assert node.name.replace("\u00a0", " ").removesuffix(" (tritt bei)") == pages[node.url]
    assert re.findall(r'<a class="net__bar" href="([^"]*)"', picture) == ["/laender/hessen/"]
    named = {node.name for node in [*drawing.states, *drawing.frame.names]}
    assert len(named) == 15


@every_query
def test_no_label_covers_another_or_leaves_the_picture(catalogue, query):
    drawing = net_of(query).drawing
    frame = drawing.frame
    columns = [drawing.partners, drawing.middle, drawing.states, frame.names if frame else []]
    for column in columns:
        for upper, lower in pairwise(column):
            assert upper.y + upper.height / 2 <= lower.y - lower.height / 2 + 2
        for node in column:
            left, width = node.hit
            assert left >= 0
            assert left + width <= WIDTH
            assert node.top > 34
            assert node.y + node.height / 2 <= drawing.height - 36
    if frame:
        for node in drawing.states:
            assert node.y + 9 <= frame.y or frame.y + frame.height <= node.y - 9
            assert frame.y + frame.height <= drawing.height - 36


@every_query
def test_the_same_data_give_the_same_picture(catalogue, query):
    assert net_of(query).drawing == net_of(query).drawing


wishes = st.lists(
    st.tuples(st.floats(-500, 2000).map(round), st.integers(20, 60)), min_size=1, max_size=30
).map(sorted)


@given(wishes)
def test_what_is_spread_keeps_its_order_and_distance_and_moves_least(wanted):
    places = spread(wanted, 0)
    assert places[0] >= wanted[0][1] / 2 - 1e-6
    for place in range(len(places) - 1):
        distance = (wanted[place][1] + wanted[place + 1][1]) / 2
        assert places[place + 1] - places[place] >= distance - 1e-6
    # Nothing that is free on the side of its wish is away from it.
    for place, (middle, height) in enumerate(wanted):
        before = places[place - 1] + (wanted[place - 1][1] + height) / 2 if place else height / 2
        after = (
            places[place + 1] - (wanted[place + 1][1] + height) / 2
            if place + 1 < len(places)
            else float("inf")
        )
        if before < places[place] - 1e-6:
            assert places[place] <= middle + 1e-6
        if after > places[place] + 1e-6:
            assert places[place] >= middle - 1e-6


def test_a_partner_of_a_cooperation_has_its_line_there_unless_it_has_one_to_a_project(
    empty_catalogue,
):
    cooperation, elsewhere, alone = make_cooperation(), make_cooperation(), make_cooperation()
    both, only, draft = make_partner(), make_partner(), make_partner(is_published=False)
    project = make_project(cooperation=cooperation)
    hidden = make_project(is_published=False, cooperation=elsewhere)
    for record in (project, cooperation, elsewhere):
        make_role(record, both)
    for record in (cooperation, hidden):
        make_role(record, only)
        make_role(record, draft)
    found = net_of()
    assert lines(found) == sorted(
        [
            (project.get_absolute_url(), both.slug),
            (cooperation.get_absolute_url(), only.slug),
            (elsewhere.get_absolute_url(), both.slug),
        ]
    )
    last = found.groups[-1]
    assert {item.name for item in last.items} == {elsewhere.name, alone.name}
    assert last.is_projects is False


def test_a_cooperation_above_two_groups_has_its_lines_once(empty_catalogue):
    one, other, partner = make_cooperation(), make_cooperation(), make_partner()
    make_role(one, partner)
    make_project(cooperation=one)
    make_relation(make_project(cooperation=other), one)
    found = net_of()
    assert len(found.groups) == 2
    assert lines(found) == [(one.get_absolute_url(), partner.slug)]


def test_the_picture_does_not_depend_on_what_was_entered_first(db):
    def picture(order):
        clear_catalogue()
        names = list("ABCDEF")[::order]
        partners = {name: make_partner(name=f"P{name}", slug=f"p{name}") for name in names}
        for name in names:
            cooperation = make_cooperation(name=f"K{name}", slug=f"k{name}")
            project = make_project(name=name, slug=f"n{name}", cooperation=cooperation)
            for other in {name, "B", "D"}:
                make_role(project, partners[other])
        return net_of().drawing

    assert picture(1) == picture(-1)


def test_a_land_is_joining_where_each_of_its_lines_says_so(empty_catalogue):
    joining, both = make_state("DE-RP", "Rheinland-Pfalz"), make_state("DE-TH", "Thüringen")
    one, two = make_project(), make_project()
    make_participation(one, joining, participation_status="tritt-bei")
    make_participation(one, both, participation_status="tritt-bei")
    make_participation(two, both)
    names = {node.name.replace("\u00a0", " ") for node in net_of().drawing.states}
    assert names == {"Rheinland-Pfalz (tritt bei)", "Thüringen"}


def test_nothing_found_is_said_and_no_picture_drawn(catalogue, client):
    html = client.get("/netz/?q=Quarkspeise").content.decode()
    assert "Nichts gefunden" in html
    assert '<svg class="net__drawing"' not in html


def test_many_projects_are_grouped_and_every_number_is_that_behind_its_link(catalogue, client):
    clear_catalogue()
    invent(500, seed=1)
    found = net_of()
    assert found.grouped_by == "Thema"
    (group,) = found.groups
    for item in group.items:
        query = item.url.removeprefix("?")
        assert item.count == len(found_by(query)) > 0
        assert len(item.partners) <= LINES_OF_GROUP
        assert len(item.states) <= LINES_OF_GROUP
        for line in item.lines:
            facet = {"partner": "partner", "nationwide": "reichweite"}.get(line.end.kind)
            if facet:
                value = "bundesweit" if facet == "reichweite" else line.end.key
                assert line.count == len(found_by(f"{query}&{facet}={value}")) > 0
    assert found.partner_count <= MAX_PARTNERS
    # A group that is still too large is grouped by something else.
    largest = max(group.items, key=lambda item: item.count)
    assert largest.count > MAX_ITEMS
    assert net_of(largest.url.removeprefix("?")).grouped_by == "Art"

    for query in ("", "thema=justiz&ebene=land", "q=wohngeld"):
        response = client.get(f"/netz/?{query}")
        shown = response.context["net"]
        assert shown.grouped_by or (
            len(shown.items) <= 2 * MAX_ITEMS and shown.line_count <= MAX_LINES
        )
        assert len(gzip.compress(response.content)) <= 25_000
        paths = re.findall(r'<path id="linie-', response.content.decode())
        assert len(paths) == shown.line_count
    assert "Deshalb stehen hier Gruppen von Projekten" in client.get("/netz/").content.decode()


def test_too_many_cooperations_and_no_project(empty_catalogue, client):
    make_project(reach="landesweit")
    rows = [
        Cooperation(
            type=Cooperation.record_type,
            name=f"Verbund {number}",
            slug=f"verbund-{number}",
            reach="bundesweit",
            is_published=True,
            first_published_at=timezone.now(),
        )
        for number in range(MAX_ITEMS + 1)
    ]
    Cooperation.objects.bulk_create(rows)
    Revision.advance()
    html = client.get("/netz/?reichweite=bundesweit").content.decode()
    address = "/kooperationen/?reichweite=bundesweit"
    assert f'<a href="{address}">mehr Kooperationen, als das Netz zeigt</a>' in html
    assert client.get(address).context["shown"].count > MAX_ITEMS
