"""Saves everything the database holds to one file."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from hzd_catalogue.data import backup
from hzd_catalogue.reference import german


class Command(BaseCommand):
    """The site may be served and edited meanwhile."""

    help = (
        "Sichert alles, was in der Datenbank steht, in eine Datei; nur Sitzungen, Fehlversuche "
        "beim Anmelden und was sich neu berechnen lässt, fehlen darin."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file",
            metavar="DATEI",
            type=Path,
            nargs="?",
            help=f"Vorgabe: ein Name mit der Zeit in {settings.BACKUP_DIR} (BACKUP_DIR).",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PUBLIC_ONLY:
            raise CommandError("Mit PUBLIC_ONLY=on lässt sich nicht sichern; nehmen Sie off.")
        path: Path = options["file"] or settings.BACKUP_DIR / backup.file_name("catalogue")
        try:
            manifest = backup.save(path)
        except backup.BackupError as error:
            raise CommandError(f"Keine Sicherung. {error}") from error
        except DatabaseError as error:
            raise CommandError(f"Keine Sicherung. {backup.refusal(error)}") from error
        self.stdout.write(
            f"Gesichert: {path}, Datenstand {manifest.revision}, "
            f"{german.counted(manifest.rows, 'Zeile', 'Zeilen')}."
        )
