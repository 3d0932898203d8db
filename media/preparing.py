"""Work on pictures, done before the unit of work opens: it takes a second, and nobody should wait for it on a lock.

What fails later leaves files that nothing names; ``manage.py orphans`` removes them.
"""

import logging
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from media.originals import Original, read_original
from media.renditions import AT_ONCE, CENTRE, Focal, Piece, Rendered, Spec, path_of, render
from media.storages import StoreUnavailable, originals, put, renditions
from media.turns import FOREVER, turn

if TYPE_CHECKING:
    from media.models import Image

log = logging.getLogger("media.store")
# One picture at a time in each process: its memory has a ceiling, and the processors are busy with one already.
_one = threading.Lock()


STORE_AWAY = _("The file store does not answer. Nothing was saved; try again in a few minutes.")


@dataclass(frozen=True)
class Stored:
    """A rendition whose file has been written; ``bytes`` long."""

    spec: Spec
    height: int
    name: str
    bytes: int

    @property
    def path(self) -> str:
        return path_of(self.name, self.spec.kind)


@dataclass(frozen=True)
class Prepared:
    """A picture whose files lie in the store. ``Image.set_picture`` takes it; its save writes the rows."""

    path: str
    sha256: str
    mime: str
    width: int
    height: int
    focal: Focal
    color: str
    placeholder: str
    pieces: tuple[Stored, ...]


def prepare(file: IO[bytes], focal: Focal = CENTRE) -> Prepared:
    """Reads an upload, makes what is made at once, and stores it all.

    Raises what ``read_original`` raises, ``store`` where the store does not answer, and ``busy``.
    """
    with turn(_one):
        original = read_original(file)
        rendered = render(original.content, focal)
    try:
        return store(original, rendered, focal)
    except StoreUnavailable as error:
        log.error("An upload cannot be stored: %s", error)
        raise ValidationError(STORE_AWAY, code="store") from error


def store(original: Original, rendered: Rendered, focal: Focal = CENTRE) -> Prepared:
    put(originals(), original.path, original.content)
    return Prepared(
        original.path,
        original.sha256,
        original.mime,
        original.width,
        original.height,
        focal,
        rendered.color,
        rendered.placeholder,
        store_pieces(rendered.pieces),
    )


def recut(
    image: "Image", focal: Focal | None = None, kinds: Iterable[str] = AT_ONCE, patience: float = FOREVER
) -> Prepared:
    """The picture's renditions anew, from its original; around another focal point, or the one it has.

    Raises FileNotFoundError where the store has lost the original, StoreUnavailable where it does not answer: both are
    OSError; ``busy`` where its turn does not come within ``patience`` seconds.
    """
    focal = image.focal if focal is None else focal
    path = str(image.original.name)
    with originals().open(path) as file:
        content = file.read()
    with turn(_one, patience):
        rendered = render(content, focal, kinds)
    return Prepared(
        path,
        image.sha256,
        image.mime,
        image.width,
        image.height,
        focal,
        rendered.color,
        rendered.placeholder,
        store_pieces(rendered.pieces),
    )


def files_of(pieces: Iterable[Stored]) -> dict[str, list[list[Any]]]:
    """As ``Image.files`` keeps them: by kind, ratio, width, height and name of each."""
    found: dict[str, list[list[Any]]] = {}
    for piece in pieces:
        found.setdefault(piece.spec.kind, []).append([piece.spec.ratio, piece.spec.width, piece.height, piece.name])
    return found


def store_pieces(pieces: Iterable[Piece]) -> tuple[Stored, ...]:
    written: set[str] = set()
    for piece in pieces:
        if piece.path not in written:
            put(renditions(), piece.path, piece.content)
            written.add(piece.path)
    return tuple(Stored(piece.spec, piece.height, piece.name, len(piece.content)) for piece in pieces)
