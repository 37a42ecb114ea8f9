"""The feed of changes: valid, filtered like the page, and named for ever."""

import re
from html import unescape
from xml.etree import ElementTree as ET

import pytest

from hzd_catalogue.opendata.feeds import FEED_LENGTH
from hzd_catalogue.records import publishing
from hzd_catalogue.records.models import Version
from hzd_catalogue.reference import changes
from tests.factories import make_participation, make_project, make_source, make_state

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


def feed(client, query="", **headers):
    response = client.get(f"/aenderungen.atom{query}", **headers)
    assert response["Content-Type"].startswith("application/atom+xml")
    return ET.fromstring(response.content)  # noqa: S314 (made here)


def texts(node, name):
    return [found.text for found in node.iter(f"{ATOM}{name}")]


def test_each_feed_has_what_atom_requires(catalogue, client):
    for query in ("", "?land=DE-TH", "?thema=justiz&typ=projekte"):
        root = feed(client, query)
        assert root.tag == f"{ATOM}feed"
        entries = root.findall(f"{ATOM}entry")
        for node in (root, *entries):
            for name in ("id", "title", "updated"):
                assert node.findtext(f"{ATOM}{name}"), name
        assert root.find(f"{ATOM}author/{ATOM}name").text
        links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
        assert client.get(links["alternate"]).status_code == 200
        assert links["self"].partition("/aenderungen.atom")[2] == query
        ids = [entry.findtext(f"{ATOM}id") for entry in entries]
        assert len(set(ids)) == len(ids)
        assert all(entry.find(f"{ATOM}link").get("href") for entry in entries)


def test_a_feed_says_what_it_keeps_and_keeps_it(catalogue, client):
    assert feed(client, "?land=DE-TH").findtext(f"{ATOM}title") == "Neues zu: Bundesland Thüringen"
    of_the_page = client.get("/aenderungen/?land=DE-TH").context["shown"].count
    assert len(feed(client, "?land=DE-TH").findall(f"{ATOM}entry")) == of_the_page > 0


def test_a_land_that_no_change_has_had_yet_has_a_feed(empty_catalogue, client):
    make_state("DE-SL", "Saarland")

    assert feed(client, "?land=DE-SL").findall(f"{ATOM}entry") == []


def test_the_feed_names_the_licence(catalogue, client, settings):
    assert feed(client).findtext(f"{ATOM}rights") == "Lizenz: noch nicht festgelegt"
    settings.DATA_LICENCE = "cc-by-4.0"
    rights = feed(client).findtext(f"{ATOM}rights")
    assert "CC BY 4.0" in rights
    assert "https://creativecommons.org/licenses/by/4.0/" in rights


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/", "Neues: IT-Kooperationen der HZD"),
        ("/aenderungen/?land=DE-TH", "Neues zu: Bundesland Thüringen"),
        ("/laender/thueringen/", "Neues zu: Bundesland Thüringen"),
        ("/projekte/", "Neues zu: Liste Projekt"),
        ("/projekte/?thema=justiz", "Neues zu: Thema Justiz und Rechtsverkehr, Liste Projekt"),
        # The feed does not know these.
        ("/projekte/?jahr=ohne", "Neues: IT-Kooperationen der HZD"),
        ("/projekte/?q=Wohngeld", "Neues: IT-Kooperationen der HZD"),
    ],
)
def test_pages_name_the_feed_of_what_they_show(catalogue, client, address, title):
    html = client.get(address).content.decode()
    (named,) = re.findall(r'type="application/atom\+xml" title="[^"]+" href="([^"]+)"', html)
    found = feed(client, unescape(named).removeprefix("/aenderungen.atom"))
    assert found.findtext(f"{ATOM}title") == title


def test_the_newest_changes_come_first_one_entry_each(empty_catalogue, client):
    projects = [make_project(is_published=False, name=f"Nummer {n}") for n in range(FEED_LENGTH)]
    with changes.change():
        for project in projects:
            publishing.publish(project)
    with changes.change():
        make_participation(projects[0], make_state("DE-TH", "Thüringen"), source=make_source("907"))

    entries = feed(client).findall(f"{ATOM}entry")

    assert len(entries) == FEED_LENGTH
    assert entries[0].findtext(f"{ATOM}title") == "Projekt Nummer 0: neue Quelle"
    assert "wegen Dokument 907, Abs. 1" in entries[0].findtext(f"{ATOM}summary")


def test_what_editors_write_is_no_markup(empty_catalogue, client):
    project = make_project(is_published=False, summary="Ein <b>Satz</b> & mehr.")
    publishing.publish(project)

    (entry,) = feed(client).findall(f"{ATOM}entry")

    assert (
        entry.findtext(f"{ATOM}summary").strip() == "<p>Ein &lt;b&gt;Satz&lt;/b&gt; &amp; mehr.</p>"
    )


def test_names_of_entries_survive_host_name_address_and_withdrawal(empty_catalogue, client):
    project = make_project(is_published=False, slug="alt")
    publishing.publish(project)
    (first,) = texts(feed(client).find(f"{ATOM}entry"), "id")
    with changes.change():
        project.slug, project.name = "neu", "Neuer Name"
        project.save()
    with changes.change():
        publishing.withdraw(project)

    ids = texts(feed(client), "id")
    assert texts(feed(client, headers={"host": "localhost"}), "id") == ids

    assert len(set(ids)) == len(ids) == 4
    assert ids[-1] == first
    assert {name.split(":")[1] for name in ids} == {"it-kooperationen.invalid,2026"}
    assert Version.objects.count() == 3


def test_one_setting_says_who_names_the_entries(empty_catalogue, client, settings):
    publishing.publish(make_project(is_published=False))
    before = texts(feed(client), "id")
    settings.FEED_TAG_AUTHORITY = "example.org,2026-11"
    assert texts(feed(client), "id") == [
        name.replace("it-kooperationen.invalid,2026", "example.org,2026-11") for name in before
    ]
