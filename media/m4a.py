"""AAC sound in an MP4 file (ISO/IEC 14496-12 and -14): what of it stays, and how long it sounds.

Only the boxes that a player needs are left, of one track of sound; every other one (``udta``, ``meta`` and ``uuid``,
where phones write the place) is blanked, as are the times of recording, the handler's name, and the bytes of the media
that no sample of the track is made of.
"""

import struct
from collections.abc import Iterator
from itertools import accumulate

from media.boxes import MOST_BOXES, Box, BrokenBoxError, blank, boxes, zero
from media.mp3 import Sound

# What is left, by what holds it.
KEPT: dict[bytes, frozenset[bytes]] = {
    b"": frozenset({b"ftyp", b"moov", b"mdat"}),
    b"moov": frozenset({b"mvhd", b"trak"}),
    b"trak": frozenset({b"tkhd", b"edts", b"mdia"}),
    b"edts": frozenset({b"elst"}),
    b"mdia": frozenset({b"mdhd", b"hdlr", b"minf"}),
    b"minf": frozenset({b"smhd", b"dinf", b"stbl"}),
    b"dinf": frozenset({b"dref"}),
    b"stbl": frozenset({b"stsd", b"stts", b"stsc", b"stsz", b"stco", b"co64", b"sgpd", b"sbgp"}),
}
NEEDED = (b"mdhd", b"hdlr", b"dref", b"stsd", b"stts", b"stsc", b"stsz")
# Of a sample entry's version, how far its own boxes are from its start (QuickTime has versions 1 and 2).
ENTRY = {0: 36, 1: 52, 2: 72}
OF_ENTRY = frozenset({b"esds", b"btrt", b"chan"})
OF_WAVE = frozenset({b"frma", b"mp4a", b"esds", b"chan", bytes(4)})
ENCRYPTED = frozenset({b"enca", b"drms", b"sinf"})
# An hour of AAC has 170,000 samples, at the highest rate twice as many. A file of 60 MB has room for rows that take a
# hundred times the memory.
MOST_ROWS = 1_000_000
# "This file", as a track says where its media lie.
SELF = b"\0\0\0\0\0\0\0\1\0\0\0\x0curl \0\0\0\1"


class RefusedError(Exception):
    """``code``: ``video``, ``tracks``, ``pieces``, ``encrypted``, ``codec`` or ``damaged``."""

    def __init__(self, code: str, codec: str = "") -> None:
        super().__init__(code)
        self.code, self.codec = code, codec


def read_boxes(raw: bytes) -> Sound:
    """Raises RefusedError."""
    data = bytearray(raw)
    try:
        tops, end = _tops(data)
        found = _cleaned(data, tops)
        seconds = _checked(data, found)
    except (BrokenBoxError, struct.error) as error:
        raise RefusedError("damaged") from error
    del data[end:]
    return Sound(bytes(data), seconds)


def _tops(data: bytearray) -> tuple[list[Box], int]:
    """The boxes of the file, and where they end: behind what a track needs nothing has to be a box, or to stay."""
    found: list[Box] = []
    try:
        for box in boxes(data, 0, len(data)):
            found.append(box)
    except BrokenBoxError:
        if not {b"moov", b"mdat"} <= {box.kind for box in found}:
            raise
    return found, found[-1].end if found else 0


def _cleaned(data: bytearray, tops: list[Box]) -> dict[bytes, list[Box]]:
    """Blanks what does not stay; the boxes that do, by kind."""
    found: dict[bytes, list[Box]] = {}
    walked = 0

    def walk(children: list[Box], holder: bytes) -> None:
        nonlocal walked
        walked += len(children)
        if walked > MOST_BOXES:  # of all together: a file of 60 MB has room for millions
            raise BrokenBoxError
        for box in children:
            if box.kind in (b"moof", b"mvex"):
                raise RefusedError("pieces")
            if box.kind not in KEPT[holder]:
                blank(data, box)
                continue
            found.setdefault(box.kind, []).append(box)
            if box.kind in KEPT:
                walk(list(boxes(data, box.body, box.end)), box.kind)

    walk(tops, b"")
    return found


def _checked(data: bytearray, found: dict[bytes, list[Box]]) -> float:
    """Looks at the one track, blanks what is left to blank; how long it sounds."""
    handlers = [bytes(data[box.body + 8 : box.body + 12]) for box in found.get(b"hdlr", ())]
    if b"vide" in handlers:
        raise RefusedError("video")
    if len(found.get(b"trak", ())) > 1 or handlers[:1] not in ([], [b"soun"]):
        raise RefusedError("tracks")
    if any(len(found.get(kind, ())) != 1 for kind in (*NEEDED, b"moov")) or not found.get(b"mdat"):
        raise RefusedError("damaged")
    one = {kind: held[0] for kind, held in found.items()}
    _check_entry(data, one[b"stsd"])
    dref = one[b"dref"]
    if data[dref.body : dref.end] != SELF:
        raise RefusedError("damaged")
    zero(data, one[b"hdlr"].body + 24, max(one[b"hdlr"].end, one[b"hdlr"].body + 24))
    for kind in (b"mvhd", b"tkhd", b"mdhd"):
        for box in found.get(kind, ()):
            if box.end - box.body < 20:  # none that is whole is so short
                raise BrokenBoxError
            zero(data, box.body + 4, box.body + (20 if data[box.body] == 1 else 12))
    _blank_unused(data, found[b"mdat"], _chunks(data, one))
    return _seconds(data, one)


def _check_entry(data: bytearray, stsd: Box) -> None:
    """AAC, and nothing that hides behind its description."""
    entries = list(boxes(data, stsd.body + 8, stsd.end))
    kinds = {entry.kind for entry in entries}
    if kinds & ENCRYPTED:
        raise RefusedError("encrypted")
    if len(entries) != 1 or kinds != {b"mp4a"}:
        raise RefusedError("codec", ", ".join(sorted(kind.decode("latin-1").strip() for kind in kinds)).upper())
    entry = entries[0]
    begin = entry.start + ENTRY.get(struct.unpack_from(">H", data, entry.body + 8)[0], 36)
    if begin > entry.end:
        raise BrokenBoxError
    for box in list(boxes(data, begin, entry.end)):
        if box.kind in ENCRYPTED:
            raise RefusedError("encrypted")
        if box.kind == b"wave":  # QuickTime's: it holds what else stands beside it
            _check_wave(data, box)
        elif box.kind not in OF_ENTRY:
            blank(data, box)


def _check_wave(data: bytearray, wave: Box) -> None:
    for box in list(boxes(data, wave.body, wave.end)):
        if box.kind in ENCRYPTED:
            raise RefusedError("encrypted")
        if box.kind not in OF_WAVE:
            blank(data, box)


def _table(data: bytearray, box: Box, form: str, head: int = 4) -> Iterator[tuple[int, ...]]:
    """The rows of a table, whose number stands ``head`` bytes behind the start of its body; no list of them, which
    takes much memory."""
    (count,) = struct.unpack_from(">I", data, box.body + head)
    row = struct.Struct(form)
    begin = box.body + head + 4
    if count > MOST_ROWS or begin + count * row.size > box.end:
        raise BrokenBoxError
    return row.iter_unpack(data[begin : begin + count * row.size])


def _chunks(data: bytearray, one: dict[bytes, Box]) -> list[tuple[int, int]]:
    """Where the samples of the track lie: first and last place of each chunk, in the order of the file."""
    place = one.get(b"stco") or one.get(b"co64")
    if place is None:
        raise RefusedError("damaged")
    starts = [start for (start,) in _table(data, place, ">I" if place.kind == b"stco" else ">Q")]
    runs = list(_table(data, one[b"stsc"], ">III"))
    same, count = struct.unpack_from(">II", data, one[b"stsz"].body + 4)
    sums = [] if same else [0, *accumulate(size for (size,) in _table(data, one[b"stsz"], ">I", head=8))]
    found, sample = [], 0
    for number, (first, each, _entry) in enumerate(runs):
        following = runs[number + 1][0] if number + 1 < len(runs) else len(starts) + 1
        if not 1 <= first < following <= len(starts) + 1:
            raise BrokenBoxError
        for start in starts[first - 1 : following - 1]:
            if sample + each > count:
                raise BrokenBoxError
            size = each * same if same else sums[sample + each] - sums[sample]
            found.append((start, start + size))
            sample += each
    if sample != count:
        raise BrokenBoxError
    return sorted(found)


def _blank_unused(data: bytearray, media: list[Box], chunks: list[tuple[int, int]]) -> None:
    """Blanks the media that no chunk holds. Raises BrokenBoxError for a chunk that lies elsewhere or ends too late."""
    held = iter(sorted(media, key=lambda box: box.start))
    box = next(held)
    done = box.body
    for start, end in chunks:
        while start >= box.end:
            zero(data, done, box.end)
            following = next(held, None)
            if following is None:
                raise BrokenBoxError
            box, done = following, following.body
        if start < box.body or end > box.end:
            raise BrokenBoxError
        if start > done:
            zero(data, done, start)
        done = max(done, end)
    zero(data, done, box.end)
    for box in held:
        zero(data, box.body, box.end)


def _seconds(data: bytearray, one: dict[bytes, Box]) -> float:
    """By the samples, not by what a head claims."""
    mdhd = one[b"mdhd"]
    (scale,) = struct.unpack_from(">I", data, mdhd.body + (20 if data[mdhd.body] == 1 else 12))
    runs = list(_table(data, one[b"stts"], ">II"))
    (count,) = struct.unpack_from(">I", data, one[b"stsz"].body + 8)
    if not scale or sum(number for number, _length in runs) != count:
        raise BrokenBoxError
    return sum(number * length for number, length in runs) / scale
