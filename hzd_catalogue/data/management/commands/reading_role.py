"""Prints the rights of the role under which public hosts read the database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from hzd_catalogue.data import reading_role


class Command(BaseCommand):
    """Changes nothing itself: what it prints is for psql."""

    help = (
        "Gibt SQL aus, das einer Rolle von PostgreSQL genau die Tabellen zu lesen gibt, aus denen "
        "die öffentlichen Seiten bestehen, und ihr alles andere nimmt."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="Name der Rolle, zum Beispiel catalogue_reader.")

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("Rollen gibt es nur auf PostgreSQL; siehe docs/operating.md.")
        try:
            self.stdout.write(reading_role.grants(connection, options["name"]), ending="")
        except ValueError as error:
            raise CommandError(str(error)) from error
