"""Writes the database back to the catalogue's files."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from hzd_catalogue.data import fixtures
from hzd_catalogue.data.schema import require_fitting_database


class Command(BaseCommand):
    """Drafts are written too, with ``is_published: false``."""

    help = "Schreibt alle Einträge, auch Entwürfe, in die YAML-Dateien."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dir",
            type=Path,
            default=settings.BASE_DIR / "fixtures",
            help="Ordner für die YAML-Dateien (Vorgabe: fixtures).",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        require_fitting_database()
        try:
            counts = fixtures.export(options["dir"])
        except OSError as error:
            raise CommandError(
                f"Nichts wurde geschrieben. Der Ordner {options['dir']} nimmt die Dateien nicht "
                f"an: {error.strerror}."
            ) from error
        self.stdout.write(
            "Geschrieben: "
            + ", ".join(
                f"{count} {model._meta.verbose_name_plural}" for model, count in counts.items()
            )
        )
