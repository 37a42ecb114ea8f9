"""What the pages of all three lists have in common."""

import gzip

import pytest

pytestmark = pytest.mark.django_db

LISTS = ("/projekte/", "/kooperationen/", "/partner/")
#: In bytes: the HTML of a list, and the same on the wire with room for the headers.
HEAVIEST, HEAVIEST_ON_THE_WIRE = 45_000, 11_500


@pytest.mark.parametrize("view", ["", "?ansicht=tabelle", "?land=DE-TH&ebene=land&q=verwaltung"])
@pytest.mark.parametrize("address", LISTS)
def test_a_list_is_light(catalogue, client, address, view):
    html = client.get(address + view).content

    assert len(html) <= HEAVIEST
    assert len(gzip.compress(html, 6)) <= HEAVIEST_ON_THE_WIRE


@pytest.mark.parametrize("address", [*LISTS, "/laender/matrix/", "/zeitleiste/"])
def test_search_engines_leave_out_searches_and_combinations_of_filters(catalogue, client, address):
    def is_left_out(query):
        return (
            '<meta name="robots" content="noindex">' in client.get(address + query).content.decode()
        )

    assert not is_left_out("")
    assert not is_left_out("?land=DE-TH")
    for query in ("?land=DE-TH&land=DE-SL", "?land=DE-TH&ebene=land", "?q=verwaltung"):
        assert is_left_out(query)


@pytest.mark.parametrize("address", LISTS)
def test_the_states_are_the_filter_that_is_open(catalogue, client, address):
    def folds(query=""):
        html = client.get(address + query).content.decode()
        found = [
            part.partition("</summary>")[0] for part in html.split('<details class="facet"')[1:]
        ]
        return {part.partition("<summary>")[2]: part.startswith(" open") for part in found}

    assert next(iter(folds())) == "Bundesland"
    assert [label for label, is_open in folds().items() if is_open] == ["Bundesland"]
    assert [label for label, is_open in folds("?ebene=bund").items() if is_open] == [
        "Bundesland",
        "Ebene",
    ]


def test_an_order_says_its_direction(catalogue, client):
    for sort, said in (("neueste", "neueste zuerst"), ("-neueste", "älteste zuerst")):
        html = client.get(f"/projekte/?sortierung={sort}").content.decode()
        assert f'aria-current="true">neuester Meilenstein, {said}</a>' in html
