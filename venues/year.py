"""A year of days as calendars show it: months of weeks. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from venues.opening_hours import Calendar, Day
from venues.timetables import Timetable

Weeks = list[list[Day | None]]


@dataclass(frozen=True)
class Month:
    """Weeks from Monday on, with None where a day belongs to another month."""

    first: date
    weeks: Weeks


def year_days(table: Timetable, year: int, calendar: Calendar) -> list[Day]:
    return list(table.days(date(year, 1, 1), date(year, 12, 31), calendar))


def months(days: Iterable[Day]) -> list[Month]:
    by_month: dict[tuple[int, int], list[Day]] = {}
    for day in days:
        by_month.setdefault((day.date.year, day.date.month), []).append(day)
    return [Month(found[0].date, _weeks(found)) for found in by_month.values()]


def _weeks(days: list[Day]) -> Weeks:
    cells: list[Day | None] = [None] * days[0].date.weekday() + [*days]
    cells += [None] * (-len(cells) % 7)
    return [cells[start : start + 7] for start in range(0, len(cells), 7)]


@dataclass(frozen=True)
class Occasion:
    """Days of one holiday that follow each other."""

    holiday: str
    first: date
    last: date


def occasions(calendar: Calendar, first: date, last: date) -> list[Occasion]:
    """The public holidays that begin in these days, in their order."""
    found: list[Occasion] = []
    for day in sorted(calendar.days):
        kind, holiday = calendar.days[day]
        if kind != "holiday":
            continue
        before = found[-1] if found else None
        if before and before.holiday == holiday and (day - before.last).days == 1:
            found[-1] = Occasion(holiday, before.first, day)
        else:
            found.append(Occasion(holiday, day, day))
    return [each for each in found if first <= each.first <= last]
