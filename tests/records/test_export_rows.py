"""Finished rows of files say what the records say, and are asked only while they do."""

import random
import zlib
from dataclasses import replace

import pytest
from django.core.management import call_command
from django.urls import set_script_prefix

from hzd_catalogue.data.invented import invent
from hzd_catalogue.exports.formats import FORMATS
from hzd_catalogue.lists.result import Result
from hzd_catalogue.records import blocking, export_rows, export_writer, publishing, version_writer
from hzd_catalogue.records.export_rows import END, SITE, ExportRows, are_right
from hzd_catalogue.records.models import Record
from hzd_catalogue.reference import changes
from hzd_catalogue.reference.models import Block
from projects.filters import PROJECTS
from tests.exporting import random_query, table_at

pytestmark = pytest.mark.django_db

LISTS = ("projekte", "kooperationen", "partner", "aussagen")
TEXTS = ("csv", "json")


def written(address, *, finished=True):
    """Return a file as it is sent, or as it would be without finished rows."""
    table = table_at(address)
    suffix = address.partition("?")[0].rpartition(".")[2]
    return b"".join(FORMATS[suffix].write(table if finished else replace(table, finished=None)))


def check_files(*addresses):
    """Finished rows are at hand, and every file is what its records make it."""
    assert are_right()
    for address in addresses or [f"/{name}.{suffix}" for name in LISTS for suffix in TEXTS]:
        assert written(address) == written(address, finished=False), address


def test_files_are_those_that_the_records_make(catalogue):
    chance = random.Random(1)  # noqa: S311 (repeatable, not secret)
    check_files()
    for seed in range(3):
        query = random_query(PROJECTS, chance.randint(0, 999) + seed)
        check_files(f"/projekte.csv?{query}", f"/projekte.json?{query}")
    check_files("/aussagen.csv?sortierung=-datum&rang=aktuell", "/aussagen.json?sortierung=quelle")


def test_files_of_an_invented_catalogue_are_those_that_its_records_make(empty_catalogue):
    invent(6, seed=3)
    assert not are_right()
    version_writer.follow_all()
    check_files()


def test_finished_rows_are_read_and_no_record_is_loaded(catalogue, monkeypatch):
    def load(*args):
        raise AssertionError("A record was loaded.")

    files = [written(f"/{name}.{suffix}") for name in LISTS for suffix in TEXTS]
    monkeypatch.setattr(Result, "records", load)
    assert files == [written(f"/{name}.{suffix}") for name in LISTS for suffix in TEXTS]


def test_the_same_rows_are_of_each_host_and_below_each_path(catalogue):
    here = written("/projekte.json")
    set_script_prefix("/katalog/")
    try:
        tables = [table_at(f"/{name}.csv", "localhost") for name in LISTS]
        for table in tables:
            lines = b"".join(FORMATS["csv"].write(table))
            made = b"".join(FORMATS["csv"].write(replace(table, finished=None)))
            assert lines == made
            assert b"http://localhost/katalog/" in lines
    finally:
        set_script_prefix("/")
    assert written("/projekte.json") == here


def test_what_was_saved_past_a_change_is_in_the_files(catalogue):
    project = Record.objects.published().filter(type="projekte").first()
    project.name = "Am Ändern vorbei"
    project.save()
    assert not are_right()
    assert "Am Ändern vorbei" in written("/projekte.csv").decode()
    # A change of something else does not make up for it.
    partner = Record.objects.published().filter(type="partner").first()
    with changes.change():
        partner.save()
    assert not are_right()
    assert "Am Ändern vorbei" in written("/aussagen.json").decode()
    call_command("keep_versions", verbosity=0)
    check_files("/projekte.csv")


def test_rows_of_another_release_are_made_anew_by_the_update(catalogue, monkeypatch, capsys):
    monkeypatch.setattr(export_rows, "code", lambda: "another")
    assert not are_right()
    monkeypatch.setattr(export_writer, "code", lambda: "another")
    call_command("load_catalogue")
    assert "neu geschrieben" in capsys.readouterr().out
    check_files("/partner.csv")
    call_command("load_catalogue")
    assert "neu geschrieben" not in capsys.readouterr().out


def test_a_row_that_is_missing_is_made(catalogue):
    pk = Record.objects.published().filter(type="projekte").first().pk
    ExportRows.objects.filter(record=pk).delete()
    check_files("/projekte.json", "/aussagen.csv")


@pytest.mark.parametrize("mark", [SITE, END])
def test_a_row_with_a_mark_of_ours_is_whole(catalogue, mark):
    project = Record.objects.published().filter(type="projekte").first()
    with changes.change():
        project.name = f"vorher{mark}nachher"
        project.save()
    check_files("/projekte.csv", "/aussagen.json")
    assert f"vorher{mark}nachher" in written("/projekte.csv").decode()


def test_of_what_is_withdrawn_or_blocked_no_row_is_left(catalogue):
    project = Record.objects.published().filter(type="projekte").first()
    partner = Record.objects.published().filter(type="partner").first()
    with changes.change():
        partner.name = "Unsägliches Amt"
        partner.save()
    assert "Unsägliches" in written("/partner.csv").decode()
    publishing.withdraw(project)
    blocking.block(Block.of(["Unsägliches Amt"], ground="person"))
    check_files("/projekte.csv", "/partner.json")
    blocking.block(Block.of(["Nirgends Genannt"], ground="person"))
    assert are_right()
    kept = "".join(map(unpacked, ExportRows.objects.values_list("packed", flat=True)))
    assert project.get_absolute_url() not in kept
    assert "Unsägliches" not in kept


def unpacked(packed):
    return zlib.decompress(packed).decode()
