"""Reads back what exports and pages hold."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from typing import Any

import openpyxl
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from odfdo import Document

from hzd_catalogue.exports.formats import CSV_DELIMITER, FORMATS
from hzd_catalogue.lists.listing import Listing
from hzd_catalogue.records.models import Statement
from hzd_catalogue.records.statements import CONCERNED
from hzd_catalogue.reference.models import Revision
from tests.listing import random_request

OFFERED = [suffix for suffix, item in FORMATS.items() if item.is_offered]

_CARD = re.compile(r'<h3[^>]*><a[^>]* href="/\w+/([^/"]+)/"')


def random_query(listing: Listing, seed: int) -> str:
    """Choose facets, sometimes words and an order."""
    chance = random.Random(seed)  # noqa: S311 (repeatable, not secret)
    data = random_request(listing, chance, ["", "", "hessen", "verwaltung"])
    data["sortierung"] = chance.choice(["", "name", "-name", "neueste", "-laender", "relevanz"])
    return data.urlencode()


def keys_on_pages(client: Client, path: str, query: str) -> list[str]:
    """Return the keys of the records on all pages of a list, in their order."""
    keys: list[str] = []
    for number in range(1, 100):
        response = client.get(f"{path}?{query}&seite={number}")
        keys += _CARD.findall(response.content.decode())
        if not response.context["shown"].paging.page.has_next():
            return keys
    raise AssertionError("The list does not end.")


def csv_rows(content: bytes) -> list[list[str]]:
    """Return the rows of a CSV file, its header first."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=CSV_DELIMITER))


def xlsx_book(content: bytes) -> Any:
    """Return an Excel workbook."""
    return openpyxl.load_workbook(io.BytesIO(content))


def ods_rows(content: bytes, sheet: int = 0) -> list[list[Any]]:
    """Return the values in a sheet of an OpenDocument spreadsheet."""
    return [list(row) for row in Document(io.BytesIO(content)).body.tables[sheet].values]


def keys_in(suffix: str, content: bytes) -> list[str]:
    """Return the keys of the records in an export, in their order."""
    if suffix == "json":
        return [record["key"] for record in json.loads(content)["records"]]
    if suffix == "csv":
        rows: Any = csv_rows(content)
    elif suffix == "xlsx":
        rows = list(xlsx_book(content).worksheets[0].values)
    else:
        rows = ods_rows(content)
    place = rows[0].index("Schlüssel")
    return [row[place] for row in rows[1:]]


def duplicate_records(model: Any) -> None:
    """Give every record a double with the same statements."""
    for record in list(model.objects.published()):
        double = model.objects.get(pk=record.pk)
        double.pk, double.slug, double.federal_state = None, f"{record.slug}-2", None
        double._state.adding = True
        double.save()
        double.levels.set(record.levels.all())
        double.topics.set(record.topics.all())
        for field in CONCERNED:
            for statement in Statement.objects.filter(**{field: record}):
                statement.pk, statement.key = None, ""
                statement._state.adding = True
                setattr(statement, field, double)
                statement.save()
    Revision.advance()


def count_queries(client: Client, url: str) -> int:
    """Return how many queries an answer takes when the index is built."""
    client.get(url).getvalue()
    with CaptureQueriesContext(connection) as captured:
        client.get(url).getvalue()
    return len(captured)
