"""German text rules."""

import re
import unicodedata

import pytest

from hzd_catalogue.reference import german
from hzd_catalogue.reference.german import SOFT_HYPHEN, with_seams
from hzd_catalogue.reference.models import Source
from projects.models import Project


@pytest.mark.parametrize(
    ("date", "brief"),
    [
        ("nach dem 21. Februar 2024", "nach Febr. 2024"),
        ("vermutlich vor Juli 2021", "verm. vor Juli 2021"),
        ("nach dem 8. Oktober 2021", "nach Okt. 2021"),
        ("6. bis 8. Oktober 2021", "Okt. 2021"),
        ("6.–8. Oktober 2021", "Okt. 2021"),
        ("Dezember 2015", "Dez. 2015"),
        ("2021", "2021"),
        ("", ""),
    ],
)
def test_a_date_in_few_words_keeps_month_and_year(date: str, brief: str) -> None:
    assert german.brief_date(date) == brief


@pytest.mark.parametrize("text", ["", "²", "½", "٣", "-1", "1.0", " 1", "1e9", "9" * 19])
def test_what_is_no_typed_number(text: str) -> None:
    assert not german.is_number(text)


def test_a_typed_number_has_as_many_digits_as_its_place_takes() -> None:
    assert german.is_number("9" * 18)
    assert german.is_number("12345", 5)
    assert not german.is_number("123456", 5)


@pytest.mark.parametrize(
    ("publisher", "date", "reference"),
    [
        ("HZD", "nach dem 21. Februar 2024", "HZD, nach Febr. 2024"),
        ("HZD", "", "HZD"),
        ("", "2021", "2021"),
        ("", "", "Dokument 007"),
    ],
)
def test_a_source_is_named_by_who_and_when(publisher: str, date: str, reference: str) -> None:
    assert Source(code="007", publisher=publisher, date=date).reference == reference


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Elektronische Aufenthaltsüberwachung", "Elektronische Aufenthalts|überwachung"),
        ("Ministerpräsidentenkonferenz", "Minister|präsidenten|konferenz"),
        ("OZG-Umsetzungsfabriken", "OZG-Umsetzungs|fabriken"),
        ("federführend", "feder|führend"),
        ("Registrierung der Verfahren", "Registrierung der Verfahren"),
        ("Systematik", "Systematik"),
    ],
)
def test_compounds_part_at_their_seams(name, parts):
    assert with_seams(name).replace(SOFT_HYPHEN, "|") == parts


def test_no_word_of_a_name_is_too_long_for_a_narrow_column(catalogue):
    for name in Project.objects.values_list("name", flat=True):
        assert with_seams(name).replace(SOFT_HYPHEN, "") == name
        for word in name.split():
            longest = max(map(len, re.split(f"[{SOFT_HYPHEN}-]", with_seams(word))))
            assert longest <= 16, word


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Übersee", "uebersee"),
        ("Straße und STRAẞE", "strasse-und-strasse"),
        (unicodedata.normalize("NFD", "Größe ändern"), "groesse-aendern"),
        ("e²P – Café (neu)", "e2p-cafe-neu"),
        ("  …  ", ""),
    ],
)
def test_an_address_spells_umlauts_out(text, slug):
    assert german.slug(text) == slug
    assert german.slug(slug) == slug
    assert re.fullmatch("[a-z0-9-]*", slug)
