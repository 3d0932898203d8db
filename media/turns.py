"""Work on files takes memory and processors: it is done one at a time in each process, and no request waits long for
its turn, because it holds a thread of the server meanwhile."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

PATIENCE = 10.0  # seconds
FOREVER = -1.0  # of a command, or a task of the queue
BUSY = _("Other files are being worked on. Nothing was saved; try again in a minute.")


@contextmanager
def turn(lock: threading.Lock, seconds: float = PATIENCE) -> Iterator[None]:
    """Raises ValidationError, code ``busy``, where the turn does not come within these seconds."""
    if not lock.acquire(timeout=seconds):
        raise ValidationError(BUSY, code="busy")
    try:
        yield
    finally:
        lock.release()
