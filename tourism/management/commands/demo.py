"""``manage.py demo``: what ``make run`` does before it serves, in one process."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Migrates, loads the data set with dates around today, and makes the groups and the demonstration's log-ins."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("This is for a demonstration. In production run `migrate` and `create_groups`.")
        call_command("migrate", verbosity=0)
        call_command("seed_calendar", stdout=self.stdout)
        call_command("load_demo", shift_to_today=True, stdout=self.stdout)
        self.stdout.write("Log-ins of the demonstration:")
        call_command("demo_accounts", stdout=self.stdout)
