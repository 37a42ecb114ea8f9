from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """What partners, cooperations and projects share."""

    name = "hzd_catalogue.records"
    label = "records"
    verbose_name = "Einträge"
