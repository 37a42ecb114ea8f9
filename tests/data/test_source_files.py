"""What the files say of a document beside its original."""

from datetime import date

import pytest

from hzd_catalogue.data.fixtures import FixtureError, export, load
from hzd_catalogue.reference.models import Source

pytestmark = pytest.mark.django_db

COMPARED = "comparison: geaendert\n  compared_on: {}\n"


def write(directory, comparison):
    """Let the file say something else of the comparison of its one source."""
    file = directory / "sources.yaml"
    file.write_text(file.read_text().replace("comparison: nicht-geprueft\n", comparison))


def test_a_comparison_goes_in_and_out_again(empty_catalogue, small_catalogue, tmp_path):
    write(small_catalogue, COMPARED.format("2026-05-03"))
    load(small_catalogue)
    assert Source.objects.get().compared_on == date(2026, 5, 3)

    export(tmp_path / "out")
    assert COMPARED.format("2026-05-03") in (tmp_path / "out" / "sources.yaml").read_text()


@pytest.mark.parametrize("value", ["'2026-05-03'", "2026-05-03 10:00:00", "2026", "Mai"])
def test_a_file_with_another_day_is_refused(empty_catalogue, small_catalogue, value):
    write(small_catalogue, COMPARED.format(value))
    with pytest.raises(FixtureError, match=r"compared_on: .*Erwartet wird ein Tag"):
        load(small_catalogue)


def test_a_file_of_before_has_no_voice_and_no_comparison(empty_catalogue, small_catalogue):
    write(small_catalogue, "")
    load(small_catalogue)
    assert set(Source.objects.values_list("voice", "comparison")) == {("", "nicht-geprueft")}
