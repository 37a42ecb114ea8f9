"""Facets, chips, words and addresses, on the real catalogue and on all three lists."""

import random
from itertools import combinations

import pytest
from django.http import QueryDict

from hzd_catalogue.lists.facets import MISSING
from hzd_catalogue.records.models import Milestone
from hzd_catalogue.records.publishing import withdraw
from hzd_catalogue.reference.models import Revision
from partners.filters import COOPERATIONS, PARTNERS
from projects.filters import PROJECTS
from projects.models import Project
from tests.chance import seeds
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
from tests.listing import ask, for_state, random_request

pytestmark = pytest.mark.django_db

ALL = [
    pytest.param(PROJECTS, id="projects"),
    pytest.param(COOPERATIONS, id="cooperations"),
    pytest.param(PARTNERS, id="partners"),
]
QUERIES = ["", "", "", "hessen", "verwaltung", "it", "geld", "digital land"]


def random_query_string(listing, seed):
    chance = random.Random(seed)  # noqa: S311 (repeatable, not secret)
    return random_request(listing, chance, QUERIES).urlencode()


@pytest.mark.parametrize("listing", ALL)
@pytest.mark.parametrize("seed", seeds(5))
def test_every_count_is_the_number_of_hits_behind_its_link(catalogue, listing, seed):
    for facet in ask(listing, random_query_string(listing, seed)).facets:
        for option in facet.options:
            behind = ask(listing, option.url)
            assert behind.count == option.count == len(behind.result.pks), (facet.name, option)
            assert behind.problems == []


@pytest.mark.parametrize("listing", ALL)
@pytest.mark.parametrize("seed", seeds(5))
def test_hits_are_those_of_the_query_rules(catalogue, listing, seed):
    """The same answer the slow way: one queryset a value, joined with OR and AND."""
    result = ask(listing, random_query_string(listing, seed)).result
    expected = set(listing.rows().values_list("pk", flat=True))
    if result.search:
        expected &= {result.index.pks[place] for place in result.search.hits[0].scores}
    for name, values in result.chosen.items():
        if values:
            expected &= set().union(*(records_with(result, name, value) for value in values))

    assert set(result.pks) == expected
    assert len(result.pks) == result.count == len(expected)


def records_with(result, name, value):
    facet = result.listing.filterset_class.facets()[name]
    records = result.listing.rows()
    if value == MISSING:
        others = [other for other in result.index.facets[name].labels if other != MISSING]
        known = set().union(*(records_with(result, name, other) for other in others))
        return set(records.values_list("pk", flat=True)) - known
    if facet.rule:
        return set(getattr(records, facet.rule)(value).values_list("pk", flat=True))
    if facet.pairs:
        return {pk for pk, found in getattr(records, facet.pairs)() if str(found) == value}
    return set(records.filter(**{facet.lookup: value}).values_list("pk", flat=True))


@pytest.mark.parametrize("listing", ALL)
def test_all_values_and_without_one_together_give_everything(catalogue, listing):
    everything = ask(listing)

    for facet in everything.facets:
        if not listing.filterset_class.facets()[facet.name].covers_all:
            continue
        data = QueryDict(mutable=True)
        data.setlist(facet.name, [option.value for option in facet.options])
        assert ask(listing, data.urlencode()).count == everything.count, facet.name


@pytest.mark.parametrize("listing", ALL)
@pytest.mark.parametrize("seed", seeds(5))
def test_a_chip_leads_to_the_result_without_its_value(catalogue, listing, seed):
    shown = ask(listing, random_query_string(listing, seed))
    labels = [chip.label for chip in shown.chips]

    for place, chip in enumerate(shown.chips):
        behind = ask(listing, chip.url)
        assert [other.label for other in behind.chips] == labels[:place] + labels[place + 1 :]
        before, after = set(shown.result.pks), set(behind.result.pks)
        # One of several values of a facet adds hits, the only one takes them away.
        if is_one_of_several(chip, shown):
            assert after <= before
        else:
            assert before <= after


def is_one_of_several(chip, shown):
    facet = chip.label.partition(":")[0]
    return len([other for other in shown.chips if other.label.partition(":")[0] == facet]) > 1


def test_values_are_or_within_a_facet_and_and_between_facets(empty_catalogue):
    topic = make_topic("Wohnen")
    thuringia, saarland = make_state("DE-TH", "Thüringen"), make_state("DE-SL", "Saarland")
    one, other, third = make_project(topics=[topic]), make_project(), make_project(topics=[topic])
    make_participation(one, thuringia)
    make_participation(other, saarland)

    either = ask(PROJECTS, "land=DE-TH&land=DE-SL")
    both = ask(PROJECTS, "land=DE-TH&land=DE-SL&thema=wohnen")

    assert set(either.result.pks) == {one.pk, other.pk}
    assert both.result.pks == [one.pk]
    assert third.pk in ask(PROJECTS, "thema=wohnen").result.pks


def test_a_draft_is_in_no_facet_count(empty_catalogue):
    make_project(is_published=False, topics=[make_topic("Wohnen")])

    shown = ask(PROJECTS)

    assert shown.count == 0
    assert all(option.count == 0 for facet in shown.facets for option in facet.options)


def test_a_change_is_seen_at_once(empty_catalogue):
    project = make_project()
    assert ask(PROJECTS).result.pks == [project.pk]

    withdraw(project)

    assert ask(PROJECTS).result.pks == []


def test_the_newest_status_counts(catalogue):
    shown = ask(PROJECTS)
    for option in next(f for f in shown.facets if f.name == "status").options:
        for project in ask(PROJECTS, option.url).result.all_records(Project.objects.for_results()):
            current = project.current_status
            assert (current.status if current else MISSING) == option.value


def test_filters_in_words(catalogue):
    shown = ask(PROJECTS, "ebene=land&land=DE-TH")

    assert shown.title == "Projekte: Bundesland Thüringen, Ebene Land"


def test_order_and_repetition_of_parameters_do_not_matter(catalogue):
    one = ask(PROJECTS, "land=DE-TH&ebene=land&ebene=kommune&q=")
    other = ask(PROJECTS, "ebene=kommune&land=DE-TH&ebene=land&land=DE-TH&thema=")

    assert (
        one.addresses.selection
        == other.addresses.selection
        == "?ebene=kommune&ebene=land&land=DE-TH"
    )
    assert one.result.pks == other.result.pks


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
    shown = ask(PROJECTS, f"ebene=kommune&{query_string}")

    assert shown.problems == [problem]
    assert shown.result.pks == ask(PROJECTS, "ebene=kommune").result.pks


@pytest.mark.parametrize(
    "query",
    [
        "q=wohngeld&thema=justiz",
        "q=wohngeld&thema=justiz&ebene=bund&land=DE-TH",
        "q=quark&thema=justiz&jahr=2013&jahr=2014&status=geplant&land=DE-BY&reichweite=hessen",
    ],
)
def test_nothing_found_offers_the_most_filters_that_find_something(catalogue, query):
    shown = ask(PROJECTS, query)
    filters = list(shown.result.filters)

    assert shown.count == 0
    assert shown.suggestions
    for suggestion in shown.suggestions:
        there = ask(PROJECTS, suggestion.url)
        assert there.count == suggestion.count > 0
        for number in range(len(filters) - len(there.result.filters)):
            for dropped in combinations(filters, number):
                fewer = shown.addresses.link({name: [] for name in dropped})
                assert ask(PROJECTS, fewer).count == 0


def test_a_list_without_a_search_does_not_read_the_words(catalogue, client):
    Revision.advance()

    index = client.get("/projekte/?land=DE-TH&ansicht=tabelle").context["shown"].result.index
    assert not index._words.is_made

    client.get("/projekte/?q=wohngeld")
    assert index._words.is_made


def test_names_sort_as_in_german(empty_catalogue):
    names = ["Zebra", "(b) Bremse", "Äpfel", "apfelbaum", "Öl", "Ofen", "ÜB", "Ufer", "Straße"]
    for name in names:
        make_project(name=name)

    ordered = [record.name for record in ask(PROJECTS).result.all_records()]

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


@pytest.mark.parametrize("listing", ALL)
@pytest.mark.parametrize(
    "sort", ["name", "-name", "neueste", "-neueste", "laender", "-laender", "relevanz"]
)
def test_every_order_holds_the_same_records(catalogue, listing, sort):
    query = "q=verwaltung&" if sort == "relevanz" else ""
    shown = ask(listing, f"{query}sortierung={sort}")

    assert shown.problems == []
    assert sorted(shown.result.pks) == sorted(ask(listing, query).result.pks)


@pytest.mark.parametrize("listing", ALL)
def test_names_come_forwards_and_in_reverse(catalogue, listing):
    names = list(listing.rows().order_by("sort_key", "type", "slug").values_list("pk", flat=True))
    assert len(names) > 5
    for query in ("sortierung=name", "q="):
        assert ask(listing, query).result.pks == names
    assert ask(listing, "sortierung=-name").result.pks == names[::-1]


def test_undated_records_come_last_in_both_directions(catalogue):
    dated = Milestone.objects.order_by().values("record")
    undated = set(
        Project.objects.exclude(pk__in=dated)
        .filter(concerning_events__isnull=True)
        .values_list("pk", flat=True)
    )
    assert undated

    for sort in ("neueste", "-neueste"):
        pks = ask(PROJECTS, f"sortierung={sort}").result.pks
        assert set(pks[-len(undated) :]) == undated


def test_years_stand_newest_first(catalogue):
    years = [value for value in ask(PROJECTS).result.index.facets["jahr"].labels if value != "ohne"]
    assert len(years) > 3
    assert years == sorted(years, reverse=True)


@pytest.mark.parametrize("code", ["DE-BY", "DE-TH"])
def test_another_state_than_hessen_does_not_count_everything(empty_catalogue, code):
    make_project(name="Nur Hessen")
    own = make_project(name="Auch dort")
    make_participation(own, make_state(code, "Dort"))
    nationwide = make_project(name="Überall", reach="bundesweit")

    assert set(for_state(Project.objects, code)) == {own, nationwide}


def test_orders_start_with_most_states_and_with_the_newest(empty_catalogue):
    few, many = make_project(name="A"), make_project(name="B")
    states = [make_state("DE-TH", "Thüringen"), make_state("DE-SL", "Saarland")]
    for state in states:
        make_participation(many, state)
    make_participation(few, states[0])
    date = {"event": "beginn", "title": "Beginn"}
    Milestone.objects.create(record=few, year=2011, **date, **passage())
    Milestone.objects.create(record=many, year=2012, **date, **passage())

    for sort in ("laender", "neueste"):
        assert ask(PROJECTS, f"sortierung={sort}").result.pks == [many.pk, few.pk]
        assert ask(PROJECTS, f"sortierung=-{sort}").result.pks == [few.pk, many.pk]


def test_a_partner_has_the_years_of_what_is_published(empty_catalogue):
    partner = make_partner()
    for year, is_published in ((2012, True), (2020, False)):
        project = make_project(is_published=is_published)
        make_role(project, partner)
        Milestone.objects.create(
            record=project, event="beginn", title="Beginn", year=year, **passage()
        )

    years = {option.value: option.count for option in ask(PARTNERS).facet("jahr").options}

    assert years == {"2012": 1}


@pytest.mark.parametrize(
    ("make", "listing"), [(make_project, PROJECTS), (make_cooperation, COOPERATIONS)]
)
def test_what_is_bundesweit_counts_for_every_state(empty_catalogue, make, listing):
    make_state("DE-TH", "Thüringen")
    nationwide = make(reach="bundesweit")
    make()

    assert ask(listing, "land=DE-TH").result.pks == [nationwide.pk]
