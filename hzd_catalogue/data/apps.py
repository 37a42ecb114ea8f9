from django.apps import AppConfig


class DataConfig(AppConfig):
    """What loads, exports, checks, backs up and restores the data."""

    name = "hzd_catalogue.data"
    label = "data"
    verbose_name = "Daten"

    def ready(self) -> None:
        from hzd_catalogue.records import publishing, version_writer

        from . import (
            checks,  # noqa: F401 (checks register themselves)
            fixtures,
        )

        version_writer.write_with(row=fixtures.rows_of)
        publishing.bring_back_with(fixtures.put)
