"""``manage.py try_store``: whether files can be written, read in parts, listed and removed where the settings say."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.storage import Storage
from django.core.management.base import BaseCommand, CommandError

from media.storages import originals, put, renditions

CONTENT = b"Is the store there?"


class Command(BaseCommand):
    help = "Writes a small file into each of the two stores, reads it, removes it, and says what does not work."

    def handle(self, *args: Any, **options: Any) -> None:
        for folder, storage in (("originals", originals()), ("renditions", renditions())):
            if problem := tried(storage, f"{folder}/trial/{uuid4().hex}.txt"):
                raise CommandError(f"{folder}: {problem}")
        where = settings.STORAGES["default"].get("OPTIONS", {}).get("endpoint_url", settings.MEDIA_ROOT)
        self.stdout.write(f"Files can be written, read and removed in {where}.")


def tried(storage: Storage, path: str) -> str:
    """What does not work, or nothing."""
    step = "written"
    try:
        put(storage, path, CONTENT)
        try:
            step = "read"
            problem = _read(storage, path)
            step = "removed"
        finally:
            storage.delete(path)
    except OSError as error:
        return f"A file cannot be {step}: {error}"
    return problem


def _read(storage: Storage, path: str) -> str:
    with storage.open(path) as file:
        file.seek(3)
        if file.read() != CONTENT[3:]:
            return "A part of a file is read as something else."
    folder, _slash, name = path.rpartition("/")
    if name not in storage.listdir(folder)[1]:
        return "A file that was written is not listed."
    open_to_all = getattr(storage, "open_to_all", None)
    if path.startswith("originals/") and open_to_all and open_to_all(path):
        return "Everybody can read the originals. Make the bucket private."
    return ""
