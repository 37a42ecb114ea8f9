"""Numbers in blocks are those of a list, and share what stays."""

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hzd_catalogue.lists import blocks
from hzd_catalogue.lists.blocks import Blocks

numbers = st.integers(0, 999)


@pytest.fixture(autouse=True, scope="module")
def small_blocks():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "_SIZE", 3)
        yield


@given(st.lists(numbers, max_size=20), st.data())
def test_blocks_change_as_lists_do(first, data):
    found, expected = Blocks.of(array("I", first)), list(first)
    for _step in range(data.draw(st.integers(0, 6))):
        before, said = found, list(expected)
        places = st.integers(0, len(expected) - 1) if expected else st.nothing()
        what = data.draw(st.sampled_from(["replaced", "without", "with_new"]))
        if what == "replaced":
            others = data.draw(st.dictionaries(places, numbers))
            found = found.replaced(others)
            expected = [others.get(place, number) for place, number in enumerate(expected)]
        elif what == "without":
            gone = data.draw(st.sets(places))
            found = found.without(gone)
            expected = [number for place, number in enumerate(expected) if place not in gone]
        else:
            new = data.draw(st.lists(st.tuples(st.integers(0, len(expected)), numbers)))
            new.sort(key=lambda pair: pair[0])
            found = found.with_new(new)
            for earlier, (place, number) in enumerate(new):
                expected.insert(place + earlier, number)
        assert list(found) == expected
        assert [found[place] for place in range(len(found))] == expected
        assert list(found.backwards()) == expected[::-1]
        assert found[1:4] == expected[1:4]
        assert list(before) == said


def test_what_is_not_touched_is_shared():
    before = Blocks.of(array("I", range(30)))
    assert before.replaced({7: 7}) is before.without([]) is before.with_new([]) is before
    for after in (
        before.replaced({7: 0}),
        before.without([6, 8]),
        before.with_new([(7, 0)]),
        before.with_new([(30, 0)]),
    ):
        made_anew = {*map(id, after._blocks)} - {*map(id, before._blocks)}
        assert len(made_anew) == 1


def test_a_block_that_grows_is_divided():
    found = Blocks.of(array("I", range(30)))
    for number in range(60):
        found = found.with_new([(7, number)])
    assert max(map(len, found._blocks)) < 2 * blocks._SIZE
