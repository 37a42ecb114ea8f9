"""Facets, chips, words and addresses, on the real catalogue and on all three lists."""

import random

import pytest
from django.http import QueryDict

from hzd_catalogue.browsing.facets import FacetView, Option
from hzd_catalogue.browsing.index import MISSING
from partners.filters import CooperationFilterSet, PartnerFilterSet
from projects.filters import ProjectFilterSet
from projects.models import Project
from tests.factories import make_participation, make_project, make_state, make_topic

pytestmark = pytest.mark.django_db

ALL = [ProjectFilterSet, CooperationFilterSet, PartnerFilterSet]
QUERIES = ["", "", "", "hessen", "verwaltung", "it", "geld", "digital land"]


def asked(filterset_class, query_string):
    return filterset_class(QueryDict(query_string.lstrip("?")))


def random_query_string(filterset_class, seed):
    """Choose up to three facets and up to three values in each, sometimes with a search."""
    chance = random.Random(seed)  # noqa: S311 (repeatable, not secret)
    data = QueryDict(mutable=True)
    facets = filterset_class.for_everything().facet_views
    for facet in chance.sample(facets, chance.randint(0, 3)):
        if facet.options:
            options = chance.sample(facet.options, min(len(facet.options), chance.randint(1, 3)))
            data.setlist(facet.name, [option.value for option in options])
    data["q"] = chance.choice(QUERIES)
    return data.urlencode()


@pytest.mark.parametrize("filterset_class", ALL)
@pytest.mark.parametrize("seed", range(25))
def test_every_count_is_the_number_of_hits_behind_its_link(catalogue, filterset_class, seed):
    filterset = asked(filterset_class, random_query_string(filterset_class, seed))

    for facet in filterset.facet_views:
        for option in facet.options:
            behind = asked(filterset_class, option.url)
            assert behind.count == option.count == len(behind.pks), (facet.name, option.value)
            assert behind.problems == []


@pytest.mark.parametrize("filterset_class", ALL)
@pytest.mark.parametrize("seed", range(25))
def test_hits_are_those_of_the_query_rules(catalogue, filterset_class, seed):
    """The same answer the slow way: one queryset a value, joined with OR and AND."""
    filterset = asked(filterset_class, random_query_string(filterset_class, seed))
    expected = set(filterset.base_queryset().values_list("pk", flat=True))
    if filterset.search_result:
        index = filterset.index
        expected &= {index.pks[place] for place in filterset.search_result.scores}
    for name, values in filterset.chosen.items():
        if values:
            expected &= set().union(*(records_with(filterset, name, value) for value in values))

    assert set(filterset.pks) == expected
    assert set(filterset.qs.values_list("pk", flat=True)) == expected


def records_with(filterset, name, value):
    facet = filterset.base_filters[name]
    records = filterset.base_queryset()
    if value == MISSING:
        known = set().union(
            *(
                records_with(filterset, name, other)
                for other in filterset.index.facets[name].labels
                if other != MISSING
            )
        )
        return set(records.values_list("pk", flat=True)) - known
    if facet.rule:
        return set(getattr(records, facet.rule)(value).values_list("pk", flat=True))
    if facet.pairs:
        return {pk for pk, found in getattr(records, facet.pairs)() if str(found) == value}
    return set(records.filter(**{facet.lookup: value}).values_list("pk", flat=True))


@pytest.mark.parametrize("filterset_class", ALL)
def test_all_values_and_without_one_together_give_everything(catalogue, filterset_class):
    everything = filterset_class.for_everything()

    for facet in everything.facet_views:
        if not everything.base_filters[facet.name].covers_all:
            continue
        data = QueryDict(mutable=True)
        data.setlist(facet.name, [option.value for option in facet.options])
        assert filterset_class(data).count == everything.count, facet.name


@pytest.mark.parametrize("filterset_class", ALL)
@pytest.mark.parametrize("seed", range(10))
def test_a_chip_leads_to_the_result_without_its_value(catalogue, filterset_class, seed):
    filterset = asked(filterset_class, random_query_string(filterset_class, seed))

    for chip in filterset.chips:
        behind = asked(filterset_class, chip.url)
        assert chip.label not in [other.label for other in behind.chips]
        assert len(behind.chips) == len(filterset.chips) - 1
        assert behind.count >= filterset.count or len(filterset.chips) > 1


def test_values_are_or_within_a_facet_and_and_between_facets(empty_catalogue):
    topic = make_topic("Wohnen")
    thuringia, saarland = make_state("DE-TH", "Thüringen"), make_state("DE-SL", "Saarland")
    one, other, third = make_project(topics=[topic]), make_project(), make_project(topics=[topic])
    make_participation(one, thuringia)
    make_participation(other, saarland)

    either = asked(ProjectFilterSet, "land=DE-TH&land=DE-SL")
    both = asked(ProjectFilterSet, "land=DE-TH&land=DE-SL&thema=wohnen")

    assert set(either.pks) == {one.pk, other.pk}
    assert both.pks == [one.pk]
    assert third.pk in asked(ProjectFilterSet, "thema=wohnen").pks


def test_a_long_facet_shows_what_is_chosen_and_frequent_and_folds_the_rest():
    options = [Option(f"w{n}", f"Wert {n}", n % 7, n == 299, f"?partner=w{n}") for n in range(300)]
    facet = FacetView("partner", "Partner", options)
    shown = [*facet.visible, *facet.folded]

    assert options[299] in facet.visible
    assert min(option.count for option in facet.visible if not option.is_chosen) == 6
    assert facet.visible == sorted(facet.visible, key=options.index)
    assert len(shown) + facet.hidden_count == len(options)
    assert len({option.value for option in shown}) == len(shown)


def test_a_draft_is_in_no_facet_count(empty_catalogue):
    make_project(is_published=False, topics=[make_topic("Wohnen")])

    filterset = ProjectFilterSet.for_everything()

    assert filterset.count == 0
    assert all(option.count == 0 for facet in filterset.facet_views for option in facet.options)


def test_a_change_is_seen_at_once(empty_catalogue):
    project = make_project()
    assert ProjectFilterSet.for_everything().pks == [project.pk]

    project.is_published = False
    project.save()

    assert ProjectFilterSet.for_everything().pks == []


def test_the_newest_status_counts(catalogue):
    filterset = ProjectFilterSet.for_everything()
    for option in next(f for f in filterset.facet_views if f.name == "status").options:
        for project in asked(ProjectFilterSet, option.url).all_records():
            current = project.current_status
            assert (current.status if current else MISSING) == option.value


def test_filters_in_words(catalogue):
    filterset = asked(ProjectFilterSet, "ebene=land&land=DE-TH")

    assert filterset.title == "Projekte: Ebene Land, Bundesland Thüringen"


def test_order_and_repetition_of_parameters_do_not_matter(catalogue):
    one = asked(ProjectFilterSet, "land=DE-TH&ebene=land&ebene=kommune&q=")
    other = asked(ProjectFilterSet, "ebene=kommune&land=DE-TH&ebene=land&land=DE-TH&thema=")

    assert one.url() == other.url() == "?ebene=kommune&ebene=land&land=DE-TH"
    assert one.pks == other.pks


@pytest.mark.parametrize(
    ("query_string", "problem"),
    [
        ("land=DE-XX", "Bundesland „DE-XX“ gibt es nicht."),
        ("jahr=zwanzig", "Jahr „zwanzig“ gibt es nicht."),
        ("q=%00", "Die Suche enthält ein unzulässiges Zeichen."),
        ("q=" + "x" * 201, "Die Suche nimmt höchstens 200 Zeichen."),
        ("q=%C2%A7%24", "Die Suche braucht mindestens einen Buchstaben oder eine Ziffer."),
        ("sortierung=farbe", "Die Sortierung „farbe“ gibt es nicht."),
        ("sortierung=relevanz", "Nach Relevanz lässt sich nur mit einem Suchwort sortieren."),
        ("farbe=blau", "Den Filter „farbe“ gibt es nicht."),
    ],
)
def test_what_was_not_understood_is_said_and_the_rest_holds(catalogue, query_string, problem):
    filterset = asked(ProjectFilterSet, f"ebene=kommune&{query_string}")

    assert filterset.problems == [problem]
    assert filterset.pks == asked(ProjectFilterSet, "ebene=kommune").pks


def test_nothing_found_says_which_filter_to_drop(catalogue):
    filterset = asked(ProjectFilterSet, "q=wohngeld&thema=justiz")

    assert filterset.count == 0
    assert filterset.suggestions
    for suggestion in filterset.suggestions:
        assert asked(ProjectFilterSet, suggestion.url).count == suggestion.count > 0


def test_a_list_without_a_search_does_not_read_the_words(catalogue, client):
    ProjectFilterSet._index._kept = None

    index = client.get("/projekte/?land=DE-TH&ansicht=tabelle").context["filterset"].index
    assert "search" not in vars(index)

    client.get("/projekte/?q=wohngeld")
    assert "search" in vars(index)


def test_names_sort_as_in_german(empty_catalogue):
    names = ["Zebra", "(b) Bremse", "Äpfel", "apfelbaum", "Öl", "Ofen", "ÜB", "Ufer", "Straße"]
    for name in names:
        make_project(name=name)

    ordered = [record.name for record in ProjectFilterSet.for_everything().all_records()]

    assert ordered == [
        "Äpfel",
        "apfelbaum",
        "(b) Bremse",
        "Ofen",
        "Öl",
        "Straße",
        "ÜB",
        "Ufer",
        "Zebra",
    ]


@pytest.mark.parametrize("filterset_class", ALL)
@pytest.mark.parametrize(
    "sort", ["name", "-name", "neueste", "-neueste", "laender", "-laender", "relevanz"]
)
def test_every_order_holds_the_same_records(catalogue, filterset_class, sort):
    query = "q=verwaltung&" if sort == "relevanz" else ""
    filterset = asked(filterset_class, f"{query}sortierung={sort}")

    assert filterset.problems == []
    assert sorted(filterset.pks) == sorted(asked(filterset_class, query).pks)


def test_undated_records_come_last_in_both_directions(catalogue):
    undated = set(asked(ProjectFilterSet, "jahr=ohne").pks)
    assert undated

    for sort in ("neueste", "-neueste"):
        pks = asked(ProjectFilterSet, f"sortierung={sort}").pks
        assert set(pks[-len(undated) :]) == undated


def test_a_list_asks_the_database_equally_often_for_one_and_for_many(
    empty_catalogue, django_assert_num_queries
):
    def queries():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as captured:
            filterset = ProjectFilterSet.for_everything()
            list(filterset.all_records())
            _ = filterset.facet_views
        return len(captured)

    make_participation(make_project())
    for_one = queries()
    for _ in range(12):
        make_participation(make_project(topics=[make_topic()]))

    assert queries() == for_one
    assert Project.objects.count() == 13
