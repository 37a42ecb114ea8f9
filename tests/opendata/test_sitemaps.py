"""What crawlers read of the site: sitemap and robots.txt."""

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from django.test import Client

from hzd_catalogue.opendata import sitemaps
from hzd_catalogue.records import publishing
from hzd_catalogue.records.models import Record, Version
from hzd_catalogue.reference import changes
from hzd_catalogue.reference.models import Revision
from tests.factories import make_participation, make_project, make_source, make_state, make_topic

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


def last_changes(client: Client) -> dict[str, str]:
    content = client.get("/sitemap.xml").content.decode()
    found = re.findall(r"<loc>([^<]*)</loc>(?:<lastmod>([^<]*)</lastmod>)?", content)
    return {urlsplit(address).path: day for address, day in found}


def test_pages_say_when_the_public_last_saw_a_change_of_theirs(
    empty_catalogue, client: Client
) -> None:
    """Each change on a day of its own; what no record shows has no day."""
    home, other = make_state(), make_state("DE-TH", "Thüringen")
    topic, idle = make_topic("Wohnen"), make_topic("Justiz")
    source = make_source()
    rows = {"erstes": [topic], "zweites": []}
    projects = [
        make_project(slug=slug, topics=topics, is_published=False) for slug, topics in rows.items()
    ]
    make_participation(projects[0], other, source=source)
    for day, project in enumerate(projects, start=1):
        publishing.publish(project)
        Version.objects.filter(record=project.pk).update(at=datetime(2026, 3, day, 12, tzinfo=UTC))
    Revision.advance()

    found = last_changes(client)
    assert found["/projekte/erstes/"] == found[topic.get_absolute_url()] == "2026-03-01"
    assert found[other.get_absolute_url()] == found[source.get_absolute_url()] == "2026-03-01"
    assert found["/projekte/zweites/"] == found[home.get_absolute_url()] == "2026-03-02"
    assert found[idle.get_absolute_url()] == ""

    # A draft's edits are nobody's business; that a record is gone changes its topic's page.
    projects[1].summary = "Noch nicht zu sehen."
    projects[1].save()
    assert last_changes(client)["/projekte/zweites/"] == "2026-03-02"
    with changes.change():
        publishing.withdraw(projects[0])
    assert last_changes(client)[topic.get_absolute_url()] > "2026-03-02"


def test_a_large_sitemap_is_an_index_of_parts_that_name_the_same(
    catalogue, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = set(re.findall("<loc>([^<]+)", client.get("/sitemap.xml").content.decode()))
    monkeypatch.setattr(sitemaps, "LARGEST_PART", 7)
    parts = re.findall("<loc>([^<]+)", client.get("/sitemap.xml").content.decode())
    named: list[str] = []
    for part in parts:
        found = re.findall("<loc>([^<]+)", client.get(part).content.decode())
        assert 0 < len(found) <= 7
        named += found
    assert len(named) == len(whole)
    assert set(named) == whole
    assert client.get("/sitemap-gibtesnicht.xml").status_code == 404


def test_robots_are_led_to_the_sitemap_and_away_from_the_admin(client: Client) -> None:
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert "Sitemap: http://testserver/sitemap.xml" in lines
    assert "Disallow: /verwaltung/" in lines
