"""How long an account is locked for an address after failed logins; django-axes keeps the count."""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from hzd_catalogue.reference import german
from hzd_catalogue.web.client_address import client_address

#: The lock after the last of AXES_FAILURE_LIMIT failures; each further failure doubles it.
FIRST_LOCK = timedelta(minutes=15)
#: No lock is longer, because failures are not kept any longer.
LONGEST_LOCK: timedelta = settings.AXES_COOLOFF_TIME
#: Bits of an IPv6 address that its owner chooses freely.
INTERFACE_BITS = 64


def counted_address(request: HttpRequest) -> str | None:
    """Return the address that failures of ``request`` count for; None where there is none.

    With IPv6, that is the network: a client has as many addresses in it as it likes.
    """
    text = client_address(request)
    if not text:
        return None
    address = ip_address(text)
    if isinstance(address, IPv6Address):
        address = IPv6Address(int(address) >> INTERFACE_BITS << INTERFACE_BITS)
    return str(address)


def lock_time(failures: int) -> timedelta:
    """Return for how long a pair is locked after so many failures in a row."""
    beyond = failures - settings.AXES_FAILURE_LIMIT
    if beyond < 0:
        return timedelta()
    # The bound keeps the power small; the longest lock is reached long before.
    return min(FIRST_LOCK * 2 ** min(beyond, 16), LONGEST_LOCK)


class PairHandler(AxesDatabaseHandler):
    """Locks a pair of account and address for a time that grows, and stores nothing beyond it."""

    def lock_end(self, request: HttpRequest, credentials: dict[str, Any] | None) -> datetime | None:
        """Return when the pair's lock ends; None where it is not locked."""
        (attempts,) = self.get_user_attempts(request, credentials)
        attempt = attempts.first()
        if attempt is None:
            return None
        now = timezone.now()
        if attempt.attempt_time > now:
            # The clock was set back: the lock counts from now, and not until that time comes.
            attempt.attempt_time = now
            attempt.save(update_fields=["attempt_time"])
        end = attempt.attempt_time + lock_time(attempt.failures_since_start)
        return end if end > now else None

    def is_locked(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        return self.lock_end(request, credentials) is not None

    def user_login_failed(
        self,
        sender: Any,
        credentials: dict[str, Any],
        request: Any = None,
        **kwargs: Any,
    ) -> None:
        """Count the failure by account, address and time.

        What else django-axes would keep, from the browser's name to all that the form sent, is
        withheld.
        """
        bare = HttpRequest()
        for name in ("axes_ip_address", "axes_attempt_time", "axes_locked_out"):
            setattr(bare, name, getattr(request, name))
        for name in ("axes_user_agent", "axes_path_info", "axes_http_accept"):
            setattr(bare, name, "")
        super().user_login_failed(sender, credentials, bare, **kwargs)


def lock_message(request: HttpRequest, username: str) -> str:
    """Return what to tell whoever tries to sign in as ``username``; empty without a lock."""
    AxesProxyHandler.update_request(request)
    end = AxesProxyHandler.get_implementation().lock_end(request, {"username": username})
    if end is None:
        return ""
    return (
        "Nach mehreren Fehlversuchen ist die Anmeldung für dieses Konto von Ihrem Anschluss aus "
        f"noch {in_words(end - timezone.now())} gesperrt. Danach können Sie es wieder versuchen. "
        "Brauchen Sie früher Zugang oder ein neues Passwort, wenden Sie sich an die Stelle, die "
        "diese Website betreibt: Sie kann die Sperre aufheben."
    )


def in_words(time: timedelta) -> str:
    """Return ``time`` rounded up: "15 Minuten", "2 Stunden"."""
    minutes = -(-time // timedelta(minutes=1))
    if minutes <= 90:
        return german.counted(minutes, "Minute", "Minuten")
    return german.counted(-(-minutes // 60), "Stunde", "Stunden")
