"""Writes the whole catalogue to files that visitors can download."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from hzd_catalogue.opendata.download_build import build
from hzd_catalogue.opendata.download_files import DownloadError


class Command(BaseCommand):
    """The site may be served and edited meanwhile."""

    help = (
        "Schreibt den ganzen Katalog, wie er veröffentlicht ist, als Download von heute nach "
        f"{settings.DOWNLOAD_DIR} (DOWNLOAD_DIR). Hat sich nichts geändert, entsteht keiner."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PUBLIC_ONLY:
            raise CommandError("Mit PUBLIC_ONLY=on entsteht kein Download; nehmen Sie off.")
        try:
            download = build()
        except DownloadError as error:
            raise CommandError(f"Kein Download. {error}") from error
        except DatabaseError as error:
            raise CommandError(
                "Kein Download. Die Datenbank passt nicht zu dieser Version, wird gerade geändert "
                "oder antwortet nicht (mehr mit --traceback)."
            ) from error
        if download is None:
            self.stdout.write("Der neueste Download ist auf dem Stand der Daten.")
        else:
            self.stdout.write(f"Download {download.name}: {download.folder}")
