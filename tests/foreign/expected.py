"""What every file holds, for readers that know nothing of the site: written as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hzd_catalogue.exports.formats import csv_text, to_json
from hzd_catalogue.exports.tables import Table
from partners.filters import COOPERATIONS, PARTNERS
from projects.filters import PROJECTS
from tests.chance import seeds
from tests.exporting import export_tables, random_query, table_at

LISTS = {"/projekte": PROJECTS, "/kooperationen": COOPERATIONS, "/partner": PARTNERS}


def write(url: str, path: str) -> None:
    """Write down every list, everything else that is to be had as a table, and random filters.

    Args:
        url: where the site is served.
        path: of the file.
    """
    host = url.partition("://")[2]
    found = [
        _described(address.removesuffix(".json"), "", table)
        for address, table in export_tables(host)
    ]
    for name, listing in LISTS.items():
        for seed in seeds(4):
            query = random_query(listing, seed)
            found.append(_described(name, query, table_at(f"{name}.json?{query}", host)))
    Path(path).write_text(to_json(found), encoding="utf-8")


def _described(address: str, query: str, table: Table) -> dict[str, Any]:
    rows = list(table.records)
    context = table.context
    data = [{one.key: one.data(row, context) for one in table.columns} for row in rows]
    plain = [json.loads(to_json(row)) for row in data]
    values = [
        [flat.of(row[column.key]) for column in table.columns for flat in column.flat]
        for row in plain
    ]
    return {
        "address": address,
        "query": f"?{query}" if query else "",
        "names": [flat.name for flat in table.flat],
        "types": [flat.scalar for flat in table.flat],
        "labels": table.labels,
        "records": plain,
        "values": values,
        "texts": [[csv_text(value) for value in row] for row in values],
        "cells": [[one.cell(row[one.key]) for one in table.columns] for row in data],
    }
