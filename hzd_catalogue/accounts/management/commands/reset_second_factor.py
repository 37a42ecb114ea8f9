"""Takes the second factor away from an account whose owner has lost it."""

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from hzd_catalogue.accounts import second_factor


class Command(BaseCommand):
    """For the case in which no superuser can sign in; otherwise the admin has an action for it."""

    help = "Nimmt einem Konto den zweiten Faktor und seine Wiederherstellungscodes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="Benutzername des Kontos.")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["username"]
        try:
            user = User.objects.get_by_natural_key(name)
        except User.DoesNotExist as error:
            raise CommandError(f"Ein Konto „{name}“ gibt es nicht.") from error
        if second_factor.remove(user):
            self.stdout.write(f"Das Konto „{name}“ hat keinen zweiten Faktor mehr.")
        else:
            self.stdout.write(f"Das Konto „{name}“ hatte keinen zweiten Faktor.")
