"""What a reader should know about the sources of a record."""

from typing import Any

import pytest

from hzd_catalogue.lists.listing import Listing
from hzd_catalogue.records.models import StatusStatement
from partners.filters import COOPERATIONS, PARTNERS
from partners.models import Cooperation, Partner
from projects.filters import PROJECTS
from projects.models import Participation, Project
from tests.factories import (
    make_cooperation,
    make_evidence,
    make_participation,
    make_partner,
    make_project,
    make_role,
    make_source,
    make_state,
    passage,
)
from tests.listing import ask

pytestmark = pytest.mark.usefixtures("db")


def test_single_source_counts_documents_not_statements() -> None:
    project = make_project(evidence=False)
    source = make_source()
    StatusStatement.objects.create(record=project, status="im-einsatz", **passage(source))
    Participation.objects.create(
        record=project,
        federal_state=make_state(),
        participation_status="beteiligt",
        **passage(source),
    )
    assert project in Project.objects.with_single_source()
    StatusStatement.objects.create(record=project, status="im-einsatz", **passage())
    assert project not in Project.objects.with_single_source()


def test_a_record_without_statements_has_no_single_source() -> None:
    assert make_partner(evidence=False) not in Partner.objects.with_single_source()


def test_contradictions_are_about_the_same_state() -> None:
    project = make_project()
    states = make_state("DE-BB", "Brandenburg"), make_state("DE-TH", "Thüringen")
    for state, status in zip(states, ("beteiligt", "tritt-bei"), strict=True):
        Participation.objects.create(
            record=project, federal_state=state, participation_status=status, **passage()
        )
    assert project not in Project.objects.with_contradictions()
    Participation.objects.create(
        record=project, federal_state=states[0], participation_status="tritt-bei", **passage()
    )
    assert project in Project.objects.with_contradictions()


def test_contradictions_of_the_status() -> None:
    project = make_project()
    StatusStatement.objects.create(record=project, status="im-einsatz", **passage())
    assert project not in Project.objects.with_contradictions()
    StatusStatement.objects.create(record=project, status="geplant", **passage())
    assert project in Project.objects.with_contradictions()


def test_named_states_are_those_beside_hessen() -> None:
    project = make_project(reach="laenderuebergreifend")
    Participation.objects.create(
        record=project, federal_state=make_state(), participation_status="beteiligt", **passage()
    )
    assert project in Project.objects.without_named_states()
    Participation.objects.create(
        record=project,
        federal_state=make_state("DE-BB", "Brandenburg"),
        participation_status="beteiligt",
        **passage(),
    )
    assert project not in Project.objects.without_named_states()


def test_named_states_of_a_cooperation_and_of_a_partner_are_those_of_their_projects() -> None:
    cooperation = make_cooperation(reach="laenderuebergreifend")
    partner = make_partner(reach="laenderuebergreifend")
    make_role(cooperation, partner)
    project = make_project(cooperation=cooperation)
    draft = make_project(cooperation=cooperation, is_published=False)
    make_participation(project, make_state())
    make_participation(draft, make_state("DE-BB", "Brandenburg"))
    make_participation(make_project(), make_state("DE-BB", "Brandenburg"))
    assert cooperation in Cooperation.objects.with_hint("laender-nicht-genannt")
    assert partner in Partner.objects.with_hint("laender-nicht-genannt")
    assert make_cooperation() not in Cooperation.objects.with_hint("laender-nicht-genannt")

    make_participation(project, make_state("DE-BB", "Brandenburg"))
    assert cooperation not in Cooperation.objects.with_hint("laender-nicht-genannt")
    assert partner not in Partner.objects.with_hint("laender-nicht-genannt")


@pytest.mark.parametrize(
    ("listing", "make"),
    [(PROJECTS, make_project), (COOPERATIONS, make_cooperation), (PARTNERS, make_partner)],
)
def test_every_hint_that_is_offered_can_find_something(
    empty_catalogue: None, listing: Listing, make: Any
) -> None:
    record = make(reach="laenderuebergreifend", evidence=False)
    project = record if listing is PROJECTS else make_project(evidence=False)
    if listing is PARTNERS:
        make_role(project, record)
    else:
        StatusStatement.objects.create(record=record, status="im-einsatz", **passage())
    found = {option.value for option in ask(listing).facet("hinweis").options if option.count}
    if listing is PARTNERS:
        for year in (2019, 2020):
            make_role(project, record, role="baut", year=year)
    else:
        StatusStatement.objects.create(record=record, status="geplant", **passage())
    options = ask(listing).facet("hinweis").options

    found |= {option.value for option in options if option.count}
    assert found == {option.value for option in options}


def test_hints_go_by_their_key() -> None:
    project = make_project()
    assert project in Project.objects.with_hint("eine-quelle")
    assert project not in Project.objects.with_hint("laender-nicht-genannt")
    with pytest.raises(ValueError, match="gibtesnicht"):
        Project.objects.with_hint("gibtesnicht")


def test_what_drafts_say_counts_as_no_other_source() -> None:
    source, other = make_source(), make_source()
    partner = make_partner(evidence=False)
    make_evidence(partner, source)
    draft = make_project(is_published=False, evidence=False)
    role = make_role(draft, partner, source=other)
    assert partner in Partner.objects.with_single_source()

    role.delete()
    make_role(make_project(), partner, source=other)
    assert partner not in Partner.objects.with_single_source()
