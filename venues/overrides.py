"""What an exception overrides: what would hold on its days without it, and where a shorter one beats it.

Pure: no tables, no clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from venues.closures import Closure
from venues.opening_hours import Calendar, Day, SpecialHours, closest
from venues.timetables import Timetable, dates

MOST_DAYS = 400  # of an exception without an end in sight, the first ones are told


@dataclass(frozen=True)
class Stretch:
    """Days on which the same would hold, and what would: ``day`` is the first of them."""

    day: Day
    dates: tuple[date, ...]

    @property
    def runs(self) -> list[tuple[date, date]]:
        return runs(self.dates)


@dataclass(frozen=True)
class Overridden:
    instead_of: tuple[Stretch, ...]
    beaten: tuple[Stretch, ...]  # on these days a shorter exception holds


def overridden(special: SpecialHours, table: Timetable, calendar: Calendar) -> Overridden:
    others = tuple(each for each in table.exceptions if each.order != special.order)
    without = replace(table, exceptions=others, closures=())
    instead: list[Day] = []
    beaten: list[Day] = []
    for day in dates(special.first, min(special.last, special.first + timedelta(days=MOST_DAYS))):
        (instead if closest(day, table.exceptions) == special else beaten).append(without.day(day, calendar))
    return Overridden(stretches(instead), stretches(beaten))


def closed_over(closure: Closure, first: date, last: date, table: Timetable, calendar: Calendar) -> Overridden:
    """What would hold on the days of a closure that follows from a notice."""
    without = replace(table, closures=tuple(each for each in table.closures if each != closure))
    days = dates(first, min(last, first + timedelta(days=MOST_DAYS)))
    return Overridden(stretches(without.day(day, calendar) for day in days), ())


def stretches(days: Iterable[Day]) -> tuple[Stretch, ...]:
    """Days together on which the same holds for the same reason, in the order of their first day."""
    alike: dict[str, list[Day]] = {}
    for day in days:
        alike.setdefault(repr((day.state, day.spans, day.source, day.reason)), []).append(day)
    return tuple(Stretch(found[0], tuple(day.date for day in found)) for found in alike.values())


def runs(days: Iterable[date]) -> list[tuple[date, date]]:
    """Days in order as first and last of those that follow each other."""
    found: list[tuple[date, date]] = []
    for day in days:
        if found and day - found[-1][1] == timedelta(days=1):
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found
