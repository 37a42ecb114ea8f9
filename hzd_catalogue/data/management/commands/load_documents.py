"""Keeps the texts of the documents in the database, for editors alone."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from hzd_catalogue.data import documents
from hzd_catalogue.data.schema import require_fitting_database
from hzd_catalogue.reference.models import Source


class Command(BaseCommand):
    """All files or none; what is there already stays as it is."""

    help = (
        "Nimmt die Texte der Dokumente in die Datenbank auf, nur für die Redaktion. Ein geänderter "
        "Text wird eine neue Fassung; die alte bleibt."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--documents", type=Path, required=True, help="Ordner mit den Dokumenten."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PUBLIC_ONLY:
            raise CommandError("Mit PUBLIC_ONLY=on wird nichts aufgenommen; nehmen Sie off.")
        require_fitting_database()
        try:
            with transaction.atomic():
                taken = documents.load(options["documents"], Source.objects.all())
        except documents.DocumentError as error:
            raise CommandError(f"Nichts wurde aufgenommen. {error}") from error
        for line in taken:
            self.stdout.write(line)
