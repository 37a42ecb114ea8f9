"""What crawlers read of the site: sitemap and robots.txt."""

import re
from urllib.parse import urlsplit

import pytest
from django.test import Client

from hzd_catalogue.records.models import Record
from tests.factories import make_project

pytestmark = pytest.mark.django_db


def test_the_sitemap_names_pages_that_answer_and_every_record(catalogue, client: Client) -> None:
    content = client.get("/sitemap.xml").content.decode()
    paths = [urlsplit(address).path for address in re.findall(r"<loc>([^<]*)</loc>", content)]

    assert len(paths) == len(set(paths))
    for record in Record.objects.published():
        assert record.get_absolute_url() in paths
    for path in paths:
        assert client.get(path).status_code == 200, path


def test_the_sitemap_names_no_draft(client: Client) -> None:
    public, draft = make_project(), make_project(is_published=False)
    content = client.get("/sitemap.xml").content.decode()

    assert public.get_absolute_url() in content
    assert draft.get_absolute_url() not in content


def test_robots_are_led_to_the_sitemap_and_away_from_the_admin(client: Client) -> None:
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert "Sitemap: http://testserver/sitemap.xml" in lines
    assert "Disallow: /verwaltung/" in lines
