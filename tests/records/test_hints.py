"""What a reader should know about the sources of a record."""

import pytest

from hzd_catalogue.records.models import StatusStatement
from partners.models import Cooperation, Partner
from projects.models import Participation, Project
from tests.factories import (
    make_evidence,
    make_partner,
    make_project,
    make_role,
    make_source,
    make_state,
    passage,
)

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


def test_hints_go_by_their_key() -> None:
    project = make_project()
    assert project in Project.objects.with_hint("eine-quelle")
    assert not Cooperation.objects.with_hint("laender-nicht-genannt").exists()
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
