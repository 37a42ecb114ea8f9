"""The documents' texts are for editors: nothing public, no file and no log holds one."""

import logging
import re
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.test import Client

from hzd_catalogue.data.reading_role import public_tables
from hzd_catalogue.records.models import Statement
from hzd_catalogue.records.rechecks import take_in
from hzd_catalogue.reference.models import Paragraph, Source
from tests.addresses import every_kind_of_public_address
from tests.chance import some

pytestmark = pytest.mark.django_db

MAX_WORDS = 12
WORD = re.compile(r"\w+")


def plant() -> None:
    """Give each document a text in which its quotations stand among words of nobody else."""
    for source in Source.objects.all():
        paragraphs: dict[int, list[str]] = {}
        for row in source.statements.all():
            words = paragraphs.setdefault(row.paragraph, [])
            for quote in filter(None, (row.quote, row.since_quote)):
                words += [quote, f"Ohneland{len(words)}"]
        filler = " ".join(f"Niemandsland{number}" for number in range(20))
        last = max(paragraphs, default=1)
        take_in(source, [" ".join(paragraphs.get(n, [filler])) for n in range(1, last + 1)])


def words(text: str) -> list[str]:
    return WORD.findall(text.casefold())


def runs(text: str) -> set[tuple[str, ...]]:
    """Return every run of one word more than may be quoted."""
    found = words(text)
    return {tuple(found[n : n + MAX_WORDS + 1]) for n in range(len(found) - MAX_WORDS)}


def text_of(content: bytes) -> str:
    """Return what can be read in an answer, packed or not, without the tags of its format."""
    if content.startswith(b"PK"):
        with ZipFile(BytesIO(content)) as packed:
            content = b" ".join(packed.read(name) for name in packed.namelist())
    return re.sub(r"<[^>]*>", " ", content.decode(errors="replace"))


@pytest.fixture
def planted(catalogue) -> set[tuple[str, ...]]:
    """Runs of the planted texts that are longer than a quotation may be."""
    plant()
    assert not Statement.objects.to_recheck().exists()
    found = set()
    for text in Paragraph.objects.values_list("text", flat=True):
        found |= runs(text)
    for quote in Statement.objects.values_list("quote", flat=True):
        # A word with a hyphen counts as one when it is quoted.
        found -= runs(quote)
    return found


def test_the_search_finds_what_it_is_looking_for(planted):
    """Else the tests below would prove nothing."""
    text = Paragraph.objects.filter(text__contains="Ohneland").first().text
    assert runs(text_of(f"<p>{text}</p>".encode())) & planted


def test_no_public_answer_holds_a_text(planted, caplog):
    caplog.set_level(logging.DEBUG)
    client = Client(raise_request_exception=False)
    leaks = []
    for address in some(every_kind_of_public_address(), 80):
        text = text_of(b"".join(client.get(address)))
        if "niemandsland" in text.casefold() or runs(text) & planted:
            leaks.append(address)
    for word in ("Niemandsland7", "Ohneland1"):
        for address in ("/suche/", "/projekte/"):
            page = text_of(b"".join(client.get(address, {"q": word})))
            if runs(page) & planted:
                leaks.append(f"{address}?q={word}")
    assert not leaks
    assert "niemandsland" not in caplog.text.casefold().replace("niemandsland7", "")


def test_no_file_holds_a_text(planted, tmp_path):
    output = StringIO()
    call_command("export_fixtures", dir=tmp_path, stdout=output)
    call_command("load_documents", documents=write_texts(tmp_path), stdout=output)
    for path in tmp_path.glob("*.yaml"):
        assert not runs(path.read_text()) & planted, path.name
        assert "niemandsland" not in path.read_text().casefold()
    assert not runs(output.getvalue()) & planted


def write_texts(directory):
    """Write the texts as files; return their directory."""
    documents = directory / "documents"
    documents.mkdir()
    for source in Source.objects.all():
        text = "\n".join(row.text for row in source.current_paragraphs)
        (documents / source.file_name).write_text(text)
    return documents


def test_the_role_of_public_hosts_reads_no_text():
    assert not {"reference_sourcetext", "reference_paragraph", "records_recheck"} & set(
        public_tables()
    )


def test_the_check_of_a_deployment_counts_what_is_not_proved(catalogue, settings):
    def found() -> list[str]:
        messages = run_checks(tags=["texts"], include_deployment_checks=True)
        return [f"{message.id} {message.msg}" for message in messages]

    count = Statement.objects.count()
    assert found() == [
        f"data.W002 The quotations of {count} statements are not proved: texts are missing."
    ]
    plant()
    assert found() == []
    source = Source.objects.first()
    take_in(source, ["Niemandsland"])
    count = Statement.objects.filter(source=source).count()
    assert found() == [
        f"data.W003 {count} statements are to be looked at again: their document has changed."
    ]
    settings.PUBLIC_ONLY = True
    assert found() == []
