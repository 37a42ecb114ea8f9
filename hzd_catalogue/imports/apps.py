from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """Takes edited files back in: first the differences, then all of them or none."""

    name = "hzd_catalogue.imports"
    label = "imports"
    verbose_name = "Import"
