"""Outlines and tints of the federal states."""

from hzd_catalogue.overview.state_map import StateShape, TintScale, drawing_order, outlines

CODES = [
    "BB",
    "BE",
    "BW",
    "BY",
    "HB",
    "HE",
    "HH",
    "MV",
    "NI",
    "NW",
    "RP",
    "SH",
    "SL",
    "SN",
    "ST",
    "TH",
]


def test_every_state_has_an_outline_and_a_label() -> None:
    assert sorted(outlines()) == CODES
    for code in CODES:
        shape = StateShape(f"DE-{code}", code, "/", 1, 1)
        assert shape.outline.startswith("m") or shape.outline.startswith("M")
        assert 0 <= shape.label.x <= 412


def test_small_states_are_drawn_last() -> None:
    shapes = drawing_order(StateShape(f"DE-{code}", code, "/", 1, 1) for code in CODES)
    assert [shape.abbreviation for shape in shapes[-4:]] == ["BE", "HB", "HH", "SL"]


def test_equal_numbers_look_alike_and_the_highest_is_strongest() -> None:
    scale = TintScale.of([4, 4, 5, 22, 0])
    assert [scale.tint(number) for number in (0, 4, 5, 22)] == [0, 1, 2, 4]
    assert scale.legend == [(1, "4"), (2, "5"), (4, "22")]


def test_many_numbers_share_the_tints() -> None:
    scale = TintScale.of(range(1, 9))
    assert scale.legend == [(1, "1–2"), (2, "3–4"), (3, "5–6"), (4, "7–8")]


def test_one_number_and_none() -> None:
    assert TintScale.of([3, 3]).tint(3) == 4
    assert TintScale.of([0]).legend == []
