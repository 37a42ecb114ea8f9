import random

import pytest

from hzd_catalogue.lists.postings import Postings, number_of, positions_of, posting


@pytest.mark.parametrize("number", [1, 3, 40])
def test_the_words_of_a_few_rows_are_those_whose_postings_have_them(number):
    """Postings of one row, of some and of many; few rows are looked up, more are intersected."""
    chance = random.Random(number)  # noqa: S311 (repeatable, not secret)
    size = 2000
    rows = [chance.sample(range(size), count) for count in (*range(200), size // 2, size)]
    read = Postings(rows, size)
    # Of few rows, of many, of all, of a word that was not there: each others of another kind.
    others = {3: rows[-2], 150: [], 200: rows[100], 201: rows[4], 202: rows[5]}
    followed = read.followed({word: posting(some, size) for word, some in others.items()})
    few = chance.sample(range(size), number)

    for postings, having in (
        (read, dict(enumerate(rows))),
        (followed, {**dict(enumerate(rows)), **others}),
    ):
        for word, some in having.items():
            assert set(positions_of(postings[word])) == set(some)
            assert number_of(postings[word]) == len(some)
        expected = {
            word: found for word, some in having.items() if (found := set(few).intersection(some))
        }
        assert dict(postings.among(few)) == expected
