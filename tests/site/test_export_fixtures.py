"""export_fixtures writes the database back, byte for byte when nothing changed."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from hzd_catalogue.records.models import Address, Milestone, RetiredKey
from hzd_catalogue.site import fixtures
from partners.models import Partner
from projects.models import Project

pytestmark = pytest.mark.django_db


def export(directory: Path) -> dict[str, bytes]:
    call_command("export_fixtures", dir=directory, stdout=StringIO())
    return contents(directory)


def contents(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def test_export_of_the_loaded_catalogue_equals_its_files(empty_catalogue, settings, tmp_path):
    call_command("load_catalogue", stdout=StringIO())
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
    for model in (*reversed(fixtures.FILES.values()), Address, RetiredKey):
        model._default_manager.all().delete()
    call_command("load_catalogue", dir=tmp_path / "out", stdout=StringIO())
    assert Project.objects.get().description == text
    assert export(tmp_path / "again") == written
