"""Proves every quoted phrase against the paragraph it names, and that no sentence is forgotten."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from hzd_catalogue.data.documents import Account, account, paragraphs, table
from hzd_catalogue.reference import german
from hzd_catalogue.reference.models import Paragraph, Source, SourceText


class Command(BaseCommand):
    """Exit code 1 when anything is wrong, open, or cannot be proved for lack of a text."""

    help = (
        "Prüft jeden Wortlaut gegen den Absatz des Dokuments, aus dem er stammt, und ob jeder Satz "
        "eine Angabe hat oder mit Grund ausgelassen ist."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--documents",
            type=Path,
            help="Ordner mit den Dokumenten (Vorgabe: die Texte in der Datenbank).",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        directory: Path | None = options["documents"]
        if directory and not directory.is_dir():
            raise CommandError(f"Den Ordner {directory} gibt es nicht.")
        checked = failed = unproved = rechecks = 0
        accounts = []
        for source in Source.objects.published().prefetch_related("omitted_sentences"):
            statements = list(source.statements.with_names().select_related("record", "recheck"))
            document, lack = self._text(directory, source)
            texts = [paragraph.text for paragraph in document]
            if not document:
                unproved += len(statements)
                self.stdout.write(f"{source.label}: {lack}")
                continue
            checked += len(statements)
            for row in statements:
                faults = row.passage_faults(texts)
                failed += bool(faults)
                rechecks += not faults and hasattr(row, "recheck")
                place = f"{row.record} – {row.fact} – {source.label}, Absatz {row.paragraph}"
                for reason in faults.values():
                    self.stdout.write(f"{place}: {reason}")
            accounts.append(account(source, document, statements))
        self._report(accounts)
        open_sentences = sum(len(found.open) + len(found.wrong) for found in accounts)
        summary = (
            f"{german.counted(checked, 'Angabe', 'Angaben')} geprüft, {failed} fehlerhaft"
            + (f", {unproved} ungeprüft" if unproved else "")
            + (f", {rechecks} neu zu prüfen" if rechecks else "")
            + f"; {german.counted(sum(found.sentences for found in accounts), 'Satz', 'Sätze')}, "
            f"{open_sentences} offen."
        )
        if failed or unproved or rechecks or open_sentences:
            raise CommandError(summary)
        self.stdout.write(summary)

    def _text(self, directory: Path | None, source: Source) -> tuple[list[Paragraph], str]:
        """Return the paragraphs of a document, or none and why."""
        if directory is None:
            return source.current_paragraphs, "Der Text fehlt."
        try:
            texts = paragraphs(directory, source)
        except ValidationError as error:
            return [], f"{source.file_name}: {' '.join(error.messages)}"
        if texts is None:
            return [], f"Die Datei {source.file_name} fehlt."
        return SourceText(source=source).with_sentences(texts), ""

    def _report(self, accounts: list[Account]) -> None:
        for found in accounts:
            for line in (*found.open, *found.wrong):
                self.stdout.write(line)
        self.stdout.write("")
        for line in table(accounts):
            self.stdout.write(line)
        self.stdout.write("")
