"""Where files lie: the originals, which nobody is shown, and the renditions, whose names are in the answers.

Both are named by content, so that writing one again changes nothing.
"""

import os
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage, storages


class StoreUnavailable(OSError):
    """The store does not answer, or not to us. The message says why, and nothing that is secret."""


class WholeFiles(FileSystemStorage):
    """A file appears at once and whole, under the name it was given; one of that name is replaced.

    So a process that dies while writing leaves no half file under a name that promises the whole; and one that is
    written again counts as new, for those who look for old ones.
    """

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def _save(self, name: str, content: Any) -> str:
        try:
            self._write(Path(self.path(name)), content)
        except OSError as error:  # a full disk, a folder that is not ours
            raise StoreUnavailable(f"{name} cannot be written: {error}") from error
        return name

    def _write(self, path: Path, content: Any) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(prefix="part-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
            os.chmod(part, self.file_permissions_mode or 0o644)
            os.replace(part, path)
        except BaseException:
            os.unlink(part)
            raise


class PrivateFiles(WholeFiles):
    """Files without an address."""

    def url(self, name: str | None) -> str:
        raise ValueError("Originals are private: they have no address. Show a rendition.")


def originals() -> Storage:
    return storages["default"]


def renditions() -> Storage:
    return storages["renditions"]


def put(storage: Storage, path: str, content: bytes) -> None:
    storage.save(path, ContentFile(content))


def own_url(path: str) -> str:
    """Where this application itself shows a rendition, to editors before the public has it. A CDN would not get it."""
    return f"{settings.PUBLIC_ORIGIN}/uploads/{path}"


def public_url(path: str) -> str:
    """The absolute address of a rendition. ``MEDIA_URL`` is a path of ours, or the address of what serves the files."""
    return _base(settings.PUBLIC_ORIGIN, settings.MEDIA_URL) + path


@lru_cache(maxsize=8)
def _base(origin: str, folder: str) -> str:
    return urljoin(f"{origin}/", folder)
