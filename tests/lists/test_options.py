import pytest

from hzd_catalogue.lists.bitmaps import DenseCounts
from hzd_catalogue.lists.options import FOLDED_OPTIONS, VISIBLE_OPTIONS, FacetView, Option


def link(value):
    return f"?partner={value}"


def test_a_long_facet_shows_what_is_chosen_and_frequent_and_folds_the_rest():
    labels = {f"w{n}": f"Wert {n}" for n in range(300)}
    counts = DenseCounts((value, n % 7) for n, value in enumerate(labels))
    facet = FacetView("partner", "Partner", labels, counts, ["w299"], link)
    options = facet.options
    shown = [*facet.visible, *facet.folded]

    assert options[299] in facet.visible
    assert min(option.count for option in facet.visible if not option.is_chosen) == 6
    assert facet.visible == sorted(facet.visible, key=options.index)
    assert len(shown) + facet.hidden_count == len(options)
    assert len({option.value for option in shown}) == len(shown)


@pytest.mark.parametrize(
    ("count", "is_chosen", "is_disabled"),
    [(0, False, True), (0, True, False), (3, False, False), (3, True, False)],
)
def test_only_a_value_without_hits_that_is_not_chosen_cannot_be(count, is_chosen, is_disabled):
    assert Option("w", "Wert", count, is_chosen, link).is_disabled == is_disabled


@pytest.mark.parametrize(
    ("more", "sentence"),
    [(1, "1 weiterer Wert steht hier nicht."), (1500, "1.500 weitere Werte stehen hier nicht.")],
)
def test_a_facet_says_how_many_values_it_leaves_out(more, sentence):
    labels = {f"w{n}": f"Wert {n}" for n in range(VISIBLE_OPTIONS + FOLDED_OPTIONS + more)}
    counts = DenseCounts(dict.fromkeys(labels, 1))
    assert sentence in FacetView("partner", "Partner", labels, counts, [], link).html
