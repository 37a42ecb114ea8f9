import pytest

from hzd_catalogue.lists.options import FacetView, Option


def link(value):
    return f"?partner={value}"


def test_a_long_facet_shows_what_is_chosen_and_frequent_and_folds_the_rest():
    labels = {f"w{n}": f"Wert {n}" for n in range(300)}
    counts = {value: n % 7 for n, value in enumerate(labels)}
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
