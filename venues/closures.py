"""What a closure leaves of a day's opening hours.

Pure: no tables, no clock. A closure is subtracted when a day is resolved, after its rules and exceptions: where those
change later, what is left of a partly closed day changes with them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from venues.opening_hours import DAY, Day, Source, Span, State


@dataclass(frozen=True)
class Closure:
    """Half-open, in the wall clock's time of the district (no time zone): at ``ends`` it is open again."""

    starts: datetime
    ends: datetime
    reason: Any = None

    def within(self, day: date) -> tuple[int, int]:
        """In minutes from midnight of ``day``, also below zero and beyond its end. Every started minute counts."""
        midnight = datetime.combine(day, time())
        minute = timedelta(minutes=1)
        return (self.starts - midnight) // minute, -((midnight - self.ends) // minute)


def cut(day: Day, closures: Iterable[Closure]) -> Day:
    """The day without what the closures take of it."""
    for closure in sorted(closures, key=lambda each: each.starts):
        day = _cut_one(day, closure)
    return day


def _cut_one(day: Day, closure: Closure) -> Day:
    """A closure of all day closes it, whatever was known. One of a part of it leaves a day of which no hours are known
    as it was, and says in ``closed`` which part is certain."""
    starts, ends = closure.within(day.date)
    if day.spans:
        spans = spans_left(day.spans, starts, ends)
        if spans == day.spans:
            return day
        state = day.state if spans else State.CLOSED
        return replace(day, state=state, spans=spans, source=Source.EXCEPTION, reason=closure.reason)
    if starts <= 0 and ends >= DAY:
        return replace(day, state=State.CLOSED, closed=(), source=Source.EXCEPTION, reason=closure.reason)
    if day.state is State.CLOSED or starts >= DAY or ends <= 0:
        return day
    part = Span(max(starts, 0), min(ends, DAY), state=State.CLOSED)
    return replace(day, closed=(*day.closed, part), source=Source.EXCEPTION, reason=closure.reason)


def spans_left(spans: Iterable[Span], starts: int, ends: int) -> tuple[Span, ...]:
    """The spans without the minutes from ``starts`` to before ``ends``."""
    left = []
    for span in spans:
        if ends <= span.opens or span.closes <= starts:
            left.append(span)
            continue
        if span.opens < starts:
            left.append(_ending(span, starts))
        if ends < span.closes and (span.last_entry is None or ends <= span.last_entry):
            left.append(replace(span, opens=ends))
    return tuple(left)


def _ending(span: Span, closes: int) -> Span:
    """With its last entry as long before the new end as it was before the old one, but never before it opens."""
    if span.last_entry is None:
        return replace(span, closes=closes)
    ahead = span.closes - span.last_entry
    return replace(span, closes=closes, last_entry=max(span.opens, min(span.last_entry, closes - ahead)))
