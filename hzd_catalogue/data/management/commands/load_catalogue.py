"""Fills an empty database with the catalogue."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from hzd_catalogue.data import fixtures
from hzd_catalogue.data.schema import require_fitting_database
from hzd_catalogue.records import version_writer
from hzd_catalogue.records.export_rows import are_right
from hzd_catalogue.records.models import Record
from hzd_catalogue.records.publishing import keep
from hzd_catalogue.reference import changes, german
from hzd_catalogue.reference.models import Revision


class Command(BaseCommand):
    """All or nothing; a database that holds records keeps them as they are."""

    help = "Füllt eine leere Datenbank mit dem Katalog; eine gefüllte bleibt unverändert."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dir",
            type=Path,
            default=settings.BASE_DIR / "fixtures",
            help="Ordner mit den YAML-Dateien (Vorgabe: fixtures).",
        )
        parser.add_argument(
            "--documents",
            type=Path,
            help=(
                "Ordner mit den Dokumenten: Ihre Texte werden mit aufgenommen, und jeder Wortlaut "
                "wird mit seinem Absatz verglichen."
            ),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        require_fitting_database()
        with changes.change():
            self._fill(options["dir"], options["documents"])
        # Those of a database from before there were versions.
        if Record.objects.published().filter(versions=None).exists():
            kept = german.counted(keep(), "Fassung", "Fassungen")
            self.stdout.write(f"Was öffentlich ist, ist nun festgehalten: {kept}.")
        # Those of the version before an update count no more.
        elif not are_right():
            version_writer.follow_all()
            self.stdout.write("Die Zeilen der Dateien sind neu geschrieben.")

    def _fill(self, directory: Path, documents: Path | None) -> None:
        # Of two hosts that start at once, the second waits here and then finds the records.
        Revision.objects.select_for_update().get_or_create(pk=1)
        if any(model._default_manager.exists() for model in fixtures.FILES.values()):
            self.stdout.write("Die Datenbank enthält schon Einträge; nichts wurde geändert.")
            return
        try:
            counts = fixtures.load(directory, documents)
        except fixtures.FixtureError as error:
            raise CommandError(f"Nichts wurde geladen.\n{error}") from error
        Revision.advance()
        self.stdout.write(
            "Geladen: "
            + ", ".join(
                f"{count} {model._meta.verbose_name_plural}" for model, count in counts.items()
            )
        )
