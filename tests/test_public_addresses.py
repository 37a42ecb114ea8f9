"""Whatever stands in an address, the public side answers it and says what it did not understand."""

import random

import pytest
from django.test import Client

from partners.models import Cooperation, Partner
from projects.models import Project
from tests.addresses import public_addresses
from tests.chance import seeds, some
from tests.factories import make_level, make_state, make_topic

pytestmark = pytest.mark.django_db

LISTS = ("/projekte/", "/kooperationen/", "/partner/")
ODD_VALUES = (
    "",
    "ohne",
    "DE-TH",
    "DE-XX",
    "0",
    "-1",
    "99999999999999999999",
    "2013",
    "%00",
    "%FF%FE",
    "%F0%9F%98%80",
    "' OR 1=1 --",
    "<script>",
    "../../etc/passwd",
    "a" * 3000,
    "%E2%80%AE",
    "½²³",
    "(" * 50,
    "[",
    "\\",
    "%",
)
NAMES = (
    *("q", "thema", "ebene", "land", "jahr", "reichweite", "hinweis", "partner", "status", "art"),
    *("sortierung", "seite", "pro-seite", "ansicht", "format", "datum", "farbe", "[]"),
)


def consume(response):
    """Read the whole answer, so that errors in a stream come to light."""
    return b"".join(response)


@pytest.mark.parametrize("address", public_addresses())
def test_every_address_answers(catalogue, client, address):
    response = client.get(address)
    consume(response)

    assert response.status_code == 200


@pytest.mark.parametrize(
    "address", [*public_addresses(), "/laender/hessen/", "/laender/saarland/", "/themen/wohnen/"]
)
def test_every_address_answers_before_there_are_records(empty_catalogue, client, address):
    make_level()
    make_topic("Wohnen")
    for code, name in (("DE-HE", "Hessen"), ("DE-SL", "Saarland")):
        make_state(code, name)

    response = client.get(address)
    consume(response)

    assert response.status_code == 200


@pytest.mark.parametrize("address", public_addresses())
def test_every_address_answers_any_query_string(catalogue, client, address):
    chance = random.Random(address)  # noqa: S311 (repeatable, not secret)
    for _ in seeds(2):
        pairs = [
            f"{chance.choice(NAMES)}={chance.choice(ODD_VALUES)}"
            for _ in range(chance.randint(1, 6))
        ]
        response = client.get(f"{address}?{'&'.join(pairs)}")
        consume(response)
        assert response.status_code < 500, (address, pairs)


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize("value", ODD_VALUES[3:])
def test_an_odd_value_is_never_taken_for_everything_in_silence(catalogue, client, address, value):
    response = client.get(f"{address}?land={value}")

    assert response.status_code == 200
    assert response.context["shown"].problems
    assert "Nicht alles wurde verstanden" in response.content.decode()


def test_every_record_answers_at_its_address(catalogue, client):
    for model in (Project, Cooperation, Partner):
        for record in model.objects.published():
            assert client.get(record.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("path", ["/projekte/%00/", "/projekte/x%0d%0a/", "/laender/../", "/%ff"])
def test_an_odd_path_is_not_found(catalogue, client, path):
    assert client.get(path).status_code in (301, 400, 404)


def test_no_page_carries_inline_style_or_script(catalogue, client):
    import re

    for address in [*public_addresses(), "/projekte/wohngeld/", "/laender/hessen/"]:
        response = client.get(address)
        if "text/html" in response.get("Content-Type", ""):
            content = consume(response).decode()
            assert not re.search(r"<[^>]+\sstyle=", content), address
            assert "<style" not in content, address
            assert not re.search(
                r"<script(?![^>]*\ssrc=| type=.application/ld\+json.>)", content
            ), address
            assert not re.search(r"<[^>]+\son\w+=", content), address


def test_a_form_that_is_sent_to_a_public_page_is_told_that_it_only_reads(catalogue):
    """Whatever the form holds of ours: cookies are hidden there, and no token would ever fit."""
    sender = Client(enforce_csrf_checks=True)

    for address in some(public_addresses(), 12):
        assert sender.post(address, {"a": "b"}).status_code == 405, address
