import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from django.core.cache import caches
from django.core.signals import request_started
from django.db import OperationalError, connection
from django.middleware.gzip import GZipMiddleware
from django.test.utils import CaptureQueriesContext

from hzd_catalogue.lists import search
from hzd_catalogue.reference.models import Revision
from hzd_catalogue.web import pagecache
from projects.models import Project
from tests.addresses import every_kind_of_public_address
from tests.chance import some

pytestmark = pytest.mark.django_db

#: Of each kind of address, kept pages are compared with those made anew; the rest is drawn.
ALWAYS = ("/", "/projekte/?land=DE-TH", "/projekte/wohngeld/", "/laender/matrix/", "/projekte.csv")
ASKED = {
    "plain": {},
    "compressed": {"accept-encoding": "gzip, deflate, br"},
    "again": {"if-none-match": "{ETag}", "accept-encoding": "gzip"},
    "again, by time": {"if-modified-since": "{Last-Modified}"},
    "of another time": {"if-modified-since": "Fri, 01 Jan 2100 00:00:00 GMT"},
    "if it is another one": {"if-match": '"x"'},
}


def answer(client, address, headers):
    response = client.get(address, headers=headers)
    # The time of its making is part of a spreadsheet, and of what describes a CSV file.
    content = b"" if address.endswith((".xlsx", ".ods", "-metadata.json")) else response.getvalue()
    response.headers.pop("X-Request-ID")
    if not content:
        response.headers.pop("Content-Length", None)
    return response.status_code, dict(response.items()), content


def test_what_is_kept_is_the_same_to_the_last_header(catalogue, client, settings, monkeypatch):
    monkeypatch.setattr(GZipMiddleware, "max_random_bytes", 0)
    for address in (*ALWAYS, *some(every_kind_of_public_address(), 30)):
        first = client.head(address)
        asked = [
            {name: text.format_map(defaultdict(str, first.items())) for name, text in each.items()}
            for each in ASKED.values()
        ]
        settings.PAGE_CACHE = False
        anew = [answer(client, address, headers) for headers in asked]
        settings.PAGE_CACHE = True
        made = [answer(client, address, headers) for headers in asked[:2]]
        assert made == anew[:2], address
        for headers, expected in zip(asked, anew, strict=True):
            assert answer(client, address, headers) == expected, (address, headers)


def test_a_kept_page_asks_nothing_of_django_and_has_an_id_of_its_own(catalogue, client, settings):
    settings.PAGE_CACHE = True
    asked = []

    def note(**_given):
        asked.append(1)

    request_started.connect(note)
    try:
        answers = [client.get("/projekte/") for _ in range(3)]
        assert len(asked) == 1
        # Whoever asks under a name that is not this site's, does not get this page.
        assert client.get("/projekte/", headers={"host": "fremd.example"}).status_code == 400
    finally:
        request_started.disconnect(note)
    assert len({answer.content for answer in answers}) == 1
    assert len({answer["X-Request-ID"] for answer in answers}) == 3


@pytest.mark.parametrize("address", ALWAYS[:-1])
def test_a_kept_page_costs_one_query_also_where_the_client_has_it(
    catalogue, client, settings, address
):
    settings.PAGE_CACHE = True
    first = client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).content == first.content
        again = client.get(address, headers={"if-none-match": first["ETag"]})

    assert again.status_code == 304
    assert len(captured) == 2


def test_what_changed_while_a_page_was_made_is_not_kept_as_what_was_before(
    catalogue, client, settings, monkeypatch
):
    settings.PAGE_CACHE = True
    before = Revision.current()
    Revision.advance()
    # An edit came after the look at the revision, and before the page was made.
    monkeypatch.setattr(pagecache, "SEEN", pagecache.Shared(lambda: before.key))
    client.get("/projekte/wohngeld/")
    caches["fragments"].clear()
    with CaptureQueriesContext(connection) as captured:
        client.get("/projekte/wohngeld/")
    assert len(captured) > 1

    monkeypatch.undo()
    with CaptureQueriesContext(connection) as captured:
        client.get("/projekte/wohngeld/")
    assert len(captured) == 1


def test_who_asks_meanwhile_shares_one_read_that_began_later():
    """However threads take turns: each gets a state that is at least as new as its question."""
    state = count()
    newest, reads = 0, 0

    def read():
        nonlocal reads
        reads += 1
        found = newest
        time.sleep(0.005)
        return found

    shared = pagecache.Shared(read)

    def ask(_number):
        nonlocal newest
        newest = asked_at = next(state)
        return asked_at <= shared.get()

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(ask, range(100)))
    assert reads < 100


def test_a_read_that_fails_fails_for_all_who_share_it_and_for_nobody_later():
    outcomes = iter([OperationalError("away"), 7])

    def read():
        outcome = next(outcomes)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    shared = pagecache.Shared(read)
    with pytest.raises(OperationalError):
        shared.get()
    assert shared.get() == 7


@pytest.mark.parametrize("address", ["/projekte/", "/projekte.json"])
def test_nobody_waits_twice_for_a_database_that_is_away(
    catalogue, client, settings, monkeypatch, address
):
    expected = client.get(address).headers
    settings.PAGE_CACHE = True
    asked = []

    def away():
        asked.append(address)
        raise OperationalError("away")

    monkeypatch.setattr(Revision, "current_key", away)
    monkeypatch.setattr(pagecache, "SEEN", pagecache.Shared(away))
    client.raise_request_exception = False
    response = client.get(address)

    assert response.status_code == 503
    assert len(asked) == 1
    # In the form and with the headers of an answer without page cache.
    settings.PAGE_CACHE = False
    without = client.get(address)
    assert response.content == without.content
    assert set(response.headers) == set(without.headers)
    assert "Content-Security-Policy" in {*expected} & {*response.headers}


def test_an_edit_shows_at_once(catalogue, client, settings):
    settings.PAGE_CACHE = True
    client.get("/projekte/wohngeld/")
    project = Project.objects.get(slug="wohngeld")
    project.summary = "Ein ganz neuer Satz."
    project.save()

    assert "Ein ganz neuer Satz." in client.get("/projekte/wohngeld/").content.decode()


def test_an_update_of_the_site_shows_at_once(catalogue, client, settings):
    settings.PAGE_CACHE = True
    client.get("/")
    settings.SITE_NAME = "Ein anderer Name"
    pagecache.release.cache_clear()  # as in the new process
    content = client.get("/").content.decode()
    pagecache.release.cache_clear()

    assert "Ein anderer Name" in content


def test_each_host_and_query_string_has_its_own_page(catalogue, client, settings):
    settings.PAGE_CACHE = True
    settings.ALLOWED_HOSTS = ["eins.example", "zwei.example"]
    one = client.get("/projekte/", headers={"host": "eins.example"}).content.decode()
    two = client.get("/projekte/", headers={"host": "zwei.example"}).content.decode()
    table = client.get("/projekte/?ansicht=tabelle", headers={"host": "eins.example"})

    assert "http://eins.example/projekte/" in one
    assert "http://zwei.example/projekte/" in two
    assert "<table" in table.content.decode()


def kept_bytes():
    from django.core.cache import cache

    return cache.size


def test_errors_health_and_admin_are_not_kept(catalogue, client, settings):
    settings.PAGE_CACHE = True
    for address in ("/gibt-es-nicht/", "/healthz", "/verwaltung/login/"):
        client.get(address)

    assert kept_bytes() == 0


def test_what_a_newsletter_adds_to_an_address_is_the_same_page(catalogue, client, settings):
    settings.PAGE_CACHE = True
    page = client.get("/projekte/?land=DE-TH")
    size = kept_bytes()
    assert size > len(page.content)

    for number in range(50):
        for query in (f"utm_source={number}&land=DE-TH", f"land=DE-TH&fbclid={number}"):
            assert client.get(f"/projekte/?{query}").content == page.content

    assert kept_bytes() == size


@pytest.mark.parametrize(
    "address",
    [
        "/projekte/?farbe={0}",
        "/projekte/?land=DE-TH&land=DE-X{0}",
        "/projekte/?seite={0}99",
        "/projekte/?q=wort{0}",
        "/projekte/wohngeld/?x={0}",
        "/suche/?q=wort{0}",
        "/themen/?x={0}",
        "/laender.json?x={0}",
    ],
)
def test_what_visitors_write_into_addresses_is_not_kept(catalogue, client, settings, address):
    settings.PAGE_CACHE = True
    for number in range(3):
        client.get(address.format(number))

    assert kept_bytes() == 0


def test_the_words_of_searches_are_not_kept(catalogue, client):
    client.get("/projekte/?q=wohngeld")
    kept = search.forms_of_text.cache_info().currsize
    for number in range(40):
        client.get(f"/projekte/?q=unbekannt{number}+anders{number}")
        client.get(f"/suche/?q=unbekannt{number}")

    # The search page has read the words of all other kinds of records meanwhile.
    client.get("/suche/?q=wohngeld")
    after = search.forms_of_text.cache_info().currsize
    for number in range(40, 80):
        client.get(f"/suche/?q=unbekannt{number}")
    assert kept > 0
    assert search.forms_of_text.cache_info().currsize == after


def test_a_database_that_was_set_back_shows_at_once(catalogue, client, settings):
    settings.PAGE_CACHE = True
    client.get("/projekte/wohngeld/")
    # The number comes again with other data, as after a restore.
    Project.objects.filter(slug="wohngeld").update(summary="Ein Satz von früher.")
    Revision.objects.update(changed_at=Revision.current().changed_at.replace(year=2000))

    assert "Ein Satz von früher." in client.get("/projekte/wohngeld/").content.decode()
