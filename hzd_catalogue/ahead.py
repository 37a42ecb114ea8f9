"""What lists and the search are made of, read once before the server's processes part.

Each process would read the same for its first visitors, who wait for it: half a minute with
20,000 records of each kind. Read before the fork, all share it, and one that takes the place of
another has it from the start. What has changed since, each follows or reads as ever.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

from hzd_catalogue.overview import home, search
from hzd_catalogue.records.change_list import CHANGES
from hzd_catalogue.records.statement_list import STANDINGS, STATEMENTS
from hzd_catalogue.reference.models import Revision
from hzd_catalogue.web.readonly import Reading
from partners.filters import COOPERATIONS, PARTNERS
from projects.filters import PROJECTS

logger = logging.getLogger(__name__)

#: So long a start waits at most for a server of PostgreSQL, and for a lock there.
_WAIT_SECONDS = 5
#: After so long nothing more is begun: the site has to come back.
_MOST_SECONDS = 300
#: What takes so many bytes has memory of its own, which goes back as soon as nobody needs it.
_LARGE = 4 * 2**20
#: Two numbers of glibc's <malloc.h>.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3


def read_ahead() -> None:
    """Read it from one snapshot of the data, and leave no connection open.

    A database that does not answer stops nobody: the processes read when they are asked.
    """
    _set_limits()
    connection = connections[DEFAULT_DB_ALIAS] = _own_connection()
    reading = Reading(connection)
    try:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"SET lock_timeout = '{_WAIT_SECONDS}s'")
        with reading.guard():
            latest = time.monotonic() + _MOST_SECONDS
            for read in _parts(Revision.current().key):
                if time.monotonic() > latest:
                    logger.warning("Only a part was read ahead: it took %d seconds", _MOST_SECONDS)
                    break
                read()
    except Exception as error:  # noqa: BLE001 (whatever it is, a request says it with all there is)
        logger.warning("Lists and search could not be read ahead: %s", " ".join(str(error).split()))
    finally:
        reading.end()
        connection.close()
        del connections[DEFAULT_DB_ALIAS]
    gc.collect()
    _trim()
    # Who looks for garbage writes to all that it looks at, and would have a copy of its own.
    gc.freeze()


def _set_limits() -> None:
    """Have large arrays go back to the system in this process and in those that part from it.

    By itself, glibc raises the limit with each that goes, and keeps up to 64 MB of what is free in
    each process.
    """
    with suppress(AttributeError, OSError):
        libc = ctypes.CDLL(None)
        libc.mallopt(_M_MMAP_THRESHOLD, _LARGE)
        libc.mallopt(_M_TRIM_THRESHOLD, 2 * _LARGE)


def _trim() -> None:
    """Give the system the memory back that reading took and left: each worker would keep it."""
    # Only glibc has it; another library gives back by itself.
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)


def _parts(revision: Hashable) -> Iterator[Callable[[], Any]]:
    """Yield what reads one part after the other, those first that most visitors ask for."""
    for listing in (PROJECTS, PARTNERS, COOPERATIONS):
        yield partial(listing.read_all, revision)
    yield partial(home.read_all, revision)
    yield partial(search.read_all, revision)
    # Lists lead to the changes of what they show; its words are rarely asked for.
    yield partial(CHANGES.index, revision)
    yield partial(STATEMENTS.read_all, revision)
    yield partial(STANDINGS.get, revision)


def _own_connection() -> Any:
    """Return a connection that nobody else has: none survives a fork, nor what tends a pool."""
    connection: Any = connections[DEFAULT_DB_ALIAS].copy()
    if connection.vendor == "postgresql":
        options = connection.settings_dict.setdefault("OPTIONS", {})
        options.pop("pool", None)
        options.setdefault("connect_timeout", _WAIT_SECONDS)
    return connection
