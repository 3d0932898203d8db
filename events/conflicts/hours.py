"""When venues are open on the days of a schedule: stored intervals where they reach, the resolver beyond."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from venues.intervals import made_rows, reach
from venues.models import OpenInterval, Venue
from venues.opening_hours import Calendar, State
from venues.timetables import Timetable, main_timetables

ONE = timedelta(days=1)
INSIDE = (State.OPEN, State.BY_BOOKING, State.EXIT_ONLY)


@dataclass(frozen=True)
class Stretch:
    """An unbroken time in which visitors may be there; ``last_entry``: after it nobody is let in."""

    opens: datetime
    closes: datetime
    last_entry: datetime | None = None


@dataclass(frozen=True)
class DayHours:
    """What is known of a venue around a day. ``spans`` are the day's own, ``around`` those of its neighbours too, where
    they follow without a break as one; ``shut`` is what a notice closes. ``flexible``: hours are agreed on."""

    known: bool = False
    flexible: bool = False
    spans: tuple[Stretch, ...] = ()
    around: tuple[Stretch, ...] = ()
    shut: tuple[Stretch, ...] = ()
    note: Any = None


@dataclass
class Hours:
    """By venue and district day. ``tables`` answer for the days that are not stored."""

    stored: dict[tuple[int, date], list[OpenInterval]] = field(default_factory=dict)
    reach: tuple[date, date] = (date.max, date.min)
    tables: dict[int, Timetable] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=Calendar)
    _known: dict[tuple[int, date], DayHours] = field(default_factory=dict)

    def on(self, venue: int, day: date) -> DayHours:
        if (venue, day) not in self._known:
            self._known[venue, day] = self._around(venue, day)
        return self._known[venue, day]

    def _around(self, venue: int, day: date) -> DayHours:
        of_day = self._rows(venue, day)
        neighbours = [*self._rows(venue, day - ONE), *of_day, *self._rows(venue, day + ONE)]
        closed = [row for row in neighbours if row.state == State.CLOSED and row.opens_at]
        told = [row for row in of_day if row.state != State.CLOSED or row.opens_at is None]
        return DayHours(
            known=bool(told),
            flexible=any(row.state == State.BY_BOOKING and row.opens_at is None for row in told),
            spans=joined(row for row in told if row.opens_at),
            around=joined(row for row in neighbours if row.opens_at and row.state in INSIDE),
            shut=tuple(_stretch(row) for row in closed),
            note=next((row.note for row in of_day if row.note), None),
        )

    def _rows(self, venue: int, day: date) -> list[OpenInterval]:
        if self.reach[0] <= day <= self.reach[1]:
            return self.stored.get((venue, day), [])
        table = self.tables.get(venue)
        return made_rows(venue, [table.day(day, self.calendar)], day) if table else []


def joined(rows: Iterable[OpenInterval]) -> tuple[Stretch, ...]:
    """In order; what follows without a break is one, with the last entry of its last part. When only the way out is
    open nobody is let in any more."""
    found: list[Stretch] = []
    for row in sorted(rows, key=lambda each: (each.opens_at, each.closes_at)):
        part = _stretch(row)
        before = found[-1] if found else None
        if before is None or part.opens > before.closes:
            found.append(part)
        elif part.closes > before.closes:
            last = part.last_entry
            if row.state == State.EXIT_ONLY:
                last = min(before.last_entry or part.opens, part.opens)
            found[-1] = Stretch(before.opens, part.closes, last)
    return tuple(found)


def _stretch(row: Any) -> Stretch:
    last = row.opens_at if row.state == State.EXIT_ONLY else row.last_entry_at
    return Stretch(row.opens_at, row.closes_at, last)


def load_hours(venues: Collection[Venue], days: tuple[date, date], moment: datetime, calendar: Calendar) -> Hours:
    """One query; where the days go beyond what is stored, those of the timetables."""
    first, last = days[0] - ONE, days[1] + ONE
    begin, end = reach(moment)
    stored: dict[tuple[int, date], list[OpenInterval]] = defaultdict(list)
    keys = {venue.pk for venue in venues}
    for row in OpenInterval.objects.filter(venue__in=keys, day__range=(first, min(last, end))):
        stored[row.venue_id, row.day].append(row)
    beyond = last > end or first < begin
    return Hours(stored, (begin, end), main_timetables(venues) if beyond and venues else {}, calendar)
