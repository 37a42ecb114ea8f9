import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from hzd_catalogue.records.models import KeyFigure, Milestone, OtherName, StatusStatement, UserGroup
from partners.models import Role
from projects.models import Project, standings
from tests.factories import (
    make_cooperation,
    make_participation,
    make_partner,
    make_project,
    make_relation,
    make_role,
    make_source,
    make_state,
    make_topic,
    passage,
)

pytestmark = pytest.mark.django_db


def names(response):
    return {row.slug for row in response.context["shown"].rows.loaded}


def test_saarland_has_its_project_and_the_four_nationwide_ones(catalogue, client):
    page = client.get("/projekte/", {"land": "DE-SL"})

    assert names(page) == {"e2p", "eaue", "konsens", "oasis", "zssr"}


def test_rhineland_palatinate_is_marked_as_joining(catalogue, client):
    page = client.get("/projekte/", {"land": "DE-RP"})

    assert "wohngeld" in names(page)
    assert "Rheinland-Pfalz (tritt bei)" in page.content.decode()


def test_both_statements_on_brandenburg_stand_with_their_documents(catalogue, client):
    page = client.get("/projekte/wohngeld/")
    brandenburg = next(
        standing
        for standing in page.context["object"].standings
        if standing.federal_state.code == "DE-BB"
    )

    assert brandenburg.current.get_participation_status_display() == "beteiligt"
    assert brandenburg.current.source.code == "000"
    assert [row.statement.participation_status for row in brandenburg.older] == ["tritt-bei"]
    assert [row.statement.source.code for row in brandenburg.older] == ["001"]
    for row in brandenburg.rows:
        statement = row.statement
        assert f'id="{statement.anchor}"' in page.content.decode()
        assert escape(statement.quote) in page.content.decode()


def test_every_statement_of_a_project_stands_on_its_page(catalogue, client):
    for project in Project.objects.published():
        content = client.get(project.get_absolute_url()).content.decode()
        for statement in project.statements.all():
            assert f'id="{statement.anchor}"' in content, statement


def test_the_newest_source_wins_and_older_ones_stay(db):
    project, state = make_project(), make_state()
    old, new = make_source(rank=901), make_source(rank=902)
    later = make_participation(project, state, source=new, participation_status="beteiligt")
    earlier = make_participation(project, state, source=old, participation_status="tritt-bei")

    (standing,) = standings(project.participations)

    assert [row.statement for row in standing.rows] == [later, earlier]
    assert standing.difference == "entwicklung"


def test_milestones_stand_in_the_order_of_time_on_every_database(db, client):
    project = make_project()
    for date in (
        {"month": 9, "part": "ende"},
        {"month": 9, "day": 5},
        {"month": 9, "part": "anfang"},
        {"month": 9},
        {},
    ):
        Milestone.objects.create(
            record=project, event="beginn", title="Beginn", year=2019, **date, **passage()
        )

    table = (
        client.get(project.get_absolute_url()).content.decode().partition('id="meilensteine"')[2]
    )
    assert re.findall(r"<time[^>]*>([^<]*)</time>", table) == [
        "2019",
        "September 2019",
        "5. September 2019",
        "Anfang September 2019",
        "Ende September 2019",
    ]


def test_a_draft_is_nowhere(db, client):
    draft = make_project(is_published=False, name="Geheimes Vorhaben")
    partner, cooperation = make_partner(), make_cooperation(name="Offene Kooperation")
    Role.objects.create(record=draft, partner=partner, role="baut", **passage())
    make_participation(draft, make_state())
    make_relation(draft, cooperation)
    draft.topics.add(make_topic("Wohnen"))
    draft.save()

    assert client.get(draft.get_absolute_url()).status_code == 404
    for address in (
        "/",
        "/projekte/",
        "/projekte.csv",
        "/projekte.json",
        partner.get_absolute_url(),
        cooperation.get_absolute_url(),
        "/laender/hessen/",
        "/laender/matrix/",
        "/zeitleiste/",
        "/themen/wohnen/",
        "/suche/?q=Geheimes",
        draft.participations[0].source.get_absolute_url(),
    ):
        response = client.get(address)
        assert "Geheimes Vorhaben" not in b"".join(response).decode(), address


def test_a_draft_cooperation_is_not_named_on_its_project(db, client):
    project = make_project(cooperation=make_cooperation(name="Geheimbund", is_published=False))

    assert "Geheimbund" not in client.get(project.get_absolute_url()).content.decode()


def test_a_renamed_address_leads_on_for_good(db, client):
    project = make_project(slug="alt")
    project = Project.objects.get(pk=project.pk)
    project.slug = "neu"
    project.save()
    project = Project.objects.get(pk=project.pk)
    project.slug = "ganz-neu"
    project.save()

    for former in ("alt", "neu"):
        response = client.get(f"/projekte/{former}/")
        assert (response.status_code, response.url) == (301, "/projekte/ganz-neu/")
    assert client.get("/projekte/nie-da-gewesen/").status_code == 404


def test_addresses_of_a_draft_are_none(db, client):
    project = make_project(slug="alt", is_published=False)
    project.slug = "neu"
    project.save()

    assert client.get("/projekte/alt/").status_code == 404
    assert client.get("/projekte/neu/").status_code == 404


def test_the_canonical_address_does_not_depend_on_the_order_of_parameters(catalogue, client):
    one = client.get("/projekte/?land=DE-TH&ebene=land&seite=1&q=")
    other = client.get("/projekte/?ebene=land&unbekannt=&land=DE-TH&ansicht=liste")

    expected = '<link rel="canonical" href="http://testserver/projekte/?ebene=land&amp;land=DE-TH">'
    assert expected in one.content.decode()
    assert expected in other.content.decode()


def test_pages_keep_filters_and_order(empty_catalogue, client):
    for number in range(60):
        make_project(name=f"Projekt {number:02}", evidence=False)

    page = client.get("/projekte/?ebene=land&sortierung=-name&seite=2")

    assert "26–50 von 60" in page.content.decode()
    assert page.context["shown"].rows.loaded[0].name == "Projekt 34"
    shown = page.context["shown"].pages
    assert shown.next_url == "?ebene=land&seite=3&sortierung=-name"
    assert shown.previous_url == "?ebene=land&sortierung=-name"
    assert [size.url for size in shown.sizes][1] == "?ebene=land&pro-seite=50&sortierung=-name"
    assert len(client.get("/projekte/?pro-seite=100").context["shown"].rows.html) == 60


def test_taking_a_filter_away_keeps_order_and_view(catalogue, client):
    page = client.get("/projekte/?land=DE-TH&ebene=land&sortierung=-name&ansicht=tabelle")
    content = page.content.decode()

    for rest in ("land=DE-TH&amp;", "ebene=land&amp;", ""):
        assert f'href="?ansicht=tabelle&amp;{rest}sortierung=-name"' in content


@pytest.mark.parametrize("address", ["/laender/matrix/", "/zeitleiste/"])
def test_more_filters_keep_the_search_words(catalogue, client, address):
    content = client.get(address, {"q": "hessen", "pro-seite": "50"}).content.decode()

    form = content.partition('<form class="filter-fold__form"')[2].partition("</form>")[0]
    assert '<input type="hidden" name="q" value="hessen">' in form
    assert '<input type="hidden" name="pro-seite" value="50">' in form


@pytest.mark.parametrize("number", ["0", "99", "-1", "zwei", "1e9", "٣", "9" * 30])
def test_a_bad_page_number_is_said_and_answered(catalogue, client, number):
    page = client.get("/projekte/", {"seite": number})

    assert page.status_code == 200
    assert "Diese Seite gibt es nicht" in page.content.decode()


def test_the_table_says_which_column_it_is_sorted_by(catalogue, client):
    page = client.get("/projekte/?ansicht=tabelle&sortierung=neueste").content.decode()

    assert page.count("aria-sort") == 1
    assert 'aria-sort="descending"' in page


def count_queries(client, address):
    client.get(address)  # builds the index of this revision
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def fill(project, number):
    """Give the project ``number`` of everything it can have."""
    letters = "ABCDEFGHIJKLMNOPQRST"
    for place in range(number):
        source = make_source()
        partner = make_partner()
        make_participation(
            project, make_state(f"DE-X{letters[place]}", f"Land {letters[place]}"), source=source
        )
        Role.objects.create(record=project, partner=partner, role="wirkt mit", **passage(source))
        OtherName.objects.create(
            record=project, name=f"Name {place}", name_kind="kurzform", **passage(source)
        )
        Milestone.objects.create(
            record=project, event="beginn", title="Beginn", year=2001 + place, **passage(source)
        )
        KeyFigure.objects.create(record=project, value=place, unit="x", **passage(source))
        StatusStatement.objects.create(record=project, status="im-einsatz", **passage(source))
        UserGroup.objects.create(record=project, user_group=f"Gruppe {place}", **passage(source))
        make_role(project.relations[0].related_record, partner, source=source)
        project.topics.add(make_topic())
    return project


@pytest.mark.parametrize("address", ["/projekte/", "/projekte/?ansicht=tabelle"])
def test_the_list_asks_equally_often_for_one_and_for_many(empty_catalogue, client, address):
    fill(make_project(cooperation=make_cooperation()), 1)
    for_one = count_queries(client, address)
    for _ in range(8):
        fill(make_project(cooperation=make_cooperation()), 3)

    assert count_queries(client, address) == for_one


def test_the_detail_page_asks_equally_often_for_one_and_for_many(empty_catalogue, client):
    one = fill(make_project(cooperation=make_cooperation()), 1)
    related = fill(make_project(cooperation=make_cooperation()), 1)
    related.topics.add(*one.topics.all())
    for_one = count_queries(client, one.get_absolute_url())
    many = fill(make_project(cooperation=make_cooperation()), 9)

    assert count_queries(client, many.get_absolute_url()) == for_one


def test_the_page_says_by_the_rule_of_the_gaps_that_states_are_not_named(db, client):
    alone, together = (
        make_project(name="Ohne Land", reach="laenderuebergreifend"),
        make_project(name="Mit Land", reach="laenderuebergreifend"),
    )
    make_participation(together, make_state("DE-TH", "Thüringen"))
    make_participation(alone)

    assert set(Project.objects.without_named_states().filter(name__endswith="Land")) == {alone}
    for project in (alone, together):
        content = client.get(project.get_absolute_url()).content.decode()
        assert ("Länderübergreifend; zu einem anderen Land" in content) == (project == alone)
