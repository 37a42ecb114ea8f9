"""What visitors type, and the record that has to come first for it."""

import pytest
from django.test import Client
from django.utils import timezone

from hzd_catalogue.overview.search import search_everything
from hzd_catalogue.reference.models import Revision
from projects.models import Project
from tests.factories import make_cooperation, make_partner, make_project, make_role

pytestmark = pytest.mark.django_db

FIRST_HITS = {
    # Names, short forms, former and other names
    "wohngeld": "/projekte/wohngeld/",
    "Wohngeldverfahren": "/projekte/wohngeld/",
    "HeWoG": "/projekte/wohngeld/",
    "(He)WoG": "/projekte/wohngeld/",
    "hewog": "/projekte/wohngeld/",
    "EAÜ": "/projekte/eaue/",
    "eaue": "/projekte/eaue/",
    "Fußfessel": "/projekte/eaue/",
    "fussfessel": "/projekte/eaue/",
    "FUSSFESSEL": "/projekte/eaue/",
    "Elektronische Aufenthaltsüberwachung": "/projekte/eaue/",
    "elektronische aufenthaltsueberwachung": "/projekte/eaue/",
    "EPK": "/projekte/epk/",
    "Präsenzkontrolle": "/projekte/epk/",
    "Praesenzkontrolle": "/projekte/epk/",
    "Präsenz kontrolle": "/projekte/epk/",
    "beBPo": "/projekte/bebpo/",
    "Behördenpostfach": "/projekte/bebpo/",
    "behoerdenpostfach": "/projekte/bebpo/",
    "e²P": "/projekte/e2p/",
    "e2P": "/projekte/e2p/",
    "E2p": "/projekte/e2p/",
    "KONSENS": "/projekte/konsens/",
    "Steuer": "/projekte/konsens/",
    "GINSTER": "/projekte/konsens/",
    "Grundinformationsdienst": "/projekte/konsens/",
    "OASIS": "/projekte/oasis/",
    "Spielersperrsystem": "/projekte/oasis/",
    "Spielersperrsysteme": "/projekte/oasis/",
    "ZSSR": "/projekte/zssr/",
    "Schutzschriftenregister": "/projekte/zssr/",
    "eBundesrat": "/projekte/ebundesrat/",
    "Bundesrat": "/projekte/ebundesrat/",
    "eMPK": "/projekte/empk/",
    "Ministerpräsidentenkonferenz": "/projekte/empk/",
    "Ministerpräsident": "/projekte/empk/",
    "eKIS": "/projekte/ekis/",
    "Kabinett": "/projekte/ekis/",
    "eJustice": "/projekte/ejustice/",
    "DigitAH": "/projekte/digitah/",
    "Asyl": "/projekte/digitah/",
    "Asylverfahren": "/projekte/digitah/",
    "HessenDANTE": "/projekte/hessendante/",
    "HessenDante": "/projekte/hessendante/",
    "FISBOX": "/projekte/fisbox/",
    "TDP": "/projekte/tdp/",
    "Digitalisierungsplattform technische": "/projekte/tdp/",
    "civento": "/projekte/civento/",
    "Servicekonto": "/projekte/servicekonto/",
    "Konto für Bürger": "/projekte/servicekonto/",
    "Umsetzungsfabriken": "/projekte/ozg-umsetzungsfabriken/",
    "Open Government": "/projekte/digitale-verwaltung-hessen-2020/",
    "KOPIT": "/partner/psita/",
    "KOPIT eG": "/partner/psita/",
    "PSITA": "/partner/psita/",
    "govdigital": "/partner/govdigital/",
    "Goethe": "/partner/goethe-universitaet/",
    "goethe universitaet frankfurt": "/partner/goethe-universitaet/",
    "ekom21": "/partner/ekom21/",
    "ekom": "/partner/ekom21/",
    "KGSt": "/partner/kgst/",
    "ALD": "/partner/ald/",
    "Staatskanzlei": "/partner/staatskanzlei/",
    # HZD has no record; its long name stands in the texts.
    "Hessische Zentrale für Datenverarbeitung": "/kooperationen/ozg-umsetzung/",
    "e²-Verbund": "/kooperationen/e2-verbund/",
    "Thüringen": "/laender/thueringen/",
    "Saarland": "/laender/saarland/",
    "DE-NW": "/laender/nordrhein-westfalen/",
    # Parts of compounds, texts, figures, user groups, roles
    "geld": "/projekte/wohngeld/",
    "sperr": "/projekte/oasis/",
    "270.000": "/projekte/wohngeld/",
    "Spielhallen": "/projekte/oasis/",
    "Spielbank": "/projekte/oasis/",
    "2.300": "/partner/kgst/",
    "GPS": "/projekte/eaue/",
    # Typing errors
    "Wohngelt": "/projekte/wohngeld/",
    "Schutzschriftregister": "/projekte/zssr/",
    "Aufenthaltsüberwachnug": "/projekte/eaue/",
    "Kabinet": "/projekte/ekis/",
    "Servicekonnto": "/projekte/servicekonto/",
}


@pytest.mark.parametrize(("query", "url"), FIRST_HITS.items())
def test_lands_on_the_right_record_first(catalogue, query, url):
    groups, _corrections = search_everything(query, Revision.current().key)

    assert groups[0].hits[0].url == url


def test_the_table_is_long_enough():
    assert len(FIRST_HITS) >= 60


@pytest.mark.parametrize("query", ["Wohngelt", "Schutzschriftregister"])
def test_a_correction_is_said_and_can_be_followed(catalogue, client, query):
    page = client.get("/suche/", {"q": query})
    correction = page.context["corrections"][0]

    assert "Meinten Sie" in page.content.decode()
    followed = client.get(f"/suche/{correction.url}")
    assert followed.context["count"] == page.context["count"] > 0
    assert followed.context["corrections"] == []


@pytest.mark.parametrize("query", ["verwaltung", "hessen", "land", "digital", "it"])
def test_the_count_of_a_group_is_that_of_its_list(catalogue, client, query):
    groups, _corrections = search_everything(query, Revision.current().key)
    paths = {"Projekte": "/projekte/", "Kooperationen": "/kooperationen/", "Partner": "/partner/"}

    for group in groups:
        if path := paths.get(group.nouns[1]):
            assert client.get(path, {"q": query}).context["shown"].count == group.count


def test_hits_are_marked_and_escaped(db, client):
    make_project(name="Verfahren <b>Fett</b>", summary="Ein Satz mit <script>.")

    content = client.get("/suche/", {"q": "fett"}).content.decode()

    assert "&lt;<mark>b&gt;Fett&lt;/b</mark>&gt;" in content
    assert "<script>." not in content
    assert "<b>Fett" not in content


def test_drafts_and_their_names_are_not_found(db, client):
    draft = make_partner(name="Geheimbund", is_published=False)
    make_role(make_cooperation(), draft, role="Geheimrat")

    for query in ("Geheimbund", "Geheimrat"):
        assert client.get("/suche/", {"q": query}).context["groups"] == []
        assert client.get("/kooperationen/", {"q": query}).context["shown"].count == 0


def test_a_role_finds_both_sides(db, client):
    cooperation, partner = make_cooperation(), make_partner()
    make_role(cooperation, partner, role="Federführung")

    for path, record in (("/kooperationen/", cooperation), ("/partner/", partner)):
        result = client.get(path, {"q": "Federführung"}).context["shown"].result
        assert result.pks == [record.pk]


def test_what_was_withdrawn_while_searching_is_not_shown(db, client):
    project = make_project(name="Zurückgezogenes")
    assert "Zurückgezogenes" in client.get("/suche/", {"q": "Zurückgezogenes"}).content.decode()
    # Without a signal, as if it happened between the index and the page.
    Project.objects.filter(pk=project.pk).update(is_published=False, withdrawn_at=timezone.now())

    page = client.get("/suche/", {"q": "Zurückgezogenes"})
    assert page.status_code == 200
    assert project.get_absolute_url() not in page.content.decode()


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("\x00", "Die Suche enthält ein unzulässiges Zeichen."),
        ("x" * 500, "Die Suche nimmt höchstens 200 Zeichen."),
        ("§$%", "Die Suche braucht mindestens einen Buchstaben oder eine Ziffer."),
    ],
)
def test_what_cannot_be_searched_is_said(catalogue, client: Client, query, problem):
    page = client.get("/suche/", {"q": query})

    assert page.status_code == 200
    assert page.context["problems"] == [problem]
    assert page.context["groups"] == []


def test_the_search_asks_the_database_equally_often_whatever_it_finds(catalogue, client):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get("/suche/", {"q": "land"})  # builds the index

    def queries(query):
        with CaptureQueriesContext(connection) as captured:
            client.get("/suche/", {"q": query})
        return len(captured)

    kinds_found = len(client.get("/suche/", {"q": "verwaltung"}).context["groups"])
    assert queries("verwaltung") - kinds_found == queries("GPS") - 1
