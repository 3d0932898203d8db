"""``manage.py renditions``: makes the files of the pictures from their originals, anew or those that are missing."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.progress import Progress
from media.filing import add_kinds
from media.models import Image
from media.preparing import recut
from media.renditions import AT_ONCE


class Command(BaseCommand):
    help = (
        "Makes the renditions of all pictures anew, AVIF where a picture has it. Each picture is written by itself: "
        "what is done stays done, and an interrupted run goes on with --after, or with --missing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--missing", action="store_true", help="only what a picture does not have yet")
        parser.add_argument("--avif", action="store_true", help="AVIF as well, which takes several times as long")
        parser.add_argument("--after", type=uuid.UUID, metavar="ID", help="only pictures after this one")

    def handle(self, *args: Any, missing: bool, avif: bool, after: uuid.UUID | None, **options: Any) -> None:
        kinds = (*AT_ONCE, *(["avif"] if avif else []))
        rows = Image.objects.order_by("pk").only("pk", "files")
        tasks = {
            row.pk: found
            for row in (rows.filter(pk__gt=after) if after else rows)
            if (found := wanted(row, kinds, missing))
        }
        self.failed: list[str] = []
        count = self._make(tasks)
        self.stdout.write(f"{len(tasks)} pictures, {count} renditions changed.")
        if self.failed:
            raise CommandError("Could not be made:\n" + "\n".join(self.failed))

    def _make(self, tasks: dict[uuid.UUID, tuple[str, ...]]) -> int:
        progress, count, last = Progress(self.stdout, len(tasks)), 0, None
        try:
            for pk, kinds in tasks.items():
                count += self._picture(pk, kinds)
                last = pk
                progress.step()
        except KeyboardInterrupt:
            go_on = f"--after {last}" if last else "the same command"
            raise CommandError(f"Stopped after {progress.done} pictures. Go on with {go_on}.", returncode=130) from None
        return count

    def _picture(self, pk: uuid.UUID, kinds: tuple[str, ...]) -> int:
        image = Image.objects.filter(pk=pk).first()
        if image is None:  # deleted meanwhile
            return 0
        try:
            return add_kinds(image, recut(image, kinds=kinds))
        except OSError as error:  # no file, or none that Pillow can read: the others are made all the same
            self.failed.append(f"{pk} {image}: {error}")
            return 0


def wanted(row: Image, kinds: Iterable[str], missing: bool) -> tuple[str, ...]:
    """Anew also those that answers name without being asked for: a store that was filled from originals lacks them."""
    if missing:
        return tuple(kind for kind in kinds if kind not in row.files)
    return tuple(dict.fromkeys((*kinds, *row.files)))
