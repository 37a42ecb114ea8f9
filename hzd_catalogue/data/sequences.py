"""Keys that PostgreSQL gives to new rows, after rows have come with keys of their own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection, models


def number_after(filled: Iterable[Any]) -> None:
    """Let new rows of these models be numbered after those that there are.

    SQLite does so by itself.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in filled:
            for field in model._meta.local_concrete_fields:
                if isinstance(field, models.AutoField):
                    # A sequence does not come back when the transaction is rolled back, so that
                    # it may only rise; Django's own statement would lower it.
                    table = connection.ops.quote_name(model._meta.db_table)
                    column = connection.ops.quote_name(field.column)
                    cursor.execute(
                        "SELECT setval(sequence, GREATEST(nextval(sequence),"  # noqa: S608
                        f" (SELECT MAX({column}) FROM {table})))"
                        " FROM (SELECT pg_get_serial_sequence(%s, %s)::regclass AS sequence) AS s",
                        [table, field.column],
                    )
