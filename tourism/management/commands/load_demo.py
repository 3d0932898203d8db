"""``manage.py load_demo``: the Tiexi data set."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.clock import district_day
from tourism.demo.loading import DataError, Loader, read_events
from tourism.demo.shifting import demonstration_copies


class Command(BaseCommand):
    help = "Loads the Tiexi data set. What exists already stays as it is; loading twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--shift-to-today",
            action="store_true",
            help="Also load copies of past events at dates around today, marked as samples.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        loader = Loader()
        try:
            events = read_events()
            if options["shift_to_today"]:
                events += demonstration_copies(events, district_day(timezone.now()))
            loader.load(events)
        except DataError as error:
            raise CommandError(f"Nothing was loaded. {error}") from error
        new = ", ".join(f"{count} {name}" for name, count in loader.count.items() if count)
        self.stdout.write(f"Tiexi data set: {new or 'nothing'} new.")
