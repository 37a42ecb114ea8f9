"""Orders and sets of slots that follow are those that are made anew."""

from array import array
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from hzd_catalogue.lists import orders
from hzd_catalogue.lists.bitmaps import Dense, bitmap
from hzd_catalogue.lists.blocks import Blocks
from hzd_catalogue.lists.orders import Names, Order, in_order
from hzd_catalogue.lists.slots import Slots
from hzd_catalogue.lists.sparse import Labels, Sparse

SIZE = 40
slots = st.integers(0, SIZE - 1)
named = st.dictionaries(slots, st.integers(0, 9), min_size=1)


@given(st.lists(st.tuples(st.sampled_from("abcÄ"), st.integers(0, 3), st.integers(0, 99))))
def test_rows_are_put_in_order_as_python_sorts_them(rows):
    rows = sorted(rows, key=lambda row: row[-1])
    assert in_order(rows, 2) == [row[-1] for row in sorted(rows)]


@given(named, st.lists(st.tuples(st.dictionaries(slots, st.integers(0, 9)), st.sets(slots))))
def test_names_and_orders_follow(first, changes):
    """Names are few, so that many are put between the same two, and ranks are given anew."""
    before_spacing, orders._SPACING = orders._SPACING, 4
    try:
        follow(first, changes)
    finally:
        orders._SPACING = before_spacing


def _some_of(keys, some):
    return {slot: keys[slot] for slot in some}


def follow(first, changes):
    order = sorted(first, key=lambda slot: (first[slot], slot))
    ranks = array("q", [0]) * SIZE
    for place, slot in enumerate(order):
        ranks[slot] = place * 4
    names = Names(Blocks.of(array("I", order)), ranks)
    now = dict(first)
    key_of = {slot: slot % 3 for slot in now if slot % 4}
    by_key = Order.of(key_of, names, falls=True)
    for changed, gone in changes:
        left = {slot for slot in now if slot in changed or slot in gone}
        now = {**now, **changed}
        now = {slot: name for slot, name in now.items() if slot not in gone}
        keys = {slot: (now[slot], slot) for slot in changed if slot in now}
        keys_of = {slot: (now[slot], slot) for slot in now}
        followed = names.followed(left, keys, partial(_some_of, keys_of), SIZE)
        assert list(followed.order) == sorted(now, key=lambda slot: (now[slot], slot))
        assert [*followed.order] == sorted(now, key=followed.ranks.__getitem__)
        new = {slot: slot * len(now) % 5 for slot in keys if slot % 4}
        key_of = {slot: key for slot, key in {**key_of, **new}.items() if slot in now}
        by_key = by_key.followed(left, new, keys, (names, followed))
        anew = Order.of(key_of, followed, falls=True)
        assert [*by_key.forwards] == [*anew.forwards]
        assert [*by_key.backwards] == [*anew.backwards]
        names = followed


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.text("xyz")),
    st.lists(st.dictionaries(st.sampled_from("abcdefgh"), st.none() | st.text("xyz"))),
)
def test_labels_follow(labels, changes):
    def in_order(labels):
        return dict(sorted(labels.items(), key=lambda item: (item[1], item[0])))

    found = Labels(in_order(labels))
    for changed in changes:
        before, labels = labels, {**labels, **changed}
        labels = in_order({value: label for value, label in labels.items() if label is not None})
        said, places = list(found.items()), {value: place for place, value in enumerate(labels)}
        followed = found.followed(
            {
                value: None if label is None else (label, places[value])
                for value, label in changed.items()
            }
        )
        assert list(followed.items()) == list(labels.items())
        assert list(found.becoming(labels).items()) == list(labels.items())
        assert {value: followed.place(value) for value in followed} == places
        assert all(value not in followed for value in before.keys() - labels)
        assert list(found.items()) == said
        found = followed


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.sets(slots)),
    st.dictionaries(st.sampled_from("abcdefgh"), st.sets(slots)),
    st.sets(slots),
)
def test_sets_follow(before, after, changed):
    new = {name: sorted(some & changed) for name, some in after.items() if some & changed}
    kept = {name: some - changed for name, some in before.items()}
    names = dict.fromkeys("hgfedcba", "")
    expected = {name: bitmap(kept.get(name, set()) | {*new.get(name, ())}, SIZE) for name in names}
    dense = Dense((name, bitmap(some, SIZE)) for name, some in before.items())
    labels = Labels(dict.fromkeys(before, ""))
    places = {name: ("", place) for place, name in enumerate(names)}
    sparse = Sparse(labels, before, SIZE)
    for sets, some in (
        (dense, names),
        (sparse, labels.followed(places)),
    ):
        followed = sets.followed(changed, new, some, SIZE)
        assert list(followed.items()) == list(expected.items())
        for slot in range(SIZE):
            having = [name for name in names if expected[name] >> slot & 1]
            assert list(followed.names_of(slot)) == having
        assert followed.counts(-1 % 2**SIZE).top(3) == Dense(expected).counts(-1 % 2**SIZE).top(3)
        for name in before:
            assert sets.keeps(name, changed) == bool(before[name] - changed)


@given(st.lists(st.sets(st.integers(1, 30)), max_size=6))
def test_slots_follow(states):
    found, listed = Slots([7, 3, 9]), {7, 3, 9}
    assert found.pks[found[3]] == 3
    for state in states:
        before = found
        found = found.followed(listed - state, sorted(state - listed))
        assert {before.pks[slot] for slot in before.values()} == listed
        listed = state
        assert set(found) == listed
        assert len(found) == len(listed) == len({*found.values()})
        assert all(found.pks[found[pk]] == pk for pk in listed)
        assert set(found.present(range(found.size))) == listed
