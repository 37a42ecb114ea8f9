"""A program by others reads CSV over HTTP by its address alone; more of them in tests/foreign."""

import json
from datetime import datetime
from urllib.request import urlopen

import pytest
from csvw import CSVW
from rfc3986 import URIReference

from tests.chance import some
from tests.exporting import export_tables
from tests.serving import served


@pytest.fixture(scope="module")
def url(site):
    with served(site) as server:
        yield server.url


def answer(address):
    with urlopen(address, timeout=30) as response:
        return response.read()


def plain(value):
    """Return a value that a reader made of a cell as it stands in JSON; none is nothing."""
    if isinstance(value, list):
        values = [plain(item) for item in value]
        # An empty cell is an empty list.
        return [] if values == [None] else values
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    return value.unsplit() if isinstance(value, URIReference) else value or None


@pytest.mark.django_db
def test_csvw_reads_every_list_by_its_address_alone(catalogue, url):
    first, *others = sorted(export_tables(), key=lambda row: row[0] != "/projekte.json")
    for address, table in [first, *some(others, 1)]:
        path = address.removesuffix(".json")
        records = json.loads(answer(f"{url}{path}.json"))["records"]

        found = CSVW(f"{url}{path}.csv", validate=True)
        assert found.is_valid, (path, found.warnings)
        rows = [
            {name: plain(value) for name, value in row.items()}
            for row in found.tables[0].iterdicts()
        ]
        assert len(rows) == len(records)
        for row, record in zip(rows, records, strict=True):
            assert row == {
                flat.name: plain(flat.of(record[column.key]))
                for column in table.columns
                for flat in column.flat
            }, path


@pytest.mark.parametrize("query", ["?sortierung=-name&land=DE-TH", "?q=a%2Fb%26c"])
def test_csvw_finds_the_description_of_what_was_filtered(url, query):
    found = CSVW(f"{url}/projekte.csv{query}", validate=True)

    assert found.is_valid, found.warnings
    assert not found.no_metadata
