"""What machines read of the site: sitemap, feed, robots.txt."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from hzd_catalogue.records.models import Record
from hzd_catalogue.site.sitemaps import FEED_LENGTH
from projects.models import Project
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


def test_the_feed_holds_what_was_changed_last(empty_catalogue, client: Client) -> None:
    now = timezone.now()
    for age in range(FEED_LENGTH + 5):
        project = make_project(name=f"Vor {age} Tagen", evidence=False)
        Project.objects.filter(pk=project.pk).update(changed_at=now - timedelta(days=age))

    content = client.get("/aenderungen.atom").content.decode()

    titles = re.findall(r"<title>Projekt: (.*?)</title>", content)
    assert titles == [f"Vor {age} Tagen" for age in range(FEED_LENGTH)]


def test_robots_are_led_to_the_sitemap_and_away_from_the_admin(client: Client) -> None:
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert "Sitemap: http://testserver/sitemap.xml" in lines
    assert "Disallow: /verwaltung/" in lines
