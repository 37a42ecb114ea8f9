import random

import pytest

from hzd_catalogue.lists.postings import among, positions_of, posting


@pytest.mark.parametrize("number", [1, 3, 40])
def test_the_words_of_a_few_rows_are_those_whose_postings_have_them(number):
    """Postings of one row, of some and of many; few rows are looked up, more are intersected."""
    chance = random.Random(number)  # noqa: S311 (repeatable, not secret)
    size = 2000
    postings = {
        str(count): posting(chance.sample(range(size), count), size)
        for count in (*range(1, 200), size // 2, size)
    }
    few = chance.sample(range(size), number)

    expected = {
        word: found
        for word, some in postings.items()
        if (found := set(few).intersection(positions_of(some)))
    }
    assert dict(among(postings, few)) == expected
