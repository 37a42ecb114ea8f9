"""A public page neither sets a cookie nor depends on one, whatever cookies come."""

import json

import pytest
from django.test import Client

from hzd_catalogue.overview.gaps import GapsView
from tests.addresses import every_kind_of_public_address
from tests.chance import some
from tests.processes import shell

#: As another site of the same host may have set them, or somebody who tries.
COOKIES = (
    "sessionid=abc; csrftoken=xyz",
    f"sessionid={'a' * 32}; csrftoken={'b' * 32}; django_language=en",
    'messages="[[\\"__json_message\\"\\0540\\05425\\054\\"Hallo\\"]]"; sessionid=',
    "garbage;;==;\x7f=\x01; =; ä",
    f"sessionid={'x' * 100_000}",
    "; ".join(f"cookie{number}={number}" for number in range(6000)),
)
NOWHERE = ("/gibt-es-nicht/", "/projekte/gibt-es-nicht/", "/projekte/%00/", "/verwaltung")
METHODS = ("get", "head", "post", "put", "delete", "options")


def faults(addresses, cookies, methods=("get",), **given):
    """Return each answer that sets a cookie, varies by cookies or is another than without any."""
    found = []
    client = Client(raise_request_exception=False, enforce_csrf_checks=True, **given)
    for address in addresses:
        for method in methods:
            statuses = set()
            for cookie in ("", *cookies):
                response = getattr(client, method)(
                    address, headers={"cookie": cookie} if cookie else {}
                )
                b"".join(response)
                statuses.add(response.status_code)
                varies = "cookie" in response.get("Vary", "").lower()
                if response.cookies or varies or len(statuses) > 1:
                    found.append((method, address, response.status_code, cookie[:40]))
    return found


@pytest.mark.django_db
def test_no_public_address_answers_with_a_cookie(catalogue):
    addresses = some(every_kind_of_public_address(), 30)

    assert faults([*addresses, *NOWHERE], COOKIES[:2]) == []


@pytest.mark.django_db
def test_no_kind_of_cookie_and_no_method_is_answered_with_one(catalogue):
    addresses = ["/", "/projekte.csv", "/laender.json", "/impressum/", *NOWHERE]

    assert faults(addresses, COOKIES, METHODS) == []


@pytest.mark.django_db
def test_no_error_is_answered_with_a_cookie(catalogue, monkeypatch):
    def fail(*args, **kwargs):
        raise ValueError

    monkeypatch.setattr(GapsView, "get_context_data", fail)

    assert faults(["/luecken/"], COOKIES) == []
    assert Client(raise_request_exception=False).get("/luecken/").status_code == 500
    assert faults(["/projekte/"], COOKIES, SERVER_NAME="elsewhere.example") == []
    assert Client().get("/projekte/", SERVER_NAME="elsewhere.example").status_code == 400
    assert Client().post("/projekte/").status_code == 405


def test_no_public_host_answers_with_a_cookie(site):
    program = """
import json
from tests.addresses import every_kind_of_public_address
from tests.chance import some
from tests.test_cookies import COOKIES, NOWHERE, faults
addresses = [*some(every_kind_of_public_address(), 20), *NOWHERE, "/verwaltung/login/"]
print(json.dumps(faults(addresses, COOKIES[:2])))
"""
    public = {**site, "PUBLIC_ONLY": "on", "LOG_LEVEL": "ERROR"}

    assert json.loads(shell(public, program)) == []
