"""Proves every quoted phrase against the paragraph it names."""

from functools import cache
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hzd_catalogue.records.statements import Statement
from hzd_catalogue.reference import german


class Command(BaseCommand):
    """Exit code 1 when a phrase does not stand where its statement says."""

    help = "Prüft jeden Wortlaut gegen den Absatz des Dokuments, aus dem er stammt."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--documents", type=Path, required=True, help="Ordner mit den Dokumenten."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        directory: Path = options["documents"]
        if not directory.is_dir():
            raise CommandError(f"Den Ordner {directory} gibt es nicht.")
        read = cache(lambda file_name: paragraphs(directory / file_name))
        checked = failed = 0
        for statement in Statement.objects.with_names().select_related("record"):
            checked += 1
            reason = _fault(statement, read(statement.source.file_name))
            if reason:
                failed += 1
                self.stdout.write(
                    f"{statement.record} – {statement.fact} – {statement.passage}: {reason}"
                )
        summary = f"{german.counted(checked, 'Angabe', 'Angaben')} geprüft, {failed} fehlerhaft."
        if failed:
            raise CommandError(summary)
        self.stdout.write(summary)


def paragraphs(path: Path) -> list[str] | None:
    """Return the paragraphs of a document, its non-empty lines; None when there is no document."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    return [line for line in text.split("\n") if line.strip(" \t")]


def _fault(statement: Statement, document: list[str] | None) -> str:
    """Return what is wrong with the statement's passage, or nothing."""
    if document is None:
        return f"Die Datei {statement.source.file_name} fehlt."
    if not 1 <= statement.paragraph <= len(document):
        return f"Das Dokument hat nur {len(document)} Absätze."
    for quote in (statement.quote, statement.since_quote):
        if quote not in document[statement.paragraph - 1]:
            return f"Der Wortlaut „{quote}“ steht dort nicht."
    return ""
