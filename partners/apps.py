from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """Partners of the catalogue."""

    name = "partners"
    verbose_name = "Partner und Kooperationen"

    def ready(self) -> None:
        from hzd_catalogue.records.public_data import show_as

        from .columns import COOPERATION_COLUMNS, PARTNER_COLUMNS
        from .filters import COOPERATIONS, PARTNERS
        from .models import Cooperation, Partner

        show_as(Cooperation.record_type, COOPERATIONS, COOPERATION_COLUMNS)
        show_as(Partner.record_type, PARTNERS, PARTNER_COLUMNS)
