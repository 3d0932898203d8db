"""An uploaded track or leaflet: read, cleaned and stored before the unit of work opens.

What fails later leaves a file that nothing names; ``manage.py orphans`` removes it.
"""

import hashlib
import logging
import threading
from dataclasses import dataclass
from functools import cached_property
from typing import IO

from django.conf import settings
from django.core.exceptions import ValidationError

from media.leaflets import is_pdf, read_leaflet
from media.preparing import STORE_AWAY
from media.sound import read_track
from media.storages import StoreUnavailable, put, renditions
from media.turns import turn

log = logging.getLogger("media.store")
# One at a time in each process: a track lies in memory twice, and a leaflet's reader may take a gigabyte.
_one = threading.Lock()
ENDINGS = {"mp3": "audio/mpeg", "m4a": "audio/mp4", "pdf": "application/pdf"}


@dataclass(frozen=True)
class Cleaned:
    """``duration`` in seconds, of a track; ``pages`` of a document."""

    content: bytes
    ending: str
    duration: float | None = None
    pages: int | None = None

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def mime(self) -> str:
        return ENDINGS[self.ending]

    @property
    def path(self) -> str:
        """Named by content: 128 bits of its hash, as renditions are; the name that a client sent is never used."""
        return f"files/{self.sha256[:2]}/{self.sha256[:32]}.{self.ending}"


@dataclass(frozen=True)
class Kept:
    """A file that lies in the store. ``MediaObject.set_file`` takes it."""

    path: str
    sha256: str
    mime: str
    bytes: int
    duration: float | None
    pages: int | None


def clean(file: IO[bytes]) -> Cleaned:
    """Its bytes decide what it is. Raises what ``read_track`` and ``read_leaflet`` raise."""
    file.seek(0)
    raw = file.read(max(settings.AUDIO_MAX_BYTES, settings.DOCUMENT_MAX_BYTES) + 1)
    if is_pdf(raw):
        leaflet = read_leaflet(raw)
        return Cleaned(leaflet.content, "pdf", pages=leaflet.pages)
    sound, ending = read_track(raw)
    return Cleaned(sound.content, ending, duration=round(sound.seconds, 3))


def take(file: IO[bytes]) -> Kept:
    """Reads an upload and stores what is left of it. Raises what ``clean`` raises."""
    with turn(_one):
        cleaned = clean(file)
    try:
        put(renditions(), cleaned.path, cleaned.content)
    except StoreUnavailable as error:
        log.error("An upload cannot be stored: %s", error)
        raise ValidationError(STORE_AWAY, code="store") from error
    size = len(cleaned.content)
    return Kept(cleaned.path, cleaned.sha256, cleaned.mime, size, cleaned.duration, cleaned.pages)
