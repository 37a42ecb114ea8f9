"""Fills a database of its own with an invented catalogue of any size, to measure with."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hzd_catalogue.data.invented import NotEmptyError, invent
from hzd_catalogue.data.schema import require_fitting_database
from hzd_catalogue.records import version_writer
from hzd_catalogue.reference.german import grouped


class Command(BaseCommand):
    """Never into a database that holds anything: what is invented stands beside nothing real."""

    help = "Füllt eine leere Datenbank mit einem erfundenen Katalog, zum Messen."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--records",
            type=int,
            default=1000,
            help="So viele Partner, Kooperationen und Projekte je (Vorgabe: 1000).",
        )
        parser.add_argument(
            "--seed", type=int, default=1, help="Gleiche Zahl, gleicher Katalog (Vorgabe: 1)."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        require_fitting_database()
        if options["records"] < 1:
            raise CommandError("--records: mindestens 1.")
        try:
            counts = invent(options["records"], options["seed"])
        except NotEmptyError as error:
            raise CommandError(
                "Nichts wurde erfunden: Die Datenbank enthält schon einen Katalog. Eine eigene "
                "wählen (VAR_DIR oder DATABASE_URL)."
            ) from error
        version_writer.follow_all()
        self.stdout.write(
            "Erfunden: "
            + ", ".join(
                f"{grouped(count)} {model._meta.verbose_name_plural}"
                for model, count in counts.items()
                if not model._meta.auto_created
            )
        )
