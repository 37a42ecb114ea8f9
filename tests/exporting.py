"""Reads back what exports and pages hold."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import openpyxl
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from odfdo import Document

from hzd_catalogue.exports.formats import FORMATS
from hzd_catalogue.exports.shapes import EDTF, Scalar, Shape
from hzd_catalogue.exports.tables import Table
from hzd_catalogue.exports.views import ExportView
from hzd_catalogue.lists.listing import Listing
from hzd_catalogue.records.models import Statement
from hzd_catalogue.records.statements import CONCERNED
from hzd_catalogue.reference.models import Revision
from tests.addresses import every_kind_of_public_address
from tests.listing import random_request

OFFERED = [suffix for suffix, item in FORMATS.items() if item.is_offered]

_CARD = re.compile(r'<h3[^>]*><a[^>]* href="/\w+/([^/"]+)/"')


def random_query(listing: Listing, seed: int) -> str:
    """Choose facets, sometimes words and an order."""
    chance = random.Random(seed)  # noqa: S311 (repeatable, not secret)
    data = random_request(listing, chance, ["", "", "hessen", "verwaltung"])
    orders = ["", "name", "-name", "neueste", "-laender", *(["relevanz"] if "q" in data else [])]
    if order := chance.choice(orders):
        data["sortierung"] = order
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
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


def csv_records(content: bytes) -> list[dict[str, str]]:
    """Return the rows of a CSV file, each by the names in its header."""
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def sheet_records(content: bytes) -> list[dict[str, Any]]:
    """Return the rows of an Excel workbook's first sheet, each by its headings."""
    header, *rows = xlsx_book(content).worksheets[0].values
    return [dict(zip(header, row, strict=True)) for row in rows]


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
    place = rows[0].index("key" if suffix == "csv" else "Schlüssel")
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


def export_tables(host: str = "testserver") -> Iterator[tuple[str, Table]]:
    """Yield the address and the table of every list, of every picture's data, of some records'."""
    for address in every_kind_of_public_address():
        if address.endswith(".json") and not address.endswith(".csv-metadata.json"):
            view_class = getattr(resolve(address).func, "view_class", None)
            if view_class and issubclass(view_class, ExportView):
                yield address, table_at(address, host)


def table_at(address: str, host: str = "testserver") -> Table:
    """Return the table that is written at the address of an export."""
    found = resolve(address.partition("?")[0])
    view: ExportView = found.func.view_class()
    view.setup(RequestFactory().get(address, headers={"host": host}), **found.kwargs)
    return view.table()


def misfits(shape: Shape, data: Any, place: str) -> Iterator[str]:
    """Yield where data, read from JSON, are not what a shape says."""
    if data is None:
        if not shape.is_nullable:
            yield f"{place}: null"
    elif shape.is_list:
        if isinstance(data, list):
            item = replace(shape, is_list=False, is_nullable=False)
            for number, part in enumerate(data):
                yield from misfits(item, part, f"{place} {number}")
        else:
            yield f"{place}: no list"
    elif shape.scalar is None:
        yield from _misfits_of_properties(shape, data, place)
    elif not _FITS[shape.scalar](data):
        yield f"{place}: {data!r} is no {shape.scalar}"


def _misfits_of_properties(shape: Shape, data: Any, place: str) -> Iterator[str]:
    for name in data.keys() - shape.properties.keys():
        yield f"{place}.{name}: not declared"
    for name, item in shape.properties.items():
        if name in data:
            yield from misfits(item, data[name], f"{place}.{name}")
        elif not item.is_optional:
            yield f"{place}.{name}: not there"


_FITS: dict[Scalar, Callable[[Any], Any]] = {
    Scalar.TEXT: lambda data: isinstance(data, str),
    Scalar.INTEGER: lambda data: isinstance(data, int) and not isinstance(data, bool),
    Scalar.BOOLEAN: lambda data: isinstance(data, bool),
    Scalar.DATE: lambda data: re.fullmatch(EDTF, data),
    Scalar.MOMENT: lambda data: datetime.fromisoformat(data).tzinfo,
    Scalar.URL: lambda data: re.fullmatch(r"https?://\S+", data),
}
