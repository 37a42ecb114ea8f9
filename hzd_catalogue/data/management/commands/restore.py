"""Puts a backup in the place of what the database holds."""

from collections.abc import Iterator
from contextlib import ExitStack, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.formats import date_format

from hzd_catalogue.data import backup, restore
from hzd_catalogue.records import version_writer
from hzd_catalogue.records.models import Record, Statement
from hzd_catalogue.reference import german
from hzd_catalogue.reference.models import Block, FederalState, Level, Source, Topic

NOTHING_CHANGED = "Nichts wurde geändert."


class Command(BaseCommand):
    """Shows what it would replace, asks, keeps the state before, and replaces all or nothing."""

    help = (
        "Ersetzt alles, was in der Datenbank steht, durch eine Sicherung. Der Stand vorher "
        f"wird in {settings.BACKUP_DIR} (BACKUP_DIR) aufgehoben. Die Website kann "
        "währenddessen laufen."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="DATEI", type=Path, help="Die Sicherung.")
        parser.add_argument(
            "--no-input",
            "--noinput",
            action="store_false",
            dest="interactive",
            help="Nicht fragen, sofort ersetzen.",
        )
        parser.add_argument(
            "--discard",
            action="store_true",
            help=(
                "Den Stand vorher nicht aufheben. Nötig, wenn die Datenbank von einer neueren "
                "Version stammt: diese kann ihn dann nicht sichern und entfernt alle Tabellen."
            ),
        )

        parser.add_argument(
            "--blocks",
            metavar="DATEI",
            type=Path,
            help=(
                "Eine neuere Sicherung, deren Sperrliste zusätzlich gilt. Nötig, wenn die "
                "Datenbank, die ersetzt wird, die Liste nicht mehr hat."
            ),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PUBLIC_ONLY:
            raise CommandError("Mit PUBLIC_ONLY=on wird nichts eingespielt; nehmen Sie off.")
        try:
            with ExitStack() as files:
                opened = files.enter_context(backup.opened(options["file"]))
                newer = options.pop("blocks")
                listed = files.enter_context(backup.opened(newer)) if newer else None
                blocks = restore.blocks_in(listed) if listed else []
                self._restore(opened, blocks=blocks, **options)
        except backup.BackupError as error:
            raise CommandError(f"{NOTHING_CHANGED} {error}") from error
        except DatabaseError as error:
            raise CommandError(f"{NOTHING_CHANGED} {backup.refusal(error)}") from error

    def _restore(
        self,
        opened: backup.Backup,
        *,
        file: Path,
        blocks: list[Block],
        interactive: bool,
        discard: bool,
        **options: Any,
    ) -> None:
        is_damaged = restore.is_damaged()
        present = None if is_damaged else restore.present()
        if not (present or is_damaged or discard):
            raise backup.BackupError(
                "Die Datenbank stammt von einer neueren Version des Katalogs, und nur mit jener "
                "lässt sich ihr Stand aufheben; ohne ihn geht es mit --discard."
            )
        saved = opened.manifest
        self.stdout.write(
            f"Sicherung {file}:\n  vom {moment(saved.created_at)}, Version {saved.software}, "
            f"aus {saved.database}; {state_of_data(saved)}"
        )
        self.stdout.write(f"Datenbank {connection.display_name} {database_name()}:")
        if is_damaged:
            self.stdout.write("  beschädigt oder verloren; was davon da ist, wird umbenannt")
        elif present is None:
            self.stdout.write("  von einer neueren Version; alle ihre Tabellen werden entfernt")
        else:
            self.stdout.write(f"  {state_of_data(present)}")
        for line in compared(present, saved):
            self.stdout.write(line)
        if interactive and not confirmed():
            raise CommandError(f"Abgebrochen. {NOTHING_CHANGED}")
        kept = None if discard else settings.BACKUP_DIR / backup.file_name("before-restore")
        with restore.set_aside() if is_damaged else nullcontext() as aside:
            outcome = restore.restore(opened, kept, blocks)
        # No backup holds what follows from the rest.
        version_writer.follow_all()
        for line in told(outcome, aside, kept):
            self.stdout.write(line)
        if not (blocks or knew_what_is_blocked(present)):
            self.stdout.write(
                "Was nach dieser Sicherung gesperrt wurde, steht wieder da: Die Datenbank davor "
                "hatte keine Sperrliste, die zu lesen war. Hat eine neuere Sicherung die Liste, "
                "spielen Sie noch einmal ein, mit --blocks."
            )


def told(outcome: restore.Outcome, aside: Path | None, kept: Path | None) -> Iterator[str]:
    """Yield what has been done, and what is left to do."""
    if aside:
        yield f"Was davon da war, heißt jetzt {aside}."
    if kept and kept.exists():
        yield f"Der Stand vorher liegt in {kept}."
    yield f"Eingespielt; der Datenstand ist jetzt {outcome.revision}."
    if outcome.blocked:
        rows = german.counted(outcome.blocked, "Stelle", "Stellen")
        yield f"Was gesperrt ist, ist an {rows} wieder entfernt."
    if outcome.needs_restart:
        yield "Starten Sie Prozesse neu, die währenddessen liefen."
    if outcome.roles:
        yield (
            "Die Tabellen wurden neu angelegt; geben Sie diesen Rollen ihre Rechte wieder, der "
            f"lesenden mit „manage.py reading_role“: {', '.join(outcome.roles)}."
        )


def knew_what_is_blocked(present: backup.Manifest | None) -> bool:
    """Whether the database that is replaced was in use, so that its list is the newest."""
    records = present.tables.get(Record._meta.label_lower) if present else None
    return records is not None and records.rows > 0


def state_of_data(manifest: backup.Manifest) -> str:
    """Return the revision of the data and its time."""
    if not manifest.migrations:
        return "leer, ohne Tabellen"
    changed = f" vom {moment(manifest.changed_at)}" if manifest.changed_at else ""
    return f"Datenstand {manifest.revision}{changed}"


def moment(time: datetime) -> str:
    """Return a time for people: "23. November 2026, 08:47 Uhr"."""
    return date_format(timezone.localtime(time), "j. F Y, H:i \\U\\h\\r")


def database_name() -> str:
    """Return the file of the database, or its name and host."""
    given = connection.settings_dict
    return " auf ".join(filter(None, (str(given["NAME"]), given["HOST"])))


def compared(present: backup.Manifest | None, saved: backup.Manifest) -> Iterator[str]:
    """Yield a table of what there is now and what there would be."""
    yield f"\n{'':20}{'jetzt':>10}{'danach':>10}"
    for model in (Level, FederalState, Topic, Source, Record, Statement, get_user_model()):
        yield "".join(
            (
                f"{model._meta.verbose_name_plural!s:20}",
                rows(present, model._meta.label_lower),
                rows(saved, model._meta.label_lower),
            )
        )
    total = f"{german.grouped(present.rows) if present else '?':>10}"
    yield f"{'alle Zeilen':20}{total}{german.grouped(saved.rows):>10}\n"


def rows(manifest: backup.Manifest | None, label: str) -> str:
    """Return the number of rows of one model, for the table."""
    if manifest is None:
        return f"{'?':>10}"
    table = manifest.tables.get(label)
    return f"{german.grouped(table.rows if table else 0):>10}"


def confirmed() -> bool:
    """Ask whether to go on; no answer is a no."""
    try:
        answer = input("Den jetzigen Stand dadurch ersetzen? Dann „ja“ eingeben: ")
    except EOFError:
        return False
    return answer.strip().lower() == "ja"
