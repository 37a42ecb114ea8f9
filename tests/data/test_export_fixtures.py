"""export_fixtures writes the database back, byte for byte when nothing changed."""

import resource
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from hzd_catalogue.records.models import Evidence, Milestone, Statement
from partners.models import Partner, Role
from projects.models import Project
from tests.factories import clear_catalogue, make_cooperation, make_partner, make_role

pytestmark = pytest.mark.django_db

#: What the rows of the small catalogue get when they are written without their keys.
KEYS = {
    "hswnc67rj4": "Beleg für: Beschreibung",
    "dj2ay3kd0d": "Beleg für: Ebene",
    "crdqnr62n8": "Beleg für: Reichweite",
    "tt7d2wv2xn": "ekom21: Prüfstelle",
    "jaw4mzc5bc": "gehört zu Postfach",
    "xzxwabc3zj": "Hessen: beteiligt",
    "cw5spsvrp7": "Beginn Ende September 2019: Anfang",
}


def export(directory: Path) -> dict[str, bytes]:
    call_command("export_fixtures", dir=directory, stdout=StringIO())
    return contents(directory)


def contents(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def test_export_of_the_loaded_catalogue_equals_its_files(catalogue, settings, tmp_path):
    assert export(tmp_path / "out") == contents(settings.BASE_DIR / "fixtures")


def test_small_catalogue_comes_back_byte_for_byte(empty_catalogue, small_catalogue, tmp_path):
    """The files written by hand show what the format looks like."""
    before = contents(small_catalogue)
    call_command("load_catalogue", dir=small_catalogue, stdout=StringIO())
    assert export(tmp_path / "out") == before


def test_order_does_not_depend_on_primary_keys(empty_catalogue, small_catalogue, tmp_path):
    call_command("load_catalogue", dir=small_catalogue, stdout=StringIO())
    project = Project.objects.get()
    (first,) = project.milestones
    later = [("Zweites", 3, 2020), ("Drittes", 1, 2020), ("Viertes", 2, 2018)]
    for title, paragraph, year in later:
        Milestone.objects.create(
            record=project,
            event="beginn",
            title=title,
            year=year,
            source=first.source,
            paragraph=paragraph,
            quote="x",
        )
    Partner.objects.create(slug="aaa", name="Aaa", reach="landesweit", kind="gremium")
    lines = export(tmp_path / "out")["projects.yaml"].decode().splitlines()
    titles = [line.split(": ")[1] for line in lines if line.startswith("      title: ")]
    assert titles == ["Drittes", "Anfang", "Viertes", "Zweites"]
    partners = (tmp_path / "out" / "partners.yaml").read_text()
    assert partners.index("slug: aaa") < partners.index("slug: ekom21")


def test_long_text_is_folded_and_lines_are_kept(empty_catalogue, small_catalogue, tmp_path):
    call_command("load_catalogue", dir=small_catalogue, stdout=StringIO())
    Project.objects.update(summary="Ein langer Satz. " * 8 + "Ende.", description="Eins.\nZwei.")
    assert (
        "  summary: >-\n"
        "    Ein langer Satz. Ein langer Satz. Ein langer Satz. Ein langer Satz. "
        "Ein langer Satz. Ein langer\n"
        "    Satz. Ein langer Satz. Ein langer Satz. Ende.\n"
        "  description: |-\n"
        "    Eins.\n"
        "    Zwei.\n"
    ) in export(tmp_path / "out")["projects.yaml"].decode()


def test_a_draft_may_be_half_done(empty_catalogue, small_catalogue, tmp_path):
    draft = "- slug: halb\n  name: Halb\n  is_published: false\n"
    (small_catalogue / "projects.yaml").write_text(draft, encoding="utf-8")
    call_command("load_catalogue", dir=small_catalogue, stdout=StringIO())
    assert export(tmp_path / "out")["projects.yaml"].decode() == draft


def test_drafts_are_written_as_drafts(empty_catalogue, small_catalogue, tmp_path):
    call_command("load_catalogue", dir=small_catalogue, stdout=StringIO())
    assert b"  is_published: false\n" in export(tmp_path / "out")["projects.yaml"]


@pytest.mark.parametrize(
    "text",
    [
        "Ein Satz: mit Doppelpunkt # und Raute – „so“ 'und' \"so\"",
        "ja",
        "007",
        "2015-12-01",
        "- kein Listenpunkt",
        "  Rand und  Doppeltes  ",
        "Zwei\nZeilen",
        "Zwei\n\nAbsätze\n",
        "Zeile\r\nmit Wagenrücklauf",
        "wort " * 40 + "ende",
        "lang" * 60,
        "a" * 90 + "  " + "b" * 90,
        "Emoji 🙂, Tab\t, weiches\u00adTrennen, geschütztes\u00a0Leerzeichen",
    ],
)
def test_any_text_survives_the_way_out_and_back(empty_catalogue, small_catalogue, tmp_path, text):
    call_command("load_catalogue", dir=small_catalogue, stdout=StringIO())
    Project.objects.update(description=text)
    written = export(tmp_path / "out")
    reload(tmp_path / "out")
    assert Project.objects.get().description == text
    assert export(tmp_path / "again") == written


# Keys for life -------------------------------------------------------------------------------


def reload(directory: Path) -> None:
    """Load into a database that knows nothing of what was there before."""
    clear_catalogue()
    call_command("load_catalogue", dir=directory, stdout=StringIO())


def said() -> dict[str, tuple[str, str, str]]:
    """Return what each statement says, by its key."""
    rows = Statement.objects.with_names().select_related("record")
    return {row.key: (row.record.slug, row.fact, row.quote) for row in rows}


def test_every_key_names_the_same_statement_after_a_record_came_in_front(catalogue, tmp_path):
    before = said()
    assert len(before) > 600
    cooperation = make_cooperation(name="AAA zuerst", slug="aaa-zuerst")
    make_role(cooperation, make_partner(name="AAA zuerst", slug="aaa-zuerst"))
    export(tmp_path / "out")
    reload(tmp_path / "out")

    after = said()
    assert {key: after.get(key) for key in before} == before
    assert len(after) == len(before) + 7


def test_a_corrected_quotation_keeps_its_key(empty_catalogue, small_catalogue, tmp_path):
    call_command("load_catalogue", dir=small_catalogue, stdout=StringIO())
    role = Role.objects.get()
    role.quote, role.paragraph = "ekom21 ist die Prüfstelle", 2
    role.save()
    export(tmp_path / "out")
    reload(tmp_path / "out")

    stored = Role.objects.get()
    assert (stored.key, stored.quote) == ("b0000000r1", "ekom21 ist die Prüfstelle")


def test_rows_without_a_key_get_the_same_on_every_database(
    empty_catalogue, small_catalogue, tmp_path
):
    for path in small_catalogue.iterdir():
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        for place, line in enumerate(lines):
            if line.startswith("    - key: "):
                # The next field takes its place at the beginning of the item.
                lines[place], lines[place + 1] = "", f"    - {lines[place + 1].lstrip()}"
        path.write_text("".join(lines), encoding="utf-8")
    call_command("load_catalogue", dir=small_catalogue, stdout=StringIO())

    assert {key: fact for key, (_record, fact, _quote) in said().items()} == KEYS
    first = export(tmp_path / "first")
    reload(tmp_path / "first")
    assert export(tmp_path / "second") == first


def test_places_are_counted_where_rows_have_all_else_in_common(
    empty_catalogue, small_catalogue, tmp_path
):
    """A row that is added without a key takes the next place and nobody else's key."""
    call_command("load_catalogue", dir=small_catalogue, stdout=StringIO())
    path = small_catalogue / "partners.yaml"
    row = "    - aspect: ebene\n      source: dokument-000\n      paragraph: 1\n      quote: {}\n"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + row.format("zuerst") + row.format("danach"), encoding="utf-8")
    reload(small_catalogue)
    one, two = [row.key for row in Evidence.objects.filter(quote__in=["zuerst", "danach"])]
    assert one != two

    written = export(tmp_path / "out")["partners.yaml"].decode()
    (tmp_path / "out" / "partners.yaml").write_text(
        written + row.format("nachgetragen"), encoding="utf-8"
    )
    reload(tmp_path / "out")
    third = Evidence.objects.get(quote="nachgetragen").key
    assert third not in (one, two)
    assert Evidence.objects.filter(key__in=[one, two]).count() == 2


@contextmanager
def no_room_for_more_than(size: int):
    """Let the system refuse larger files, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_what_cannot_be_written_whole_changes_no_file(empty_catalogue, small_catalogue):
    call_command("load_catalogue", dir=small_catalogue, stdout=StringIO())
    before = contents(small_catalogue)
    Partner.objects.update(name="ekom21 anders")
    # All but the last file, that of the projects, have room.
    room = len(before["projects.yaml"]) - 1
    assert max(len(text) for name, text in before.items() if name != "projects.yaml") + 20 < room

    with no_room_for_more_than(room), pytest.raises(CommandError) as error:
        export(small_catalogue)

    assert str(error.value).startswith(
        f"Nichts wurde geschrieben. Der Ordner {small_catalogue} nimmt die Dateien nicht an: "
    )
    assert contents(small_catalogue) == before


def test_a_place_that_is_no_folder_is_told_in_one_sentence(empty_catalogue, tmp_path):
    place = tmp_path / "taken"
    place.write_text("etwas", encoding="utf-8")

    with pytest.raises(CommandError, match="Nichts wurde geschrieben"):
        call_command("export_fixtures", dir=place)

    assert place.read_text(encoding="utf-8") == "etwas"


def test_a_place_where_nobody_may_write_is_told_in_one_sentence(empty_catalogue):
    """Of which Linux has one even for root."""
    with pytest.raises(CommandError, match="Der Ordner /proc/catalogue nimmt die Dateien nicht an"):
        call_command("export_fixtures", dir=Path("/proc/catalogue"))


def test_rights_of_files_stay(empty_catalogue, small_catalogue):
    call_command("load_catalogue", dir=small_catalogue, stdout=StringIO())
    (small_catalogue / "topics.yaml").chmod(0o644)

    export(small_catalogue)

    assert (small_catalogue / "topics.yaml").stat().st_mode & 0o777 == 0o644
