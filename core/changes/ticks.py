"""Time passes without a write: what appears, vanishes or closes by the clock, and the day that turns."""

from datetime import datetime

from django.db import connection

from core.changes.edits import edit
from core.changes.models import root_models
from core.changes.records import Now, current

TICKING = 1_904_041  # any number that is this lock's alone


def _alone() -> None:
    """One tick at a time: two would share out the rows that are due, and take a number each.

    A lock that no editor takes, so that nobody waits in a ring. On SQLite the transaction itself is the lock.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TICKING])


def tick(moment: datetime) -> int | None:
    """Brings all content up to ``moment``; returns the number it took, or None where nothing public changed.

    Safe to call from many processes at once: the first one does it, the others find nothing left. Rows that an
    editor holds are skipped, and the counter's row then says that they are still due.
    """
    with edit(moment=moment, is_tick=True) as unit:
        _alone()
        for model in root_models().values():
            model.catch_up(unit)
    return unit.revision


def revision_at(moment: datetime) -> Now:
    """The content revision at that moment and when time changes it next. Ticks first where that is overdue."""
    now = current()
    if now.next_due is not None and now.next_due <= moment:
        tick(moment)
        now = current()
    return now
