import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hzd_catalogue.browsing import pagecache
from projects.models import Project
from tests.test_public_addresses import public_addresses

pytestmark = pytest.mark.django_db


def body(response):
    return response.status_code, b"".join(response)


def headers(response):
    return {name: text for name, text in response.items() if name not in ("Date", "Content-Length")}


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


def test_errors_health_and_admin_are_not_kept(catalogue, client, settings):
    settings.PAGE_CACHE = True
    from django.core.cache import cache

    cache.clear()
    for address in ("/gibt-es-nicht/", "/health/", "/verwaltung/login/"):
        client.get(address)

    assert not [key for key in cache._cache if ":page-" in key]


def test_a_cache_that_is_away_does_not_break_the_site(catalogue, client, settings):
    settings.PAGE_CACHE = True
    nobody_listens_here = "redis://127.0.0.1:9/0"
    settings.CACHES = {
        "default": {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": nobody_listens_here,
            "OPTIONS": {"IGNORE_EXCEPTIONS": True, "SOCKET_CONNECT_TIMEOUT": 1},
        }
    }

    assert client.get("/projekte/").status_code == 200
