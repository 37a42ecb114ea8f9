"""The catalogue's own data: complete, valid, and what the documents say."""

import re

import pytest
from django.apps import apps

from hzd_catalogue.data import fixtures
from hzd_catalogue.records.models import KeyFigure, Milestone, Record, Relation, Statement
from hzd_catalogue.reference.choices import Reach
from hzd_catalogue.reference.models import (
    CatalogueModel,
    FederalState,
    Level,
    Revision,
    SearchAid,
    Source,
    Topic,
)
from partners.models import Cooperation, Partner
from projects.models import Project
from tests.listing import for_state

pytestmark = pytest.mark.django_db

EVERY_STATE = "BB BE BW BY HB HE HH MV NI NW RP SH SL SN ST TH"

#: Project, reach, levels, states that count for it.
PROJECTS = [
    ("eaue", "bundesweit", "bund", EVERY_STATE),
    ("epk", "landesweit", "land", "HE"),
    ("bebpo", "landesweit", "land kommune", "HE"),
    ("e2p", "laenderuebergreifend", "land", "HB HE NI NW SL ST"),
    ("wohngeld", "laenderuebergreifend", "land", "BB HE RP TH"),
    ("konsens", "bundesweit", "bund", EVERY_STATE),
    ("oasis", "bundesweit", "bund land", EVERY_STATE),
    ("zssr", "bundesweit", "bund", EVERY_STATE),
    ("ebundesrat", "laenderuebergreifend", "land", "HE"),
    ("empk", "laenderuebergreifend", "land", "HE"),
    ("ekis", "laenderuebergreifend", "land", "HE"),
    ("ejustice", "landesweit", "land", "HE"),
    ("digitah", "landesweit", "bund land kommune", "HE"),
    ("blockchain-evaluierung", "landesweit", "land", "HE"),
    ("ozg-umsetzung", "landesweit", "land kommune", "HE"),
    ("ozg-umsetzungsfabriken", "landesweit", "land kommune", "HE"),
    ("hessendante", "landesweit", "land", "HE"),
    ("fisbox", "landesweit", "land", "HE"),
    ("tdp", "landesweit", "land", "HE"),
    ("civento", "landesweit", "land kommune", "HE"),
    ("servicekonto", "landesweit", "land kommune", "HE"),
    ("digitale-verwaltung-hessen-2020", "landesweit", "land kommune", "HE"),
]


@pytest.mark.parametrize(("slug", "reach", "levels", "states"), PROJECTS)
def test_project_has_reach_levels_and_states_of_the_documents(
    catalogue, slug, reach, levels, states
):
    project = Project.objects.published().get(slug=slug)
    counting = {
        state.abbreviation
        for state in FederalState.objects.all()
        if for_state(Project.objects, state.code).filter(pk=project.pk).exists()
    }
    assert project.reach == reach
    assert [level.slug for level in project.levels.all()] == levels.split()
    assert counting == set(states.split())


def test_no_project_is_missing_from_the_table(catalogue):
    assert set(Project.objects.values_list("slug", flat=True)) == {row[0] for row in PROJECTS}


def test_cooperations_and_partners_are_complete(catalogue):
    assert set(Cooperation.objects.published().values_list("slug", flat=True)) == {
        "ald",
        "bebpo-ekom21",
        "dms-staatskanzlei",
        "e2-verbund",
        "ejustice-justizministerium",
        "forschungskooperation-blockchain",
        "govdigital",
        "innenministerium",
        "kgst-forum-2021",
        "konsens",
        "ozg-umsetzung",
        "psita",
        "studiengaenge",
        "wohngeld",
    }
    assert set(Partner.objects.published().values_list("slug", flat=True)) == {
        "ald",
        "bund-laender-kommission-justiz",
        "digitalministerium",
        "ekom21",
        "goethe-universitaet",
        "govdigital",
        "hessische-kommunen",
        "hochschulen-duales-studium",
        "innenministerium",
        "justizministerium",
        "kgst",
        "kommunale-spitzenverbaende",
        "land-hessen",
        "landesregierung",
        "psita",
        "staatskanzlei",
        "wirtschaftsministerium",
    }


def test_ground_floor_is_complete(catalogue):
    assert {state.abbreviation for state in FederalState.objects.all()} == set(EVERY_STATE.split())
    assert [level.slug for level in Level.objects.all()] == ["bund", "land", "kommune"]
    assert [source.code for source in Source.objects.order_by("-rank")] == [
        "000",
        "002",
        "003",
        "001",
        "004",
    ]
    assert Topic.objects.get(slug="justiz").data_theme == "JUST"


def test_saarland_counts_for_e2p_and_the_nationwide_projects(catalogue):
    slugs = for_state(Project.objects, "DE-SL").values_list("slug", flat=True)
    assert sorted(slugs) == ["e2p", "eaue", "konsens", "oasis", "zssr"]


def test_wohngeld_keeps_the_older_statement_below_the_newer(catalogue):
    project = Project.objects.get(slug="wohngeld")
    table = [
        (
            standing.federal_state.abbreviation,
            standing.current.participation_status,
            [
                (older.statement.source.code, older.statement.participation_status)
                for older in standing.older
            ],
        )
        for standing in project.standings
    ]
    assert table == [
        ("BB", "beteiligt", [("001", "tritt-bei")]),
        ("HE", "beteiligt", [("001", "beteiligt")]),
        ("RP", "tritt-bei", []),
        ("TH", "beteiligt", [("001", "nutzt")]),
    ]


def test_servicekonto_is_planned_in_2015_and_in_use_later(catalogue):
    statuses = Project.objects.get(slug="servicekonto").statuses
    assert [(row.source.code, row.status) for row in statuses] == [
        ("003", "im-einsatz"),
        ("004", "geplant"),
    ]


@pytest.mark.parametrize(
    "path",
    [
        "kooperationen/ald",
        "kooperationen/psita",
        "partner/psita",
        "projekte/civento",
        "projekte/digitale-verwaltung-hessen-2020",
        "projekte/hessendante",
        "projekte/servicekonto",
        "projekte/zssr",
    ],
)
def test_what_the_catalogue_infers_it_says_at_the_place(catalogue, path):
    """Those of docs/data.md, "What the catalogue infers"."""
    record_type, slug = path.split("/")
    description = Record.objects.get(type=record_type, slug=slug).description
    assert re.search(
        r"(schließt|hält)\b[^.;]*\bder Katalog|der Katalog[^.;]*\b(schließt|hält)\b",
        description,
        re.IGNORECASE,
    )


def test_relations_are_those_of_the_documents(catalogue):
    found = {
        (row.record.slug, row.relation, row.related_record.slug)
        for row in Relation.objects.exclude(relation="gehoert-zu").with_names()
    }
    assert found == {
        ("civento", "genutzt-in", "hessendante"),
        ("civento", "genutzt-in", "ozg-umsetzungsfabriken"),
        ("fisbox", "genannt-mit", "ozg-umsetzung"),
        ("fisbox", "vorgestellt-auf", "kgst-forum-2021"),
        ("hessendante", "vorgestellt-auf", "kgst-forum-2021"),
        ("ozg-umsetzung", "vorgestellt-auf", "kgst-forum-2021"),  # the project and the cooperation
        ("ozg-umsetzungsfabriken", "teil-von", "ozg-umsetzung"),
        ("psita", "beispiel-in", "digitale-verwaltung-hessen-2020"),
        ("servicekonto", "genutzt-in", "ozg-umsetzung"),
        ("servicekonto", "ziel-von", "digitale-verwaltung-hessen-2020"),
        ("tdp", "genannt-mit", "ozg-umsetzung"),
        ("tdp", "vorgestellt-auf", "kgst-forum-2021"),
        ("zssr", "nutzt-technologien", "ejustice"),
    }


def test_an_event_of_several_records_stands_once(catalogue):
    shared = {
        (row.record.slug, row.date): {record.path for record in row.concerns.all()}
        for row in Milestone.objects.filter(concerns__isnull=False).select_related("record")
    }
    assert shared == {
        ("kgst-forum-2021", "6.–8. Oktober 2021"): {
            "projekte/ozg-umsetzung",
            "projekte/fisbox",
            "projekte/tdp",
        },
        ("kgst-forum-2021", "8. Oktober 2021"): {
            "kooperationen/ozg-umsetzung",
            "projekte/ozg-umsetzung",
            "projekte/hessendante",
        },
        ("ozg-umsetzung", "Ende 2022"): {"kooperationen/ozg-umsetzung"},
        ("ozg-umsetzung", "Ende September 2019"): {"projekte/ozg-umsetzung"},
        ("konsens", "2004"): {"kooperationen/konsens"},
    }


def test_dates_are_as_precise_as_the_documents(catalogue):
    dates = {
        (row.record._meta.model_name, row.record.slug, row.date)
        for row in Milestone.objects.select_related("record")
    }
    assert dates == {
        ("cooperation", "forschungskooperation-blockchain", "2019"),
        ("cooperation", "govdigital", "21. Februar 2024"),
        ("cooperation", "kgst-forum-2021", "6.–8. Oktober 2021"),
        ("cooperation", "kgst-forum-2021", "8. Oktober 2021"),
        ("cooperation", "ozg-umsetzung", "Ende September 2019"),
        ("project", "eaue", "2011"),
        ("project", "konsens", "2004"),
        ("project", "oasis", "1. Juli 2021"),
        ("project", "oasis", "2013"),
        ("project", "ozg-umsetzung", "Ende 2022"),
    }


def test_figures_keep_their_qualifier(catalogue):
    figures = {figure.fact for figure in KeyFigure.objects.all()}
    assert figures == {
        "2 gemeinsam entwickelte Projekte",
        "3 Gründungsmitglieder",
        "alle 3 Jahre lädt die KGSt ihre Mitglieder zum KGSt-FORUM ein",
        "ca. 538 kommunale Leistungen",
        "mehr als 100 Wohngeldbehörden",
        "rund 2.300 Städte, Kreise und Gemeinden als Mitglieder",
        "rund 270.000 Wohngeldkonten",
        "rund 600 Leistungen der Landesverwaltung",
        "über 40 Jahre mit der HZD bei Betrieb und Entwicklung",
        "über 800 hessische Spielhallen",
    }


@pytest.mark.parametrize(
    ("model", "slug", "name"),
    [
        (Partner, "psita", "KOPIT eG"),
        (Partner, "psita", "Kooperationsplattform IT öffentliche Auftraggeber eG"),
        (Partner, "psita", "IT-Kooperationsplattform für öffentliche Auftraggeber"),
        (Partner, "ald", "ALD"),
        (Partner, "digitalministerium", "Digitalministerin"),
        (Cooperation, "kgst-forum-2021", "KGSt-Forum"),
        (Project, "hessendante", "HessenDante"),
        (Project, "wohngeld", "HeWoG"),
        (Project, "wohngeld", "(He)WoG"),
        (Project, "eaue", "Fußfessel"),
        (Project, "empk", "Elektronische Ministerpräsidentenkonferenz"),
        (Project, "ekis", "Elektronisches Kabinettinformationssystem"),
        (Project, "konsens", "GINSTER"),
        (Project, "konsens", "Grundinformationsdienst Steuer"),
        (Project, "tdp", "TDP"),
        (Project, "zssr", "ZSSR"),
        (Project, "digitale-verwaltung-hessen-2020", "Open Government"),
    ],
)
def test_every_name_leads_to_its_record(catalogue, model, slug, name):
    assert model.objects.filter(statements__name=name).distinct().get().slug == slug


def test_hessen_takes_part_in_every_project_by_a_statement(catalogue):
    stated = Project.objects.filter(statements__federal_state__code="DE-HE").distinct()
    assert stated.count() == Project.objects.count()


def test_nationwide_records_work_at_the_federal_level(catalogue):
    for record in Record.objects.filter(reach=Reach.NATIONWIDE):
        assert record.levels.filter(slug="bund").exists(), record


def test_description_reach_and_level_have_a_passage(catalogue):
    for record in Record.objects.with_statements():
        aspects = {row.aspect for row in record.evidence}
        assert {"beschreibung", "reichweite", "ebene"} <= aspects, record


def test_every_partner_has_a_role(catalogue):
    assert [row for row in Partner.objects.all() if not row.roles_held.exists()] == []
    assert [row for row in Cooperation.objects.all() if not row.involvements] == []


def test_every_topic_has_records(catalogue):
    for topic in Topic.objects.all():
        assert topic.record_set.exclude(type="partner").exists(), topic


def test_summary_is_one_sentence_and_description_two_to_five(catalogue):
    for record in Record.objects.all():
        assert sentences(record.summary) == 1, record
        assert 2 <= sentences(record.description) <= 5, record


def sentences(text: str) -> int:
    """Count full stops at the end of a sentence: none in quotation marks or after a number."""
    text = re.sub("„[^“]*“", "", text)
    assert text.endswith(".")
    return len(re.findall(r"(?<!\d)\.(?= |$)", text))


def test_everything_passes_full_clean(catalogue):
    for model in apps.get_models():
        if issubclass(model, CatalogueModel):
            for row in model._default_manager.all():
                row.full_clean()


def test_every_statement_and_record_kind_is_written(catalogue):
    """No catalogue model is left out of the files."""
    written = {Record, Statement}
    for model in fixtures.FILES.values():
        layout = fixtures.layout_of(model)
        written |= {model, *(kind.model for kind in layout.statements.values())}
    assert written == {
        model
        for model in apps.get_models()
        if issubclass(model, (Record, Statement, FederalState, Level, SearchAid, Source, Topic))
    }


def test_loading_advances_the_revision(catalogue):
    assert Revision.current().number > 0
