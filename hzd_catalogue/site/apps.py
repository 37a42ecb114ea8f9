from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Pages across the whole catalogue."""

    name = "hzd_catalogue.site"
    label = "site"
    verbose_name = "Website"
