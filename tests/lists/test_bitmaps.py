from hypothesis import given
from hypothesis import strategies as st

from hzd_catalogue.lists.bitmaps import (
    Dense,
    Ordered,
    bitmap,
    by_number,
    flags,
    members,
    ordered_members,
)
from hzd_catalogue.lists.sparse import Labels, Sparse

SIZE = 301
positions = st.sets(st.integers(0, SIZE - 1))


def labelled(names):
    return Labels({name: f"Label {name}" for name in names})


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
    found = list(ordered_members(bitmap(chosen, 301), order, 301))

    assert found == [position for position in order if position in chosen]


@given(positions, st.lists(positions, max_size=5))
def test_rows_are_grouped_by_the_number_of_sets_that_have_them(chosen, others):
    found = by_number(bitmap(chosen, SIZE), [bitmap(some, SIZE) for some in others])

    for number, bits in enumerate(found):
        expected = {row for row in chosen if sum(row in some for some in others) == number}
        assert set(members(bits, range(SIZE))) == expected
    assert sum(bits.bit_count() for bits in found) == len(chosen)


def test_flags_of_nothing():
    """Where there are no rows, there is no position for a flag."""
    assert flags(0) == b""


@given(
    st.dictionaries(st.text("abc", max_size=2), st.lists(st.integers(0, SIZE - 1))),
    st.sets(st.integers(0, SIZE - 1)),
)
def test_sparse_sets_are_the_same_sets(named, chosen):
    sparse = Sparse(labelled(named), named, SIZE)
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


names = st.text("abc", max_size=2)


@given(
    st.dictionaries(names, st.lists(st.integers(0, SIZE - 1))),
    st.dictionaries(names, st.lists(st.integers(0, SIZE - 1))),
    positions,
    positions,
    st.integers(0, 15),
    st.data(),
)
def test_the_best_names_are_those_that_a_naive_count_finds(
    before, after, changed, hits, number, data
):
    """Also after rows have changed, and names have come, gone and moved."""
    order = data.draw(st.permutations(sorted(before.keys() | after)))
    changed_rows = {
        name: rows
        for name in order
        if (rows := [row for row in after.get(name, []) if row in changed])
    }
    rows_of = {
        name: (set(before.get(name, [])) - changed) | set(changed_rows.get(name, []))
        for name in order
    }
    first = data.draw(st.sets(st.sampled_from(order))) if order else set()
    sparse = Sparse(labelled(before), before, SIZE).followed(
        changed, changed_rows, labelled(before).becoming(labelled(order)), SIZE
    )
    dense = Dense((name, bitmap(rows, SIZE)) for name, rows in rows_of.items())

    naive = {name: len(rows & hits) for name, rows in rows_of.items()}
    ranked = sorted(
        enumerate(order), key=lambda item: (item[1] not in first, -naive[item[1]], item[0])
    )
    for sets in (sparse, dense):
        counts = sets.counts(bitmap(hits, SIZE))
        assert counts.top(number, first) == ranked[:number]
        assert {name: counts[name] for name in order} == naive


@given(st.lists(positions, max_size=4), st.permutations(range(SIZE)), st.booleans(), st.data())
def test_a_slice_of_ordered_rows_is_that_of_all(groups, order, has_ranks, data):
    taken = set()
    disjoint = []
    for group in groups:
        disjoint.append(group - taken)
        taken |= group
    ranks = [0] * SIZE
    for rank, place in enumerate(order):
        ranks[place] = rank
    pks = range(1000, 1000 + SIZE)
    found = Ordered(
        [bitmap(group, SIZE) for group in disjoint], order, pks, ranks if has_ranks else None
    )

    everything = [pks[slot] for group in disjoint for slot in order if slot in group]
    where = data.draw(st.slices(len(everything)).filter(lambda where: (where.step or 1) > 0))
    assert len(found) == len(everything)
    assert list(found) == found[:] == everything
    assert found[where] == everything[where]
