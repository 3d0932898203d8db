"""Files in the store that no row names: of writes that failed after their files were stored, of what was deleted."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.core.files.storage import Storage

from media.models import Image, MediaFile, Rendition
from media.storages import originals, renditions

# The rows of an upload are written seconds after its files; a file that is needed again is stored again.
YOUNG = timedelta(days=1)


class Folder(NamedTuple):
    """Files of one kind: where they lie, and the names that rows hold of them (of some, or of all)."""

    storage: Callable[[], Storage]
    name: str
    named: Callable[[list[str] | None], set[str]]


def _originals(paths: list[str] | None) -> set[str]:
    rows = Image.objects.all() if paths is None else Image.objects.filter(original__in=paths)
    return set(rows.values_list("original", flat=True).order_by())


def _renditions(paths: list[str] | None) -> set[str]:
    rows = Rendition.objects.all() if paths is None else Rendition.objects.filter(path__in=paths)
    return set(rows.values_list("path", flat=True).order_by())


def _files(paths: list[str] | None) -> set[str]:
    rows = MediaFile.objects.all() if paths is None else MediaFile.objects.filter(path__in=paths)
    return set(rows.values_list("path", flat=True).order_by())


FOLDERS = [
    Folder(originals, "originals", _originals),
    Folder(renditions, "renditions", _renditions),
    Folder(renditions, "files", _files),
]


class Orphan(NamedTuple):
    folder: Folder
    path: str
    size: int

    def remove(self, moment: datetime) -> bool:
        """Whether it is gone: meanwhile somebody may have uploaded the same picture."""
        if self.folder.named([self.path]) or _size_of_old(self.folder.storage(), self.path, moment) is None:
            return False
        self.folder.storage().delete(self.path)
        return True


def find_orphans(moment: datetime) -> Iterator[Orphan]:
    for folder in FOLDERS:
        storage, named = folder.storage(), folder.named(None)
        for path in files_in(storage, folder.name):
            if path not in named and (size := _size_of_old(storage, path, moment)) is not None:
                yield Orphan(folder, path, size)


def files_in(storage: Storage, folder: str) -> Iterator[str]:
    """The paths of all files below a folder."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:  # nothing has been stored there yet
        return
    yield from (f"{folder}/{name}" for name in sorted(files))
    for name in sorted(folders):
        yield from files_in(storage, f"{folder}/{name}")


def _size_of_old(storage: Storage, path: str, moment: datetime) -> int | None:
    """None of a file that is young, or that another process removed meanwhile."""
    try:
        return storage.size(path) if storage.get_modified_time(path) < moment - YOUNG else None
    except FileNotFoundError:
        return None
