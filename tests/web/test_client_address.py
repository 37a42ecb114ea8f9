"""Where a request comes from: proxies are believed when they are named, clients never."""

from ipaddress import ip_network

import pytest
from django.test import RequestFactory

from hzd_catalogue.web.client_address import client_address

PROXIES = ["10.0.0.0/8", "192.0.2.7/32", "2001:db8:1::/48"]


def address(remote, forwarded=None):
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return client_address(RequestFactory().get("/", REMOTE_ADDR=remote, **headers))


@pytest.fixture
def _proxies(settings):
    settings.TRUSTED_PROXIES = [ip_network(text) for text in PROXIES]


@pytest.mark.parametrize("forwarded", [None, "203.0.113.9", "127.0.0.1", "10.0.0.1, 203.0.113.9"])
def test_without_proxies_only_the_connection_counts(forwarded):
    assert address("198.51.100.1", forwarded) == "198.51.100.1"


@pytest.mark.usefixtures("_proxies")
@pytest.mark.parametrize(
    ("remote", "forwarded", "expected"),
    [
        # A client that is no proxy writes what it likes.
        ("198.51.100.1", "203.0.113.9", "198.51.100.1"),
        ("10.1.2.3", "203.0.113.9", "203.0.113.9"),
        # What stands left of the first foreign address was written by the client.
        ("10.1.2.3", "127.0.0.1, 203.0.113.9", "203.0.113.9"),
        ("10.1.2.3", "192.0.2.7, 203.0.113.9", "203.0.113.9"),
        # A chain of proxies.
        ("10.1.2.3", "198.51.100.1, 203.0.113.9, 192.0.2.7,10.9.9.9", "203.0.113.9"),
        # Only proxies: the first of them.
        ("10.1.2.3", "192.0.2.7, 10.9.9.9", "192.0.2.7"),
        ("10.1.2.3", None, "10.1.2.3"),
        ("10.1.2.3", "", "10.1.2.3"),
        # What cannot be read is no address, and nothing left of it is believed.
        ("10.1.2.3", "203.0.113.9, unknown", "10.1.2.3"),
        ("10.1.2.3", "203.0.113.9, unknown, 10.9.9.9", "10.9.9.9"),
        ("2001:db8:1::5", "2001:db8:ffff::1", "2001:db8:ffff::1"),
        ("::ffff:10.1.2.3", "::ffff:203.0.113.9", "203.0.113.9"),
        ("", "203.0.113.9", ""),
        ("unix:", "203.0.113.9", ""),
    ],
)
def test_behind_named_proxies_the_right_most_foreign_address_counts(remote, forwarded, expected):
    assert address(remote, forwarded) == expected
