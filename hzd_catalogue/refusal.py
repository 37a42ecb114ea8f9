"""What cannot go on says so in one sentence, for whoever set the machine up, not in a traceback."""

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError


@contextmanager
def in_one_sentence() -> Iterator[None]:
    """Turn a wrong setting, a database that does not answer or a forbidden file into a sentence.

    With DEBUG=on, the exception is raised as it is.

    Raises:
        SystemExit: with the sentence, which Python prints to standard error.
    """
    try:
        yield
    except (ImproperlyConfigured, OperationalError, PermissionError) as error:
        # Not from the settings, which may be what cannot be read.
        if os.environ.get("DEBUG", "").strip().lower() == "on":
            raise
        # libpq writes a line and a hint for each host that it tried.
        sys.exit(" ".join(str(error).split()))


def refuse_taken_addresses(server: Any) -> None:
    """Refuse to start where an address is in use; gunicorn's hook ``on_starting``.

    Gunicorn itself tries for five seconds and then has said it in eleven lines.

    Raises:
        SystemExit: with the first address that cannot be served.
    """
    if server.master_pid:
        return  # The sockets come from the process that this one takes over from.
    for host, port in server.cfg.address:
        try:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            socket.create_server((host, port), family=family).close()
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error
            sys.exit(f"Port {port} of {host} cannot be served: {reason}. PORT names another one.")
