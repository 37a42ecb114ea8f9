"""Keeps what is public now, where no version holds it."""

from typing import Any

from django.core.management.base import BaseCommand

from hzd_catalogue.data.schema import require_fitting_database
from hzd_catalogue.records.publishing import keep
from hzd_catalogue.reference import german


class Command(BaseCommand):
    """After rows were changed in a shell; forms and the other commands keep versions themselves."""

    help = "Hält fest, was öffentlich ist, wo keine Fassung es enthält."

    def handle(self, *args: Any, **options: Any) -> None:
        require_fitting_database()
        kept = keep()
        self.stdout.write(f"Festgehalten: {german.counted(kept, 'Fassung', 'Fassungen')}.")
