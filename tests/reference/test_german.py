"""The rules of German text."""

import re
import unicodedata

import pytest

from hzd_catalogue.reference import german


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
