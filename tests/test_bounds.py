"""No page grows with the catalogue, and none asks the database more often for it.

What grows is an export of everything, and that streams. ``make test-deep`` measures the catalogue
that the bounds were made for.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hzd_catalogue.data.invented import invent
from hzd_catalogue.exports import parameters
from hzd_catalogue.lists import options
from hzd_catalogue.opendata import sitemaps
from hzd_catalogue.opendata.openapi import data_routes
from hzd_catalogue.overview import sources, timeline
from hzd_catalogue.records import data_lists, tables
from hzd_catalogue.reference.models import Revision
from tests.addresses import every_kind_of_public_address
from tests.chance import FACTOR, some
from tests.factories import clear_catalogue

pytestmark = pytest.mark.django_db

#: Numbers have more digits, and chance other words; a page of everything would be twice as long.
MOST_GROWTH = 1.3
#: Those whose bounds are their own.
BOUNDED = {
    *("/partner/partner-1/", "/quellen/", "/quellen/dokument-000/", "/api/", "/zeitleiste.svg"),
    *("/projekte/", "/sitemap-eintraege.xml"),
}
#: An index has a line for each part of so many records.
GROWING = {"/sitemap.xml"}
#: Of a page, whatever the catalogue holds.
MOST_BYTES = 1_000_000
#: So small that a catalogue of 100 records exceeds them.
BOUNDS = (
    (options, "FOLDED_OPTIONS", 20),
    (tables, "MOST_ROWS", 5),
    (sources, "SOURCES_PER_PAGE", 2),
    (sources, "MOST_FACTS", 20),
    (sources, "MOST_PARAGRAPHS", 10),
    (sources, "MOST_NUMBERS", 10),
    (timeline, "MOST_EVENTS", 20),
    (parameters, "MOST_VALUES", 10),
    (data_lists, "MOST_VALUES", 10),
    (sitemaps, "LARGEST_PART", 50),
)


class Answer(NamedTuple):
    """What an address answered."""

    bytes: int
    queries: int


@pytest.fixture(autouse=True)
def every_address_answers(settings):
    settings.EMBED_ORIGINS, settings.SECURITY_CONTACT = "https://x.example", "a@example.org"


def addresses() -> list[str]:
    """Return every public address, and each page with each of its parameters and odd ends."""
    found = {*every_kind_of_public_address(), *_questions(), "/suche/?q=verfahren"}
    return sorted(found | {f"/partner/partner-1/{end}" for end in ("", "?fassung=1")})


def _questions() -> Iterator[str]:
    revision = Revision.current().key
    for route in data_routes():
        taken = list(route.view.takes(revision, "json"))
        page = f"/{route.pattern.partition('.')[0].partition('<')[0]}/"
        if "<" in route.pattern.partition(".")[0] or not taken:
            continue
        for parameter in taken:
            yield from (f"{page}?{parameter.name}={value}" for value in _values(parameter))
        yield from (f"{page}?{end}" for end in ("pro-seite=100", "seite=99999", "ansicht=tabelle"))


def _values(parameter: Any) -> list[str]:
    if parameter.name == "q":
        return ["verfahren", "gibtesnicht", "justiz+verfahren+amt+haushalt+steuer"]
    if parameter.schema.get("format") == "date":
        return ["2026-01-01"]
    values = list(parameter.values)
    return [*values[:1], *values[len(values) // 2 :][:1], *values[-1:], "gibt-es-nicht"]


def answers(client, asked: Iterable[str]) -> dict[str, Answer]:
    """Return what addresses answer, once what is kept for a revision is at hand; no streams."""
    found = {}
    for address in asked:
        response = client.head(address)
        # 400: of more rows than a spreadsheet can hold.
        assert response.status_code in (200, 400, 404), address
        if response.streaming:
            # Ended, but not closed: that would close the test's connection with it.
            response.getvalue()
            continue
        with CaptureQueriesContext(connection) as queries:
            found[address] = Answer(len(client.get(address).content), len(queries))
    return found


def _bare(address: str) -> str:
    return address.partition("?")[0]


def test_twice_as_many_records_make_no_answer_longer_that_does_not_stream(db, client, monkeypatch):
    for module, name, bound in BOUNDS:
        monkeypatch.setattr(module, name, bound)
    # With more of them, a page of 100 rows is full, too.
    number = 100 if FACTOR == 1 else 400
    clear_catalogue()
    invent(number, seed=1)
    asked = {*some(addresses(), 25), *BOUNDED} - GROWING
    asked = {address for address in asked if not address.startswith("/netz/?")}
    few = answers(client, sorted(asked | {_bare(address) for address in asked}))
    clear_catalogue()
    invent(2 * number, seed=1)
    many = answers(client, few)
    longer = {
        address: (few[address].bytes, many[address].bytes)
        for address in many
        # A choice of few rows has room for more, up to a page that is full.
        if many[address].bytes
        > MOST_GROWTH * max(few[address].bytes, few.get(_bare(address), few[address]).bytes)
    }
    assert not longer
    more = {address: (few[address].queries, many[address].queries) for address in many}
    assert not {
        address: numbers for address, numbers in more.items() if numbers[1] > numbers[0] + 2
    }


@pytest.mark.skipif(FACTOR == 1, reason="takes long: make test-deep")
def test_answers_are_bounded_at_20_000_records_of_each_kind(db, client):
    clear_catalogue()
    invent(20_000, seed=1)
    found = answers(client, addresses())
    assert not {address: size for address, (size, _) in found.items() if size > MOST_BYTES}
