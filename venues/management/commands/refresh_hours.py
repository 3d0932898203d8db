"""``manage.py refresh_hours``: carries the stored opening hours on into the next days; for cron, once a night."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from core.changes.edits import edit
from venues.intervals import refresh
from venues.models import Venue

BATCH = 50  # venues in one transaction: editors wait for no more than that


class Command(BaseCommand):
    help = "Writes what is open when for HOURS_DAYS_AHEAD more days. Every change does the same for its own venue."

    def handle(self, *args: Any, **options: Any) -> None:
        moment = timezone.now()
        keys = list(Venue._base_manager.order_by("pk").values_list("pk", flat=True))
        changed = 0
        for start in range(0, len(keys), BATCH):
            with edit(moment=moment):
                rows = Venue._base_manager.filter(pk__in=keys[start : start + BATCH]).order_by("pk")
                changed += refresh(rows, moment)
        self.stdout.write(f"Opening hours of {len(keys)} venues: {changed} carried on.")
