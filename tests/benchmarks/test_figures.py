import pytest

from .figures import Figures, Target, number, table, worst
from .report import BY_HAND, targets, write


def figures_of(**rounds):
    figures = Figures()
    for name, values in rounds.items():
        for value in values:
            figures.add("sqlite", "real", name, "gzip", value=value)
    return figures


def of(name):
    return ("sqlite", "real", name, "gzip")


def test_what_is_measured_side_by_side_is_compared_round_by_round():
    # A burst of something else hit one round of each: no ratio of medians is that of the rounds.
    figures = figures_of(kept=[80, 8, 90], bare=[100, 10, 90])
    assert figures.ratio(of("kept"), of("bare")) == pytest.approx(0.8)
    assert figures.times(of("kept"), of("bare")) == pytest.approx(80 / 90)
    assert figures.ratio(of("kept"), of("nothing")) is None
    assert figures.times(of("nothing"), of("bare")) is None


@pytest.mark.parametrize(
    ("value", "limit", "verdict"),
    [
        (0.8, {"least": 0.8}, "met"),
        (0.79, {"least": 0.8}, "**missed**"),
        (2.0, {"most": 2}, "met"),
        (2.01, {"most": 2}, "**missed**"),
        (None, {"most": 2}, "not measured"),
    ],
)
def test_a_target_is_met_missed_or_not_measured(value, limit, verdict):
    assert Target("", value, **limit).verdict == verdict


def test_what_decides_is_the_worst_and_nothing_while_one_is_missing():
    assert worst([3.0, 1.0, 2.0]) == 1
    assert worst([3.0, 1.0, 2.0], is_least=False) == 3
    assert worst([3.0, None]) is None
    assert worst([]) is None


def test_numbers_have_the_digits_that_they_are_worth():
    assert [number(value) for value in (1234.5, 12.34, 0.789, None)] == [
        "1,234",
        "12.3",
        "0.79",
        "–",
    ]
    assert table(["a", "b"], [["x", "1"]]) == "| a | b |\n| --- | ---: |\n| x | 1 |\n"


def test_the_section_by_hand_stays(tmp_path):
    file = tmp_path / "performance.md"
    figures = figures_of(kept=[70], bare=[100])
    said = {"circumstances": "2 cores", "rounds": 1, "minutes": 2, "load": 0.1}
    write(file, figures, **said)
    first = file.read_text()
    file.write_text(f"{first}\nBecause.\n")
    write(file, figures, **said)

    assert file.read_text() == f"{first}\nBecause.\n"
    assert first.count(BY_HAND) == 1
    assert (
        "| kept page : bare view, compressed, sqlite | at least 0.80 | 0.70 | **missed** |" in first
    )
    assert "Other programs ran" not in first
    assert {each.verdict for each in targets(figures, ["sqlite"])} == {"**missed**", "not measured"}
    write(file, figures, **{**said, "load": 3})
    assert "Other programs ran at the beginning (load 3.0)" in file.read_text()
