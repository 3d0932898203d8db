"""What the preview of a series shows: slot by slot, in words."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from events.freezing import FROZEN
from events.models import Series, Slot, SlotStatus
from events.series import Fate, Line, Preview
from venues.hours_words import kind_words, long_date
from venues.opening_hours import DayKind
from venues.timetables import load_calendar

# Shown as times and in words; the other fields by their names.
SEEN = ("starts_at", "ends_at", "on_date", "through", "precision", "status", "status_note")
STAYS = (Fate.KEPT, Fate.OVER)
TONES = {
    Fate.ADDED: "published",
    Fate.CHANGED: "in_review",
    Fate.CANCELLED: "withdrawn",
    Fate.REMOVED: "withdrawn",
}


@dataclass
class PreviewPage:
    series: Series
    preview: Preview

    def counts(self) -> list[dict[str, Any]]:
        return [
            {"words": fate.label, "tone": TONES.get(fate, "draft"), "count": n} for fate, n in self.preview.counts()
        ]

    @property
    def left_out(self) -> int:
        return len(self.preview.of(Fate.LEFT_OUT))

    @property
    def changes(self) -> bool:
        return bool(self.preview.of(Fate.ADDED, Fate.CHANGED, Fate.REMOVED, Fate.CANCELLED))

    @cached_property
    def calendar(self) -> Any:
        days = [self.series.first, self.series.last, *(line.day for line in self.preview.lines)]
        return load_calendar(min(days), max(days))

    def rows(self) -> list[dict[str, Any]]:
        """Without those that stay as they are."""
        return [self._row(line) for line in self.preview.lines if line.fate is not Fate.SAME]

    def _row(self, line: Line) -> dict[str, Any]:
        kind, holiday = self.calendar.kind(line.day)
        return {
            "day": long_date(line.day),
            "kind": kind_words(kind, holiday),
            "worked": kind is DayKind.MAKE_UP_WORKDAY,
            "fate": line.fate.label,
            "tone": TONES.get(line.fate, "draft"),
            "before": _words(line.before, line),
            "after": _words(line.before if line.fate in STAYS else line.after, line),
            "others": _others(line),
        }


def _words(slot: Slot | None, line: Line) -> str:
    """``"10:00–11:00"``; with its day where that is another than the series has; with its status."""
    if slot is None:
        return ""
    times = "–".join(f"{localtime(each):%H:%M}" for each in (slot.starts_at, slot.ends_at) if each)
    parts = [times or str(slot.get_precision_display())]
    if slot.day != line.day:
        parts.insert(0, slot.day.isoformat())
    if slot.status != SlotStatus.SCHEDULED:
        parts.append(str(slot.get_status_display()))
    return _(", ").join(parts)


def _others(line: Line) -> str:
    """The names of the fields that change besides time and status."""
    before, after = line.before, line.after
    if before is None or after is None:
        return ""
    changed = [name for name in FROZEN if name not in SEEN and getattr(before, name) != getattr(after, name)]
    names = (str(getattr(Slot._meta.get_field(name), "verbose_name", name)) for name in changed)
    return capfirst(_(", ").join(names))
