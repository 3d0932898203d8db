"""What is wrong with a schedule before it is released: what blocks it, and what its publisher is warned of.

The questions are asked of the schedule that would be out, not of the drafts: an urgent fix of one slot is not kept
back by another slot's draft.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.translations import show
from events.freezing import Plan, plan
from events.models import Event, Precision, ReleasedSlot, Slot, SlotStatus


class Level(models.TextChoices):
    BLOCK = "block", gettext_lazy("must be mended")
    WARN = "warn", gettext_lazy("to be accepted")


@dataclass(frozen=True)
class Conflict:
    """One thing wrong. ``slots`` are those at fault, the event's own first; ``message`` names them and the remedy."""

    kind: str
    level: Level
    slots: tuple[ReleasedSlot, ...]
    message: str

    @cached_property
    def id(self) -> str:
        """Names the conflict as it is: once a slot has been moved, an accepted warning is a new one."""
        parts = [self.kind]
        for row in self.slots:
            parts += [row.uid.hex, str(row.starts_at), str(row.ends_at), str(row.venue_id), str(row.space_id)]
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:12]


def find_conflicts(event: Event, moment: datetime) -> list[Conflict]:
    """All that is wrong with the event's drafts, what blocks a release first."""
    return conflicts_in(plan(event), moment)


def conflicts_in(planned: Plan, moment: datetime) -> list[Conflict]:
    """All that would be wrong with a planned release. Cancelled and postponed slots take up neither time nor place."""
    rows = list(planned.then.values())
    found = [*_times(rows), *_foreign_venues(planned), *_too_late(rows, moment)]
    return sorted(found, key=lambda each: each.level != Level.BLOCK)


def named(row: ReleasedSlot) -> str:
    return f"{show(row.title)} ({row.day.isoformat()})"


def _times(rows: Iterable[ReleasedSlot]) -> Iterator[Conflict]:
    for row in rows:
        for field, problem in row.clean_times().items():
            message = f"{named(row)}: {Slot._meta.get_field(field).verbose_name}: {problem}"  # type: ignore[union-attr]
            yield Conflict(f"times_{field}", Level.BLOCK, (row,), message)


def _foreign_venues(planned: Plan) -> Iterator[Conflict]:
    own = set(planned.event.event_venues.values_list("venue", flat=True))
    for row in planned.then.values():
        if row.venue_id and row.venue_id not in own:
            message = _(
                "%(slot)s: “%(venue)s” is none of the event's venues. Add it to the event, or choose another."
            ) % {"slot": named(row), "venue": row.venue}
            yield Conflict("foreign_venue", Level.BLOCK, (row,), message)


def _too_late(rows: Iterable[ReleasedSlot], moment: datetime) -> Iterator[Conflict]:
    for row in rows:
        if row.precision == Precision.TBA and row.status == SlotStatus.SCHEDULED and row.sort_end <= moment:
            message = _("%(slot)s: still “to be announced”, and the event is over.") % {"slot": named(row)}
            yield Conflict("announced_too_late", Level.BLOCK, (row,), message)
