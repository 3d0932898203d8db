"""Tracks and leaflets, built byte by byte; and their places."""

import io
import itertools
import struct
from collections.abc import Iterable
from typing import Any

import pikepdf
from PIL import Image as Pillow

from events.models import EventMedia
from media.models import MediaObject
from media.uploads import take
from tests.factories import text
from venues.models import ExhibitMedia, RouteMedia, VenueMedia

_numbers = itertools.count(1)
# MPEG 2, layer III, 8 kbit/s, 16 kHz: 36 bytes and 36 milliseconds.
FRAME = b"\xff\xf3\x18\xc4"
FRAME_SECONDS = 0.036


def frames(count: int = 28, mark: int = 0) -> bytes:
    """So many frames of silence: an MP3 without any tag. ``mark`` makes it another file."""
    return b"".join(FRAME + struct.pack(">I", mark) + bytes(28) for _number in range(count))


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8) + kind + body


def full(kind: bytes, *parts: bytes) -> bytes:
    """A box with a version and flags."""
    return box(kind, bytes(4), *parts)


def words(*values: int) -> bytes:
    return struct.pack(f">{len(values)}I", *values)


def track(
    samples: Iterable[bytes],
    *,
    offset: int,
    handler: bytes = b"soun",
    codec: bytes = b"mp4a",
    extra: bytes = b"",
    **more: Any,
) -> bytes:
    """A ``trak`` of one chunk at ``offset``, each sample a second long."""
    sizes = [len(each) for each in samples]
    sound = struct.pack(">HHII", 1, 16, 0, 16_000 << 16)
    entry = box(codec, bytes(6), b"\0\1", bytes(8), sound, full(b"esds", b"\3"), more.get("in_entry", b""))
    table = box(
        b"stbl",
        full(b"stsd", words(1), entry),
        full(b"stts", words(1, len(sizes), more.get("length", 16_000))),
        full(b"stsc", words(1, 1, len(sizes), 1)),
        full(b"stsz", words(0, len(sizes), *sizes)),
        full(b"stco", words(1, offset)),
        more.get("in_table", b""),
    )
    return box(
        b"trak",
        full(b"tkhd", words(1, 2, 1, 0, 0), bytes(60)),
        box(
            b"mdia",
            full(b"mdhd", words(1, 2, more.get("scale", 16_000), 0), b"\x55\xc4\0\0"),
            full(b"hdlr", bytes(4), handler, bytes(12), b"Recorder of SECRET\0"),
            box(b"minf", full(b"smhd", bytes(4)), box(b"dinf", full(b"dref", words(1), box(b"url ", words(1)))), table),
        ),
        extra,
    )


def m4a(samples: Iterable[bytes] = (b"sound" * 20,), *, inside: bytes = b"", hidden: bytes = b"", **more: Any) -> bytes:
    """An M4A file; ``inside`` stands in its ``moov``, ``hidden`` in the media before the sound."""
    samples = list(samples)
    head = box(b"ftyp", b"M4A ", words(0), b"M4A isom")
    media = box(b"mdat", hidden, *samples)
    moov = box(
        b"moov",
        full(b"mvhd", words(1, 2, 1000, 0), bytes(80)),
        track(samples, offset=len(head) + 8 + len(hidden), **more),
        inside,
    )
    return head + media + moov


def pdf(pages: int = 1, mark: str = "") -> bytes:
    made = pikepdf.Pdf.new()
    for _page in range(pages):
        made.add_blank_page(page_size=(300, 300))
    made.pages[0].obj.Contents = pikepdf.Stream(made, f"% {mark}\nq Q".encode())
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def jpeg(mark: str = "SECRET") -> bytes:
    """With Exif, XMP and a comment that hold the mark, and a second picture behind its end."""
    exif = Pillow.Exif()
    exif[0x010E] = mark
    out = io.BytesIO()
    Pillow.new("RGB", (32, 24), "red").save(
        out, "JPEG", exif=exif, comment=mark.encode(), xmp=f"<x>{mark}</x>".encode()
    )
    return out.getvalue() + mark.encode()


def audio(content: bytes | None = None, **fields: Any) -> MediaObject:
    """A guide track with its transcript, one second long."""
    number = next(_numbers)
    said = {"transcript": text(f"讲解{number}", en=f"Guide {number}")}
    return _media(content or frames(mark=number), number, **{**said, **fields})


def document(content: bytes | None = None, **fields: Any) -> MediaObject:
    number = next(_numbers)
    return _media(content or pdf(mark=str(number)), number, **fields)


def _media(content: bytes, number: int, **fields: Any) -> MediaObject:
    defaults = {"title": text(f"文件{number}", en=f"File {number}"), "credit": "Museum", "language": "zh-Hans"}
    made = MediaObject(**{**defaults, **fields})
    made.set_file(take(io.BytesIO(content)))
    made.full_clean()
    made.save()
    return made


def replace(media: MediaObject, content: bytes) -> None:
    media.set_file(take(io.BytesIO(content)))
    media.save()


PLACES: dict[str, Any] = {"venue": VenueMedia, "exhibit": ExhibitMedia, "route": RouteMedia, "event": EventMedia}


def placed(media: MediaObject, on: Any, position: int = 0) -> Any:
    placement = PLACES[on.kind](media=media, position=position, **{on.kind: on})
    placement.full_clean()
    placement.save()
    return placement
