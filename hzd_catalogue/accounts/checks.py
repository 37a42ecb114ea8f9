"""What ``check --deploy`` says about logins."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register  # noqa: A004 (Django's own name)


@register("accounts", deploy=True)
def check_proxies(**kwargs: Any) -> list[CheckMessage]:
    """Warn where all clients look like one, so that anyone could lock an editor out."""
    if not settings.HTTPS or settings.TRUSTED_PROXIES:
        return []
    return [
        Warning(
            "HTTPS is on, but TRUSTED_PROXIES names no proxy: failed logins of all clients count "
            "for the proxy's address.",
            hint="Set TRUSTED_PROXIES to the addresses from which the proxy connects.",
            obj="hzd_catalogue.accounts",
            id="accounts.W001",
        )
    ]
