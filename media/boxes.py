"""Boxes of the ISO base media format (ISO/IEC 14496-12, section 4.2), of which M4A and JPEG 2000 files are made.

What is not wanted is blanked where it lies: other boxes name places in the file by their distance from its start.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

# A file of many empty boxes takes seconds to walk. A track has about thirty.
MOST_BOXES = 10_000


class BrokenBoxError(Exception):
    """A box that ends before its own head does, or behind what holds it; or too many of them."""


class Box(NamedTuple):
    """``start`` is where its head begins, ``body`` where that ends: distances from the start of the file."""

    kind: bytes
    start: int
    body: int
    end: int


def boxes(data: bytes | bytearray, start: int, end: int) -> Iterator[Box]:
    """Those that follow each other between two places. Raises BrokenBoxError where one does not fit."""
    for _count in range(MOST_BOXES):
        if start == end:
            return
        if end - start < 8:
            raise BrokenBoxError
        size, kind = struct.unpack_from(">I4s", data, start)
        body = start + 8
        if size == 1:  # the size stands behind the kind, in 64 bits
            if end - start < 16:
                raise BrokenBoxError
            size, body = struct.unpack_from(">Q", data, body)[0], start + 16
        elif size == 0:  # to the end
            size = end - start
        if body > start + size or start + size > end:
            raise BrokenBoxError
        yield Box(kind, start, body, start + size)
        start += size
    raise BrokenBoxError


def blank(data: bytearray, box: Box) -> None:
    """Makes it a box of nothing, as long as it was."""
    data[box.start + 4 : box.start + 8] = b"free"
    zero(data, box.body, box.end)


def zero(data: bytearray, start: int, end: int) -> None:
    data[start:end] = bytes(end - start)
