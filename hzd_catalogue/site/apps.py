from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SiteConfig(AppConfig):
    """Pages across the whole catalogue; the last app, so that its set-up finds all others."""

    name = "hzd_catalogue.site"
    label = "site"
    verbose_name = "Website"

    def ready(self) -> None:
        from . import checks, editors, legal  # noqa: F401 (checks register themselves)

        post_migrate.connect(editors.create_group, sender=self)
        post_migrate.connect(legal.install_texts, sender=self)
