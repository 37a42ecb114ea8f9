"""German text rules."""

import re

import pytest

from hzd_catalogue.reference.german import SOFT_HYPHEN, with_seams
from projects.models import Project


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
