from django.apps import AppConfig


class BrowsingConfig(AppConfig):
    """Search, facets, pagination and exports, without models."""

    name = "hzd_catalogue.browsing"
    label = "browsing"
