"""What search engines find in the heads of pages, as extruct reads it."""

import os
from urllib.request import urlopen

import extruct
import pytest

SITE = os.environ["SITE_URL"]
#: Pages by what schema.org calls them.
PAGES = {
    "/projekte/": {"BreadcrumbList", "Dataset"},
    "/projekte/?land=DE-TH": {"BreadcrumbList"},
    "/projekte/wohngeld/": {"BreadcrumbList", "Project"},
    "/kooperationen/ozg-umsetzung/": {"BreadcrumbList"},
    "/partner/ekom21/": {"BreadcrumbList", "Organization"},
    "/laender/hessen/": {"BreadcrumbList"},
    "/aussagen/": {"BreadcrumbList", "Dataset"},
    "/": set(),
}


def read(address):
    with urlopen(f"{SITE}{address}", timeout=30) as response:
        return response.read().decode()


@pytest.mark.parametrize(("address", "types"), PAGES.items())
def test_extruct_finds_what_a_page_is(address, types):
    found = extruct.extract(
        read(address), base_url=f"{SITE}{address}", syntaxes=["json-ld"], errors="strict"
    )["json-ld"]
    nodes = {node["@type"]: node for block in found for node in block["@graph"]}
    assert set(nodes) == types
    assert all(block["@context"] == "https://schema.org" for block in found)
    for file in nodes.get("Dataset", {}).get("distribution", ()):
        with urlopen(file["contentUrl"], timeout=60) as response:
            assert response.headers.get_content_type() == file["encodingFormat"]


def test_open_graph_is_found_too():
    address = "/projekte/wohngeld/"
    (found,) = extruct.extract(read(address), base_url=SITE, syntaxes=["opengraph"])["opengraph"]
    properties = dict(found["properties"])
    assert properties["og:title"] == "Wohngeldverfahren (He)WoG"
    assert properties["og:url"] == f"{SITE}{address}"
    with urlopen(properties["og:image"], timeout=30) as response:
        picture = response.read()
    assert response.headers["Content-Type"] == "image/png"
    # The size in the picture's own head.
    assert picture[16:24] == (1200).to_bytes(4, "big") + (630).to_bytes(4, "big")
    assert len(picture) < 60_000
