"""What the pages say in sentences of their own is true, on data where it would be false."""

import re

import pytest
from django.test import Client

from hzd_catalogue.overview.matrix import HOME
from hzd_catalogue.records.kinds import KINDS_WITH_SINCE
from hzd_catalogue.records.models import OtherName, StatusStatement, UserGroup
from hzd_catalogue.reference.choices import DateBasis, MilestoneKind
from partners.models import CooperationKind
from projects.models import ProjectKind
from tests.checkout import PROJECT
from tests.factories import (
    make_cooperation,
    make_participation,
    make_partner,
    make_project,
    make_role,
    make_source,
    make_state,
    make_topic,
    passage,
    show,
)
from tests.sentences import Row, files, full_path, sentences, table, words_of

pytestmark = pytest.mark.django_db

#: What says of documents that they are silent.
SILENCE = re.compile(
    r"(Dokumente?|Quellen?) (nennt|nennen|sagt|sagen|steht)\b[^.<{]*\b(nicht|nichts|keine?)\b"
    r"|(nennt|nennen|sagt|sagen) (keine?s?|die) (der )?(Dokumente?|Quellen?)\b"
    r"|^Keine?s? (der )?(Dokumente?|Quelle)\b",
    re.MULTILINE,
)
#: True by what an editor enters: the document was read for its own date.
OF_THE_DATE = ("wann es entstand", "wann sie entstanden", "Jahre, die keine Quelle nennt")


def text_of(client: Client, address: str) -> str:
    """Return the text of a page, with its description and without its header and footer."""
    html = client.get(address).content.decode()
    description = re.search(r'<meta name="description" content="([^"]*)"', html)
    main = html[html.index("<main") : html.index("</main>")]
    words = re.sub(r"<[^>]+>", " ", (description[1] if description else "") + " " + main)
    return " ".join(words.split())


@pytest.mark.parametrize("folder", ["templates", "hzd_catalogue", "partners", "projects"])
def test_nothing_says_that_documents_are_silent(folder: str) -> None:
    """The catalogue knows what it has, and not what the documents lack."""
    for path in (PROJECT / folder).rglob("*"):
        if path.suffix not in (".html", ".py", ".txt") or "admin" in path.as_posix():
            continue
        text = re.sub(r'"\s*\n\s*"', "", path.read_text(encoding="utf-8"))
        for found in SILENCE.finditer(text):
            around = text[max(0, found.start() - 20) : found.end() + 40]
            assert any(words in around for words in OF_THE_DATE), (path, around)


def test_a_project_without_status_says_so_of_itself_alone(empty_catalogue, client):
    """Its cooperation may have one, from the same sentence of a document."""
    cooperation = make_cooperation()
    StatusStatement.objects.create(record=cooperation, status="laufend", **passage())
    text = text_of(client, make_project(cooperation=cooperation).get_absolute_url())

    assert "Keine Angabe zu diesem Eintrag nennt einen Status." in text


def test_a_state_that_is_only_joining_is_said_to_do_nothing_else(empty_catalogue, client):
    joining, other = make_state("DE-RP", "Rheinland-Pfalz"), make_state("DE-TH", "Thüringen")
    project = make_project()
    make_participation(project, joining, participation_status="tritt-bei")
    make_participation(project, other)

    page = text_of(client, joining.get_absolute_url())
    assert "In denselben Projekten genannt" in page
    for address in (joining.get_absolute_url(), "/laender/", "/laender/matrix/"):
        assert "zusammenarbeite" not in text_of(client, address)
        assert "gerade" not in text_of(client, address)
    # In words wherever the name stands for the project's states.
    named = re.findall(r"Rheinland-Pfalz( \(tritt bei\))?", text_of(client, "/projekte/"))
    assert " (tritt bei)" in named
    picture = client.get(project.get_absolute_url()).context["network"]
    assert {node.label for node in picture.nodes if node.kind == "state"} == {
        "Rheinland-Pfalz (tritt bei)",
        "Thüringen",
    }


def test_bundesweit_is_never_all_states_taking_part(empty_catalogue, client):
    for code, name in (("DE-HE", "Hessen"), ("DE-BY", "Bayern")):
        make_state(code, name)
    project = make_project(reach="bundesweit")
    make_cooperation(reach="bundesweit")
    for address in (
        project.get_absolute_url(),
        "/projekte/",
        "/laender/bayern/",
        "/kooperationen/",
    ):
        text = text_of(client, address)
        assert "bundesweit" in text.lower()
        assert not re.search(r"[Aa]lle (16|sechzehn)? ?(Bundesl|L)änder|Bayern ist beteiligt", text)
        assert "Bayern (beteiligt)" not in text


def test_the_picture_names_a_cooperation_only_where_there_is_one(empty_catalogue, client):
    project = make_project(cooperation=make_cooperation(is_published=False))
    make_role(project, make_partner())
    make_participation(project)
    address = project.get_absolute_url()
    figure = re.search(r'<figure class="network">.*?</figure>', page(client, address), re.DOTALL)
    assert "Kooperation" not in figure[0]
    assert "Wer mit wem" not in figure[0]


def page(client, address):
    return client.get(address).content.decode()


def test_a_year_counts_by_an_event_or_by_a_since(empty_catalogue, client):
    make_participation(make_project(), year=2019)

    assert "2019 (1)" in text_of(client, "/")
    assert "oder einer Angabe, die seit diesem Jahr gilt" in text_of(client, "/")
    assert (
        "2019" not in text_of(client, "/zeitleiste/?jahr=2019").partition("Projekte ohne")[0][-80:]
    )
    assert "steht kein Meilenstein im Katalog" in text_of(client, "/zeitleiste/?jahr=2019")


def test_a_milestone_has_one_name():
    """Pages, files and forms: the code may speak of events, visitors read one word."""
    folders = [PROJECT / name for name in ("templates", "hzd_catalogue", "partners", "projects")]
    found = [
        path.relative_to(PROJECT).as_posix()
        for folder in folders
        for path in folder.rglob("*.*")
        if path.suffix in {".html", ".py"} and "migrations" not in path.parts
        if re.search("Ereignis", path.read_text(encoding="utf-8"), re.IGNORECASE)
    ]
    assert not found


@pytest.mark.parametrize("address", ["/suche/", "/hilfe/"])
def test_every_field_that_is_searched_is_named(empty_catalogue, client, address):
    group = UserGroup.objects.create(record=make_project(), user_group="Spielbank", **passage())
    found = text_of(client, f"/suche/?q={group.user_group}")
    label = re.search(r"(\w+): Spielbank", found)[1]
    text = text_of(client, address)
    named = re.search(r"Gesucht wird in diesen Feldern[^:]*: ([^.]+)\.", text)[1].split(", ")
    assert label in named
    assert {"Kurz gesagt", "Kooperation", "Projekt", "Meilenstein", "Herausgeber"} < set(named)


def test_a_search_alone_is_no_filter(empty_catalogue, client):
    make_project()
    text = text_of(client, "/projekte/?q=Quarkspeise")
    assert "Nichts passt zu allem zugleich, was gesucht und gewählt ist." in text


def test_ranks_with_gaps_give_places_without(empty_catalogue, client):
    older, newer = make_source(rank=3), make_source(rank=70)
    for source, place in ((older, 1), (newer, 2)):
        assert f"{place} von 2, 1 ist die älteste." in text_of(client, source.get_absolute_url())


def test_some_of_the_sources_are_not_all_of_them(empty_catalogue, client):
    make_source(date_basis=DateBasis.STATED)
    make_source()
    claim = "Jede Angabe in diesem Katalog stammt aus einem dieser Dokumente."
    assert claim in text_of(client, "/quellen/")
    assert claim not in text_of(client, "/quellen/?datum=ohne")
    assert "aus diesen Dokumenten" not in text_of(client, "/quellen/?datum=ohne")


def test_a_partner_without_roles_is_said_to_have_none_in_the_catalogue(empty_catalogue, client):
    partner = make_partner()
    make_role(make_cooperation(is_published=False), partner)
    text = text_of(client, partner.get_absolute_url())
    assert "Keine Angabe im Katalog nennt eine Rolle in einer Kooperation." in text
    assert "Keine Angabe im Katalog nennt eine Rolle in einem Projekt." in text
    row = re.search(r"<tbody>.*?</tbody>", page(client, "/partner/?ansicht=tabelle"), re.DOTALL)[0]
    assert row.count("ohne Angabe") == 2
    assert "keine" not in row
    assert "eine Rolle hat" not in text_of(client, "/partner/")


def test_a_component_is_not_the_record_by_another_name(empty_catalogue, client):
    project = make_project()
    OtherName.objects.create(record=project, name="GINSTER", name_kind="bestandteil", **passage())
    text = text_of(client, project.get_absolute_url())
    assert "GINSTER (Bestandteil)" in text
    assert "bekannt als" not in text


#: Beginnings of the words for what a closed vocabulary holds.
VOCABULARIES = {
    ProjectKind: ("IT-Verf", "Register", "Plattform", "Programm", "Strategie", "Promotion"),
    CooperationKind: (
        *("Mitglied", "Verb", "Forschung", "Studien", "Ministeri", "Betrieb", "Programm"),
        "Veranstaltung",
    ),
    MilestoneKind: ("Beginn", "Erweiterung", "Beitritt", "Vereinbarung", "Veranstaltung", "Frist"),
    "Bund, Land, Kommune und andere": ("Bund,", "Ländern", "Kommunen", "Hochschulen", "Verbände"),
}


@pytest.mark.parametrize(
    "address", ["/", "/projekte/", "/kooperationen/", "/partner/", "/zeitleiste/", "/themen/"]
)
def test_no_introduction_lists_some_of_the_kinds_there_are(catalogue, client, address):
    """A list that leaves one out says that there are no others."""
    html = page(client, address)
    leads = " ".join(re.findall(r'<p class="(?:lead|measure)">(.*?)</p>', html, re.DOTALL))
    for vocabulary, stems in VOCABULARIES.items():
        named = [stem for stem in stems if stem.lower() in leads.lower()]
        assert len(named) in (0, 1, len(stems)), (vocabulary, named)


def test_every_filled_field_of_the_matrix_leads_to_what_it_rests_on(catalogue, client):
    for row in client.get("/laender/matrix/?pro-seite=100").context["matrix"].rows:
        for cell in row.cells:
            if cell.kind and cell.kind != HOME:
                assert "#aussage-" in cell.url
            elif cell.kind:
                assert cell.federal_state.is_home
                assert cell.url == row.project.get_absolute_url()


def test_what_is_empty_says_so_of_the_catalogue(empty_catalogue, client):
    """Only what is published counts."""
    saarland, other = make_state("DE-SL", "Saarland"), make_state("DE-TH", "Thüringen")
    topic, source = make_topic(), make_source()
    hidden = make_project(is_published=False, topics=[topic])
    for state in (saarland, other):
        make_participation(hidden, state, source=source)
    project, cooperation = make_project(), make_cooperation()
    for record in (project, cooperation):
        make_role(record, make_partner(is_published=False))

    said = {
        topic: "Zu diesem Thema gibt es noch keine Einträge.",
        source: "Aus diesem Dokument stammt noch keine veröffentlichte Angabe.",
        saarland: "Zu keinem Projekt gibt es Angaben zu Saarland und einem weiteren Land.",
        project: "ohne Angabe. Zu diesem Eintrag steht kein Partner im Katalog.",
        cooperation: "ohne Angabe. Zu diesem Eintrag steht kein Partner im Katalog.",
    }
    for row, sentence in said.items():
        assert sentence in text_of(client, row.get_absolute_url())

    show(hidden)
    for record in (project, cooperation):
        make_role(record, make_partner())
    for row, sentence in said.items():
        assert sentence not in text_of(client, row.get_absolute_url())


def test_hessen_counts_without_a_statement_and_is_said_to(empty_catalogue, client):
    home = make_state()
    project = make_project(cooperation=make_cooperation())

    def state_page():
        return page(client, home.get_absolute_url())

    def named():
        (row,) = client.get("/laender/").context["rows"]
        return row.count, row.named

    assert "<strong>Projekt der HZD</strong>" in state_page()
    assert named() == (1, 0)
    assert ">Hessen</td>" in page(client, "/kooperationen/?ansicht=tabelle")

    make_participation(project, home, participation_status="federfuehrend")
    assert "<strong>Projekt der HZD</strong>" not in state_page()
    assert "<strong>federführend</strong>" in state_page()
    assert named() == (1, 1)


# The table of all sentences ----------------------------------------------------------------------


def stands(row: Row) -> bool:
    """Return whether the fixed words of a sentence stand in its file, in their order."""
    text, place = words_of(full_path(row.file)), 0
    for words in filter(None, (part.strip() for part in row.sentence.split("…"))):
        place = text.find(words, place) + len(words)
        if place < len(words):
            return False
    return True


def test_what_may_have_a_since_is_named_in_full(catalogue, client):
    text = text_of(client, "/luecken/")
    for kind in KINDS_WITH_SINCE:
        assert kind.capitalize() in text


def test_each_sentence_of_the_table_stands_in_its_file() -> None:
    rows = table()
    assert len(rows) > 200
    assert [row for row in rows if not (row.condition and stands(row))] == []


def test_each_test_of_the_table_exists() -> None:
    named = {row.test for row in table()}
    for test in named - {"none needed"}:
        module, _, name = test.strip("`").partition("::")
        path = PROJECT / "tests" / f"{module}.py"
        assert re.search(rf"^ *def {name}\(", path.read_text(encoding="utf-8"), re.MULTILINE), test


def test_each_sentence_stands_in_the_table() -> None:
    """What a template or function says by itself has a condition under which it is true."""
    listed = {(full_path(row.file), row.sentence) for row in table()}
    missing = [
        (path.relative_to(PROJECT).as_posix(), sentence)
        for path in files()
        for sentence in sentences(path)
        if (path, sentence) not in listed
    ]
    assert missing == []
