"""The pages of the federal states, on the real data."""

import re

import pytest
from django.test import Client

from hzd_catalogue.records.models import Evidence
from hzd_catalogue.reference.choices import Aspect
from hzd_catalogue.reference.models import FederalState
from partners.models import Cooperation, Partner, Role
from projects.models import Project
from tests.factories import (
    make_participation,
    make_partner,
    make_project,
    make_source,
    make_state,
    passage,
)
from tests.listing import for_state

pytestmark = pytest.mark.usefixtures("catalogue")


def test_state_page_lists_the_projects_that_count(client: Client) -> None:
    for code in ("DE-HE", "DE-SL", "DE-BY"):
        state = FederalState.objects.get(code=code)
        rows = client.get(state.get_absolute_url()).context["rows"]
        expected = for_state(Project.objects.published(), code)
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


def test_the_table_counts_each_state_by_the_rule_of_the_catalogue(client: Client) -> None:
    rows = client.get("/laender/").context["rows"]
    assert len(rows) == 16
    for row in rows:
        projects = for_state(Project.objects.published(), row.federal_state.code)
        assert row.count == projects.count()
        named = projects.filter(statements__federal_state=row.federal_state).distinct()
        assert (row.named, row.nationwide_only) == (named.count(), row.count - named.count())
        if not row.federal_state.is_home:
            assert {project.pk for project, _ in row.places} == {row.pk for row in named}


@pytest.mark.parametrize("code", ["DE-TH", "DE-HE", "DE-BY"])
def test_state_page_lists_the_cooperations_and_partners_that_count(client: Client, code) -> None:
    state = FederalState.objects.get(code=code)
    context = client.get(state.get_absolute_url()).context
    cooperations = for_state(Cooperation.objects.published(), code)
    assert {row.cooperation for row in context["cooperations"]} == set(cooperations)
    named = {
        pk for pk, other in Cooperation.objects.published().named_state_pairs() if other == code
    }
    assert {row.cooperation.pk for row in context["cooperations"] if row.names_state} == named
    partners = for_state(Partner.objects.published(), code)
    assert {row.partner for row in context["partners"]} == set(partners)
    assert all(row.records for row in context["partners"])


def test_a_partner_stands_only_with_what_ties_it_to_the_state(
    empty_catalogue, client: Client
) -> None:
    state, partner = make_state("DE-TH", "Thüringen"), make_partner()
    tied, elsewhere = make_project(name="Hier"), make_project(name="Dort")
    make_participation(tied, state)
    for project in (tied, elsewhere):
        Role.objects.create(record=project, partner=partner, role="baut", **passage())

    (row,) = client.get(state.get_absolute_url()).context["partners"]

    assert [record.name for record in row.records] == ["Hier"]


def test_each_project_stands_in_the_group_of_its_reason(empty_catalogue, client: Client) -> None:
    home = make_state()
    make_participation(make_project(name="Genannt", reach="bundesweit"), home)
    make_project(name="Bundesweit", reach="bundesweit")
    make_project(name="Sonst")

    groups = client.get(home.get_absolute_url()).context["groups"]

    found = {group.key: [row.project.name for row in group.rows] for group in groups}
    assert found == {"genannt": ["Genannt"], "bundesweit": ["Bundesweit"], "hzd": ["Sonst"]}
    assert [group.count for group in groups] == [1, 1, 1]
    assert "hzd" not in {
        group.key
        for group in client.get(make_state("DE-TH", "Thüringen").get_absolute_url()).context[
            "groups"
        ]
    }


def test_of_many_projects_the_first_are_named_and_the_rest_counted(
    empty_catalogue, client: Client
) -> None:
    state, other = make_state("DE-TH", "Thüringen"), make_state("DE-SL", "Saarland")
    for _number in range(7):
        project = make_project()
        make_participation(project, state)
        make_participation(project, other)

    row = client.get("/laender/").context["rows"][1]
    assert (row.named, len(row.places), row.more) == (7, 5, 2)
    assert "und 2 weiteren" in client.get("/laender/").content.decode()
    (neighbour,) = client.get(state.get_absolute_url()).context["neighbours"]
    assert (neighbour.count, len(neighbour.places), neighbour.more) == (7, 5, 2)


def test_the_first_sentence_counts_what_is_named_and_what_is_not(
    empty_catalogue, client: Client
) -> None:
    state = make_state("DE-TH", "Thüringen")

    def page() -> str:
        return client.get(state.get_absolute_url()).content.decode()

    def lead() -> str:
        return re.sub(r"<[^>]+>", "", re.search(r'<p class="lead">(.*?)</p>', page())[1]).strip()

    assert lead() == "Zu Thüringen selbst steht in keinem Projekt eine Angabe."
    assert "steht noch kein Projekt im Katalog" in page()
    make_project(reach="bundesweit")
    assert lead().endswith("eine Angabe. 1 Projekt ist bundesweit.")
    make_participation(make_project(), state)
    assert lead() == (
        "Thüringen ist in 1 Projekt namentlich genannt. 1 weiteres Projekt ist bundesweit."
    )


def test_state_page_starts_with_the_projects_that_name_it(client: Client) -> None:
    state = make_state("DE-TH", "Thüringen")
    make_project(name="AAA", reach="bundesweit")
    naming = make_project(name="ZZZ")
    make_participation(naming, state)

    rows = client.get(state.get_absolute_url()).context["rows"]

    names = [row.project.name for row in rows]
    assert names.index("ZZZ") < names.index("AAA")
    assert [row.standing is None for row in rows] == sorted(row.standing is None for row in rows)


def test_state_page_quotes_the_newest_passage_for_the_reach(client: Client) -> None:
    project = make_project(name="AAA", reach="bundesweit", evidence=False)
    older, newer = make_source(), make_source()
    for source, paragraph in ((older, 1), (newer, 7), (newer, 3)):
        Evidence.objects.create(
            record=project, aspect=Aspect.REACH, **passage(source, paragraph=paragraph)
        )

    rows = client.get("/laender/saarland/").context["rows"]

    evidence = next(row.reach_evidence for row in rows if row.project == project)
    assert (evidence.source, evidence.paragraph) == (newer, 3)


def test_paper_says_what_stands_on_further_pages_and_where(client: Client) -> None:
    assert "Hier stehen" not in client.get("/laender/hessen/").content.decode()
    for number in range(5):
        make_project(name=f"Projekt {number}")
    html = client.get("/laender/hessen/").content.decode()
    (words,) = re.findall(r'<p class="paper">([^<]*)</p>', html)
    total = for_state(Project.objects.published(), "DE-HE").count()
    address = "http://testserver/projekte/?land=DE-HE"
    assert words == f"Hier stehen 25 von {total} Projekten; alle: {address}"
    assert client.get(address).context["shown"].count == total
