"""What visitors type, and the record that has to come first for it."""

import json
import re
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hzd_catalogue.lists.search import collect_lines
from hzd_catalogue.overview.near_names import ComparedNames
from hzd_catalogue.overview.search import search_everything
from hzd_catalogue.records.taking_back import take_back
from hzd_catalogue.reference.changes import change
from hzd_catalogue.reference.models import Revision
from hzd_catalogue.reference.revisions import changes_between
from partners.filters import COOPERATIONS, PARTNERS
from projects.filters import PROJECTS
from projects.models import Project
from tests.factories import (
    make_cooperation,
    make_participation,
    make_partner,
    make_project,
    make_relation,
    make_role,
    make_source,
    show,
)

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
    groups = search_everything(query, Revision.current().key).groups

    assert groups[0].hits[0].url == url


def test_the_table_is_long_enough():
    assert len(FIRST_HITS) >= 60


@pytest.mark.parametrize("query", ["Wohngelt", "Schutzschriftregister"])
def test_a_correction_is_said_and_can_be_followed(catalogue, client, query):
    page = client.get("/suche/", {"q": query})
    correction = page.context["answer"].corrections[0]

    assert "Meinten Sie" in page.content.decode()
    followed = client.get(f"/suche/{correction.url}")
    assert followed.context["answer"].count == page.context["answer"].count > 0
    assert followed.context["answer"].corrections == []


@pytest.mark.parametrize("query", ["verwaltung", "hessen", "land", "digital", "it"])
def test_the_count_of_a_group_is_that_of_its_list(catalogue, client, query):
    answer = search_everything(query, Revision.current().key)
    paths = {"Projekte": "/projekte/", "Kooperationen": "/kooperationen/", "Partner": "/partner/"}

    for group in answer.groups:
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
        assert not client.get("/suche/", {"q": query}).context["answer"].counts
        assert client.get("/kooperationen/", {"q": query}).context["shown"].count == 0


def test_since_when_a_draft_takes_part_is_not_found(db, client):
    # With names of their own: the factories' may have the number of a year.
    project, draft = make_project(name="Wechselwerk"), make_partner(name="Amt", is_published=False)
    role = make_role(project, draft, year=1987)
    make_relation(project, make_cooperation(name="Entwurf", is_published=False), year=1988)
    make_relation(project, make_cooperation(name="Verbund"), year=1989)

    def found(year):
        revision = Revision.current().key
        fields, slots = PROJECTS.search_fields, {project.pk: 0}
        lines = collect_lines(PROJECTS.rows(), fields, slots)[0]
        return (
            search_everything(year, revision).counts.get("projekte", 0),
            [line.text for line in lines if year in line.text],
        )

    assert found("1987") == found("1988") == (0, [])
    assert found("1989") == (1, ["seit 1989"])
    show(draft)
    assert found("1987") == (1, ["seit 1987"])
    assert role.since == "seit 1987"


def test_a_document_that_was_taken_back_is_not_found(db):
    source = make_source(title="Quittenblatt")
    assert search_everything("Quittenblatt", Revision.current().key).counts == {"quellen": 1}

    take_back(source)

    assert not search_everything("Quittenblatt", Revision.current().key).counts


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
    assert page.context["answer"] is None


def test_the_search_asks_the_database_equally_often_whatever_it_finds(catalogue, client):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get("/suche/", {"q": "land"})  # builds the index

    def queries(query):
        client.get("/suche/", {"q": query})  # keeps the lines of what is shown
        with CaptureQueriesContext(connection) as captured:
            client.get("/suche/", {"q": query})
        return len(captured)

    kinds_found = len(client.get("/suche/", {"q": "verwaltung"}).context["answer"].groups)
    assert queries("verwaltung") - kinds_found == queries("GPS") - 1


#: The second file: 60 of 224 more that were written from the documents alone, all that failed and
#: may be mended among them. At first sight, 174 of 184 were found, and 35 of 40 found nothing.
FILES = {"search_cases.json": 167, "fresh_search_cases.json": 60}
CASES_OF = {
    name: json.loads(Path(__file__).with_name(name).read_text(encoding="utf-8")) for name in FILES
}
#: Of the cases with an expected record, this share has it among the first three.
SHARE_FOUND = 0.95


def first_names(answer):
    """Return the first three names that a visitor sees."""
    names = [
        "".join(part.text for part in hit.name) for group in answer.groups for hit in group.hits
    ]
    return [*names, *(name for quoted in answer.paragraphs for name, _url in quoted.records)][:3]


def outcome(case, client):
    """Return whether the search page answers a case as expected."""
    answer = client.get("/suche/", {"q": case["q"]}).context["answer"]
    if case["want"] is None:
        return answer is None or not answer.counts or answer.reading.is_relaxed
    return bool(answer) and any(re.search(case["want"], name) for name in first_names(answer))


@pytest.mark.parametrize("name", FILES)
def test_what_people_typed_before_anybody_looked_is_found(catalogue, client, name):
    expected = [case for case in CASES_OF[name] if case["want"]]
    missed = [case["q"] for case in expected if not outcome(case, client)]

    assert len(CASES_OF[name]) == FILES[name]
    assert len(missed) <= (1 - SHARE_FOUND) * len(expected), missed


@pytest.mark.parametrize("name", FILES)
def test_what_must_find_nothing_finds_nothing(catalogue, client, name):
    assert [
        case["q"] for case in CASES_OF[name] if not (case["want"] or outcome(case, client))
    ] == []


@pytest.mark.parametrize(
    ("query", "url", "excerpt"),
    [
        ("OASIS Thüringen", "/projekte/oasis/", None),
        ("Steuer Berlin", "/projekte/konsens/", None),
        ("Land Thüringen", "/laender/thueringen/", ("im Namen", [])),
        ("Thüringen", "/laender/thueringen/", ("im Namen", [])),
        ("Saarland", "/laender/saarland/", ("im Namen", [])),
        ("Projekte in Bremen", "/projekte/e2p/", None),
        ("Welche Länder nutzen KONSENS?", "/projekte/konsens/", None),
    ],
)
def test_a_land_is_found_by_the_rule_of_the_catalogue(catalogue, query, url, excerpt):
    hit = search_everything(query, Revision.current().key).groups[0].hits[0]

    assert hit.url == url
    assert hit.excerpt if excerpt is None else hit.excerpt == excerpt


@pytest.mark.parametrize(("query", "number"), [("OASIS Thüringen", 1), ("Bayern bundesweit", 4)])
def test_a_land_beside_other_words_finds_what_counts_for_it(catalogue, client, query, number):
    land = "TH" if "Thüringen" in query else "BY"
    counting = client.get("/projekte/", {"land": f"DE-{land}"}).context["shown"].result
    found = client.get("/projekte/", {"q": query}).context["shown"].result

    assert found.count == number
    assert set(found.pks) <= set(counting.pks)


@pytest.mark.parametrize("label", ["bundesweit", "im Einsatz", "Genossenschaft", "Kommune"])
def test_labels_of_kind_status_reach_and_level_are_searched(catalogue, client, label):
    rows = client.get("/projekte/").context["shown"]
    for facet in rows.facets:
        for option in facet.options:
            if option.label == label and facet.name in ("art", "status", "reichweite", "ebene"):
                having = client.get(f"/projekte/{option.url}").context["shown"].result.pks
                found = client.get("/projekte/", {"q": label}).context["shown"].result.pks
                assert set(having) <= set(found)


def test_quotations_are_a_last_group_of_their_own(empty_catalogue, client):
    project = make_project(name="Alpha")
    source = make_source()
    make_participation(project, source=source, quote="eine Quarkspeise für alle", paragraph=3)
    make_participation(
        make_project(name="Beta"), source=source, quote="eine Quarkspeise", paragraph=3
    )

    answer = client.get("/suche/", {"q": "Quarkspeise"}).context["answer"]
    (quoted,) = answer.paragraphs
    assert answer.groups == []
    assert answer.counts == {"wortlaut": 1}
    assert ["".join(part.text for part in quote) for quote in quoted.quotes] == [
        "eine Quarkspeise für alle"
    ]
    assert {name for name, _url in quoted.records} == {"Alpha", "Beta"}
    assert quoted.url == f"{source.get_absolute_url()}#absatz-3"
    assert client.get("/projekte/", {"q": "Quarkspeise"}).context["shown"].count == 0


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL counts its rows first.")
@pytest.mark.parametrize("listing", [PROJECTS, PARTNERS, COOPERATIONS])
def test_lines_of_a_few_rows_are_looked_up_from_these(empty_catalogue, listing):
    pks = range(1, 26)
    with CaptureQueriesContext(connection) as asked:
        rows = listing.rows().filter(pk__in=pks)
        collect_lines(rows, listing.search_fields, {pk: pk for pk in pks})
    query = asked.captured_queries[-1]
    with connection.cursor() as cursor:
        steps = [row[-1] for row in cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")]
    assert any("record_id=?" in step for step in steps)
    assert [step for step in steps if "(kind=?)" in step or step.startswith("SCAN")] == []


def test_a_search_can_be_narrowed_to_one_kind(catalogue, client):
    whole = client.get("/suche/", {"q": "verwaltung"})
    answer = whole.context["answer"]

    assert len(whole.context["kinds"]) == len(answer.counts) + 1 > 3
    for kind in whole.context["kinds"]:
        page = client.get(f"/suche/{kind.url}").context
        assert page["answer"].counts == answer.counts
        if kind.slug not in ("", "wortlaut"):
            (group,) = page["answer"].groups
            assert (group.slug, group.count, len(group.hits)) == (kind.slug, kind.count, kind.count)
    assert client.get("/suche/?q=verwaltung&art=quatsch").context["problems"]


def test_each_suggested_name_leads_to_what_bears_it(catalogue, client):
    for address in ("/", "/suche/"):
        names = re.findall(r'<option value="([^"]+)">', client.get(address).content.decode())
        assert 50 <= len(names) <= 60
    for name in names:
        answer = search_everything(name, Revision.current().key)
        assert name in first_names(answer)


def test_an_empty_result_leads_on(catalogue, client, settings):
    reading = client.get("/suche/", {"q": "Wohgneld Quark"}).context["answer"].reading
    assert (reading.corrections, reading.dropped) == ({"Wohgneld": "Wohngeld"}, ["Quark"])

    page = client.get("/suche/", {"q": "Kindergarten"})
    content = page.content.decode()
    assert "/impressum/" in content.partition("<main")[2].partition("</main>")[0]
    assert page.context["ways_on"].topics
    settings.CONTACT_EMAIL = "post@amt.example"
    content = client.get("/suche/", {"q": "Kindergarten"}).content.decode()
    assert "mailto:post@amt.example" in content
    assert "Kindergarten" in re.search(r'href="(mailto:[^"]+)', content)[1]
    near = client.get("/suche/", {"q": "Sahsenn"}).context["ways_on"].names
    assert "Sachsen" in [name for name, _url in near]


def test_of_equally_near_names_those_with_most_statements_come_first(empty_catalogue):
    """Also where one has changed after all were read: it stands where it would have been read."""
    three, five, _seven, eight = (make_project(name=f"Probe {number}") for number in (3, 5, 7, 8))
    make_role(eight, make_partner(name="Jemand"))
    compared, revision = ComparedNames.read(), Revision.current().key
    assert compared.near("Prohbe") == ["Probe 8", "Probe 3", "Probe 5", "Probe 7"]
    with change():
        for project, name in ((five, "Probe 4"), (three, "Probe 6")):
            project.name = name
            project.save()
    changed = changes_between(revision, Revision.current().key)
    for found in (compared.followed(changed), ComparedNames.read()):
        assert found.near("Prohbe") == ["Probe 8", "Probe 4", "Probe 6", "Probe 7"]


def test_a_list_offers_what_some_of_the_words_find(catalogue, client):
    shown = client.get("/projekte/", {"q": "Wohngeldantrag", "land": "DE-TH"}).context["shown"]

    assert shown.count == 0
    assert shown.other_question.reading.heading == "Zu „wohngeld“:"
    followed = client.get(f"/projekte/{shown.other_question.url}").context["shown"]
    assert followed.count == shown.other_question.count == 1
