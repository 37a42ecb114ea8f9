from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LegalConfig(AppConfig):
    """What the operator says of itself, and the pages that the law asks for."""

    name = "hzd_catalogue.legal"
    label = "legal"
    verbose_name = "Website"

    def ready(self) -> None:
        from . import checks, shipped  # noqa: F401 (checks register themselves)

        post_migrate.connect(shipped.install_texts, sender=self)
