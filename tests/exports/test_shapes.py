"""What columns say of their data, and what follows from it."""

import re

import pytest

from hzd_catalogue.exports.shapes import CHOICE, DATE, EDTF, INTEGER, REFERENCE, TEXT, an_object
from hzd_catalogue.exports.tables import Column

SINCE = an_object(("date", "date_in_words"), date=DATE, date_in_words=TEXT.called("in Worten"))


def flat(shape, key="thing", label="Ding"):
    return Column(key, label, "Ein Ding.", lambda row, context: row, shape=shape).flat


def test_a_value_is_one_flat_column():
    (column,) = flat(INTEGER.listed)

    assert (column.name, column.label, column.scalar) == ("thing", "Ding", "integer")
    assert column.is_list
    assert column.of([2021, 2024]) == [2021, 2024]


def test_a_name_stands_beside_its_key():
    columns = flat(REFERENCE.key_of("dinge").or_none)

    assert [column.name for column in columns] == ["thing", "thing_name", "thing_url"]
    assert [column.label for column in columns] == ["Ding", "Ding: Name", "Ding: Adresse"]
    assert [column.list_name for column in columns] == ["dinge", "", ""]
    data = {"key": "a", "name": "A", "url": "https://example.org/a/"}
    assert [column.of(data) for column in columns] == ["a", "A", "https://example.org/a/"]
    assert [column.of(None) for column in columns] == [None, None, None]


def test_what_property_and_column_share_is_said_once():
    assert [column.name for column in flat(SINCE, "since")] == ["since", "since_in_words"]


def test_lists_keep_the_place_of_what_is_missing():
    shape = CHOICE.with_properties(("since.date",), since=SINCE.or_none.called("seit")).listed
    data = [
        {"key": "a", "name": "A", "since": None},
        {"key": "b", "name": "B", "since": {"date": "2013", "date_in_words": "2013"}},
    ]

    keys, names, since = flat(shape)
    assert (keys.of(data), names.of(data), since.of(data)) == (
        ["a", "b"],
        ["A", "B"],
        [None, "2013"],
    )
    assert (since.name, since.label) == ("thing_since", "Ding: seit")
    assert (keys.is_nullable, since.is_nullable) == (False, True)


def test_a_list_within_a_list_is_no_flat_column():
    shape = an_object(("roles",), roles=TEXT.listed).listed

    with pytest.raises(TypeError, match="no single value"):
        flat(shape)


def test_a_shape_is_a_json_schema():
    shape = CHOICE.with_properties(since=SINCE.or_none, years=INTEGER.listed.optional).or_none

    assert shape.json_schema == {
        "type": ["object", "null"],
        "properties": {
            "key": {"type": "string"},
            "name": {"type": "string"},
            "since": {
                "type": ["object", "null"],
                "properties": {
                    "date": {"type": "string", "pattern": f"^{EDTF}$"},
                    "date_in_words": {"type": "string"},
                },
                "required": ["date", "date_in_words"],
                "additionalProperties": False,
            },
            "years": {"type": "array", "items": {"type": "integer"}},
        },
        "required": ["key", "name", "since"],
        "additionalProperties": False,
    }


@pytest.mark.parametrize(
    ("date", "is_one"),
    [
        *((date, True) for date in ("2013", "2019-09", "2024-02-21", "2021-10-06/2021-10-08")),
        *((date, False) for date in ("Ende 2019", "2019-9", "2021/2022", "2021-10-06/08")),
    ],
)
def test_a_date_is_as_precise_as_its_source(date, is_one):
    assert bool(re.fullmatch(EDTF, date)) == is_one
