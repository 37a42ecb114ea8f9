"""One state of the data, for whatever reads more of it than one query has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.db import connection, transaction


@contextmanager
def snapshot() -> Iterator[None]:
    """Open a transaction that sees one state of the database and holds up no writer.

    Inside a transaction of somebody else, as in a test, it is that one which decides.
    """
    if connection.in_atomic_block:
        yield
        return
    connection.ensure_connection()
    wrapper = cast("Any", connection)
    if connection.vendor == "sqlite":
        # The site's own transactions are IMMEDIATE: they would wait for the end of the backup.
        usual, wrapper.transaction_mode = wrapper.transaction_mode, "DEFERRED"
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    finally:
        if connection.vendor == "sqlite":
            wrapper.transaction_mode = usual
