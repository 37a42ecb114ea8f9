"""load_catalogue fills an empty database, leaves a filled one alone, refuses broken files."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, transaction

from hzd_catalogue.data import fixtures
from hzd_catalogue.records.models import Milestone, RetiredKey
from hzd_catalogue.reference.models import Level, Revision
from partners.models import Partner, Role
from projects.models import Participation, Project
from tests.factories import make_level

pytestmark = pytest.mark.django_db


def load(directory: Path) -> str:
    output = StringIO()
    call_command("load_catalogue", dir=directory, stdout=output)
    return output.getvalue()


def is_empty() -> bool:
    models = (*fixtures.FILES.values(), Role, Participation, Milestone)
    return not any(model._default_manager.exists() for model in models)


def test_fills_an_empty_database(empty_catalogue, small_catalogue):
    output = load(small_catalogue)
    assert output == (
        "Geladen: 1 Ebenen, 1 Bundesländer, 1 Themen, 1 Quellen, 1 Suchhilfen, "
        "1 Partner, 1 Kooperationen, 1 Projekte\n"
    )
    project = Project.objects.get()
    assert (project.slug, project.is_published, project.cooperations[0].slug) == (
        "bebpo",
        False,
        "postfach",
    )
    assert [topic.slug for topic in project.topics.all()] == ["justiz"]
    assert [milestone.date for milestone in project.milestones] == ["Ende September 2019"]
    assert [row.federal_state.code for row in project.participations] == ["DE-HE"]
    assert Partner.objects.get().is_published
    assert Role.objects.get().partner == Partner.objects.get(slug="ekom21")
    assert project.sort_key == "bebpo"
    assert Revision.current().number > 0


def test_second_load_changes_nothing_and_says_so(empty_catalogue, small_catalogue):
    load(small_catalogue)
    Project.objects.update(name="Von der Redaktion geändert")
    Role.objects.all().delete()
    revision = Revision.current().number
    assert load(small_catalogue) == (
        "Die Datenbank enthält schon Einträge; nichts wurde geändert.\n"
        "Die Zeilen der Dateien sind neu geschrieben.\n"
    )
    assert Project.objects.get().name == "Von der Redaktion geändert"
    assert not Role.objects.exists()
    assert Revision.current().number == revision


@pytest.mark.parametrize(
    "row",
    [
        Level(slug="bund", name="Bund", explanation="Bundesweit.", position=1),
        Partner(slug="ald", name="ALD", reach="bundesweit", kind="gremium"),
    ],
    ids=lambda row: row.slug,
)
def test_a_single_row_keeps_the_database_as_it_is(empty_catalogue, small_catalogue, row):
    row.save(force_insert=True)
    assert "nichts wurde geändert" in load(small_catalogue)
    assert not Project.objects.exists()


#: File, text in it, what stands there instead, what the message says.
BREAKS = {
    "unknown field": (
        "projects.yaml",
        "  kind: it-verfahren\n",
        "  kind: it-verfahren\n  farbe: rot\n",
        "projects.yaml, bebpo: Das Feld „farbe“ gibt es nicht.",
    ),
    "unknown field of a statement": (
        "projects.yaml",
        "      status: beteiligt\n",
        "      status: beteiligt\n      farbe: rot\n",
        "projects.yaml, bebpo, participations 1: Das Feld „farbe“ gibt es nicht.",
    ),
    "missing field": (
        "projects.yaml",
        "  name: beBPo\n",
        "",
        "projects.yaml, bebpo: Das Feld „name“ fehlt.",
    ),
    "published without summary": (
        "partners.yaml",
        "  summary: Ein IT-Dienstleister.\n",
        "",
        "partners.yaml, ekom21: summary: Bitte in einem Satz sagen, worum es geht.",
    ),
    "published without levels": (
        "partners.yaml",
        "  levels:\n    - land\n",
        "",
        "partners.yaml, ekom21: levels: Bitte mindestens eine Ebene ankreuzen.",
    ),
    "published without evidence": (
        "partners.yaml",
        "aspect: reichweite",
        "aspect: beschreibung",
        (
            "partners.yaml, ekom21: Ein veröffentlichter Eintrag braucht mindestens einen Beleg "
            "für die Reichweite."
        ),
    ),
    "key twice": (
        "projects.yaml",
        "key: c0000000m1",
        "key: b0000000r1",
        (
            "projects.yaml, bebpo, milestones 1: Der Schlüssel „b0000000r1“ steht schon bei einer "
            "anderen Angabe: cooperations.yaml, postfach, involvements 1."
        ),
    ),
    "key that is none": (
        "projects.yaml",
        "key: c0000000m1",
        "key: C0000000M1",
        "projects.yaml, bebpo, milestones 1: key: Kein gültiger Schlüssel.",
    ),
    "missing key": (
        "topics.yaml",
        "- slug: justiz\n  name",
        "- name",
        "topics.yaml, Eintrag 1: Das Feld „slug“ fehlt.",
    ),
    "key that is a list": (
        "topics.yaml",
        "slug: justiz",
        "slug: [justiz]",
        "topics.yaml, Eintrag 1: slug: Erwartet wird Text",
    ),
    "null character": (
        "topics.yaml",
        "name: Justiz",
        'name: "Justiz\\0"',
        "topics.yaml, justiz: name: Der Text enthält ein Nullzeichen.",
    ),
    "statement without source": (
        "cooperations.yaml",
        "      source: dokument-000\n",
        "",
        "cooperations.yaml, postfach, involvements 1: Das Feld „source“ fehlt.",
    ),
    "unknown source": (
        "cooperations.yaml",
        "source: dokument-000",
        "source: dokument-999",
        (
            "cooperations.yaml, postfach, involvements 1: "
            "source: „dokument-999“ gibt es nicht (Quelle)."
        ),
    ),
    "unknown topic": (
        "projects.yaml",
        "    - justiz\n",
        "    - justiz\n    - wetter\n",
        "projects.yaml, bebpo: topics: „wetter“ gibt es nicht (Thema).",
    ),
    "key that is not text": (
        "projects.yaml",
        "federal_state: DE-HE",
        "federal_state: [DE-HE]",
        (
            "projects.yaml, bebpo, participations 1: "
            "federal_state: „['DE-HE']“ gibt es nicht (Bundesland)."
        ),
    ),
    "keys that are not a list": (
        "projects.yaml",
        "  levels:\n    - land\n",
        "  levels: land\n",
        "projects.yaml, bebpo: levels: Erwartet wird eine Liste von Schlüsseln.",
    ),
    "statements that are not a list": (
        "projects.yaml",
        "  participations:\n    - key: c0000000p1\n",
        "  participations:\n      key: c0000000p1\n",
        "projects.yaml, bebpo: participations: Erwartet wird eine Liste.",
    ),
    "value outside its vocabulary": (
        "projects.yaml",
        "reach: landesweit",
        "reach: weltweit",
        "projects.yaml, bebpo: reach: Wert 'weltweit' ist keine gültige Option.",
    ),
    "impossible date": (
        "projects.yaml",
        "month: 9",
        "month: 13",
        "projects.yaml, bebpo, milestones 1: month: Der Monat liegt zwischen 1 und 12.",
    ),
    "phrase of 13 words": (
        "projects.yaml",
        "quote: Hessen ist dabei",
        "quote: a b c d e f g h i j k l m",
        (
            "projects.yaml, bebpo, participations 1: "
            "quote: Höchstens 12 Wörter zitieren; es sind 13."
        ),
    ),
    "text for a number": (
        "projects.yaml",
        "year: 2019",
        "year: bald",
        "projects.yaml, bebpo, milestones 1: year: Erwartet wird eine ganze Zahl wie 12 oder 2019.",
    ),
    "switch for a number": (
        "levels.yaml",
        "position: 2",
        "position: true",
        "levels.yaml, land: position: Erwartet wird eine ganze Zahl wie 12 oder 2019.",
    ),
    "text for a switch": (
        "projects.yaml",
        "is_published: false",
        "is_published: nein",
        "projects.yaml, bebpo: is_published: Erwartet wird true oder false.",
    ),
    "number for text": (
        "sources.yaml",
        "code: '000'",
        "code: 1",
        (
            "sources.yaml, dokument-000: code: "
            "Erwartet wird Text; Zahlen, Daten und Wörter wie NO in Anführungszeichen setzen."
        ),
    ),
    "word that YAML takes for a switch": (
        "federal_states.yaml",
        "name: Hessen",
        "name: NO",
        (
            "federal_states.yaml, DE-HE: name: „NO“ liest YAML ohne Anführungszeichen als false. "
            "Erwartet wird Text; Zahlen, Daten und Wörter wie NO in Anführungszeichen setzen."
        ),
    ),
    "number that YAML takes for another one": (
        "projects.yaml",
        "month: 9",
        "month: 010",
        (
            "projects.yaml, bebpo, milestones 1: month: „010“ liest YAML ohne Anführungszeichen "
            "als 8. Erwartet wird eine ganze Zahl wie 12 oder 2019."
        ),
    ),
    "another word for a switch": (
        "projects.yaml",
        "is_published: false",
        "is_published: on",
        (
            "projects.yaml, bebpo: is_published: „on“ liest YAML ohne Anführungszeichen als true. "
            "Erwartet wird true oder false."
        ),
    ),
    "word for a key": (
        "projects.yaml",
        "  levels:\n    - land\n",
        "  levels:\n    - NO\n",
        (
            "projects.yaml, bebpo: levels: „NO“ liest YAML ohne Anführungszeichen als false. "
            "Erwartet wird ein Schlüssel, hier in Anführungszeichen."
        ),
    ),
    "field of a strange name": (
        "topics.yaml",
        "  data_theme: JUST\n",
        "  data_theme: JUST\n  on: 1\n",
        "topics.yaml, justiz: Das Feld „on“ gibt es nicht.",
    ),
    "no value": (
        "topics.yaml",
        "name: Justiz",
        "name:",
        "topics.yaml, justiz: name: Hier steht kein Wert. Erwartet wird Text",
    ),
    "quotation that is not closed": (
        "sources.yaml",
        "code: '000'",
        "code: '000",
        (
            "sources.yaml: Kein gültiges YAML. Zeile 2, Spalte 9: Das Anführungszeichen, das hier "
            "steht, wird nirgends geschlossen."
        ),
    ),
    "record twice": (
        "topics.yaml",
        "  data_theme: JUST\n",
        "  data_theme: JUST\n- slug: justiz\n  name: Noch einmal\n",
        "topics.yaml, justiz: Der Schlüssel „justiz“ kommt zweimal vor.",
    ),
    "word of two groups": (
        "thesaurus.yaml",
        "- slug: gerichte-englisch\n",
        (
            "- slug: gericht\n  kind: alltagswort\n  words: Courts\n  leads_to: Gericht\n"
            "  reason: Ein Grund.\n- slug: gerichte-englisch\n"
        ),
        (
            "thesaurus.yaml, gerichte-englisch: words: „court“ ist für die Suche dasselbe Wort wie "
            "„Courts“."
        ),
    ),
    "search aid without a reason": (
        "thesaurus.yaml",
        "  reason: Englisch für Gericht.\n",
        "",
        "thesaurus.yaml, gerichte-englisch: Das Feld „reason“ fehlt.",
    ),
    "name that is taken": (
        "federal_states.yaml",
        "  slug: hessen\n",
        "  slug: hessen\n- code: DE-BY\n  name: Hessen\n  slug: bayern\n",
        "federal_states.yaml, DE-BY: name: Bundesland mit diesem Wert für das Feld Name existiert",
    ),
    "statement twice": (
        "cooperations.yaml",
        "      quote: ekom21 ist Prüfstelle\n",
        (
            "      quote: ekom21 ist Prüfstelle\n"
            "    - partner: ekom21\n      role: Prüfstelle\n      source: dokument-000\n"
            "      paragraph: 1\n      quote: ekom21 ist Prüfstelle\n"
        ),
        "cooperations.yaml, postfach, involvements 2: Die Angabe steht zweimal.",
    ),
    "second statement of a state by one source": (
        "projects.yaml",
        "      quote: Hessen ist dabei\n",
        (
            "      quote: Hessen ist dabei\n"
            "    - federal_state: DE-HE\n      status: nutzt\n      source: dokument-000\n"
            "      paragraph: 1\n      quote: Hessen\n"
        ),
        (
            "projects.yaml, bebpo, participations 2: "
            "Zu diesem Land gibt es aus dieser Quelle schon eine Aussage."
        ),
    ),
    "field twice": (
        "topics.yaml",
        "  name: Justiz\n",
        "  name: Justiz\n  name: Recht\n",
        (
            "topics.yaml: Kein gültiges YAML. Zeile 3, Spalte 3: „name“ steht zweimal, zuerst in "
            "Zeile 2."
        ),
    ),
    "broken YAML": (
        "topics.yaml",
        "  name: Justiz\n",
        "  name: Justiz: Recht\n",
        "topics.yaml: Kein gültiges YAML. Zeile 2, Spalte 15: Der Doppelpunkt geht hier nicht.",
    ),
    "no list": (
        "topics.yaml",
        "- slug: justiz\n  name",
        "  slug: justiz\n  name",
        "topics.yaml: Erwartet wird eine Liste von Einträgen.",
    ),
    "bare text for a record": (
        "topics.yaml",
        "- slug: justiz\n",
        "- Wetter\n- slug: justiz\n",
        "topics.yaml, Eintrag 1: Erwartet werden Felder mit Werten.",
    ),
}


@pytest.mark.parametrize(("name", "old", "new", "message"), BREAKS.values(), ids=BREAKS)
def test_refuses_a_broken_file_and_loads_nothing(
    empty_catalogue, small_catalogue, name, old, new, message
):
    path = small_catalogue / name
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(CommandError) as error:
        load(small_catalogue)
    assert str(error.value).startswith("Nichts wurde geladen.\n")
    assert message in str(error.value)
    assert is_empty()
    assert Revision.current().number == 0


def test_refuses_a_key_that_is_retired(empty_catalogue, small_catalogue):
    RetiredKey.objects.create(key="c0000000m1")
    with pytest.raises(CommandError) as error:
        load(small_catalogue)
    assert str(error.value) == (
        "Nichts wurde geladen.\nprojects.yaml, bebpo, milestones 1: Der Schlüssel „c0000000m1“ ist "
        "erloschen: Er gehörte zu einer Angabe, die gelöscht wurde."
    )
    assert is_empty()


def test_refuses_a_missing_file(empty_catalogue, small_catalogue):
    (small_catalogue / "projects.yaml").unlink()
    with pytest.raises(CommandError, match=r"projects\.yaml: Die Datei fehlt\."):
        load(small_catalogue)
    assert is_empty()


def test_refuses_a_file_that_is_none(empty_catalogue, small_catalogue):
    (small_catalogue / "projects.yaml").unlink()
    (small_catalogue / "projects.yaml").mkdir()
    with pytest.raises(CommandError, match=r"projects\.yaml: Die Datei lässt sich nicht lesen: "):
        load(small_catalogue)
    assert is_empty()


def test_refuses_a_file_in_another_encoding(empty_catalogue, small_catalogue):
    path = small_catalogue / "projects.yaml"
    path.write_bytes(path.read_text(encoding="utf-8").encode("latin-1"))
    with pytest.raises(CommandError, match=r"projects\.yaml: Die Datei ist nicht in UTF-8"):
        load(small_catalogue)
    assert is_empty()


def test_names_every_problem_and_only_its_cause(empty_catalogue, small_catalogue):
    partners = small_catalogue / "partners.yaml"
    partners.write_text(partners.read_text().replace("kind: it-", "kind: kein-"))
    projects = small_catalogue / "projects.yaml"
    projects.write_text(
        projects.read_text()
        .replace("reach: landesweit", "reach: weltweit")
        .replace("year: 2019", "year: bald")
    )
    with pytest.raises(CommandError) as error:
        load(small_catalogue)
    # The cooperation uses the refused partner; that is no second problem.
    assert [line.split(": ")[0] for line in str(error.value).splitlines()[1:]] == [
        "partners.yaml, ekom21",
        "projects.yaml, bebpo",
        "projects.yaml, bebpo, milestones 1",
    ]


def test_loads_the_files_of_this_code_by_default(empty_catalogue, small_catalogue, settings):
    settings.BASE_DIR = small_catalogue.parent
    call_command("load_catalogue", stdout=StringIO())
    assert Project.objects.filter(slug="bebpo").exists()


@pytest.mark.django_db(transaction=True)
def test_a_host_that_loads_keeps_another_one_waiting(small_catalogue):
    if connection.vendor == "sqlite":
        pytest.skip("A transaction of SQLite waits for the other one from its beginning.")
    Revision.objects.get_or_create(pk=1)
    make_level()
    other = connection.copy()

    with transaction.atomic():
        assert "nichts wurde geändert" in load(small_catalogue)
        with other.cursor() as cursor, pytest.raises(OperationalError, match="lock"):
            cursor.execute("SELECT number FROM reference_revision FOR UPDATE NOWAIT")

    other.close()
