from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Records and statements; reserves what was once public."""

    name = "hzd_catalogue.records"
    label = "records"
    verbose_name = "Einträge"

    def ready(self) -> None:
        from . import publishing

        publishing.connect()
