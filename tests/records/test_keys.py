"""Keys of statements: short, without meaning, and the same wherever they are derived."""

import re

from hzd_catalogue.records.keys import derived_key, key_of_number, random_key


def test_a_key_is_a_letter_and_nine_characters_that_nobody_misreads():
    keys = {random_key() for _ in range(1000)}
    assert len(keys) == 1000
    for key in keys:
        assert re.fullmatch("[a-hjkmnp-tv-z][0-9a-hjkmnp-tv-z]{9}", key), key


def test_a_derived_key_is_always_the_same():
    """The literal: who changes the rule gives another key to what others have cited already."""
    parts = ("projekte/oasis", "kennzahl", "über 800 Spielhallen", "dokument-000", 21)
    assert derived_key(*parts, 0) == "dndn3vkbyk"
    assert derived_key(*parts, 1) == "vd9sp12sag"


def test_parts_are_not_run_together():
    assert derived_key("a", "bc", 1) != derived_key("ab", "c", 1)
    assert derived_key("a", 1) != derived_key("a", "1")


def test_numbers_give_different_keys():
    assert len({key_of_number(number) for number in range(2000)}) == 2000
