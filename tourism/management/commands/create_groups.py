"""``manage.py create_groups``: the account groups of an installation."""

from typing import Any

from django.core.management.base import BaseCommand

from tourism.groups import GROUPS, create_groups


class Command(BaseCommand):
    help = "Creates the groups for content staff, reviewers and organizers' members; safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        create_groups()
        self.stdout.write(f"Groups: {', '.join(GROUPS)}.")
