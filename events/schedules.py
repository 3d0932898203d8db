"""An event's schedule as a release has it, and what changed from one release to the newest."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from events.differences import Difference, diff
from events.freezing import rows_out
from events.models import Event, Precision, ReleasedSlot


@dataclass(frozen=True)
class Day:
    date: date | None
    slots: list[ReleasedSlot]


@dataclass(frozen=True)
class Schedule:
    event: Event
    release: int | None
    published_at: datetime | None
    days: list[Day]

    @property
    def slots(self) -> list[ReleasedSlot]:
        return [slot for day in self.days for slot in day.slots]


@dataclass(frozen=True)
class Changes:
    event: Event
    release: int | None
    published_at: datetime | None
    since: int
    changes: list[Difference]

    @property
    def slots(self) -> list[ReleasedSlot]:
        return [row for each in self.changes for row in (each.before, each.after) if row is not None]


def schedule_of(event: Event, number: int | None = None) -> Schedule:
    """By day, in order of time; what has neither time nor day comes last. Two queries."""
    number = number or event.release_number
    rows = rows_out(event, number) if number else {}
    days: dict[date | None, list[ReleasedSlot]] = {}
    for row in rows.values():
        days.setdefault(_day(row), []).append(row)
    order = sorted(days, key=lambda day: day or date.max)
    return Schedule(event, number, published_at(event, number), [Day(day, days[day]) for day in order])


def _day(row: ReleasedSlot) -> date | None:
    return None if row.precision == Precision.TBA and row.on_date is None else row.day


def changes_since(event: Event, since: int) -> Changes:
    """From the schedule of that release (0: from nothing) to the newest. Only the rows that differ are read."""
    rows = event.released_slots.select_related("venue", "space")
    new = {row.uid: row for row in rows.current().filter(release__number__gt=since)}
    old = {row.uid: row for row in rows.of_release(since).exclude(until=None)}
    number = event.release_number
    return Changes(event, number, published_at(event, number), since, diff(old, new))


def published_at(event: Event, number: int | None) -> Any:
    return event.releases.filter(number=number).values_list("at", flat=True).first() if number else None
