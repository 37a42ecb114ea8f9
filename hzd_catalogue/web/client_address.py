"""The network address from which a request comes, proxies discounted."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest

Address = IPv4Address | IPv6Address


def client_address(request: HttpRequest) -> str:
    """Return the address of the client; empty where the server knows none.

    That is REMOTE_ADDR, which no client can forge, or, where it belongs to one of
    TRUSTED_PROXIES, the right-most address of X-Forwarded-For that does not: what stands left of
    it, the client may have written. An entry that cannot be read ends the search, and what has
    been found so far counts.
    """
    found = parse(request.META.get("REMOTE_ADDR", ""))
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while found is not None and is_trusted(found) and forwarded:
        further = parse(forwarded.pop())
        if further is None:
            break
        found = further
    return "" if found is None else str(found)


def is_trusted(address: Address) -> bool:
    """Return whether one of TRUSTED_PROXIES holds ``address``."""
    return any(address in network for network in settings.TRUSTED_PROXIES)


def parse(text: str) -> Address | None:
    """Return ``text`` as an address, an IPv4 one mapped into IPv6 as IPv4; None if it is none."""
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
