"""What gunicorn.conf.py adds to gunicorn: addresses by name, refusals, a stop, the log.

A socket that stops listening resets every connection that waits in its queue. So under load the
queue is closed to newcomers first and emptied then.
"""

from __future__ import annotations

import ctypes
import select
import signal
import socket
import struct
import time
from collections.abc import Iterable
from contextlib import closing, suppress
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network
from types import FrameType
from typing import Any

import gevent
from gunicorn import util
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger as GunicornLogger
from gunicorn.workers.ggevent import GeventWorker

from .logs import line_of
from .permissions import OF_PLAIN_TEXT

#: Linux' socket option for a packet filter (asm-generic/socket.h); Python has no name for it.
_ATTACH_FILTER = 26
#: The filter "return 0" (linux/filter.h): no packet gets through.
_DROP_ALL = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0))
#: Seconds between two looks at the queue.
_PAUSE = 0.02


def addresses(hosts: Iterable[str], port: int) -> list[str]:
    """Return what gunicorn binds: each of ``hosts`` with the port.

    "localhost" is this machine alone and "*" all its networks, each by IPv4 and, where the
    machine has it, IPv6.
    """
    named = (
        {"localhost": ["127.0.0.1", "[::1]"], "*": ["[::]"]}
        if _has_ipv6()
        else {"localhost": ["127.0.0.1"], "*": ["0.0.0.0"]}  # noqa: S104 (asked for)
    )
    found = [address for host in hosts for address in named.get(host, [_bracketed(host)])]
    return [f"{address}:{port}" for address in dict.fromkeys(found)]


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _has_ipv6() -> bool:
    try:
        with closing(socket.socket(socket.AF_INET6)) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def with_mapped(networks: Iterable[IPv4Network | IPv6Network]) -> str:
    """Return networks as gunicorn takes them.

    A socket for both versions shows an IPv4 client as ::ffff:10.0.0.1; it is the same client.
    """
    parts = []
    for network in networks:
        parts.append(str(network))
        if isinstance(network, IPv4Network):
            parts.append(f"::ffff:{network.network_address}/{96 + network.prefixlen}")
    return ",".join(parts)


def write_error(sock: socket.socket, status_int: int, reason: str, mesg: str) -> None:
    """Answer a request that cannot be read, in plain text and with nothing of what was sent.

    Gunicorn's own makes a page of it, and knows no headers. What was wrong stands in the log.
    """
    words = f"{status_int} {reason}\n"
    headers = {
        "Connection": "close",
        "Content-Type": "text/plain",
        "Content-Length": len(words),
        **OF_PLAIN_TEXT,
    }
    lines = [f"HTTP/1.1 {status_int} {reason}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    util.write_nonblock(sock, "\r\n".join([*lines, "", words]).encode("latin-1"))


util.write_error = write_error


class Worker(GeventWorker):
    """Accepts what has connected before it stops."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer a request that cannot be read, without its sender's address in the log."""
        super().handle_error(req, client, ("-", -1), exc)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop (on SIGTERM) once nobody waits in the queue, or others had time to take them."""
        gevent.spawn(self._empty_queue_and_exit, sig, frame)

    def _empty_queue_and_exit(self, sig: int, frame: FrameType | None) -> None:
        latest = time.monotonic() + self.cfg.graceful_timeout / 2
        while select.select(self.sockets, [], [], 0)[0] and time.monotonic() < latest:
            gevent.sleep(_PAUSE)
        super().handle_exit(sig, frame)


class Logger(GunicornLogger):
    """Says of each request in one line of JSON what ``line_of`` says."""

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> None:
        """Log a request that was answered, or refused before it reached the application."""
        if not self.access_log_enabled:
            return
        status = int(str(resp.status).split()[0])
        has_body = req.method != "HEAD" and status != 304
        # What the system sent from a file by itself is not counted.
        size = resp.sent or (has_body and resp.response_length) or 0
        seconds = request_time.total_seconds()
        self.access_log.info("%s", line_of(environ, req.method, req.path, status, size, seconds))


def refuse_newcomers_on_stop(arbiter: Arbiter) -> None:
    """Let nobody into the queue any more as soon as ``arbiter`` is told to stop.

    Who knocks then is not answered and tries again a second later, when the next process listens
    or nobody does. Not part of the worker, because on a reload the old workers stop too and the
    queue is the new ones'.
    """
    stop: Any = signal.getsignal(signal.SIGTERM)

    def refuse_and_stop(sig: int, frame: FrameType | None) -> None:
        program = struct.pack("HP", 1, ctypes.addressof(_DROP_ALL))
        for listener in arbiter.LISTENERS:
            # A system without such filters only loses the guarantee.
            with suppress(OSError):
                listener.sock.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, program)
        stop(sig, frame)

    signal.signal(signal.SIGTERM, refuse_and_stop)
