"""Columns hold what they are declared to hold, on the real catalogue."""

import json

import pytest

from hzd_catalogue.exports.formats import to_json
from hzd_catalogue.exports.tables import ExportContext
from hzd_catalogue.records.differences import compared
from hzd_catalogue.records.kinds import Kind
from hzd_catalogue.records.models import Statement
from hzd_catalogue.records.statement_columns import statement_columns
from tests.exporting import export_tables, misfits

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
        checked += len(records)
    assert checked


@pytest.mark.parametrize("kind", Kind)
def test_statements_have_the_shape_that_the_columns_of_their_kind_declare(catalogue, kind):
    context = ExportContext(lambda path: f"https://example.org{path}")
    statements = Statement.objects.with_names().filter(kind=kind)
    rows = compared(statements.select_related("source", "record"))

    assert rows
    assert not wrong(statement_columns(kind), rows, context)
