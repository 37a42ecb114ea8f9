"""Lists on a toy: a model of two fields that knows nothing of the catalogue."""

import pytest
from django.http import QueryDict

from hzd_catalogue.lists.addresses import Addresses
from hzd_catalogue.lists.pagination import paginate
from hzd_catalogue.lists.presentation import PageLinks
from tests.toy import BOOKS, Book, make_books, shown, titles

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def books(db):
    return make_books(("Die Wörter", "a"), ("Bar", "b"), ("Alles", "a"), ("C", ""))


def counts(page):
    return {option.value: option.count for option in page.facet("shelf").options}


def test_filters_and_counts_with_the_own_choice_cleared():
    page = shown("shelf=a")

    assert titles("shelf=a") == ["Alles", "Die Wörter"]
    assert (page.count, page.total) == (2, 4)
    assert counts(page) == {"a": 2, "b": 1, "ohne": 1}
    assert counts(shown("shelf=a&q=bar")) == {"a": 0, "b": 1, "ohne": 0}
    assert titles("shelf=ohne") == ["C"]
    assert titles("shelf=a&shelf=b") == ["Alles", "Bar", "Die Wörter"]


def test_words_chips_and_problems():
    page = shown("shelf=a&shelf=x&farbe=rot&q=wort")

    assert page.title == "Bücher: Suche „wort“, Regal Regal A"
    assert [(chip.label, chip.url) for chip in page.chips] == [
        ("Suche: wort", "?shelf=a"),
        ("Regal: Regal A", "?q=wort"),
    ]
    assert page.problems == [
        "Regal „x“ gibt es nicht.",
        "Den Filter „farbe“ gibt es nicht.",
    ]


def test_what_was_not_understood_is_quoted_short_and_printable_and_not_without_end():
    def quoted(value):
        (problem,) = shown(f"shelf={value}").problems
        return problem

    assert quoted("x" * 40) == f"Regal „{'x' * 40}“ gibt es nicht."
    assert quoted("x" * 41) == f"Regal „{'x' * 40}…“ gibt es nicht."
    assert quoted("a%07b") == "Regal „a\N{REPLACEMENT CHARACTER}b“ gibt es nicht."

    eight = "&".join(f"f{number}=1" for number in range(8))
    assert len(shown(eight).problems) == 8
    problems = shown(f"{eight}&g=1&h=1").problems
    assert problems[:8] == shown(eight).problems
    assert problems[8:] == ["Weitere 2 Angaben ebenso."]


@pytest.mark.parametrize("asked", ["0", "-1", "01", "2", "zwei", "٢", "1" * 5000])
def test_a_page_that_is_not_there_is_said(asked):
    page = shown(f"seite={asked}")

    assert page.problems == ["Diese Seite gibt es nicht; das Ergebnis hat 1 Seite."]
    assert page.paging.number == 1


def test_a_page_that_is_there_is_no_problem():
    assert shown("seite=1").problems == []


@pytest.mark.parametrize("sort", ["anders", "zufall"])
def test_an_order_that_there_is_not_is_said(sort):
    assert len(shown(f"sortierung={sort}").problems) == 1


def test_of_two_searches_one_is_taken_and_that_is_said():
    assert shown("q=bar&q=").problems == []
    assert len(shown("q=bar&q=c").problems) == 1


def test_two_hundred_letters_are_searched_for_and_no_more():
    for length, problems in ((200, 0), (201, 1)):
        page = shown(f"q={'x' * length}")
        assert len(page.problems) == problems


def test_of_many_pages_the_first_the_last_and_the_nearest_are_linked():
    pages = PageLinks(paginate(range(300), QueryDict("seite=6")), Addresses()).pages

    assert [page.label for page in pages] == [*"1…45678…", "12"]
    assert [page.url for page in pages[:4]] == ["?", "", "?seite=4", "?seite=5"]
    assert [page.label for page in pages if page.is_current] == ["6"]


def test_search_by_german_rules_with_marks_and_correction():
    page = shown("q=woerter")
    (book,) = page.rows.loaded
    name = page.rows.marked_name(book.name)

    assert [(part.text, part.is_match) for part in name] == [("Die ", False), ("Wörter", True)]
    corrected = shown("q=Worter Barr")
    assert [(row.typed, row.word) for row in corrected.corrections] == [("Barr", "Bar")]
    assert titles("q=b") == ["Bar"]


def test_nothing_found_says_which_filter_to_drop():
    suggestions = shown("q=bar&shelf=a&sortierung=-name").suggestions

    assert [(row.dropped, row.kept, row.url, row.count) for row in suggestions] == [
        ("„Suche: bar“", "„Regal: Regal A“", "?shelf=a&sortierung=-name", 2),
        ("„Regal: Regal A“", "„Suche: bar“", "?q=bar&sortierung=-name", 1),
    ]


def test_a_filter_that_finds_nothing_by_itself_leaves_no_way_but_everything():
    assert shown("q=quark").suggestions == []
    assert [row.kept for row in shown("q=quark&shelf=a").suggestions] == ["„Regal: Regal A“"]


@pytest.mark.parametrize(
    ("query", "is_combination"),
    [
        ("", False),
        ("shelf=a", False),
        ("shelf=a&shelf=x&sortierung=-name", False),
        ("shelf=a&shelf=b", True),
        ("q=bar", True),
        ("q=bar&shelf=a", True),
    ],
)
def test_pages_of_more_than_one_value_are_combinations(query, is_combination):
    assert shown(query).is_combination == is_combination


def test_orders_both_ways_with_those_without_a_key_last():
    assert titles() == ["Alles", "Bar", "C", "Die Wörter"]
    assert titles("sortierung=-name") == ["Die Wörter", "C", "Bar", "Alles"]
    assert titles("sortierung=laenge") == ["Die Wörter", "Alles", "Bar", "C"]
    assert titles("sortierung=-laenge") == ["Bar", "Alles", "Die Wörter", "C"]


def test_headers_say_the_order_and_turn_it_round():
    def headers(query):
        return [(row.url, row.direction) for row in shown(query).headers]

    assert headers("") == [("?sortierung=-name", "ascending"), ("?sortierung=laenge", ""), ("", "")]
    assert headers("sortierung=laenge") == [
        ("?", ""),
        ("?sortierung=-laenge", "descending"),
        ("", ""),
    ]
    assert headers("sortierung=-laenge")[1] == ("?sortierung=laenge", "ascending")


def test_views_orders_and_sizes_say_which_one_is_shown():
    page = shown("ansicht=tabelle&sortierung=-laenge&pro-seite=50")

    assert [(row.label, row.url, row.is_current) for row in page.views] == [
        ("Liste", "?pro-seite=50&sortierung=-laenge", False),
        ("Tabelle", "?ansicht=tabelle&pro-seite=50&sortierung=-laenge", True),
    ]
    assert [(row.label, row.is_current) for row in page.sorts] == [("Name", False), ("Länge", True)]
    assert [(row.label, row.is_current) for row in page.pages.sizes] == [
        ("25", False),
        ("50", True),
        ("100", False),
    ]
    assert [row.label for row in shown("q=bar").sorts if row.is_current] == ["Relevanz"]


@pytest.mark.parametrize("sort", ["name", "-name", "laenge", "-laenge"])
def test_every_order_says_its_direction_and_offers_the_reverse(sort):
    def direction(page):
        (current,) = [row for row in page.sorts if row.direction]
        assert current.is_current
        assert shown(current.url).result.sort == page.result.sort
        return current.direction

    page = shown(f"sortierung={sort}")

    there = shown(page.reversed_sort.url)
    assert page.reversed_sort.label == direction(there) != direction(page)
    assert there.reversed_sort.label == direction(page)
    assert {sort, there.result.sort} == {sort.lstrip("-"), f"-{sort.lstrip('-')}"}
    assert shown("q=bar").reversed_sort is None


def test_pages_and_their_addresses():
    Book.objects.bulk_create(Book(pk, f"Nummer {pk}", "b") for pk in range(5, 65))

    page = shown("shelf=b&seite=2&ansicht=tabelle")

    assert [row.name for row in page.rows.loaded[:2]] == ["Nummer 34", "Nummer 35"]
    assert page.pages.previous_url == "?ansicht=tabelle&shelf=b"
    assert page.pages.next_url == "?ansicht=tabelle&seite=3&shelf=b"
    assert [size.url for size in page.pages.sizes] == [
        "?ansicht=tabelle&shelf=b",
        "?ansicht=tabelle&pro-seite=50&shelf=b",
        "?ansicht=tabelle&pro-seite=100&shelf=b",
    ]
    assert page.canonical == "?ansicht=tabelle&seite=2&shelf=b"
    assert shown("seite=9").problems == ["Diese Seite gibt es nicht; das Ergebnis hat 3 Seiten."]


def test_an_index_is_built_once_a_revision(django_assert_num_queries):
    with django_assert_num_queries(2):  # names, keys of the order
        BOOKS.index("one")
    with django_assert_num_queries(1):  # values of the facet
        dict(BOOKS.index("one").facets)
    with django_assert_num_queries(0):
        first = BOOKS.index("one")
        dict(first.facets)
    Book.objects.create(pk=99, name="Neu")

    assert len(BOOKS.index("one")) == 4
    assert len(BOOKS.index("two")) == 5
    assert BOOKS.index("two") is not first


def test_what_has_gone_since_the_index_was_read_is_left_out(books):
    page = shown()
    books[1].delete()

    assert [row.name for row in page.result.all_records()] == ["Alles", "C", "Die Wörter"]


def test_the_filter_set_gives_no_second_answer():
    filterset = BOOKS.ask(QueryDict("shelf=a"), BOOKS.index("one"))

    with pytest.raises(NotImplementedError):
        _ = filterset.qs
