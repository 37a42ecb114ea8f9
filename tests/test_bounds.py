"""No page grows with the catalogue, and none asks the database more often for it.

``make test-deep`` measures the catalogue that the bounds were made for.
"""

from collections.abc import Iterable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hzd_catalogue.data.invented import invent
from hzd_catalogue.lists import options
from hzd_catalogue.records import tables
from tests.chance import FACTOR
from tests.factories import clear_catalogue

pytestmark = pytest.mark.django_db

#: Numbers have more digits, and chance other words; a page of everything would be twice as long.
MOST_GROWTH = 1.25
PAGES = (
    *("/", "/projekte/", "/kooperationen/", "/partner/", "/projekte/?q=verfahren"),
    *("/suche/?q=verwaltung", "/aussagen/", "/laender/", "/laender/thueringen/", "/kommunen/"),
    *("/laender/matrix/", "/zeitleiste/", "/netz/", "/themen/", "/luecken/", "/aenderungen/"),
    "/partner/partner-1/",
)
#: These grow with the paragraphs of a document, with parts, and up to a bound of some hundreds.
SLOWLY_GROWING = ("/quellen/dokument-000/", "/sitemap.xml", "/themen/justiz/", "/quellen/")
#: Of a page, whatever the catalogue holds.
MOST_BYTES = 1_000_000


def answers(client, records: int, pages: Iterable[str] = PAGES) -> dict[str, tuple[int, int]]:
    """Return bytes and queries of each page, once what is kept for a revision is at hand."""
    clear_catalogue()
    invent(records, seed=1)
    found = {}
    for page in pages:
        assert client.get(page).status_code == 200
        with CaptureQueriesContext(connection) as queries:
            found[page] = len(client.get(page).content), len(queries)
    return found


def test_twice_as_many_records_make_no_page_longer(db, client, monkeypatch):
    for module, name, bound in (
        (options, "FOLDED_OPTIONS", 20),
        (tables, "MOST_ROWS", 5),
    ):
        monkeypatch.setattr(module, name, bound)
    few, many = answers(client, 100), answers(client, 200)
    longer = {
        page: size / few[page][0]
        for page, (size, _queries) in many.items()
        if size > MOST_GROWTH * few[page][0]
    }
    assert not longer
    asked = {page: (few[page][1], queries) for page, (_size, queries) in many.items()}
    assert not {page: numbers for page, numbers in asked.items() if numbers[1] > numbers[0] + 1}


@pytest.mark.skipif(FACTOR == 1, reason="takes long: make test-deep")
def test_pages_are_bounded_at_20_000_records_of_each_kind(db, client):
    found = answers(client, 20_000, PAGES + SLOWLY_GROWING)
    assert not {page: size for page, (size, _queries) in found.items() if size > MOST_BYTES}
