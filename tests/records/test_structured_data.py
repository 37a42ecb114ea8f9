"""What pages say of themselves in schema.org's words: true, safe, and no more than is known."""

import json
import re

import pytest

from hzd_catalogue.records.models import OtherName
from tests.addresses import public_addresses
from tests.chance import some
from tests.factories import make_cooperation, make_partner, make_project, passage

pytestmark = pytest.mark.django_db

BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def blocks(html):
    """Return what all data blocks of a page hold, by its type."""
    found = [json.loads(text) for text in BLOCK.findall(html)]
    assert all(block["@context"] == "https://schema.org" for block in found)
    return {node["@type"]: node for block in found for node in block["@graph"]}


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_breadcrumbs_are_those_that_the_page_shows(catalogue, client):
    details = ["/projekte/wohngeld/", "/laender/hessen/", "/quellen/dokument-000/"]
    lists = [path for path in public_addresses() if path.endswith("/") and "einbetten" not in path]
    for address in [*details, *some(lists, 8)]:
        html = page(client, address)
        shown = re.search(r'<nav class="breadcrumbs.*?</nav>', html, re.DOTALL)
        found = blocks(html).get("BreadcrumbList", {"itemListElement": []})["itemListElement"]
        assert [item["position"] for item in found] == list(range(1, len(found) + 1))
        written = re.findall(r"<li[^>]*>(?:<(?:a|span)[^>]*>)?([^<]+)", shown[0]) if shown else []
        assert [item["name"] for item in found] == written, address
        for item in found[:-1]:
            assert client.get(item["item"]).status_code == 200


def test_a_whole_list_is_a_data_set_and_a_part_of_it_is_none(catalogue, client, settings):
    settings.PUBLISHER, settings.PUBLISHER_URL = "Beispielstelle", "https://www.example.org/"
    settings.DATA_LICENCE = "dl-de/by-2-0"
    found = blocks(page(client, "/projekte/"))["Dataset"]
    assert found["license"] == "https://www.govdata.de/dl-de/by-2-0"
    assert found["publisher"] == {
        "@type": "Organization",
        "name": "Beispielstelle",
        "url": "https://www.example.org/",
    }
    assert 50 <= len(found["description"]) <= 5000
    for file in found["distribution"]:
        answer = client.head(file["contentUrl"])
        assert answer.status_code == 200
        assert answer["Content-Type"].partition(";")[0] == file["encodingFormat"]
    for query in ("?land=DE-TH", "?q=Wohngeld", "?sortierung=neueste", "?ansicht=tabelle"):
        assert "Dataset" not in blocks(page(client, f"/projekte/{query}"))


def test_what_is_not_known_is_left_out(catalogue, client, settings):
    settings.PUBLISHER, settings.DATA_LICENCE = "", ""
    found = blocks(page(client, "/projekte/"))["Dataset"]
    assert not {"license", "publisher"} & set(found)
    assert "null" not in json.dumps(found)


def test_a_project_and_a_partner_have_their_names_of_today(empty_catalogue, client):
    project, partner, cooperation = make_project(), make_partner(), make_cooperation()
    kinds = {"kurzform": "KURZ", "frueherer-name": "Früher", "bestandteil": "Teil"}
    for kind, name in kinds.items():
        OtherName.objects.create(record=project, name=name, name_kind=kind, **passage())
    found = blocks(page(client, project.get_absolute_url()))["Project"]
    assert found == {
        "@type": "Project",
        "name": project.name,
        "alternateName": ["KURZ"],
        "description": project.summary,
        "url": f"http://testserver{project.get_absolute_url()}",
    }
    assert blocks(page(client, partner.get_absolute_url()))["Organization"]["name"] == partner.name
    assert set(blocks(page(client, cooperation.get_absolute_url()))) == {"BreadcrumbList"}


def test_no_name_ends_the_block(empty_catalogue, client):
    name = 'A & B <!--<script></script><b onload="x"> \u2028 "C"'
    project = make_project(name=name)
    html = page(client, project.get_absolute_url())
    (text,) = BLOCK.findall(html)
    assert not set("<>&") & set(text)
    assert blocks(html)["Project"]["name"] == name


def test_pages_tell_who_links_to_them_what_they_are(catalogue, client):
    """Open Graph: the same words and address as everywhere else in the head."""
    for address in ("/", "/projekte/?land=DE-TH", "/projekte/wohngeld/", "/hilfe/"):
        html = page(client, address)
        found = dict(re.findall(r'<meta property="og:([^"]*)" content="([^"]*)">', html))
        assert found["url"] == re.search(r'rel="canonical" href="([^"]*)"', html)[1]
        assert found["description"] == re.search(r'name="description" content="([^"]*)"', html)[1]
        assert re.search("<title>([^<]*?)( – [^–<]*)?</title>", html)[1] == found["title"]
        assert found["image"] == "http://testserver/static/img/og.png"
        assert "twitter:" not in html
    assert "og:" not in client.get("/gibt-es-nicht/").content.decode()
