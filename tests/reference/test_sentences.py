"""Sentences of German paragraphs, by the rule that the module states."""

import pytest

from hzd_catalogue.reference.sentences import fingerprint, sentences


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        ("", []),
        ("  \t ", []),
        ("Eine Überschrift", ["Eine Überschrift"]),
        ("Erstens. Zweitens! Drittens?", ["Erstens.", "Zweitens!", "Drittens?"]),
        (
            "Am 21. Februar kam das Land. 16 sind es.",
            ["Am 21. Februar kam das Land.", "16 sind es."],
        ),
        ("Vom 6. bis 8. Oktober 2021. Dann nicht.", ["Vom 6. bis 8. Oktober 2021.", "Dann nicht."]),
        ("Nach Art. 91c und Prof. Dr. Muster.", ["Nach Art. 91c und Prof. Dr. Muster."]),
        ("Es gibt ca. 538 davon, z.B. Anträge.", ["Es gibt ca. 538 davon, z.B. Anträge."]),
        ("„So ist es.“ Er ging.", ["„So ist es.“", "Er ging."]),
        ('So ist es. "so" sagt er.', ["So ist es.", '"so" sagt er.']),
        ("Das ist klein. geschrieben", ["Das ist klein. geschrieben"]),
        ("Zwei  Blanks\u00a0und\tTab. Ja.", ["Zwei Blanks und Tab.", "Ja."]),
        ("Das Kürzel: OZG. Es steht", ["Das Kürzel: OZG.", "Es steht"]),
    ],
)
def test_sentences(paragraph, expected):
    assert sentences(paragraph) == expected


def test_a_fingerprint_tells_sentences_apart_and_stays():
    assert fingerprint("Überschrift") == fingerprint("Überschrift") == "fb039458a3"
    assert fingerprint("Überschrift.") != fingerprint("Überschrift")
