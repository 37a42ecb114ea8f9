"""``/einbetten/…``: for frames of the sites that EMBED_ORIGINS names, and no other page for any."""

import re
from html import unescape

import pytest
from django.utils.html import escape

from hzd_catalogue.records import publishing
from hzd_catalogue.reference import changes
from tests.addresses import every_kind_of_public_address
from tests.chance import some
from tests.factories import make_project
from tests.overview.test_pictures import PICTURES

pytestmark = pytest.mark.django_db

LISTS = ("/projekte/", "/kooperationen/", "/partner/")
RECORDS = ("/projekte/wohngeld/", "/kooperationen/ozg-umsetzung/", "/partner/ekom21/")


def ancestors(response):
    (found,) = re.findall("frame-ancestors ([^;]*)", response["Content-Security-Policy"])
    return found


@pytest.mark.parametrize("address", [*LISTS, *RECORDS, *(f"{picture}/" for picture in PICTURES)])
def test_the_sites_of_the_setting_may_frame_it(catalogue, client, settings, address):
    """Nothing else of the policy changes, and the frame leads to the page that it shows."""
    settings.EMBED_ORIGINS = ["https://www.example.org", "https://*.example.net"]
    response = client.get(f"/einbetten{address}")
    html = response.content.decode()
    policy = response["Content-Security-Policy"]

    assert response.status_code == 200
    assert ancestors(response) == "https://www.example.org https://*.example.net"
    usual = client.get("/")["Content-Security-Policy"]
    assert set(policy.split("; ")) ^ set(usual.split("; ")) == {
        "frame-ancestors 'none'",
        f"frame-ancestors {ancestors(response)}",
    }
    assert "X-Frame-Options" not in response
    (page,) = re.findall('<link rel="canonical" href="([^"]*)">', html)
    assert f'<base href="{page}" target="_top">' in html
    assert client.get(unescape(page)).status_code == 200
    assert f'Quelle: <a href="{page}">' in html
    assert '<meta name="robots" content="noindex">' in html
    assert html.count("<h1") == 1
    assert "<nav" not in html
    assert "<script" not in html


def test_without_the_setting_there_is_nothing_to_frame(catalogue, client, settings):
    settings.EMBED_ORIGINS = []
    for address in ("/projekte/", "/projekte/wohngeld/", "/laender/karte/"):
        response = client.get(f"/einbetten{address}")
        assert response.status_code == 404
        assert ancestors(response) == "'none'"
        assert response["X-Frame-Options"] == "DENY"
    assert "Einbetten" not in client.get("/projekte/wohngeld/").content.decode()
    assert "Einbetten" not in client.get("/projekte/").content.decode()


def test_nobody_may_frame_anything_else(catalogue, client):
    others = [path for path in some(every_kind_of_public_address(), 60) if "einbetten" not in path]
    for address in ["/", "/projekte/", "/verwaltung/login/", "/nirgends/", *some(others, 12)]:
        response = client.get(address)
        response.getvalue()
        assert ancestors(response) == "'none'", address
        assert response["X-Frame-Options"] == "DENY", address


def test_a_list_keeps_filters_and_order(catalogue, client):
    query = "?land=DE-TH&sortierung=-name"
    framed, page = (client.get(f"{path}{query}") for path in ("/einbetten/projekte/", "/projekte/"))
    assert framed.context["shown"].rows.pks == page.context["shown"].rows.pks
    assert framed.context["shown"].title == "Projekte: Bundesland Thüringen"
    assert "/projekte/?land=DE-TH&amp;sortierung=-name" in framed.content.decode()


@pytest.mark.parametrize("address", ["/projekte/?land=DE-TH&sortierung=-name", *RECORDS])
def test_the_code_on_a_page_shows_the_same_in_a_frame(catalogue, client, address):
    html = client.get(address).content.decode()
    (code,) = re.findall(r"<textarea[^>]*>(.*?)</textarea>", html, re.DOTALL)
    source, title = re.findall('<iframe src="([^"]*)" title="([^"]*)"', unescape(code))[0]
    framed = client.get(unescape(source).removeprefix("http://testserver"))
    assert framed.status_code == 200
    assert f"<title>{title} – " in framed.content.decode()
    assert framed.context["page_url"] == f"http://testserver{address}"


def test_a_record_that_moved_or_was_withdrawn_says_so_in_the_frame(empty_catalogue, client):
    project = make_project(is_published=False, slug="alt")
    publishing.publish(project)
    with changes.change():
        project.slug = "neu"
        project.save()
    moved = client.get("/einbetten/projekte/alt/")
    assert (moved.status_code, moved["Location"]) == (301, "/einbetten/projekte/neu/")
    moved = client.get("/einbetten/projekte/alt/netz/")
    assert (moved.status_code, moved["Location"]) == (301, "/einbetten/projekte/neu/netz/")
    with changes.change():
        publishing.withdraw(project)
    for address in ("/einbetten/projekte/neu/", "/einbetten/projekte/neu/netz/"):
        gone = client.get(address)
        assert gone.status_code == 410
        assert "<h1" in gone.content.decode()
        assert "wurde zurückgezogen" in gone.content.decode()
        assert ancestors(gone) != "'none'"


@pytest.mark.parametrize(
    "path", ["themen", "projekte/x/y", "verwaltung", "einbetten/netz", "netz.svg"]
)
def test_what_is_no_picture_is_not_framed_as_one(catalogue, client, path):
    assert client.get(f"/einbetten/{path}/").status_code == 404


@pytest.mark.parametrize("address", ["/zeitleiste/", "/netz/", "/laender/karte/"])
def test_a_picture_that_was_not_understood_says_so_in_the_frame(catalogue, client, address):
    own = client.get(f"{address[:-1]}.svg?nirgends=1")
    framed = client.get(f"/einbetten{address}?nirgends=1")

    assert (own.status_code, framed.status_code) == (400, 400)
    assert framed["Content-Type"] == "text/html; charset=utf-8"
    assert f"<p>{escape(own.json()['detail'])}</p>" in framed.content.decode()
    assert ancestors(framed) != "'none'"


def test_a_frame_that_the_browser_has_keeps_its_policy(catalogue, client):
    """A browser takes the headers of a 304 for those of the page that it has."""
    first = client.get("/einbetten/projekte/")
    again = client.get("/einbetten/projekte/", headers={"if-none-match": first["ETag"]})

    assert again.status_code == 304
    assert again["Content-Security-Policy"] == first["Content-Security-Policy"]
