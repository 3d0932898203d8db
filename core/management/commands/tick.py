"""``manage.py tick``: lets time pass for the content; for cron, so that no visitor has to wait for it."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from core.changes.ticks import tick


class Command(BaseCommand):
    help = "Shows what is due, hides what has expired, turns the day. Requests do the same where this has not run."

    def handle(self, *args: Any, **options: Any) -> None:
        number = tick(timezone.now())
        self.stdout.write("Nothing has changed." if number is None else f"Content revision {number}.")
