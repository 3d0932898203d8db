"""MPEG sound, layer III (ISO/IEC 11172-3 and 13818-3): which bytes of a file are frames, and how long they sound.

Frames follow each other without a gap; whatever else lies in a file is a tag (ID3v2 with its pictures, ID3v1, APE,
Lyrics3) or does not belong there.
"""

import re
import struct
from typing import NamedTuple

# By the version's two bits: MPEG 2.5, 2, 1.
RATES = {0: (11_025, 12_000, 8_000), 2: (22_050, 24_000, 16_000), 3: (44_100, 48_000, 32_000)}
KBPS_OF_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
KBPS_OF_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
# So many heads in a row are no chance.
IN_A_ROW = 4
# What lies between frames and is no tag we know: some encoders leave a little, a hidden file is more.
MOST_ELSE = 65_536
MOST_TAGS = 100
LYRICS_END = re.compile(rb"LYRICS200|LYRICSEND")
# What the first frame may be: no sound, but how much of it follows.
INDEX = re.compile(rb"Xing|Info|VBRI")
# Where a frame or a tag may begin.
MARK = re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb]|ID3[\x02-\x04]|3DI[\x02-\x04]|APETAGEX|LYRICSBEGIN|TAG")


class ForeignBytesError(Exception):
    """There is more in the file than sound and its tags."""


class Kind(NamedTuple):
    length: int  # bytes, with the head
    samples: int
    rate: int


class Sound(NamedTuple):
    """``content`` is the frames alone; ``seconds`` how long they sound."""

    content: bytes
    seconds: float


def _kinds() -> dict[int, Kind]:
    """By the second and third byte of a head. A free bit rate says no length: such a frame is none."""
    found = {}
    for version, rates in RATES.items():
        table, samples = (KBPS_OF_1, 1152) if version == 3 else (KBPS_OF_2, 576)
        for level, kbps in enumerate(table):
            for place, rate in enumerate(rates):
                for rest in range(8 if kbps else 0):  # padding, a private bit, and whether a checksum follows
                    padding, private, bare = rest & 1, rest >> 1 & 1, rest >> 2
                    second, third = 0xE2 | version << 3 | bare, level << 4 | place << 2 | padding << 1 | private
                    found[second << 8 | third] = Kind(samples // 8 * kbps * 1000 // rate + padding, samples, rate)
    return found


KINDS = _kinds()


def read_frames(data: bytes) -> Sound | None:
    """The sound of a file; None where it holds no frame. Raises ForeignBytesError. A frame cut off at the end goes."""
    spans: list[tuple[int, int]] = []
    kind: Kind | None = None
    count = place = other = tags = 0
    while place < len(data):
        frame = _frame(data, place, kind, begins=not spans or spans[-1][1] != place)
        if frame is not None:
            kind, count = frame, count + 1
            if spans and spans[-1][1] == place:
                spans[-1] = (spans[-1][0], place + frame.length)
            else:
                spans.append((place, place + frame.length))
            place += frame.length
        elif tag := _tag(data, place):
            place, tags = place + tag, tags + 1
        else:
            following = _next(data, place)
            other += len(data[place:following].strip(b"\0"))
            place = following
        if other > MOST_ELSE or tags > MOST_TAGS:
            if kind is None and place >= len(data):
                return None
            raise ForeignBytesError
    if kind is None:
        return None
    first = spans[0][0]
    sounding = count - bool(INDEX.search(data, first + 4, first + 48))
    return Sound(b"".join(data[start:end] for start, end in spans), sounding * kind.samples / kind.rate)


def _frame(data: bytes, place: int, like: Kind | None, *, begins: bool) -> Kind | None:
    """The frame there, of the same version and rate as those before; the first of a row only with others behind it."""
    found: Kind | None = None
    at = place
    for _number in range(IN_A_ROW if begins else 1):
        if at >= len(data) or (found and _tag(data, at)):
            return found  # a short file, or its last frames behind something else
        kind = _kind(data, at)
        before = found or like
        if kind is None or (before is not None and kind[1:] != before[1:]):
            return None
        if at + kind.length > len(data):
            return found
        found = found or kind
        at += kind.length
    return found


def _kind(data: bytes, place: int) -> Kind | None:
    if place + 4 > len(data) or data[place] != 0xFF:
        return None
    return KINDS.get(data[place + 1] << 8 | data[place + 2])


def _next(data: bytes, place: int) -> int:
    """Where a frame or a tag may begin again."""
    found = MARK.search(data, place + 1)
    return found.start() if found else len(data)


def _tag(data: bytes, place: int) -> int:
    """How long the tag there is; 0 where there is none."""
    head = data[place : place + 32]
    if head[:3] in (b"ID3", b"3DI") and len(head) >= 10 and max(head[6:10]) < 0x80:
        if head[:3] == b"3DI":
            return 10
        size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
        return 10 + size + (10 if head[5] & 0x10 else 0)
    if head[:8] == b"APETAGEX" and len(head) == 32:
        size, _items, flags = struct.unpack_from("<III", head, 12)
        return 32 + (size if flags & 1 << 29 else 0)
    if head[:11] == b"LYRICSBEGIN":
        end = LYRICS_END.search(data, place, place + MOST_ELSE)
        return end.end() - place if end else 0
    if head[:3] == b"TAG" and len(data) - place in (128, 128 + 227):  # the long one stands before the short one
        return len(data) - place
    return 0
