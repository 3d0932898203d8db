"""``manage.py demo_accounts``: log-ins for the demonstration; never for production."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from organizers.models import Organizer
from tourism.demo.accounts import create_accounts


class Command(BaseCommand):
    help = "Creates the demonstration's accounts and prints their log-ins."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError(
                "Demonstration accounts are for development: their passwords lie in a file. Set DEBUG=true."
            )
        try:
            made = create_accounts(settings.VAR / "demo-accounts.json")
        except Organizer.DoesNotExist as error:
            raise CommandError("Load the data set first: manage.py load_demo") from error
        for name, password in made.items():
            self.stdout.write(f"  {name:<10} {password}")
