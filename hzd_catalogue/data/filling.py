"""What PostgreSQL has to be told after many rows have come with keys of their own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection, models


def after_filling(filled: Iterable[Any]) -> None:
    """Let new rows of these models be numbered after those that there are, and plans know of them.

    SQLite numbers by itself, and its plans do without.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in filled:
            table = connection.ops.quote_name(model._meta.db_table)
            # It would do so itself a minute later; until then what is read first takes the tables
            # for empty, and minutes for an index that takes seconds. These alone: with others, this
            # could wait for whoever works on them.
            cursor.execute(f"ANALYZE {table}")
            for field in model._meta.local_concrete_fields:
                if isinstance(field, models.AutoField):
                    # A sequence does not come back when the transaction is rolled back, so that
                    # it may only rise; Django's own statement would lower it.
                    column = connection.ops.quote_name(field.column)
                    cursor.execute(
                        "SELECT setval(sequence, GREATEST(nextval(sequence),"  # noqa: S608
                        f" (SELECT MAX({column}) FROM {table})))"
                        " FROM (SELECT pg_get_serial_sequence(%s, %s)::regclass AS sequence) AS s",
                        [table, field.column],
                    )
