"""Takes words that may not stay out of everything, for good."""

import sys
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from hzd_catalogue.data.schema import require_fitting_database
from hzd_catalogue.records import blocking
from hzd_catalogue.reference import german
from hzd_catalogue.reference.blocks import Block, Matcher

NOTHING_CHANGED = "Nichts wurde geändert."


class Command(BaseCommand):
    """What the page of the admin does; the words come by standard input, which no list shows."""

    help = (
        "Entfernt Wörter, die nicht bleiben dürfen, aus allem, was die Datenbank enthält. Die "
        "Wörter werden von der Standardeingabe gelesen, je Zeile eine Folge."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--ground", required=True, choices=Block.Ground.values, help="Auf welcher Grundlage."
        )
        parser.add_argument("--note", default="", help="Zum Beispiel ein Aktenzeichen.")
        parser.add_argument(
            "--do", action="store_true", help="Entfernen; sonst wird nur gezeigt, wo sie stehen."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PUBLIC_ONLY:
            raise CommandError("Mit PUBLIC_ONLY=on wird nichts gesperrt; nehmen Sie off.")
        require_fitting_database()
        if sys.stdin.isatty():
            self.stderr.write("Wörter, je Zeile eine Folge; danach Strg+D:")
        try:
            made = Block.of(
                sys.stdin.read().splitlines(),
                role="Betrieb (Befehl)",
                ground=options["ground"],
                note=options["note"],
            )
            blocking.check(made)
            matcher = Matcher([made])
            for row in blocking.found(matcher):
                self.stdout.write(f"{row.table}: {row.label(matcher)} ({row.columns})")
            for name in blocking.files(matcher):
                self.stdout.write(f"Download {name}: geht als Ganzes")
            for name in blocking.accounts(matcher):
                self.stdout.write(f"Bleibt: Konto {name}")
            if not options["do"]:
                self.stdout.write(f"{NOTHING_CHANGED} Mit --do werden die Wörter dort entfernt.")
                return
            count = blocking.block(made)
        except UnicodeDecodeError as error:
            raise CommandError(
                f"{NOTHING_CHANGED} Die Wörter sind nicht in UTF-8 geschrieben."
            ) from error
        except ValidationError as error:
            raise CommandError(f"{NOTHING_CHANGED} {' '.join(error.messages)}") from error
        rows = german.counted(count, "Stelle", "Stellen")
        self.stdout.write(f"{made}: an {rows} entfernt.")
