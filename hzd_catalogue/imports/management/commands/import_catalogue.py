"""Takes edited files of the catalogue into a database that has one."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from hzd_catalogue.data.fixtures import FixtureError
from hzd_catalogue.data.schema import require_fitting_database
from hzd_catalogue.imports import catalogue
from hzd_catalogue.reference import german


class Command(BaseCommand):
    """Says what would change; with ``--apply``, all of it is changed, or nothing."""

    help = (
        "Vergleicht bearbeitete YAML-Dateien mit der Datenbank und nennt die Unterschiede. Mit "
        "--apply werden sie übernommen: alle oder keiner, als Fassungen. Was in keiner Datei "
        "steht, bleibt; eine Angabe, die bei ihrem Eintrag fehlt, wird gelöscht."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "files",
            type=Path,
            nargs="+",
            help="YAML-Dateien, ein Ordner mit ihnen, oder Tabellen von Angaben (CSV, XLSX).",
        )
        parser.add_argument("--apply", action="store_true", help="Die Unterschiede übernehmen.")
        parser.add_argument(
            "--revision",
            type=int,
            help="Nur übernehmen, wenn die Daten noch so sind wie beim Vergleich, der sie nannte.",
        )
        parser.add_argument(
            "--downloaded",
            type=int,
            help="Die Revision, die Tabellen zeigen, die sie nicht selbst nennen.",
        )
        parser.add_argument(
            "--reason", default="", help="Ein Wort dazu, warum; nur die Redaktion liest es."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PUBLIC_ONLY:
            raise CommandError("Mit PUBLIC_ONLY=on wird nichts übernommen; nehmen Sie off.")
        require_fitting_database()
        apply = options["apply"]
        try:
            contents = catalogue.contents_of(options["files"])
            comparison = catalogue.take_in(
                contents,
                apply=apply,
                reason=options["reason"],
                revision=options["revision"],
                downloaded=options["downloaded"],
            )
        except (FixtureError, catalogue.MovedOnError) as error:
            raise CommandError(f"Nichts wurde geändert.\n{error}") from error
        self._say(comparison, apply=apply)

    def _say(self, comparison: catalogue.Comparison, *, apply: bool) -> None:
        for warning in comparison.warnings:
            self.stdout.write(warning)
        for changed in comparison.changed_since:
            self.stdout.write(f"  {changed}")
            for line in changed.lines:
                self.stdout.write(f"    {line}")
        for row in comparison.differences:
            self.stdout.write(str(row))
            for line in row.lines:
                self.stdout.write(f"  {line}")
        count = german.counted(len(comparison.differences), "Eintrag", "Einträge")
        if not comparison.differences:
            self.stdout.write("Keine Unterschiede; nichts wurde geändert.")
        elif apply:
            self.stdout.write(f"Übernommen: {count}.")
        else:
            self.stdout.write(
                f"Zu ändern: {count}. Noch wurde nichts geändert; mit --apply "
                f"--revision {comparison.revision} wird genau das übernommen."
            )
