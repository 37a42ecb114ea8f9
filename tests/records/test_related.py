import pytest

from hzd_catalogue.records.related import RELATED_SHOWN, related_records
from hzd_catalogue.reference.choices import Reach
from hzd_catalogue.reference.models import HOME_STATE, Revision
from partners.filters import COOPERATIONS, PARTNERS
from partners.models import Cooperation, Role
from projects.filters import PROJECTS
from projects.models import Project
from tests.factories import (
    make_cooperation,
    make_participation,
    make_partner,
    make_project,
    make_role,
    make_state,
    make_topic,
    passage,
)

pytestmark = pytest.mark.django_db


def involve(project, partner):
    Role.objects.create(record=project, partner=partner, role="baut", **passage())


def related_to(project):
    return related_records(PROJECTS, Revision.current().key, project.pk)


def reasons(project):
    return [(item.record, item.reason) for item in related_to(project)]


def test_what_is_in_common_is_counted_and_said(empty_catalogue):
    partner, topic = make_partner(), make_topic("Wohnen")
    states = [make_state(f"DE-X{letter}", f"Land {letter}") for letter in "ABCD"]
    one = make_project(name="A", topics=[topic])
    by_partner, by_topic = make_project(name="P"), make_project(name="T", topics=[topic])
    by_states, stranger = make_project(name="L"), make_project(name="X")
    involve(one, partner)
    involve(by_partner, partner)
    for state in states:
        make_participation(one, state)
        make_participation(by_states, state)

    # Four states count three points, as much as a partner; the name decides.
    assert reasons(one) == [
        (by_states, "Länder: Land A, Land B, Land C und Land D"),
        (by_partner, f"Partner: {partner.name}"),
        (by_topic, "Thema: Wohnen"),
    ]
    assert reasons(stranger) == []


def test_hessen_alone_relates_nothing(empty_catalogue):
    one, other = make_project(), make_project()
    for project in (one, other):
        make_participation(project, make_state())

    assert reasons(one) == []


def test_states_are_shared_by_being_named_and_not_by_being_bundesweit(empty_catalogue):
    saarland = make_state("DE-SL", "Saarland")
    named, other = make_project(), make_project(reach=Reach.NATIONWIDE)
    another = make_project(reach=Reach.NATIONWIDE)
    make_participation(named, saarland)
    assert [reasons(project) for project in (named, other, another)] == [[], [], []]

    make_participation(other, saarland)
    assert reasons(named) == [(other, "Land: Saarland")]
    assert reasons(another) == []


@pytest.mark.parametrize(
    ("make", "listing"), [(make_cooperation, COOPERATIONS), (make_partner, PARTNERS)]
)
def test_no_state_is_shared_through_bundesweite_projects(empty_catalogue, make, listing):
    saarland, bremen = make_state("DE-SL", "Saarland"), make_state("DE-HB", "Bremen")
    records = [make(), make(), make()]
    projects = [tied_project(record, reach=Reach.NATIONWIDE) for record in records]

    def shared():
        found = related_records(listing, Revision.current().key, records[0].pk)
        return [(item.record, item.reason) for item in found]

    assert shared() == []

    make_participation(projects[0], saarland)
    make_participation(projects[1], bremen)
    assert shared() == []

    make_participation(projects[1], saarland)
    assert shared() == [(records[1], "Land: Saarland")]


def test_partners_are_tied_by_what_both_take_part_in(empty_catalogue):
    one, other, third = make_partner(name="A"), make_partner(name="B"), make_partner(name="C")
    project = make_project(name="Vorhaben")
    draft = make_project(name="Entwurf", is_published=False)
    for partner in (one, other):
        make_role(project, partner)
        make_role(draft, partner)
    make_role(make_project(name="Anderes"), third)

    found = related_records(PARTNERS, Revision.current().key, one.pk)
    assert [(row.record, row.reason) for row in found] == [
        (other, "gemeinsames Vorhaben: Vorhaben")
    ]


def tied_project(record, **values):
    """Make a project of a cooperation, or one in which a partner has a role."""
    if isinstance(record, Cooperation):
        return make_project(cooperation=record, **values)
    project = make_project(**values)
    make_role(project, record)
    return project


def test_the_five_that_have_most_in_common_are_shown(empty_catalogue):
    topic = make_topic("Wohnen")
    one, *others = (make_project(name=f"P{number}", topics=[topic]) for number in range(7))

    assert [item.record for item in related_to(one)] == others[:5]


def test_a_draft_is_no_relation_and_has_none(empty_catalogue):
    topic = make_topic()
    project = make_project(topics=[topic])
    draft = make_project(topics=[topic], is_published=False)

    assert reasons(project) == []
    assert reasons(draft) == []


def test_relations_of_the_real_catalogue_are_those_of_the_rule(catalogue):
    """The same answer the slow way: 3 points a partner, 2 a topic, 1 a state but at most 3."""
    projects = list(Project.objects.published().with_details())
    traits = {
        project: (
            {group.record for group in project.partner_roles},
            set(project.topics.all()),
            {row.federal_state.code for row in project.standings} - {HOME_STATE},
        )
        for project in projects
    }

    def points(one, other):
        shared = [
            len(mine & theirs) for mine, theirs in zip(traits[one], traits[other], strict=True)
        ]
        return 3 * shared[0] + 2 * shared[1] + min(shared[2], 3)

    for project in projects:
        others = [other for other in projects if other != project and points(project, other)]
        best = sorted(others, key=lambda other: (-points(project, other), other.sort_key))
        assert [item.record for item in related_to(project)] == best[:RELATED_SHOWN], project


def test_a_name_costs_a_name(empty_catalogue, django_assert_num_queries):
    topic = make_topic("Wohnen")
    one = make_project(topics=[topic])
    for _ in range(4):
        make_project(topics=[topic])
    related_to(one)

    with django_assert_num_queries(2):  # the revision and the names
        names = [(item.record.name, item.record.get_absolute_url()) for item in related_to(one)]
    assert len(names) == 4
