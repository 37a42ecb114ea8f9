from hypothesis import given
from hypothesis import strategies as st

from hzd_catalogue.lists.bitmaps import Dense, Sparse, bitmap, flags, members, ordered_members

SIZE = 301
positions = st.sets(st.integers(0, SIZE - 1))


@given(positions)
def test_members_are_what_went_in(chosen):
    bits = bitmap(chosen, 301)

    assert list(members(bits, range(301))) == sorted(chosen)
    assert bits.bit_count() == len(chosen)


@given(positions, positions)
def test_intersection_is_that_of_sets(one, other):
    both = bitmap(one, 301) & bitmap(other, 301)

    assert set(members(both, range(301))) == one & other


@given(positions, st.permutations(range(301)))
def test_order_is_kept(chosen, order):
    found = list(ordered_members(bitmap(chosen, 301), order))

    assert found == [position for position in order if position in chosen]


def test_flags_of_nothing():
    """Where there are no rows, there is no position for a flag."""
    assert flags(0) == b""


@given(
    st.dictionaries(st.text("abc", max_size=2), st.lists(st.integers(0, SIZE - 1))),
    st.sets(st.integers(0, SIZE - 1)),
)
def test_sparse_sets_are_the_same_sets(named, chosen):
    sparse = Sparse(named, SIZE)
    dense = Dense((name, bitmap(some, SIZE)) for name, some in named.items())
    hits = bitmap(chosen, SIZE)
    assert dict(sparse) == dense
    for name, bits in dense.items():
        rows = list(members(bits, range(SIZE)))
        assert list(sparse.rows_of(name)) == list(dense.rows_of(name)) == rows
    counts = {name: (bits & hits).bit_count() for name, bits in dense.items()}
    assert sparse.counts(hits) == dense.counts(hits) == counts
    for position in range(SIZE):
        having = [name for name, bits in dense.items() if bits >> position & 1]
        assert list(sparse.names_of(position)) == list(dense.names_of(position)) == having
