"""Edited files come back: first the differences, then all of them or none, as versions."""

import random
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db.models.signals import post_save

from hzd_catalogue.data import fixtures
from hzd_catalogue.data.fixtures import FILES, FixtureError, layout_of
from hzd_catalogue.imports.catalogue import MovedOnError, take_in
from hzd_catalogue.records.models import Record, RetiredKey, Statement, Version
from hzd_catalogue.records.rechecks import take_in as take_in_text
from hzd_catalogue.reference.models import Revision, Source
from projects.models import Project
from tests.chance import FACTOR, seeds

pytestmark = pytest.mark.django_db

RECORDS = {
    "partners.yaml": "partner",
    "cooperations.yaml": "kooperationen",
    "projects.yaml": "projekte",
}


def exported(directory: Path) -> dict[str, bytes]:
    fixtures.export(directory)
    return {name: (directory / name).read_bytes() for name in FILES}


def parsed(contents):
    return {name: yaml.load(content, Loader=yaml.CSafeLoader) for name, content in contents.items()}


def written(files):
    """Return files as an export would write them, by a rule of its own."""
    return {name: fixtures.to_yaml(ordered(name, rows)).encode() for name, rows in files.items()}


def ordered(name, rows):
    layout = layout_of(FILES[name])
    key = FILES[name].natural_key_field
    return [ordered_row(row, layout) for row in sorted(rows, key=lambda row: row[key])]


def ordered_row(row, layout):
    found = {}
    for name, part in layout.fields.items():
        if name in row and row[name] not in ("", []):
            found[name] = sorted(row[name]) if part.many_to_many else row[name]
    for group, kind in layout.statements.items():
        if row.get(group):
            below = [ordered_row(statement, kind) for statement in row[group]]
            found[group] = sorted(below, key=place)
    found |= {name: row[name] for name in row if name == "laune"}
    for name in layout.parts:
        if row.get(name):
            found[name] = sorted(row[name], key=lambda part: (part["paragraph"], part["number"]))
    return found


def place(row):
    values = [str(value) for name, value in row.items() if name != "key"]
    return (row["source"], row["paragraph"], *values, row["key"])


def statements(files, group):
    return [
        (name, entry, row)
        for name in RECORDS
        for entry in files[name]
        for row in entry.get(group, ())
    ]


# Edits ------------------------------------------------------------------------------------------


def any_record(chance, files):
    name = chance.choice(list(RECORDS))
    return name, chance.choice(files[name])


def write_anew(chance, files):
    _name, entry = any_record(chance, files)
    entry["name"] = f"{entry['name'][:60]} {chance.choice(['ÄÖ', '„neu“', '#7'])}"
    entry["description"] = chance.choice(["Ein Satz: mit Doppelpunkt.", "Zwei\nZeilen.\n\nDrei."])


def move(chance, files):
    """Give a record another address, also where others name it."""
    name, entry = any_record(chance, files)
    old, new = entry["slug"], f"{entry['slug']}-neu"
    if any(other["slug"] == new for other in files[name]):
        return
    entry["slug"] = new
    path = f"{RECORDS[name]}/"
    for _name, _entry, row in statements(files, "relations"):
        if row["related"] == path + old:
            row["related"] = path + new
    for _name, _entry, row in statements(files, "milestones"):
        if "concerns" in row:
            row["concerns"] = [
                path + new if item == path + old else item for item in row["concerns"]
            ]
    for _name, _entry, row in statements(files, "involvements"):
        if name == "partners.yaml" and row["partner"] == old:
            row["partner"] = new


def withdraw_or_publish(chance, files):
    _name, entry = any_record(chance, files)
    entry["is_published"] = not entry["is_published"]


def classify(chance, files):
    _name, entry = any_record(chance, files)
    entry["reach"] = chance.choice(["landesweit", "laenderuebergreifend", "bundesweit"])
    entry["topics"] = chance.sample([row["slug"] for row in files["topics.yaml"]], 2)
    entry["levels"] = chance.sample(["bund", "land", "kommune"], chance.randint(1, 3))


def correct(chance, files):
    group = chance.choice(["evidence", "participations", "statuses", "involvements"])
    _name, _entry, row = chance.choice(statements(files, group))
    row["quote"] = chance.choice(["ein anderer Wortlaut", "noch: „einer“", "2019"])
    row["paragraph"] = chance.randint(1, 40)


def drop(chance, files):
    group = chance.choice(["participations", "figures", "other_names", "milestones"])
    _name, entry, row = chance.choice(statements(files, group))
    entry[group].remove(row)


def say_more(chance, files):
    _name, entry = any_record(chance, files)
    entry.setdefault("other_names", []).append(
        {
            "key": "n" + "".join(chance.choices("bcdfghjkmn23456789", k=9)),
            "name": f"Kürzel {chance.randint(1, 10**6)}",
            "kind": "kurzform",
            "source": chance.choice(files["sources.yaml"])["slug"],
            "paragraph": 1,
            "quote": "so heißt es auch",
        }
    )


def date(chance, files):
    _name, _entry, row = chance.choice(statements(files, "milestones"))
    row["year"] = chance.randint(1990, 2020)
    row["concerns"] = sorted(
        f"projekte/{entry['slug']}" for entry in chance.sample(files["projects.yaml"], 2)
    )


def swap(chance, files):
    """Let two statements change what no two of one document may have in common."""
    for _name, entry, row in chance.sample(statements(files, "participations"), 20):
        for other in entry["participations"]:
            if other is not row and other["source"] == row["source"]:
                row["federal_state"], other["federal_state"] = (
                    other["federal_state"],
                    row["federal_state"],
                )
                return


def edit_the_rest(chance, files):
    source = chance.choice(files["sources.yaml"])
    source["title"] = f"{source['title'][:50]} {chance.randint(1, 9)}"
    if source.get("omitted_sentences"):
        source["omitted_sentences"].pop()
    chance.choice(files["topics.yaml"])["description"] = "Neu beschrieben."
    chance.choice(files["thesaurus.yaml"])["reason"] = "Neu begründet."


def add(chance, files):
    number = chance.randint(1, 10**6)
    files["projects.yaml"].append(
        {
            "slug": f"entwurf-{number}",
            "name": f"Entwurf {number}",
            "is_published": False,
            "statuses": [
                {
                    "key": "s" + "".join(chance.choices("bcdfghjkmn23456789", k=9)),
                    "status": "geplant",
                    "source": "dokument-001",
                    "paragraph": 1,
                    "quote": "geplant",
                }
            ],
        }
    )


EDITS = (
    *(write_anew, move, withdraw_or_publish, classify, correct, drop),
    *(say_more, date, swap, edit_the_rest, add),
)

#: What is refused, and a word of the reason.
FAULTS = {
    "Höchstens 12 Wörter": lambda row, entry: row.update(quote="x " * 12 + "x"),
    "gibt es nicht (Quelle)": lambda row, entry: row.update(source="dokument-999"),
    "ganze Zahl": lambda row, entry: row.update(paragraph=2.5),
    "Das Feld „laune“": lambda row, entry: entry.update(laune="gut"),
    "keine gültige": lambda row, entry: entry.update(reach="überall"),
    "braucht mindestens einen Beleg": lambda row, entry: entry.update(
        evidence=[], is_published=True
    ),
    "gültiges Kürzel": lambda row, entry: entry.update(slug="keine Adresse"),
    "gehört zu einer Angabe von": lambda row, entry: row.update(
        key=Statement.objects.exclude(record__slug=entry["slug"])
        .filter(kind="beleg", record__type="partner")[0]
        .key
    ),
}


@pytest.mark.parametrize("seed", seeds(1))
def test_what_is_edited_in_the_files_is_what_the_next_export_writes(catalogue, tmp_path, seed):
    chance = random.Random(seed)  # noqa: S311 (repeatable, not secret)
    for number in range(min(FACTOR, 3)):
        before = exported(tmp_path / f"{number}")
        files = parsed(before)
        assert written(files) == before
        for edit in chance.sample(EDITS, chance.randint(1, len(EDITS))):
            edit(chance, files)
        edited = written(files)
        chosen = {name: content for name, content in edited.items() if content != before[name]}

        state = look()
        compared = take_in(chosen, apply=False)
        assert look() == state
        assert bool(compared.differences) == bool(chosen)

        with saving() as keys:
            saved = take_in(chosen, apply=True, revision=compared.revision, reason="Import")
        # What is as it was is not saved again.
        was, now = by_key(parsed(before)), by_key(files)
        assert keys <= {key for key, row in now.items() if row != was.get(key)}
        assert list(map(said, saved.differences)) == list(map(said, compared.differences))
        assert exported(tmp_path / "after") == edited
        assert not take_in(edited, apply=True).differences
        new = Version.objects.filter(pk__gt=state[1])
        assert {version.edit.reason for version in new} <= {"Import"}
        keys = Statement.objects.values("key")
        assert not RetiredKey.objects.filter(key__in=keys).exists()


def by_key(files):
    groups = {group for name in RECORDS for group in layout_of(FILES[name]).statements}
    return {row["key"]: row for group in groups for _name, _entry, row in statements(files, group)}


@contextmanager
def saving():
    """Collect the keys of the statements that are saved."""
    keys = set()

    def note(instance, **kwargs):
        if isinstance(instance, Statement):
            keys.add(instance.key)

    post_save.connect(note)
    try:
        yield keys
    finally:
        post_save.disconnect(note)


def said(row):
    assert row.lines
    return str(row), list(map(str, row.lines))


def look():
    """Return what no refused import changes."""
    newest = Version.objects.order_by("-pk").first()
    return (
        Revision.current().key,
        newest.pk if newest else 0,
        RetiredKey.objects.count(),
        list(Record.objects.order_by("pk").values_list("pk", "changed_at")),
    )


@pytest.fixture(scope="module")
def loaded():
    """The files of the catalogue, written by the first fault; each leaves them as they are."""
    return {}


@pytest.mark.parametrize("reason", FAULTS)
def test_one_fault_and_nothing_is_changed(catalogue, tmp_path, reason, loaded):
    before = loaded or exported(tmp_path / "before")
    loaded.update(before)
    files = parsed(before)
    chance = random.Random(reason)  # noqa: S311 (repeatable, not secret)
    for edit in (write_anew, drop, say_more, edit_the_rest):
        edit(chance, files)
    name, entry = "projects.yaml", chance.choice(files["projects.yaml"])
    FAULTS[reason](entry["evidence"][0], entry)
    state = look()
    with pytest.raises(FixtureError) as caught:
        # Without the file that has the key twice, where the fault is one of keys.
        take_in(written({name: files[name]}), apply=True)
    assert reason in str(caught.value)
    assert entry["slug"] in str(caught.value)
    assert look() == state
    assert exported(tmp_path / "after") == before


# By command ---------------------------------------------------------------------------------------


def command(*arguments, **options):
    output = StringIO()
    call_command("import_catalogue", *map(str, arguments), stdout=output, **options)
    return output.getvalue()


@pytest.fixture
def small(empty_catalogue, small_catalogue):
    """A directory with the files of the small catalogue, which the database has, too."""
    fixtures.load(small_catalogue)
    return small_catalogue


def edit(directory, name, old, new):
    path = directory / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_the_command_says_what_differs_and_changes_it_when_it_is_told_to(small):
    edit(small, "partners.yaml", "arbeitet für Kommunen", "arbeitet für Land und Kommunen")
    path = edit(small, "projects.yaml", "status: beteiligt", "status: nutzt")
    before = Revision.current().number
    said = command(small)
    assert said == (
        "Partner „ekom21“\n"
        "  Beschreibung: Er arbeitet für Kommunen. → Er arbeitet für Land und Kommunen.\n"
        "Projekt „beBPo“\n"
        "  Beteiligung eines Landes „Hessen: beteiligt“, Status: beteiligt → nutzt, "
        "wegen Dokument 000, Abs. 2\n"
        "Zu ändern: 2 Einträge. Noch wurde nichts geändert; mit --apply "
        f"--revision {before} wird genau das übernommen.\n"
    )
    assert Revision.current().number == before
    assert command(path, apply=True, reason="Aus der Datei") == (
        "\n".join([*said.splitlines()[2:4], "Übernommen: 1 Eintrag.", ""])
    )
    # The partner's file was not among them.
    assert Statement.objects.get(key="c0000000p1").participation_status == "nutzt"
    assert Record.objects.get(slug="ekom21").description == "Er arbeitet für Kommunen."
    command(small, apply=True, reason="Aus der Datei")
    version = Version.objects.newest().get(slug="ekom21")
    assert (version.number, version.cause, version.edit.reason) == (2, "korrektur", "Aus der Datei")
    assert command(small) == "Keine Unterschiede; nichts wurde geändert.\n"


def test_what_was_compared_before_somebody_changed_it_is_refused(small):
    edit(small, "partners.yaml", "arbeitet für Kommunen", "arbeitet für Land und Kommunen")
    compared = Revision.current().number
    Project.objects.get().save()
    with pytest.raises(CommandError, match=f"galt für Revision {compared}; inzwischen"):
        command(small, apply=True, revision=compared)
    assert Record.objects.get(slug="ekom21").description == "Er arbeitet für Kommunen."
    with pytest.raises(MovedOnError):
        take_in({}, apply=True, revision=compared)


def test_a_statement_that_is_missing_below_its_record_goes_and_nothing_else_does(small):
    text = (small / "projects.yaml").read_text(encoding="utf-8")
    start, end = text.index("  relations:"), text.index("  milestones:")
    (small / "projects.yaml").write_text(text[:start] + text[end:], encoding="utf-8")
    (small / "partners.yaml").write_text("[]\n", encoding="utf-8")
    assert "Bezug: entfällt „gehört zu Postfach: „Hessen ist““ (Dokument 000, Abs. 2)" in command(
        small, apply=True
    )
    assert not Statement.objects.filter(key="c0000000b1").exists()
    assert Record.objects.filter(slug="ekom21").exists()
    assert Statement.objects.filter(key="c0000000p1").exists()


def test_a_row_without_a_key_is_new_and_gets_one(small):
    entry = "    - federal_state: DE-HE\n      status: nutzt\n      source: dokument-000\n"
    row = f"{entry}      paragraph: 3\n      quote: Hessen nutzt es\n"
    refused = edit(small, "projects.yaml", "  relations:\n", f"{row}  relations:\n")
    # Of one document, one statement on one Land.
    with pytest.raises(CommandError, match="participations 2: Zu diesem Land gibt es"):
        command(small, apply=True)
    edit(small, "projects.yaml", row, row.replace("DE-HE", "DE-TH"))
    edit(
        small,
        "federal_states.yaml",
        "- code",
        "- code: DE-TH\n  name: Thüringen\n  slug: thueringen\n- code",
    )
    command(refused, small / "federal_states.yaml", apply=True)
    new = Statement.objects.get(federal_state__code="DE-TH")
    assert new.key
    assert command(refused).startswith("Keine Unterschiede") is False
    exported(small)
    assert command(small).startswith("Keine Unterschiede")


def test_a_record_with_another_address_is_known_by_its_statements(small):
    edit(small, "partners.yaml", "slug: ekom21", "slug: ekom21-kgrz")
    edit(small, "cooperations.yaml", "partner: ekom21", "partner: ekom21-kgrz")
    pk = Record.objects.get(slug="ekom21").pk
    assert "Adresse: ekom21 → ekom21-kgrz" in command(small, apply=True)
    assert Record.objects.get(slug="ekom21-kgrz").pk == pk
    # The file of before speaks of the same one, and would move it back.
    edit(small, "partners.yaml", "slug: ekom21-kgrz", "slug: ekom21")
    assert "Adresse: ekom21-kgrz → ekom21" in command(small / "partners.yaml")


def test_the_key_of_a_deleted_statement_is_never_used_again(small):
    text = (small / "partners.yaml").read_text(encoding="utf-8")
    row = text[text.index("    - key: a0000000r1") :]
    more = row.replace("a0000000r1", "a0000000r2").replace("quote: landesweit", "quote: weit")
    (small / "partners.yaml").write_text(text + more, encoding="utf-8")
    command(small, apply=True)
    (small / "partners.yaml").write_text(text, encoding="utf-8")
    command(small, apply=True)
    (small / "partners.yaml").write_text(text + more, encoding="utf-8")
    with pytest.raises(CommandError, match="Der Schlüssel „a0000000r2“ ist erloschen"):
        command(small, apply=True)
    assert not Statement.objects.filter(key="a0000000r2").exists()


def test_a_quotation_that_is_not_in_the_text_is_refused_and_one_that_was_stays(small):
    texts = ["ekom21 arbeitet für Kommunen im Land, landesweit.", "Hessen ist dabei."]
    # The cooperation's "ekom21 ist Prüfstelle" does not stand there, but was not edited either.
    take_in_text(Source.objects.get(), texts)
    edit(small, "cooperations.yaml", "name: Postfach", "name: Das Postfach")
    command(small, apply=True)
    edit(small, "partners.yaml", "quote: für Kommunen", "quote: für die Kommunen")
    with pytest.raises(CommandError, match=r"evidence 1: quote: Der Wortlaut .*Am nächsten kommt"):
        command(small, apply=True)


def test_a_draft_stays_one_unless_the_file_says_otherwise(small):
    edit(small, "projects.yaml", "  is_published: false\n", "")
    edit(small, "projects.yaml", "name: beBPo", "name: Das beBPo")
    command(small, apply=True)
    assert not Project.objects.get().is_published
    edit(small, "partners.yaml", "is_published: true", "is_published: false")
    assert "veröffentlicht: ja → nein" in command(small, apply=True)
    assert Version.objects.newest().get(slug="ekom21").cause == "zurueckgezogen"
    edit(small, "partners.yaml", "is_published: false", "is_published: true")
    command(small, apply=True)
    assert Version.objects.newest().get(slug="ekom21").cause == "wieder-veroeffentlicht"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("projekte.yaml", b"[]", "Eine Datei dieses Namens hat der Katalog nicht"),
        ("projects.yaml", b"- slug: a\n  slug: b\n", "„slug“ steht zweimal"),
        ("projects.yaml", "Größe".encode("latin-1"), "nicht in UTF-8"),
        ("projects.yaml", b"slug: a", "Erwartet wird eine Liste"),
        ("projects.yaml", b"- 3\n", "Erwartet werden Felder"),
        ("projects.yaml", b"- slug: bebpo\n- slug: bebpo\n", "kommt zweimal vor"),
        ("sources.yaml", b"- slug: neu\n", "Das Feld „code“ fehlt"),
    ],
)
def test_what_cannot_be_read_is_said(small, tmp_path, name, content, reason):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CommandError, match=reason):
        command(path, apply=True)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("key: a0000000b1", "key: [a0000000b1]", "evidence 1: key: Erwartet wird Text"),
        ("    - land", '    - "\\0"', "levels: „\0“ gibt es nicht (Ebene)."),
        ("source: dokument-000", 'source: "\\0"', "source: „\0“ gibt es nicht (Quelle)."),
    ],
)
def test_what_is_no_key_is_named(small, old, new, reason):
    content = (small / "partners.yaml").read_text(encoding="utf-8").replace(old, new)
    with pytest.raises(FixtureError) as caught:
        take_in({"partners.yaml": content.encode()}, apply=True)
    assert reason in str(caught.value)


def test_what_is_in_each_others_way_changes_places(small):
    """Two statements swap their Land, three documents move up in time."""
    row = (
        "    - key: c0000000p2\n      federal_state: DE-TH\n      status: nutzt\n"
        "      source: dokument-000\n      paragraph: 3\n      quote: Thüringen nutzt es\n"
    )
    state = "- code: DE-TH\n  name: Thüringen\n  slug: thueringen\n"
    edit(small, "federal_states.yaml", "- code", f"{state}- code")
    edit(small, "projects.yaml", "  relations:\n", f"{row}  relations:\n")
    source = (small / "sources.yaml").read_text(encoding="utf-8")
    second = source.replace("000", "001").replace("rank: 1", "rank: 2").replace("Ein Do", "Das Do")
    (small / "sources.yaml").write_text(source + second, encoding="utf-8")
    command(small, apply=True)
    pks = dict(Statement.objects.values_list("key", "pk"))

    text = (small / "projects.yaml").read_text(encoding="utf-8")
    text = text.replace("DE-TH", "x").replace("DE-HE", "DE-TH").replace(": x", ": DE-HE")
    (small / "projects.yaml").write_text(text, encoding="utf-8")
    moved = source.replace("rank: 1", "rank: 2") + second.replace("rank: 2", "rank: 3")
    third = source.replace("000", "002").replace("Ein Do", "Ein drittes Do")
    (small / "sources.yaml").write_text(moved + third, encoding="utf-8")
    said = command(small, apply=True)
    assert "Beteiligung eines Landes „Hessen: beteiligt“, Bundesland: Hessen → Thüringen" in said
    assert [row.rank for row in Source.objects.order_by("code")] == [2, 3, 1]
    assert Statement.objects.get(key="c0000000p1").federal_state.code == "DE-TH"
    assert dict(Statement.objects.values_list("key", "pk")) == pks
    assert not RetiredKey.objects.exists()
