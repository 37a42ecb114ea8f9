"""Proves every quoted phrase against the paragraph it names, and that no sentence is forgotten."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hzd_catalogue.data.documents import Account, account, paragraphs, table
from hzd_catalogue.records.statements import Statement
from hzd_catalogue.reference import german
from hzd_catalogue.reference.models import Source


class Command(BaseCommand):
    """Exit code 1 when a phrase stands elsewhere, or a sentence has no statement and no reason."""

    help = (
        "Prüft jeden Wortlaut gegen den Absatz des Dokuments, aus dem er stammt, und ob jeder Satz "
        "eine Angabe hat oder mit Grund ausgelassen ist."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--documents", type=Path, required=True, help="Ordner mit den Dokumenten."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        directory: Path = options["documents"]
        if not directory.is_dir():
            raise CommandError(f"Den Ordner {directory} gibt es nicht.")
        checked = failed = 0
        accounts = []
        for source in Source.objects.prefetch_related("omitted_sentences"):
            document = paragraphs(directory / source.file_name)
            statements = list(source.statements.with_names().select_related("record"))
            checked += len(statements)
            faults = [(row, reason) for row in statements if (reason := _fault(row, document))]
            failed += len(faults)
            for row, reason in faults:
                place = f"{source.label}, Absatz {row.paragraph}"
                self.stdout.write(f"{row.record} – {row.fact} – {place}: {reason}")
            if document is not None:
                accounts.append(account(source, document, statements))
        self._report(accounts)
        open_sentences = sum(len(found.open) + len(found.wrong) for found in accounts)
        summary = (
            f"{german.counted(checked, 'Angabe', 'Angaben')} geprüft, {failed} fehlerhaft; "
            f"{german.counted(sum(found.sentences for found in accounts), 'Satz', 'Sätze')}, "
            f"{open_sentences} offen."
        )
        if failed or open_sentences:
            raise CommandError(summary)
        self.stdout.write(summary)

    def _report(self, accounts: list[Account]) -> None:
        for found in accounts:
            for line in (*found.open, *found.wrong):
                self.stdout.write(line)
        self.stdout.write("")
        for line in table(accounts):
            self.stdout.write(line)
        self.stdout.write("")


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
