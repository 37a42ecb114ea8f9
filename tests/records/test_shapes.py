"""Columns hold what they are declared to hold, on the real catalogue."""

import json
import re

import pytest
from django.core.exceptions import ValidationError

from hzd_catalogue.exports.formats import csv_text, to_json
from hzd_catalogue.exports.tables import ExportContext
from hzd_catalogue.records.differences import compared
from hzd_catalogue.records.kinds import Kind
from hzd_catalogue.records.models import Statement
from hzd_catalogue.records.statement_columns import statement_columns
from hzd_catalogue.reference.german import LIST_SEPARATOR
from tests.exporting import export_tables, misfits
from tests.factories import make_partner, make_project, make_role, make_state

pytestmark = pytest.mark.django_db


def wrong(columns, records, context):
    """Return what does not fit, once for each column."""
    found = {}
    for record in records:
        for column in columns:
            data = json.loads(to_json(column.data(record, context)))
            for text in misfits(column.shape, data, column.key):
                found.setdefault(column.key, text)
    return found


def test_the_data_of_every_list_have_the_shape_that_its_columns_declare(catalogue):
    checked = 0
    for address, table in export_tables():
        records = list(table.records)
        assert not wrong(table.columns, records, table.context), address
        names = [flat.name for column in table.columns for flat in column.flat]
        assert len(names) == len(set(names)), address
        assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) for name in names), address
        checked += len(records)
    assert checked


def test_no_heading_is_broken_within_a_word(catalogue):
    for address, table in export_tables():
        for column in table.columns:
            longest = max(map(len, re.split(r"[ -]", column.label)))
            assert longest < column.width, (address, column.label)


def test_no_value_holds_what_separates_values(catalogue):
    for address, table in export_tables():
        lists = [(col.key, flat) for col in table.columns for flat in col.flat if flat.is_list]
        for data in table.data():
            for key, flat in lists:
                assert LIST_SEPARATOR not in "".join(map(csv_text, flat.of(data[key]))), address


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (make_project, "name"),
        (lambda: make_state("DE-TH", "Thüringen"), "name"),
        (lambda: make_role(make_project(), make_partner()), "role"),
    ],
)
def test_what_stands_in_lists_is_refused_with_what_separates_them(empty_catalogue, make, field):
    row = make()
    setattr(row, field, "Eins | Zwei")
    with pytest.raises(ValidationError) as caught:
        row.full_clean()
    assert "trennt in Dateien die Werte einer Liste" in caught.value.message_dict[field][0]


@pytest.mark.parametrize("kind", Kind)
def test_statements_have_the_shape_that_the_columns_of_their_kind_declare(catalogue, kind):
    context = ExportContext(lambda path: f"https://example.org{path}")
    statements = Statement.objects.with_names().filter(kind=kind)
    rows = compared(statements.select_related("source", "record"))

    assert rows
    assert not wrong(statement_columns(kind), rows, context)
