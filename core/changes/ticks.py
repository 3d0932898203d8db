"""Time passes without a write: what appears, vanishes or closes by the clock, and the day that turns."""

from datetime import datetime

from core.changes.edits import edit
from core.changes.models import root_models
from core.changes.records import Now, current


def tick(moment: datetime) -> int | None:
    """Brings all content up to ``moment``; returns the number it took, or None where nothing public changed.

    Safe to call from many processes at once: rows that another one holds are skipped, and the counter's row then
    says that they are still due.
    """
    with edit(moment=moment, is_tick=True) as unit:
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
