import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hzd_catalogue.lists import search
from hzd_catalogue.reference.models import Revision
from hzd_catalogue.web import pagecache
from projects.models import Project
from tests.test_public_addresses import public_addresses

pytestmark = pytest.mark.django_db

#: Headers of one answer alone, or of the way that it was packed.
CHANGING = ("Date", "Content-Length", "X-Request-ID")


def body(response):
    return response.status_code, b"".join(response)


def headers(response):
    return {name: text for name, text in response.items() if name not in CHANGING}


@pytest.mark.parametrize(
    "address", ["/projekte/?land=DE-TH", "/projekte/wohngeld/", "/", "/laender/matrix/"]
)
def test_a_kept_page_is_the_page_and_costs_one_query(catalogue, client, settings, address):
    made = client.get(address)
    settings.PAGE_CACHE = True
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        kept = client.get(address)

    assert body(kept) == body(made)
    assert headers(kept) == headers(made)
    assert len(captured) == 1


@pytest.mark.parametrize(
    "address", [address for address in public_addresses() if address.endswith("/")]
)
def test_every_page_is_the_same_with_and_without(catalogue, client, settings, address):
    expected = body(client.get(address))
    settings.PAGE_CACHE = True
    client.get(address)

    assert body(client.get(address)) == expected


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


def test_a_cache_that_is_away_does_not_break_the_site(catalogue, client, settings):
    settings.PAGE_CACHE = True
    nobody_listens_here = "redis://127.0.0.1:9/0"
    settings.CACHES = {
        **settings.CACHES,
        "default": {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": nobody_listens_here,
            "OPTIONS": {"IGNORE_EXCEPTIONS": True, "SOCKET_CONNECT_TIMEOUT": 1},
        },
    }

    assert client.get("/projekte/").status_code == 200


def test_a_database_that_was_set_back_shows_at_once(catalogue, client, settings):
    settings.PAGE_CACHE = True
    client.get("/projekte/wohngeld/")
    # The number comes again with other data, as after a restore.
    Project.objects.filter(slug="wohngeld").update(summary="Ein Satz von früher.")
    Revision.objects.update(changed_at=Revision.current().changed_at.replace(year=2000))

    assert "Ein Satz von früher." in client.get("/projekte/wohngeld/").content.decode()
