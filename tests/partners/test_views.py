import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from hzd_catalogue.records.models import Milestone, Relation, Statement, StatusStatement
from hzd_catalogue.reference.models import HOME_STATE, FederalState
from partners.filters import COOPERATIONS, PARTNERS
from partners.models import Cooperation, Partner, Role
from projects.models import Participation, Project
from tests.factories import (
    make_cooperation,
    make_participation,
    make_partner,
    make_project,
    make_role,
    make_source,
    make_state,
    passage,
)
from tests.listing import ask, for_state

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", [Partner, Cooperation])
def test_every_statement_stands_on_its_record_s_page(catalogue, client, model):
    for record in model.objects.published():
        content = client.get(record.get_absolute_url()).content.decode()
        about = Q(record=record) | Q(partner=record)
        for statement in Statement.objects.published().filter(about):
            assert f'id="{statement.anchor}"' in content, statement


def test_both_sides_of_a_role_agree(catalogue, client):
    from_projects = {
        (project.slug, group.record.slug, role.pk)
        for project in (
            client.get(row.get_absolute_url()).context["object"]
            for row in Project.objects.published()
        )
        for group in project.partner_roles
        for role in group.statements
    }
    from_partners = {
        (group.record.slug, partner.slug, role.pk)
        for partner in (
            client.get(row.get_absolute_url()).context["object"]
            for row in Partner.objects.published()
        )
        for group in partner.project_roles
        for role in group.statements
    }

    assert from_projects == from_partners
    assert from_projects


def test_every_partner_takes_part_in_something(catalogue):
    for partner in Partner.objects.published().for_results():
        assert partner.cooperation_roles or partner.project_roles, partner


def test_a_cooperation_and_its_partners_count_for_the_states_of_its_projects(empty_catalogue):
    saarland = make_state("DE-SL", "Saarland")
    partner, other = make_partner(), make_partner()
    cooperation = make_cooperation()
    make_role(cooperation, partner)
    make_participation(make_project(cooperation=cooperation), saarland)

    assert list(for_state(Cooperation.objects, "DE-SL")) == [cooperation]
    assert list(for_state(Partner.objects, "DE-SL")) == [partner]
    assert set(for_state(Partner.objects, "DE-HE")) == {partner, other}


def test_a_bundesweit_record_puts_no_partner_into_a_state(empty_catalogue, client):
    """Neither does the partner's own reach: only a source that names the state does."""
    bavaria, _home = make_state("DE-BY", "Bayern"), make_state()
    partner, cooperation = make_partner(reach="bundesweit"), make_cooperation(reach="bundesweit")
    make_role(cooperation, partner)
    project = make_project(cooperation=cooperation, reach="bundesweit")
    make_role(project, partner)

    assert list(for_state(Partner.objects, "DE-BY")) == []
    assert ask(PARTNERS, "land=DE-BY").count == 0
    assert "/partner/" not in page_of(client, bavaria)
    # The cooperation itself is what its source calls it.
    assert list(for_state(Cooperation.objects, "DE-BY")) == [cooperation]

    make_participation(project, bavaria, participation_status="tritt-bei")
    assert list(for_state(Partner.objects, "DE-BY")) == [partner]
    assert partner.get_absolute_url() in page_of(client, bavaria)


def page_of(client, row):
    """Return the main part of a page."""
    content = client.get(row.get_absolute_url()).content.decode()
    return content[content.index("<main") : content.index("</main>")]


def test_partners_of_the_real_catalogue_are_in_the_states_that_sources_name(catalogue):
    """The same answer the slow way."""
    for state in FederalState.objects.exclude(code=HOME_STATE):
        named = Participation.objects.published().filter(federal_state=state).values("record")
        with_roles = Role.objects.published().filter(
            Q(record__in=named)
            | Q(
                record__in=Relation.objects.filter(relation="gehoert-zu", record__in=named).values(
                    "related_record"
                )
            )
        )
        partners = set(with_roles.values_list("partner", flat=True))
        assert set(ask(PARTNERS, f"land={state.code}").result.pks) == partners, state


def test_a_row_of_a_cooperation_says_of_a_state_that_it_is_only_joining(empty_catalogue, client):
    joining, joined = make_state("DE-RP", "Rheinland-Pfalz"), make_state("DE-TH", "Thüringen")
    older, newer = make_source(), make_source()
    project = make_project(cooperation=make_cooperation())
    make_participation(project, joining, source=newer, participation_status="tritt-bei")
    make_participation(project, joined, source=older, participation_status="tritt-bei")
    make_participation(project, joined, source=newer)

    def row():
        return client.get("/kooperationen/?ansicht=tabelle").content.decode()

    assert ">Rheinland-Pfalz (tritt bei), Thüringen</td>" in row()

    make_participation(make_project(cooperation=project.relations[0].related_record), joining)
    assert ">Rheinland-Pfalz, Thüringen</td>" in row()


def test_a_draft_does_not_make_its_cooperation_and_partners_count(empty_catalogue):
    saarland = make_state("DE-SL", "Saarland")
    partner, colleague = make_partner(), make_partner()
    cooperation = make_cooperation()
    make_role(cooperation, colleague)
    draft = make_project(is_published=False, cooperation=cooperation)
    make_participation(draft, saarland)
    make_role(draft, partner)

    assert list(for_state(Cooperation.objects, "DE-SL")) == []
    assert list(for_state(Partner.objects, "DE-SL")) == []


def test_a_partner_s_years_are_those_of_its_records(empty_catalogue):
    partner, project = make_partner(), make_project()
    Role.objects.create(record=project, partner=partner, role="baut", **passage())
    Milestone.objects.create(record=project, event="beginn", title="Beginn", year=2013, **passage())

    facet = ask(PARTNERS).result.index.facets["jahr"]

    assert list(facet.labels) == ["2013"]


def test_partners_are_ordered_by_the_newest_event_of_their_records(empty_catalogue):
    partners = {}
    for year in (2013, 2021, 2017):
        partners[year], project = make_partner(), make_project()
        make_role(project, partners[year])
        Milestone.objects.create(
            record=project, event="beginn", title="Beginn", year=year, **passage()
        )

    found = ask(PARTNERS, "sortierung=neueste").result.pks
    assert found == [partners[year].pk for year in (2021, 2017, 2013)]


@pytest.mark.parametrize(
    ("make", "address"), [(make_partner, "/partner/"), (make_cooperation, "/kooperationen/")]
)
def test_lists_ask_equally_often_for_one_and_for_many(empty_catalogue, client, make, address):
    def queries():
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    def tie():
        cooperation, partner = make_cooperation(), make_partner()
        make_role(cooperation, partner)
        project = make_project(cooperation=cooperation)
        make_participation(project, make_state())
        Role.objects.create(record=project, partner=partner, role="baut", **passage())

    tie()
    for_one = queries()
    for _ in range(7):
        tie()

    assert queries() == for_one


@pytest.mark.parametrize("kind", ["partner", "cooperation"])
def test_details_ask_equally_often_for_one_and_for_many(empty_catalogue, client, kind):
    def tied(number):
        cooperation, partner = make_cooperation(), make_partner()
        for _ in range(number):
            make_role(cooperation, make_partner())
            make_role(make_cooperation(), partner)
            make_participation(make_project(cooperation=cooperation), make_state())
            Role.objects.create(record=make_project(), partner=partner, role="baut", **passage())
        return partner if kind == "partner" else cooperation

    def queries(record):
        client.get(record.get_absolute_url())
        with CaptureQueriesContext(connection) as captured:
            client.get(record.get_absolute_url())
        return len(captured)

    one, many = tied(1), tied(8)

    assert queries(one) == queries(many)


def test_cooperations_have_a_status_facet(catalogue):
    assert "status" in ask(COOPERATIONS).result.index.facets


def test_a_partner_is_found_by_the_status_of_its_records(empty_catalogue):
    partner, other = make_partner(), make_partner()
    project, draft = make_project(), make_project(is_published=False)
    for record in (project, draft):
        Role.objects.create(record=record, partner=partner, role="x", **passage())
    StatusStatement.objects.create(record=project, status="im-einsatz", **passage())
    StatusStatement.objects.create(record=draft, status="beendet", **passage())

    index = ask(PARTNERS).result.index
    values, positions = index.facets["status"], index.slots

    assert values.of(positions[partner.pk]) == ["im-einsatz"]
    assert values.of(positions[other.pk]) == ["ohne"]


def test_roles_stand_newest_document_first_and_in_it_by_paragraph():
    cooperation, partner = make_cooperation(), make_partner()
    older, newer = make_source(), make_source()
    for source, paragraph in ((newer, 7), (older, 1), (newer, 3)):
        make_role(cooperation, partner, role=f"{paragraph}", source=source, paragraph=paragraph)

    for group in (*cooperation.partner_roles, *partner.cooperation_roles):
        assert [role.role for role in group.statements] == ["3", "7", "1"]


def test_partners_work_together_in_a_published_record_and_nobody_with_itself(empty_catalogue):
    one, other, third = make_partner(), make_partner(), make_partner()
    cooperation, draft = make_cooperation(), make_cooperation(is_published=False)
    for record, partners in ((cooperation, (one, other)), (draft, (one, third))):
        for partner in partners:
            make_role(record, partner)

    index = ask(PARTNERS).result.index
    values, positions = index.facets["partner"], index.slots

    assert values.of(positions[one.pk]) == [other.slug]
    assert values.of(positions[other.pk]) == [one.slug]
    assert values.of(positions[third.pk]) == ["ohne"]
