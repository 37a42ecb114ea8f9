"""Every list, table and picture's data in every format, read by the defaults of what people use.

Runs in an environment without the site: ``make test-foreign``.
"""

import csv
import io
import json
import os
from datetime import date, datetime
from pathlib import Path

import frictionless
import odf.opendocument
import odf.table
import odf.teletype
import openpyxl
import pandas as pd
import pytest
import requests
from csvw import CSVW

URL = os.environ["SITE_URL"]
TABLES = json.loads(Path(os.environ["EXPECTED"]).read_text(encoding="utf-8"))


@pytest.fixture(params=TABLES, ids=[f"{table['address']}{table['query']}" for table in TABLES])
def table(request):
    return request.param


def address(table, suffix):
    return f"{URL}{table['address']}.{suffix}{table['query']}"


def content(table, suffix):
    response = requests.get(address(table, suffix), timeout=60)
    assert response.status_code == 200, response.text
    return response.content


def test_json_has_the_rows_that_all_others_have(table):
    found = json.loads(content(table, "json"))

    assert found["records"] == table["records"]
    assert found["meta"]["count"] == len(table["records"])


def test_csv_is_read_without_being_told_anything(table):
    text = content(table, "csv").decode()

    assert list(csv.reader(io.StringIO(text, newline=""))) == [table["names"], *table["texts"]]
    # RFC 4180: each row ends with CRLF.
    assert text.endswith("\r\n")


def test_pandas_reads_csv_by_default(table):
    frame = pd.read_csv(address(table, "csv"))

    assert list(frame.columns) == table["names"]
    assert len(frame) == len(table["texts"])
    for number, name in enumerate(table["names"]):
        for value, row in zip(frame[name], table["texts"], strict=True):
            assert is_same(value, row[number]), (name, value, row[number])


def is_same(value, text):
    """Return whether pandas has understood a text; keys like "004" are numbers to it."""
    if not text:
        return bool(pd.isna(value))
    if isinstance(value, str):
        # The parser of pandas makes one line end of all.
        return value == text or value.split() == text.split()
    return float(value) == float(text)


def test_pandas_reads_csv_exactly_as_text(table):
    frame = pd.read_csv(address(table, "csv"), dtype=str, keep_default_na=False)

    assert frame.to_numpy().tolist() == table["texts"]


def test_csvw_knows_the_types_of_csv_by_its_address_alone(table):
    found = CSVW(address(table, "csv"), validate=True)

    assert found.is_valid, [str(warning.message) for warning in found.warnings]
    assert not found.no_metadata
    rows = [[plain(value) for value in row.values()] for row in found.tables[0].iterdicts()]
    assert rows == [[plain(value) for value in row] for row in table["values"]]


def plain(value):
    if isinstance(value, list):
        values = [plain(item) for item in value]
        return [] if values == [None] else values
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    return value.unsplit() if hasattr(value, "unsplit") else value or None


def test_frictionless_finds_nothing_wrong_with_csv(table):
    resource = frictionless.Resource(path=address(table, "csv"))
    report = frictionless.validate(resource)
    assert report.valid, report.flatten(["type", "message"])

    with frictionless.Resource(path=address(table, "csv")) as resource:
        assert resource.header == table["names"]
        assert len(list(resource.row_stream)) == len(table["texts"])


def as_written(cell):
    """Return a cell as it was written down: a day as its date."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else cell


def test_openpyxl_reads_xlsx(table):
    book = openpyxl.load_workbook(io.BytesIO(content(table, "xlsx")))
    header, *rows = book.worksheets[0].values

    assert list(header) == table["labels"]
    assert [[as_written(cell) or None for cell in row] for row in rows] == [
        [cell or None for cell in row] for row in table["cells"]
    ]


def test_odfpy_reads_ods(table):
    book = odf.opendocument.load(io.BytesIO(content(table, "ods")))
    sheet = book.spreadsheet.getElementsByType(odf.table.Table)[0]
    header, *rows = [
        [odf_value(cell) for cell in row.getElementsByType(odf.table.TableCell)]
        for row in sheet.getElementsByType(odf.table.TableRow)
    ]

    assert header == table["labels"]
    assert [[cell or None for cell in row] for row in rows] == [
        [cell or None for cell in row] for row in table["cells"]
    ]


def odf_value(cell):
    kind = cell.getAttribute("valuetype")
    if kind == "date":
        return cell.getAttribute("datevalue")
    if kind == "float":
        return int(cell.getAttribute("value"))
    lines = [odf.teletype.extractText(line) for line in cell.childNodes]
    return "\n".join(lines) or None


@pytest.mark.parametrize(("suffix", "engine"), [("xlsx", "openpyxl"), ("ods", "odf")])
def test_pandas_reads_sheets(table, suffix, engine):
    frame = pd.read_excel(io.BytesIO(content(table, suffix)), engine=engine)

    assert list(frame.columns) == table["labels"]
    assert len(frame) == len(table["cells"])
