"""One contract of all data: strict, read-only, one tag for one state, errors as data."""

import json
import re

import pytest
from django.db import OperationalError
from django.test import Client

from hzd_catalogue.opendata.data_addresses import is_data
from hzd_catalogue.records import publishing
from hzd_catalogue.reference.models import Revision
from hzd_catalogue.release import release
from partners.filters import PARTNERS
from projects.filters import PROJECTS
from projects.models import Project
from tests.addresses import every_kind_of_public_address
from tests.chance import seeds, some
from tests.exporting import random_query
from tests.listing import ask

pytestmark = pytest.mark.django_db

PROBLEM = "application/problem+json"
#: One address of each view, whatever its formats.
SOME = (
    "/projekte.json",
    "/projekte.csv",
    "/projekte/wohngeld.json",
    "/projekte/wohngeld/laender.csv",
    "/laender/matrix.json",
    "/netz.svg",
    "/zeitleiste.json",
    "/themen.json",
    "/aenderungen.json",
    "/aenderungen.atom",
)


def data_addresses():
    return some((row for row in every_kind_of_public_address() if is_data(row)), 50)


def problem(response, status):
    """Return problem details, once they are what RFC 9457 asks for."""
    assert response.status_code == status
    assert response["Content-Type"] == PROBLEM
    details = json.loads(response.content)
    assert details["status"] == status
    assert details["title"]
    assert response["Access-Control-Allow-Origin"] == "*"
    return details


def test_no_data_take_a_parameter_they_do_not_know(catalogue, client):
    addresses = data_addresses()
    assert len(addresses) >= 50

    for address in addresses:
        details = problem(client.get(f"{address}?farbe=blau"), 400)
        assert details["errors"][0]["parameter"] == "farbe", address


def test_parameters_of_campaigns_are_nobodys_business(catalogue, client):
    for address in SOME:
        assert client.head(f"{address}?utm_source=brief&fbclid=x").status_code == 200, address


@pytest.mark.parametrize(
    ("query", "parameter", "possible"),
    [
        ("land=DE-XX", "land", "DE-TH"),
        ("land=DE-TH&thema=x", "thema", "justiz"),
        ("sortierung=quer", "sortierung", "-name"),
        ("sortierung=relevanz", "sortierung", "name"),
        ("sortierung=name&sortierung=-name", "sortierung", None),
        ("geaendert-seit=gestern", "geaendert-seit", None),
        ("q=" + "lang" * 200, "q", None),
        ("q=%00", "q", None),
        ("q=eins&q=zwei", "q", None),
        ("seite=2", "seite", None),
        ("land=", "land", None),
        ("q=%20", "q", None),
        ("=", None, "land"),
        ("stand=2026-13-40", "stand", None),
        ("stand=2026-11-20&land=DE-TH&thema=justiz", "thema", "land"),
        ("stand=2026-11-20&stand=2026-11-21", "stand", None),
    ],
)
def test_what_is_not_understood_names_its_parameter(catalogue, client, query, parameter, possible):
    errors = problem(client.get(f"/projekte.json?{query}"), 400)["errors"]

    assert [error.get("parameter") for error in errors] == [parameter]
    assert possible is None or possible in errors[0]["possible"]


@pytest.mark.parametrize("character", ["%01", "%0E", "%EF%BF%BE", "%EF%BF%BF"])
def test_a_search_for_what_stands_in_no_xml_is_refused(catalogue, client, character):
    """The feed failed (500), and a picture was no XML: both say what was searched for."""
    for address in ("/aenderungen.atom", "/netz.svg", "/projekte.xlsx"):
        [error] = problem(client.get(f"{address}?q=wohn{character}geld"), 400)["errors"]
        assert error["parameter"] == "q"
    page = client.get(f"/aenderungen/?q=wohn{character}geld")
    assert "Die Suche enthält ein unzulässiges Zeichen." in page.content.decode()


def test_what_a_list_understands_its_data_understand_and_nothing_else(catalogue, client):
    """Page and files read a request alike; a page goes on where a file refuses."""
    for seed in seeds(6):
        for listing, address in ((PROJECTS, "/projekte"), (PARTNERS, "/partner")):
            wrong = ["", "&land=DE-XX", "&sortierung=quer", "&q=%2B", "&farbe=rot"][seed % 5]
            query = f"{random_query(listing, seed)}{wrong}"
            is_understood = not ask(listing, query).problems
            response = client.head(f"{address}.json?{query}")
            assert (response.status_code == 200) is is_understood, query


def test_pages_lead_to_data_that_are_there(catalogue, client):
    for page in (
        "/projekte/?land=DE-TH&seite=1&ansicht=tabelle",
        "/partner/?q=ministerium&pro-seite=50&sortierung=-name",
        "/laender/matrix/?ebene=kommune",
        "/netz/?thema=justiz",
        "/zeitleiste/?land=DE-HE&ansicht=tabelle",
        "/laender/saarland/",
        "/projekte/wohngeld/",
    ):
        html = client.get(page).content.decode().replace("&amp;", "&")
        links = re.findall(r'href="(/[^"#]*)"', html)
        links = {link for link in links if is_data(link.partition("?")[0])}
        assert links, page
        for link in links:
            assert client.head(link).status_code == 200, link


def test_what_is_not_there_is_said_as_data(catalogue, client):
    for address in ("/gibt-es-nicht.json", "/projekte/x.json", "/projekte/x/laender.csv"):
        problem(client.get(address), 404)
    project = Project.objects.published().first()
    publishing.withdraw(project)
    assert "zurückgezogen" in problem(client.get(f"/projekte/{project.slug}.json"), 410)["detail"]
    # Pages are for people.
    assert client.get("/gibt-es-nicht/")["Content-Type"].startswith("text/html")


def test_a_failure_is_said_as_data(client, monkeypatch):
    client.raise_request_exception = False
    get = "hzd_catalogue.opendata.changes.ChangesJsonView.get"
    for error, status in ((ValueError, 500), (OperationalError, 503)):

        def fail(*args, error=error, **kwargs):
            raise error("no")

        monkeypatch.setattr(get, fail)
        response = client.get("/aenderungen.json")
        problem(response, status)
        assert response["Cache-Control"] == "no-store"
    assert response["Retry-After"] == "60"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
def test_data_are_read_alone(catalogue, method):
    client = Client(enforce_csrf_checks=True)
    for address in SOME:
        response = getattr(client, method)(address)
        problem(response, 405)
        assert response["Allow"] == "GET, HEAD, OPTIONS"


def test_browsers_may_ask_for_other_sites(catalogue, client):
    for address in SOME:
        response = client.options(address, headers={"access-control-request-method": "GET"})
        assert response.status_code == 204
        assert response["Allow"] == "GET, HEAD, OPTIONS"
        assert "If-None-Match" in response["Access-Control-Allow-Headers"]
    for page in ("/", "/projekte/", "/verwaltung/login/", "/robots.txt"):
        assert "Access-Control-Allow-Origin" not in client.get(page), page


def test_head_says_what_get_says(catalogue, client):
    # How a spreadsheet is written says nothing of its headers.
    for address in data_addresses():
        if address.endswith((".xlsx", ".ods")) and not address.startswith("/projekte."):
            continue
        head, full = client.head(address), client.get(address)
        full.getvalue()
        assert head.getvalue() == b""
        assert head.status_code == full.status_code == 200
        # Each request has an id of its own.
        assert head.headers.pop("X-Request-ID") != full.headers.pop("X-Request-ID")
        assert dict(head.items()) == dict(full.items()), address
        assert {"ETag", "Last-Modified", "Cache-Control"} <= set(full.headers), address


def test_what_the_client_has_is_not_sent_again(catalogue, client):
    for address in SOME:
        first = client.head(address)
        for header in ("ETag", "Last-Modified"):
            condition = {"ETag": "if-none-match", "Last-Modified": "if-modified-since"}[header]
            for ask_again in (client.get, client.head):
                again = ask_again(address, headers={condition: first[header]})
                assert again.status_code == 304, (address, header)
                assert again["Access-Control-Allow-Origin"] == "*"
                assert again["ETag"] == first["ETag"]
        Revision.advance()
        again = client.get(address, headers={"if-none-match": first["ETag"]})
        again.getvalue()
        assert again.status_code == 200
    # There is nothing that the client could have.
    for headers in ({"if-none-match": "*"}, {"if-modified-since": first["Last-Modified"]}):
        problem(client.get("/projekte/x.json", headers=headers), 404)


def test_a_database_that_was_set_back_sends_the_file_anew(catalogue, client):
    etag = client.head("/projekte.csv")["ETag"]
    # The number comes again with other data, as after a restore.
    Revision.objects.update(changed_at=Revision.current().changed_at.replace(year=2000))

    assert client.get("/projekte.csv", headers={"if-none-match": etag}).status_code == 200


def test_an_update_of_the_site_sends_the_file_anew(catalogue, client, settings):
    etag = client.head("/projekte.csv")["ETag"]
    settings.SITE_NAME = "Ein anderer Name"
    release.cache_clear()  # as in the new process
    response = client.get("/projekte.csv", headers={"if-none-match": etag})
    release.cache_clear()

    assert response.status_code == 200


@pytest.mark.parametrize(
    ("name", "value", "address"),
    [
        ("PUBLISHER", "HZD", "/katalog.jsonld"),
        ("PUBLISHER_URL", "https://hzd.example", "/katalog.jsonld"),
        ("CONTACT_EMAIL", "daten@hzd.example", "/katalog.jsonld"),
        ("CONTRIBUTOR_ID", "https://dcat-ap.example/hzd", "/katalog.jsonld"),
        ("DATA_AVAILABILITY", "stable", "/katalog.jsonld"),
        ("FEED_TAG_AUTHORITY", "hzd.example,2026", "/aenderungen.atom"),
    ],
)
def test_what_the_operator_says_anew_is_told(catalogue, client, settings, name, value, address):
    settings.PUBLISHER = "Eine Behörde"
    release.cache_clear()
    first = client.get(address)
    setattr(settings, name, value)
    release.cache_clear()  # as in the new process
    again = client.get(address, headers={"if-none-match": first["ETag"]})
    release.cache_clear()

    assert again.status_code == 200
    assert value.upper() in again.content.decode().upper()


def test_who_sends_a_date_alone_notices_every_other_state(catalogue, client, monkeypatch):
    """A new release, a step back to the one before, and a database that was set back."""
    dates = [client.head("/projekte.csv")["Last-Modified"]]
    for released in (2e9, 1.9e9):
        name = "hzd_catalogue.opendata.data_addresses.released_at"
        monkeypatch.setattr(name, lambda at=released: at)
        dates.append(client.head("/projekte.csv")["Last-Modified"])
    Revision.objects.update(changed_at=Revision.current().changed_at.replace(year=2040))
    dates.append(client.head("/projekte.csv")["Last-Modified"])

    answers = [client.head("/projekte.csv", headers={"if-modified-since": date}) for date in dates]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 304]


def test_the_licence_goes_with_all_data(catalogue, client, settings):
    assert "license" not in client.head("/projekte.json").get("Link", "")
    settings.DATA_LICENCE = "dl-de/by-2-0"
    for address in SOME:
        response = client.get(address)
        link = '<https://www.govdata.de/dl-de/by-2-0>; rel="license"'
        assert link in response["Link"], address
        content = response.getvalue()
        if address.endswith(".json"):
            meta = json.loads(content)["meta"]
            assert meta["licence"]["key"] == "dl-de/by-2-0", address
            assert meta["revision"]["number"] == Revision.current().number
    assert 'rel="license">Datenlizenz' in client.get("/").content.decode()
    [described, *_lists] = json.loads(client.get("/projekte.csv-metadata.json").getvalue())[
        "tables"
    ]
    assert described["dc:license"] == {"@id": "https://www.govdata.de/dl-de/by-2-0"}
