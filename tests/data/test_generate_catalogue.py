"""generate_catalogue invents what the real catalogue could hold, the same for the same seed."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from hzd_catalogue.data import fixtures
from hzd_catalogue.records import publishing
from hzd_catalogue.records.kinds import Kind
from hzd_catalogue.records.models import Record, Statement
from hzd_catalogue.reference.models import Revision, Source
from partners.models import Cooperation, Partner
from projects.models import Project
from tests.factories import clear_catalogue, make_project

pytestmark = pytest.mark.django_db

RECORDS = 20


def generate(seed: int = 1, records: int = RECORDS) -> str:
    output = StringIO()
    call_command("generate_catalogue", records=records, seed=seed, stdout=output)
    return output.getvalue()


def exported(directory: Path) -> dict[str, bytes]:
    fixtures.export(directory)
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def test_every_row_is_one_that_an_editor_could_have_published(empty_catalogue):
    assert "60 Einträge" in generate(seed=6)
    for model in (Partner, Cooperation, Project):
        assert model.objects.published().count() == RECORDS
    for source in Source.objects.all():
        source.full_clean()
    for record in Record.objects.all():
        record.full_clean()
        publishing.check(record)
    for statement in Statement.objects.select_related("record", "source"):
        statement.full_clean()
    assert set(Statement.objects.values_list("kind", flat=True)) == set(Kind.values)
    assert Record.objects.with_contradictions().exists()
    assert Revision.current().number > 0


def test_the_same_seed_makes_the_same_catalogue(empty_catalogue, tmp_path):
    generate()
    first = exported(tmp_path / "first")
    clear_catalogue()
    generate()
    assert exported(tmp_path / "again") == first
    clear_catalogue()
    generate(seed=2)
    assert exported(tmp_path / "other")["projects.yaml"] != first["projects.yaml"]


def test_what_is_added_to_it_gets_numbers_of_its_own(empty_catalogue):
    generate(records=2)
    make_project()
    assert Record.objects.count() == 7


def test_a_database_with_a_catalogue_is_refused(catalogue):
    before = Statement.objects.count(), Revision.current().number
    with pytest.raises(CommandError, match="enthält schon einen Katalog"):
        generate()
    assert (Statement.objects.count(), Revision.current().number) == before


def test_one_record_is_the_least(empty_catalogue):
    with pytest.raises(CommandError, match="mindestens 1"):
        generate(records=0)
    assert "3 Einträge" in generate(records=1)
