from django.apps import AppConfig
from django.conf import settings


class OpendataConfig(AppConfig):
    """What machines read; the dated downloads lie outside of the database."""

    name = "hzd_catalogue.opendata"
    label = "opendata"
    verbose_name = "Offene Daten"

    def ready(self) -> None:
        # What a public host has nothing of.
        if settings.PUBLIC_ONLY:
            return
        from hzd_catalogue.records import blocking

        from . import downloads

        blocking.connect_outside(downloads.holding, downloads.block)
