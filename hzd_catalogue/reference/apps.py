from django.apps import AppConfig


class ReferenceConfig(AppConfig):
    """Ground floor of the catalogue; counts revisions of the data."""

    name = "hzd_catalogue.reference"
    label = "reference"
    verbose_name = "Grundlagen"

    def ready(self) -> None:
        from . import (
            checks,  # noqa: F401 (checks register themselves)
            revisions,
        )

        revisions.connect()
