"""What a rule finds: a conflict, and the words that name its slots."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.translations import show
from events.models import Event, Precision, ReleasedSlot

NAMED = 3  # slots that a message names; of the others it tells how many they are


class Level(models.TextChoices):
    BLOCK = "block", gettext_lazy("must be mended")
    WARN = "warn", gettext_lazy("to be accepted")


@dataclass(frozen=True)
class Conflict:
    """One thing wrong. ``slots`` are those at fault, the event's own first; ``message`` names them and the remedy.

    ``about`` is the fact itself where several slots share it: who has accepted a public holiday is not asked again for
    the next match on that day. ``accepted``: the current release was made in knowledge of it.
    """

    kind: str
    level: Level
    slots: tuple[ReleasedSlot, ...]
    message: str
    about: str = ""
    accepted: bool = False

    @cached_property
    def id(self) -> str:
        """Names the conflict as it is: once a slot has been moved, an accepted warning is a new one."""
        parts = [self.kind, self.about]
        for row in () if self.about else sorted(self.slots, key=lambda row: row.uid):
            parts += [row.uid.hex, str(row.starts_at), str(row.ends_at), str(row.venue_id), str(row.space_id)]
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:12]


def warn(kind: str, slots: Sequence[ReleasedSlot], message: str, about: str = "") -> Conflict:
    return Conflict(kind, Level.WARN, tuple(slots), message, about)


def block(kind: str, slots: Sequence[ReleasedSlot], message: str) -> Conflict:
    return Conflict(kind, Level.BLOCK, tuple(slots), message)


def named(row: ReleasedSlot, event: Event) -> str:
    """“Final” (2026-05-01 19:00–21:00); a slot of another event than ``event`` with that one's title."""
    title = f"“{show(row.title)}”"
    if row.event_id == event.pk:
        return _("%(slot)s (%(when)s)") % {"slot": title, "when": when(row)}
    return _("%(slot)s of “%(event)s” (%(when)s)") % {"slot": title, "event": row.event, "when": when(row)}


def listed(rows: Sequence[ReleasedSlot], event: Event) -> str:
    text = ", ".join(named(row, event) for row in rows[:NAMED])
    if len(rows) <= NAMED:
        return text
    return _("%(slots)s and %(count)d more") % {"slots": text, "count": len(rows) - NAMED}


def when(row: ReleasedSlot) -> str:
    """In the district's time, as far as it is known."""
    if row.precision == Precision.TBA or (row.starts_at is None and row.on_date is None):
        return str(Precision.TBA.label)
    if row.starts_at is None:
        return _days(row.day, row.last_day)
    start = timezone.localtime(row.starts_at)
    text = f"{start:%Y-%m-%d %H:%M}" + (f"–{clock(row.ends_at)}" if row.ends_at else "")
    return f"{text} … {row.through.isoformat()}" if row.through and row.through > row.day else text


def clock(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%H:%M}"


def _days(first: date, last: date) -> str:
    return first.isoformat() if first == last else f"{first.isoformat()} … {last.isoformat()}"
