from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """Partners of the catalogue."""

    name = "partners"
    verbose_name = "Partner und Kooperationen"
