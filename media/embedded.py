"""Pictures in a PDF: JPEG and JPEG 2000 as they are coded, without what is no picture."""

import struct
from collections.abc import Iterable

from media.boxes import Box, BrokenBoxError, blank, boxes, zero

# Of a JPEG's application segments those stay that say how its colours are meant; Exif, XMP and the others go.
JPEG_STAYS = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
JPEG_BEGIN, JFIF, COMMENT = b"\xff\xd8", 0xE0, 0xFE
# A JFIF segment whose thumbnail has no pixels is so long.
JFIF_LENGTH = b"\0\x10"
# Of a JPEG 2000 file (ISO/IEC 15444-1, annex I, and 15444-2), by what holds it, "" being the file.
JPX_STAYS: dict[bytes, frozenset[bytes]] = {
    b"": frozenset({b"jP  ", b"ftyp", b"rreq", b"jp2h", b"jpch", b"jplh", b"jp2c"}),
    b"jp2h": frozenset({b"ihdr", b"bpcc", b"colr", b"pclr", b"cmap", b"cdef", b"res "}),
    b"jpch": frozenset({b"ihdr", b"bpcc", b"pclr", b"cmap"}),
    b"jplh": frozenset({b"cgrp", b"opct", b"cdef", b"creg"}),
}
# Markers of a code stream (annex A): its start, a comment, the first tile.
CODE_BEGIN, CODE_COMMENT, CODE_TILE = b"\xff\x4f", 0x64, 0x90


def without_segments(jpeg: bytes) -> bytes:
    """A JPEG without Exif, XMP, IPTC and comments (ITU-T T.81, annex B); its pixels stay as they are coded.

    Segments follow each other up to the first scan; with several scans more stand between them. Behind the end of the
    image nothing stays: phones hide a second picture there.
    """
    start = jpeg.find(JPEG_BEGIN)  # readers pass over what stands before it
    if start < 0:
        return jpeg
    out, place, length = [JPEG_BEGIN], start + 2, len(jpeg)
    while place + 4 <= length and jpeg[place] == 0xFF:
        marker = jpeg[place + 1]
        if marker == 0xFF:  # a filler
            place += 1
            continue
        if marker == 0xD9:
            break
        (size,) = struct.unpack_from(">H", jpeg, place + 2)
        end = place + 2 + size
        if marker == 0xDA:  # the scan's data follow, up to the next marker that is no restart
            end = _end_of_scan(jpeg, end)
        if marker == JFIF and jpeg[place + 4 : place + 9] == JPEG_STAYS[JFIF]:
            out.append(jpeg[place : place + 2] + JFIF_LENGTH + jpeg[place + 4 : place + 16] + b"\0\0")
        elif _stays(marker, jpeg[place + 4 : place + 20]):
            out.append(jpeg[place:end])
        place = end
    return b"".join(out) + b"\xff\xd9"


def _stays(marker: int, begin: bytes) -> bool:
    if 0xE0 <= marker <= 0xEF:
        return marker in JPEG_STAYS and begin.startswith(JPEG_STAYS[marker])
    return marker != COMMENT


def _end_of_scan(jpeg: bytes, place: int) -> int:
    while True:
        place = jpeg.find(b"\xff", place)
        if place < 0 or place + 1 >= len(jpeg):
            return len(jpeg)
        if jpeg[place + 1] != 0 and not 0xD0 <= jpeg[place + 1] <= 0xD7 and jpeg[place + 1] != 0xFF:
            return place
        place += 1 if jpeg[place + 1] == 0xFF else 2


def without_boxes(jpx: bytes) -> bytes:
    """A JPEG 2000 file in which everything is blank but what its pixels need. Raises BrokenBoxError, also for what is
    neither such a file nor a code stream alone."""
    data = bytearray(jpx)
    if jpx[4:8] == b"jP  ":
        _blank_foreign(data, boxes(data, 0, len(data)), b"")
    elif jpx.startswith(CODE_BEGIN):
        _blank_comments(data, 0, len(data))
    else:
        raise BrokenBoxError
    return bytes(data)


def _blank_foreign(data: bytearray, held: Iterable[Box], holder: bytes) -> None:
    for box in list(held):
        if box.kind not in JPX_STAYS[holder]:
            blank(data, box)
        elif box.kind in JPX_STAYS:
            _blank_foreign(data, boxes(data, box.body, box.end), box.kind)
        elif box.kind == b"jp2c":
            _blank_comments(data, box.body, box.end)


def _blank_comments(data: bytearray, begin: int, end: int) -> None:
    """Of the head of a code stream."""
    if data[begin : begin + 2] != CODE_BEGIN:
        return
    place = begin + 2
    while place + 4 <= end and data[place] == 0xFF and data[place + 1] != CODE_TILE:
        (size,) = struct.unpack_from(">H", data, place + 2)
        following = min(place + 2 + size, end)
        if data[place + 1] == CODE_COMMENT and following > place + 6:
            zero(data, place + 6, following)  # behind the word for whether it is text
        place += 2 + size
