"""Memory that pictures took goes back to the machine."""

import ctypes
from contextlib import suppress

M_MMAP_THRESHOLD = -3  # malloc.h
BLOCK = 1_000_000


def give_back() -> None:
    """Blocks of a megabyte and more are mapped each by itself, and unmapped when they are freed.

    Left alone, glibc learns from the first large picture to keep blocks of up to 32 MB for later, each thread its own:
    a picture of 12 megapixels then takes 40 MB more at its peak, and 70 MB stay with the process. Where the C library
    has no such call there is nothing to do.
    """
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, BLOCK)
