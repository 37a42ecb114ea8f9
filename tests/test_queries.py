"""How often each kind of page asks the database: what is not shown is not loaded."""

import re

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hzd_catalogue.records import publishing
from hzd_catalogue.records.models import KeyFigure, Milestone, OtherName, StatusStatement, UserGroup
from hzd_catalogue.reference.models import Revision
from partners.models import Role
from tests.chance import some
from tests.factories import (
    make_cooperation,
    make_level,
    make_participation,
    make_partner,
    make_project,
    make_relation,
    make_role,
    make_source,
    make_state,
    make_topic,
    passage,
)
from tests.test_public_addresses import public_addresses

pytestmark = pytest.mark.django_db

#: Queries by address, where no part of a page was kept. Two of them are the revision and, for the
#: footer, the number of sources.
LISTS = {
    "/projekte/": 6,
    "/projekte/?ansicht=tabelle": 9,
    "/projekte/?q=eins": 7,
    "/kooperationen/": 6,
    "/kooperationen/?ansicht=tabelle": 10,
    "/partner/": 5,
    "/partner/?ansicht=tabelle": 5,
    "/laender/matrix/": 6,
    "/zeitleiste/": 4,
    "/aenderungen/": 4,
    "/aussagen/": 7,
    "/netz/": 10,
    "/suche/?q=eins": 10,
}
OVERVIEWS = {
    "/": 4,
    "/laender/": 3,
    "/laender/saarland/": 10,
    "/kommunen/": 8,
    "/themen/": 4,
    "/themen/wohnen/": 6,
    "/quellen/": 4,
    "/luecken/": 6,
    "/api/": 6,
    "/daten/": 2,
    "/hilfe/": 2,
}
#: The first number is that of a record without related ones, whose names cost one query.
DETAILS = {
    "/projekte/eins/": (12, 13),
    "/kooperationen/eins/": (12, 13),
    "/partner/eins/": (10, 11),
    "/quellen/dokument-099/": (5, 5),
}
#: Of these, everything that comes from the database is kept, but for the revision itself.
KEPT = [
    *("/projekte/", "/projekte/?ansicht=tabelle", "/projekte/?q=eins", "/kooperationen/"),
    *("/kooperationen/?ansicht=tabelle", "/partner/", "/partner/?ansicht=tabelle"),
    *("/projekte/eins/", "/kooperationen/eins/", "/partner/eins/", "/hilfe/"),
]
FILES = {
    "/projekte.csv": 3,
    "/projekte.json": 3,
    "/kooperationen.json": 3,
    "/partner.json": 3,
    "/laender/matrix.csv": 6,
    "/laender/karte.svg": 2,
    "/laender/karte.csv": 2,
    "/netz.svg": 9,
    "/projekte/eins/karte.svg": 4,
    "/zeitleiste.svg": 3,
    "/zeitleiste.csv": 3,
    "/zeitleiste/jahre.svg": 1,
    "/projekte/eins/netz.svg": 9,
    "/projekte/eins.json": 9,
    "/kooperationen/eins.json": 10,
    "/partner/eins.json": 8,
    "/openapi.json": 8,
    "/aussagen.csv": 4,
    "/themen.json": 2,
    "/katalog.jsonld": 4,
    "/einbetten/projekte/": 5,
    "/einbetten/netz/": 9,
    "/themen/wohnen.json": 2,
}


@pytest.fixture
def shared(empty_catalogue):
    """What all records of a test have in common."""
    return {
        # Below the codes that tests make by themselves.
        "source": make_source("099"),
        "topic": make_topic("Wohnen"),
        "state": make_state("DE-SL", "Saarland"),
        "home": make_state(),
        "level": make_level("kommune", "Kommune"),
    }


def make_one_of_each(shared, slug):
    """Make a project, a cooperation and a partner, each with all that it can have."""
    stated = passage(shared["source"], quote=f"Wortlaut {slug}")
    values = {
        "slug": slug,
        "name": slug.title(),
        "topics": [shared["topic"]],
        "levels": [shared["level"]],
    }
    partner, cooperation = make_partner(**values), make_cooperation(**values)
    project = make_project(**values, cooperation=cooperation, reach="bundesweit")
    make_role(cooperation, partner, source=shared["source"])
    Role.objects.create(record=project, partner=partner, role="baut", **stated)
    for state in (shared["state"], shared["home"]):
        make_participation(project, state, source=shared["source"])
    UserGroup.objects.create(record=project, user_group="Gruppe", **stated)
    for record in (project, cooperation, partner):
        OtherName.objects.create(record=record, name="Kurz", name_kind="kurzform", **stated)
        KeyFigure.objects.create(record=record, value=3, unit="Stück", **stated)
    make_relation(cooperation, partner, relation="teil-von", source=shared["source"])
    for record, other in ((project, cooperation), (cooperation, project)):
        event = Milestone.objects.create(
            record=record, event="beginn", title="Beginn", year=2020, **stated
        )
        event.concerns.add(other)
        StatusStatement.objects.create(record=record, status="im-einsatz", **stated)


def make(shared, slugs):
    for slug in slugs:
        make_one_of_each(shared, slug)
    publishing.keep()


def counted(client, addresses, *, is_kept=False):
    """Return the number of queries of each address with the index at hand."""
    found = {}
    for address in addresses:
        client.get(address).getvalue()
        if not is_kept:
            caches["fragments"].clear()
        with CaptureQueriesContext(connection) as captured:
            response = client.get(address)
            response.getvalue()
        assert response.status_code == 200, address
        found[address] = len(captured)
    return found


def test_each_address_asks_as_often_however_much_there_is(shared, client):
    for stage, slugs in enumerate((["eins"], ["zwei", "drei"])):
        make(shared, slugs)
        expected = {
            **LISTS,
            **OVERVIEWS,
            **FILES,
            **{address: numbers[stage] for address, numbers in DETAILS.items()},
        }
        assert counted(client, expected) == expected
        assert counted(client, KEPT, is_kept=True) == dict.fromkeys(KEPT, 1)


def test_lists_and_overviews_ask_at_most_twelve_times():
    assert max((LISTS | OVERVIEWS).values()) <= 12


def test_a_request_reads_the_revision_once(shared, client):
    make_one_of_each(shared, "eins")
    addresses = {*public_addresses(), *LISTS, *OVERVIEWS, *DETAILS, *FILES}
    for address in some(sorted(addresses), 30):
        # Whatever is kept has to be made anew.
        Revision.advance()
        with CaptureQueriesContext(connection) as captured:
            client.get(address).getvalue()
        read = [row for row in captured if re.search(r"reference_revision\b", row["sql"])]
        assert len(read) <= 1, address
