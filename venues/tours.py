"""A tour by the clock: when one arrives at each stop of a route, and whether one is let in.

Pure: no tables, no clock. What the rules make of a date is asked of each stop; a visit is judged at its arrival.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.utils import timezone

from core.clock import day_begins, district_day, midnight
from venues.opening_hours import Day, Interval, State, intervals

LETS_IN = (State.OPEN, State.BY_BOOKING)


class Visit(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    TOO_LATE = "too_late"
    UNKNOWN = "unknown"
    BY_BOOKING = "by_booking"


@dataclass(frozen=True)
class Stay:
    """A stop: minutes there, minutes on the way to the next one, and what holds at it on a date.

    Minutes are None where they are not known, ``day_of`` where nothing may be said about the place.
    """

    minutes: int | None
    way: int | None
    day_of: Callable[[date], Day] | None


@dataclass(frozen=True)
class Mark:
    """What a tour makes of a stop. Too late: the entry and the closing that were missed; closed: when it opens later
    that day. ``closes_at`` is None where it closes at no time that is near."""

    visit: Visit
    arrives_at: datetime | None = None
    leaves_at: datetime | None = None
    opens_at: datetime | None = None
    last_entry_at: datetime | None = None
    closes_at: datetime | None = None


def total(minutes: Iterable[int | None]) -> int | None:
    """The sum, or None where a part of it is not known."""
    known = list(minutes)
    return sum(each for each in known if each is not None) if known and None not in known else None


def timed(start: datetime, stays: Sequence[Stay]) -> Iterator[tuple[datetime | None, datetime | None]]:
    """When one arrives at each stop and leaves it; None behind anything that is not known."""
    arrives: datetime | None = start
    for stay in stays:
        leaves = _after(arrives, stay.minutes)
        yield arrives, leaves
        arrives = _after(leaves, stay.way)


def _after(moment: datetime | None, minutes: int | None) -> datetime | None:
    return None if moment is None or minutes is None else moment + timedelta(minutes=minutes)


def marks(start: datetime, stays: Sequence[Stay]) -> list[Mark]:
    """One for each stop, in order."""
    found = []
    for stay, (arrives, leaves) in zip(stays, timed(start, stays), strict=True):
        if arrives is None or stay.day_of is None:
            found.append(Mark(Visit.UNKNOWN, arrives, leaves))
        else:
            found.append(_judged(arrives, leaves, stay.day_of))
    return found


def _judged(arrives: datetime, leaves: datetime | None, day_of: Callable[[date], Day]) -> Mark:
    """A span that began the day before may last until midnight; what goes on over midnight is one stretch."""
    here = timezone.localtime(arrives).date()
    days = [day_of(here + timedelta(days=distance)) for distance in (-1, 0, 1)]
    stretches = list(_stretches(days))
    began = [each for each in stretches if each.opens_at <= arrives]
    for each in sorted(began, key=lambda each: each.state is not State.OPEN):
        if arrives < each.closes_at and (each.last_entry_at is None or arrives <= each.last_entry_at):
            closes = None if _is_endless(each, here) else each.closes_at
            return Mark(Visit(each.state), arrives, leaves, None, each.last_entry_at if closes else None, closes)
    if _is_shut(days, arrives):
        return Mark(Visit.CLOSED, arrives, leaves)
    evening = district_day(arrives)
    later = [each for each in stretches if arrives < each.opens_at < day_begins(evening + timedelta(days=1))]
    if later:
        return Mark(Visit.CLOSED, arrives, leaves, opens_at=later[0].opens_at)
    missed = [each for each in began if each.closes_at > day_begins(evening)]
    if missed:
        last = missed[-1]
        return Mark(Visit.TOO_LATE, arrives, leaves, None, last.last_entry_at, last.closes_at)
    return Mark(_without_spans([day for day in days if day.date in (evening, here)]), arrives, leaves)


def _is_shut(days: Iterable[Day], moment: datetime) -> bool:
    """Whether a closure covers it on a day of which no hours are known."""
    zone = timezone.get_default_timezone()
    parts = [part for day in days for part in intervals(day, zone) if part.state is State.CLOSED]
    return any(part.opens_at <= moment < part.closes_at for part in parts)


def _without_spans(days: Iterable[Day]) -> Visit:
    states = {day.state for day in days}
    if State.UNKNOWN in states:
        return Visit.UNKNOWN
    agreed = any(day.state is State.BY_BOOKING and not day.spans for day in days)
    return Visit.BY_BOOKING if agreed else Visit.CLOSED


def _stretches(days: Iterable[Day]) -> Iterator[Interval]:
    """In order of their beginning; spans of one state that meet are joined, with the last one's last entry."""
    spans = [span for day in days for span in intervals(day, timezone.get_default_timezone()) if span.state in LETS_IN]
    waiting: dict[State, Interval] = {}
    found: list[Interval] = []
    for span in sorted(spans, key=lambda each: each.opens_at):
        before = waiting.get(span.state)
        if before is None or span.opens_at > before.closes_at:
            if before is not None:
                found.append(before)
            waiting[span.state] = span
        else:
            last = max(before, span, key=lambda each: each.closes_at)
            waiting[span.state] = Interval(before.opens_at, last.closes_at, last.last_entry_at, span.state)
    return iter(sorted([*found, *waiting.values()], key=lambda each: each.opens_at))


def _is_endless(stretch: Interval, day: date) -> bool:
    """Whether it goes on to the end of what was looked at: open day and night, as far as one can see."""
    return stretch.closes_at >= midnight(day + timedelta(days=2))
