"""The index of a list while the data change under it."""

import pytest

from hzd_catalogue.lists import facets
from hzd_catalogue.records.models import Milestone
from hzd_catalogue.reference.choices import Hint
from hzd_catalogue.reference.folding import terms_of
from hzd_catalogue.reference.models import Revision
from partners.filters import COOPERATIONS, PARTNERS
from partners.models import Role
from projects.filters import PROJECTS
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
from tests.listing import ask

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/projekte/", "/kooperationen/", "/partner/", "/luecken/"])
def test_a_list_without_records_is_a_page(empty_catalogue, client, path):
    make_state()
    assert client.get(path).status_code == 200


def publish_everything():
    """Publish a project, a cooperation and a partner with all that an index reads of them."""
    partner, topic = make_partner(name="Neu"), make_topic()
    cooperation = make_cooperation(name="Neu", topics=[topic])
    project = make_project(name="Neu", topics=[topic], cooperation=cooperation)
    make_role(cooperation, partner)
    Role.objects.create(record=project, partner=partner, role="x", **passage())
    make_participation(project, make_state("DE-TH", "Thüringen"))
    date = {"event": "beginn", "title": "Beginn", "year": 2020}
    Milestone.objects.create(record=project, **date, **passage())
    Milestone.objects.create(record=cooperation, **date, **passage())


@pytest.mark.parametrize(
    "listing",
    [
        pytest.param(PROJECTS, id="projects"),
        pytest.param(COOPERATIONS, id="cooperations"),
        pytest.param(PARTNERS, id="partners"),
    ],
)
@pytest.mark.parametrize("step", ["state_pairs", "year_pairs", "with_hint", "milestone_keys"])
def test_what_is_published_while_an_index_is_read_belongs_to_the_next(
    empty_catalogue, monkeypatch, listing, step
):
    old = {PROJECTS: make_project, COOPERATIONS: make_cooperation, PARTNERS: make_partner}
    record = old[listing](name="Alt")
    make_state()
    owner = next(cls for cls in type(listing.rows()).__mro__ if step in vars(cls))
    original, published = getattr(owner, step), []

    def meanwhile(rows, *args):
        if not published:
            published.append(True)
            publish_everything()
        return original(rows, *args)

    monkeypatch.setattr(owner, step, meanwhile)
    index = listing.build_index()
    read = [*index.facets.values(), *index.traits.values()]

    assert published
    assert list(index.pks) == [record.pk]
    assert {len(order) for order in map(index.order, index.orders)} == {1}
    assert all(bits >> 1 == 0 for facet in read for bits in facet.bitmaps.values())
    assert index.search.search(terms_of("Alt")).ranked() == [0]
    assert index.search.row_count == 1
    assert ask(listing).count == 2


def test_the_index_of_another_revision_is_another_one(empty_catalogue):
    make_project()
    revision = Revision.current()
    index = PROJECTS.index(revision.key)

    assert PROJECTS.index(Revision.current().key) is index
    # Set back to an older state: the same number, another time.
    Revision.objects.update(changed_at=revision.changed_at.replace(year=2000))
    assert PROJECTS.index(Revision.current().key) is not index


def test_many_values_are_counted_as_few_are(monkeypatch, catalogue):
    few = PROJECTS.build_index()
    with_few = dict(few.facets)
    monkeypatch.setattr(facets, "MANY_VALUES", 2)
    many = PROJECTS.build_index()
    for name, values in with_few.items():
        assert dict(many.facets[name].bitmaps) == dict(values.bitmaps)
        assert list(many.facets[name].bitmaps) == list(values.bitmaps)
        assert many.facets[name].bitmaps.counts(few.everything >> 3) == values.bitmaps.counts(
            few.everything >> 3
        )
        assert [many.facets[name].of(0), many.facets[name].of(5)] == [values.of(0), values.of(5)]


def test_a_search_over_everything_reads_the_facets_that_it_searches(catalogue, monkeypatch):
    read = []
    original = facets.Facet.read
    monkeypatch.setattr(
        facets.Facet,
        "read",
        lambda facet, *args: (read.append(str(facet.label)), original(facet, *args))[1],
    )
    index = PROJECTS.build_index()
    # The order by the number of Länder needs these.
    assert read == ["Bundesland"]
    assert index.search
    assert set(read) == {"Bundesland", "Art", "Status", "Reichweite", "Ebene"}
    assert len(index.facets["hinweis"].labels) == len(Hint)
    assert index.facets["hinweis"] is index.facets["hinweis"]
    assert read.count("Hinweis") == 1
