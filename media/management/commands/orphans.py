"""``manage.py orphans``: what lies in the store and is named by nothing; with ``--remove`` for cron, once a day."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from media.filing import remove_retired, retired, waiting
from media.orphans import find_orphans
from media.storages import StoreUnavailable


class Command(BaseCommand):
    help = (
        "Lists the files that nothing names: of failed writes, and of what was deleted or replaced long enough ago. "
        "Files younger than a day are left alone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--remove", action="store_true", help="remove them")

    def handle(self, *args: Any, remove: bool = False, **options: Any) -> None:
        now = timezone.now()
        replaced = remove_retired(now) if remove else sum(rows.count() for rows in retired(now))
        self.count = self.size = 0
        try:
            self._each(now, remove)
        except StoreUnavailable as error:
            raise CommandError(f"The store does not answer ({error}); {self.count} orphans so far.") from error
        end = "removed" if remove else "to remove with --remove"
        self.stdout.write(f"{replaced} replaced files, {self.count} orphans ({self.size / 10**6:.1f} MB) {end}.")
        if later := waiting(now):
            self.stdout.write(f"{later} more were replaced less than two days ago: answers may still name them.")

    def _each(self, now: datetime, remove: bool) -> None:
        for orphan in find_orphans(now):
            if remove and not orphan.remove(now):
                continue
            self.stdout.write(orphan.path)
            self.count, self.size = self.count + 1, self.size + orphan.size
