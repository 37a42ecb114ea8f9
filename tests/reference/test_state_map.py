"""The one picture of the federal states: outlines, meanings, and the same in words."""

import pytest

from hzd_catalogue.reference.state_map import Meaning, StateShape, outlines, state_map

CODES = sorted(outlines())
WORDS = {
    Meaning.SELF: "dieses Land",
    Meaning.NAMED: "namentlich genannt",
    Meaning.JOINING: "tritt bei",
    Meaning.WIDE: "nur bundesweit",
}


def shape(code, meaning=Meaning.WIDE, note=""):
    return StateShape(f"DE-{code}", f"Land {code}", f"/{code}", meaning, note=note)


def test_every_state_has_an_outline_and_a_label() -> None:
    assert len(CODES) == 16
    for code in CODES:
        assert shape(code).outline.startswith(("m", "M"))
        # The label and its box lie within the drawing, from -28 to 436 and from 0 to 520.
        assert -28 <= shape(code).box.x <= 436 - 62
        assert 0 <= shape(code).box.y <= 520 - 38


def test_small_states_are_drawn_last() -> None:
    drawn = state_map("karte", "Länder", WORDS, map(shape, CODES)).drawn
    assert [shape.abbreviation for shape in drawn[-4:]] == ["BE", "HB", "HH", "SL"]


@pytest.mark.parametrize("meaning", WORDS)
def test_legend_label_and_description_say_the_same(meaning) -> None:
    rest = Meaning.WIDE if meaning != Meaning.WIDE else Meaning.NAMED
    picture = state_map("karte", "Länder", WORDS, [shape("TH", meaning), shape("BY", rest)])
    assert picture.legend == {key: WORDS[key] for key in WORDS if key in (meaning, rest)}
    assert [row.words for row in picture.shapes] == [WORDS[meaning], WORDS[rest]]
    said = WORDS[meaning] if meaning == Meaning.SELF else f"{WORDS[meaning]}: Land TH"
    # There it begins a sentence.
    assert f"{said[0].upper()}{said[1:]}." in picture.description


def test_a_label_has_a_second_line_only_with_a_note() -> None:
    assert [text for _y, text in shape("TH").lines] == ["TH"]
    assert [text for _y, text in shape("TH", note="HeWoG").lines] == ["TH", "HeWoG"]
