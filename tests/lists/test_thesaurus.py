"""Which words of a query the thesaurus knows, by the folding of the search."""

import pytest

from hzd_catalogue.lists.thesaurus import Group, Thesaurus
from hzd_catalogue.reference.folding import same_words, terms_of

THESAURUS = Thesaurus(
    [
        Group("asyl", ["Flüchtling", "asylum seeker"], ["Asylverfahren"]),
        Group("gewalt", ["häusliche Gewalt"], ["Schutz"]),
        Group("doktor", ["Dissertation", "Doktorarbeit"], ["Promotion", "PhD"]),
        Group("akte", ["E-Akte"], ["Justizakte"]),
        Group("hamburg", ["Freie und Hansestadt Hamburg"], ["Hamburg"]),
        Group("sachsen", ["Freistaat Sachsen"], ["Sachsen"]),
        Group("freistaat", ["Freistaat"], ["Land"]),
    ]
)


def found(query: str) -> list[tuple[str, str]]:
    return [(expansion.typed, expansion.key) for expansion in THESAURUS.expand(terms_of(query))]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Flüchtlinge", [("Flüchtlinge", "asyl")]),
        ("fluechtlingen", [("fluechtlingen", "asyl")]),
        ("FLUCHTLING", [("FLUCHTLING", "asyl")]),
        ("asylum seekers in Hessen", [("asylum seekers", "asyl")]),
        ("Hilfe bei häuslicher Gewalt", [("häuslicher Gewalt", "gewalt")]),
        ("Doktor Arbeit", [("Doktor Arbeit", "doktor")]),
        ("Doktor-Arbeiten", [("Doktor Arbeiten", "doktor")]),
        ("eAkte", [("eAkte", "akte")]),
        ("E-Akten", [("E Akten", "akte")]),
        ("Freie und Hansestadt Hamburg", [("Freie Hansestadt Hamburg", "hamburg")]),
        # The most words that are one, and each once.
        ("Freistaat Sachsen", [("Freistaat Sachsen", "sachsen")]),
        ("Freistaat", [("Freistaat", "freistaat")]),
        ("Flüchtling Dissertation", [("Flüchtling", "asyl"), ("Dissertation", "doktor")]),
        # Whole words only: a part of one means something else.
        ("Flüchtlingsheim", []),
        ("Gewalt", []),
        ("Akte", []),
        ("---", []),
        ("", []),
    ],
)
def test_typed_words_are_found_by_their_folded_forms(query, expected):
    assert found(query) == expected


def test_an_expansion_names_its_terms_and_all_that_it_leads_to():
    (expansion,) = THESAURUS.expand(terms_of("Wer schreibt eine Dissertation?"))
    assert [term.typed for term in expansion.terms] == ["Dissertation"]
    assert expansion.leads_to == ("Promotion", "PhD")


def test_words_are_the_same_that_a_search_cannot_tell_apart():
    words = ["Flüchtling", "Kasino", "Fluchtlinge", "kasinos", "Doktor Arbeit", "Doktorarbeit"]
    assert list(same_words(words)) == [
        ("Fluchtlinge", "Flüchtling"),
        ("kasinos", "Kasino"),
        ("Doktorarbeit", "Doktor Arbeit"),
    ]
