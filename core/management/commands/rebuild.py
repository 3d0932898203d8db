"""``manage.py rebuild``: writes every derived row anew."""

from typing import Any

from django.core.management.base import BaseCommand

from core.changes.edits import Key, edit
from core.changes.models import root_models


class Command(BaseCommand):
    help = "Writes the derived rows of all content anew, such as sort keys. Needed after LANGUAGES changed."

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        with edit() as unit:  # its end settles whatever was touched, and numbers it: the answers change too
            for kind, model in root_models().items():
                for key in model._base_manager.values_list(model.key_field, flat=True).distinct():
                    unit.touch(Key(kind, str(key)))
                    count += 1
        told = "nothing was public" if unit.revision is None else f"content revision {unit.revision}"
        self.stdout.write(f"{count} objects rebuilt: {told}.")
