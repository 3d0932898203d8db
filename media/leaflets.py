"""What happens to an uploaded PDF before it is stored: it is written anew, without what acts, what is hidden in it and
what tells who made it where. That is the work of a process with limits (``media.rewriting``)."""

import os
import struct
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from media.originals import refuse

HEAD = b"%PDF-"
# A reader takes a file whose head stands in its first kilobyte.
HEAD_WITHIN = 1024
MEGABYTES = 1024
# The process may be stopped by its parent a little later than by itself: it names then what was too much.
MORE_SECONDS = 5
# A process that reads a stranger's file knows nothing of the database, and no key.
PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "PYTHONHOME", "SYSTEMROOT")
ROOT = Path(__file__).resolve().parents[1]
REFUSED = {
    "damaged": _("The PDF is damaged. Open it and save it anew."),
    "encrypted": _("The PDF is protected by a password. Save it without one."),
    "empty": _("The PDF has no page."),
    "pages": _("The PDF has more than %(limit)d pages. Cut it into several."),
    "inline": _(
        "In the PDF photographs stand inside of patterns or notes, where nobody can take their position out. Print it "
        "as a plain PDF and upload that."
    ),
    "large": _("The PDF takes too much time or memory to read. Print it as a plain PDF and upload that."),
    "memory": _("The PDF takes too much time or memory to read. Print it as a plain PDF and upload that."),
}


class Leaflet(NamedTuple):
    content: bytes
    pages: int


def is_pdf(raw: bytes) -> bool:
    return HEAD in raw[:HEAD_WITHIN]


def read_leaflet(raw: bytes) -> Leaflet:
    """Raises ValidationError with what is wrong and what would do: ``bytes``, and those of REFUSED."""
    if len(raw) > settings.DOCUMENT_MAX_BYTES:
        limit = settings.DOCUMENT_MAX_BYTES // 10**6
        raise refuse(_("The file is larger than %(limit)d MB. Save it smaller."), "bytes", limit=limit)
    limits = (settings.DOCUMENT_MAX_PAGES, settings.DOCUMENT_MAX_BYTES, MEGABYTES, settings.DOCUMENT_MAX_SECONDS)
    try:
        done = subprocess.run(  # noqa: S603 - a module of ours; the file is its input and no argument
            [sys.executable, "-m", "media.rewriting", *map(str, limits)],
            input=raw,
            capture_output=True,
            cwd=ROOT,
            env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
            timeout=settings.DOCUMENT_MAX_SECONDS + MORE_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise _refused("memory") from error
    if done.returncode:
        raise _refused(done.stderr.decode("ascii", "replace"))
    return Leaflet(done.stdout[4:], struct.unpack(">I", done.stdout[:4])[0])


def _refused(code: str) -> ValidationError:
    """A process that was ended, or failed to get memory where nothing could name it, says nothing we know."""
    code = code if code in REFUSED else "memory"
    return refuse(REFUSED[code], code, limit=settings.DOCUMENT_MAX_PAGES)
