"""Opening hours: what rules, exceptions and the holiday calendar make of a date.

Pure: no tables, no clock. Minutes count from midnight of the date that a span belongs to; 25:30 is half past one at
night, still of the evening before (GTFS writes times past midnight so, and the OpenStreetMap ``opening_hours`` too).

Nothing entered for a day means ``unknown``, never closed. An exception beats every rule; of several the one for the
fewest days, then the one entered last. Of the rules the highest priority holds, then the most particular one: for a
named holiday, for a kind of day, for a period, for a season, for fewer weekdays. Rules that are equal in all of this
hold together, and where one of them says closed, closed it is: nobody should stand before a locked gate.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any

DAY = 24 * 60
LATEST = 48 * 60
MonthDay = tuple[int, int]


class State(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    BY_BOOKING = "by_booking"
    EXIT_ONLY = "exit_only"
    UNKNOWN = "unknown"


class Source(StrEnum):
    EXCEPTION = "exception"
    RULE = "rule"
    PROVISIONAL = "provisional"
    NONE = "none"


class DayKind(StrEnum):
    ORDINARY = "ordinary"
    HOLIDAY = "holiday"
    MAKE_UP_WORKDAY = "make_up_workday"


ANY_DAY = "any"
EVERY_WEEKDAY = frozenset(range(7))


@dataclass(frozen=True, order=True)
class Span:
    """Half-open: at ``closes`` it is closed. ``last_entry`` is the last minute at which one is let in."""

    opens: int
    closes: int
    last_entry: int | None = None
    state: State = State.OPEN


@dataclass(frozen=True)
class Rule:
    """``weekdays``: 0 is Monday. ``season``: first and last (month, day), both inclusive, may wrap the year. ``valid``:
    first and last date, either may be open. ``kind``: ``any``, a :class:`DayKind`, or the key of one holiday."""

    state: State = State.OPEN
    spans: tuple[Span, ...] = ()
    weekdays: frozenset[int] = EVERY_WEEKDAY
    season: tuple[MonthDay, MonthDay] | None = None
    valid: tuple[date | None, date | None] = (None, None)
    kind: str = ANY_DAY
    priority: int = 0
    note: Any = None


@dataclass(frozen=True)
class SpecialHours:
    """An exception: other hours, or none, from ``first`` to ``last`` inclusive; ``order`` rises with each entry."""

    first: date
    last: date
    state: State = State.CLOSED
    spans: tuple[Span, ...] = ()
    reason: Any = None
    order: int = 0


@dataclass(frozen=True)
class Calendar:
    """The days that are none like the others, as (kind, holiday), and the years of which all are known."""

    days: Mapping[date, tuple[DayKind, str]] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def kind(self, day: date) -> tuple[DayKind, str]:
        return self.days.get(day, (DayKind.ORDINARY, ""))


@dataclass(frozen=True)
class Day:
    """What holds on a date, and where it comes from. ``closed``: what is certainly closed of a day of which
    no hours are known otherwise."""

    date: date
    state: State
    spans: tuple[Span, ...]
    source: Source
    kind: DayKind
    reason: Any = None
    closed: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Interval:
    """A span as instants."""

    opens_at: datetime
    closes_at: datetime
    last_entry_at: datetime | None
    state: State


def resolve(day: date, rules: Iterable[Rule], exceptions: Iterable[SpecialHours], calendar: Calendar) -> Day:
    """What holds on ``day``. Rules and exceptions of one service: the ticket office is resolved by itself.

    In a year that the calendar lacks, rules for holidays cannot hold, and what others say is ``provisional``.
    """
    kind, holiday = calendar.kind(day)
    exception = closest(day, exceptions)
    if exception is not None:
        spans = _merged(_stated(exception.spans, exception.state))
        return Day(day, exception.state, spans, Source.EXCEPTION, kind, exception.reason)
    ranked = [(rank(rule), rule) for rule in rules if _holds(rule, day, kind, holiday)]
    if not ranked:
        return Day(day, State.UNKNOWN, (), Source.NONE, kind)
    best = max(place for place, _rule in ranked)
    chosen = [rule for place, rule in ranked if place == best]
    source = Source.RULE if day.year in calendar.years else Source.PROVISIONAL
    note = next((rule.note for rule in chosen if rule.note), None)
    if any(rule.state is State.CLOSED for rule in chosen):
        return Day(day, State.CLOSED, (), source, kind, note)
    spans = _merged(span for rule in chosen for span in _stated(rule.spans, rule.state))
    states = {rule.state for rule in chosen}
    state = next(each for each in (State.OPEN, State.BY_BOOKING, State.EXIT_ONLY) if each in states)
    return Day(day, state, spans, source, kind, note)


def closest(day: date, exceptions: Iterable[SpecialHours]) -> SpecialHours | None:
    """The exception that holds on a day."""
    there = [each for each in exceptions if each.first <= day <= each.last]
    return min(there, key=lambda each: (each.last - each.first, -each.order), default=None)


def _holds(rule: Rule, day: date, kind: DayKind, holiday: str) -> bool:
    first, last = rule.valid
    return (
        day.weekday() in rule.weekdays
        and (first is None or first <= day)
        and (last is None or day <= last)
        and (rule.season is None or in_season(day, *rule.season))
        and rule.kind in (ANY_DAY, kind, *([holiday] if kind is DayKind.HOLIDAY else []))
    )


def in_season(day: date, first: MonthDay, last: MonthDay) -> bool:
    """Whether the season has the day; one whose first day is the later one of the year goes on over New Year."""
    here = (day.month, day.day)
    return first <= here <= last if first <= last else here >= first or here <= last


def rank(rule: Rule) -> tuple[int, int, bool, bool, int]:
    """Of the rules that fit a day those with the highest rank hold."""
    known: dict[str, int] = {ANY_DAY: 0} | {str(kind): 1 for kind in DayKind}
    return (
        rule.priority,
        known.get(rule.kind, 2),  # the key of one holiday
        rule.valid != (None, None),
        rule.season is not None,
        7 - len(rule.weekdays),
    )


def _stated(spans: Iterable[Span], state: State) -> Iterator[Span]:
    return (Span(span.opens, span.closes, span.last_entry, state) for span in spans)


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """In order; what overlaps or follows without a gap in the same state is one span."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.state, each.opens, each.closes, each.last_entry or 0)):
        before = found[-1] if found else None
        if before is None or before.state is not span.state or span.opens > before.closes:
            found.append(span)
        elif span.closes > before.closes:
            found[-1] = Span(before.opens, span.closes, span.last_entry, span.state)
        elif span.closes == before.closes and span.last_entry is not None:
            found[-1] = Span(before.opens, before.closes, max(before.last_entry or 0, span.last_entry), span.state)
    return tuple(sorted(found, key=lambda each: (each.opens, each.closes, each.state)))


def intervals(day: Day, zone: tzinfo) -> tuple[Interval, ...]:
    """The spans of a day as instants: a span is the wall clock's, whatever the clocks do that night."""

    def instant(minutes: int) -> datetime:
        return (datetime.combine(day.date, time()) + timedelta(minutes=minutes)).replace(tzinfo=zone)

    return tuple(
        Interval(
            instant(span.opens),
            instant(span.closes),
            None if span.last_entry is None else instant(span.last_entry),
            span.state,
        )
        for span in (*day.spans, *day.closed)
    )


def span_problems(spans: Iterable[Span]) -> list[tuple[int, str]]:
    """What is wrong with the spans of one day, as (place, code): ``order``, ``limits``, ``last_entry``, ``overlap``."""
    problems: list[tuple[int, str]] = []
    seen: list[Span] = []
    for place, span in enumerate(spans):
        if not (0 <= span.opens < DAY and span.closes <= LATEST):
            problems.append((place, "limits"))
        elif span.closes <= span.opens:
            problems.append((place, "order"))
        elif span.last_entry is not None and not span.opens <= span.last_entry <= span.closes:
            problems.append((place, "last_entry"))
        elif any(span.opens < other.closes and other.opens < span.closes for other in seen):
            problems.append((place, "overlap"))
        seen.append(span)
    return problems
