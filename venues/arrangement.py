"""A holiday arrangement for many venues: the same days and reason, and what becomes of the exceptions that are there.

Pure but for :func:`carry_out`. Of several exceptions the shortest holds. So an arrangement stands as it is in front of
longer ones; where a shorter one sticks out of it, it is written in parts that are shorter still. No exception is cut:
it would be shorter then, and might beat another one on days that nobody asked about.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from venues.models.hours import HoursException
from venues.models.venue import Venue
from venues.opening_hours import Calendar, Day, Span, SpecialHours, State, resolve
from venues.overrides import runs
from venues.spans import write_spans
from venues.timetables import Timetable, dates
from venues.week_grid import Entry

ONE_DAY = timedelta(days=1)
LATER = 1 << 60  # an order behind every stored exception


@dataclass(frozen=True)
class Arrangement:
    """``weekday``: as the venue opens on that day of the week, in place of the same ``entry`` for all. ``keep``: on
    days for which a venue has an exception of its own, that one stays."""

    first: date
    last: date
    entry: Entry | None = None
    weekday: int | None = None
    reason: Mapping[str, str] | None = None
    keep: bool = True


@dataclass(frozen=True)
class Steps:
    """For one venue: the runs of days to write, and which of its exceptions go."""

    write: tuple[tuple[date, date], ...] = ()
    drop: tuple[int, ...] = ()


def own_ones(table: Timetable, wanted: Arrangement) -> list[SpecialHours]:
    """The exceptions of a venue that have days in common with the arrangement."""
    return [each for each in table.exceptions if each.first <= wanted.last and each.last >= wanted.first]


def entry_for(table: Timetable, wanted: Arrangement) -> Entry | None:
    """What the venue does on these days; None where nothing is entered for the weekday that it should be like."""
    if wanted.weekday is None:
        return wanted.entry
    like = wanted.first - timedelta(days=(wanted.first.weekday() - wanted.weekday) % 7)
    day = resolve(like, table.rules, (), Calendar())
    spans = tuple(Span(span.opens, span.closes, span.last_entry) for span in day.spans)
    return None if day.state is State.UNKNOWN else Entry(day.state, spans)


def steps_for(table: Timetable, wanted: Arrangement) -> Steps:
    there = own_ones(table, wanted)
    if wanted.keep:
        free = (day for day in dates(wanted.first, wanted.last) if not any(o.first <= day <= o.last for o in there))
        return Steps(tuple(runs(free)))
    inside = [each for each in there if wanted.first <= each.first and each.last <= wanted.last]
    shorter = [each for each in there if each.last - each.first < wanted.last - wanted.first and each not in inside]
    starts = {each.last + ONE_DAY for each in shorter} | {each.first for each in shorter}
    cuts = [wanted.first, *sorted(day for day in starts if wanted.first < day <= wanted.last)]
    write = zip(cuts, [*(day - ONE_DAY for day in cuts[1:]), wanted.last], strict=True)
    return Steps(tuple(write), tuple(each.order for each in inside))


def outcome(table: Timetable, wanted: Arrangement, steps: Steps) -> Timetable:
    """The timetable as it would be after the steps."""
    entry = entry_for(table, wanted)
    if entry is None:
        return table
    kept = [each for each in table.exceptions if each.order not in steps.drop]
    fresh = [
        SpecialHours(first, last, entry.state, entry.spans, wanted.reason, LATER + place)
        for place, (first, last) in enumerate(steps.write)
    ]
    return replace(table, exceptions=(*kept, *fresh))


@dataclass(frozen=True)
class Turn:
    """Days on which the same changes, and what: ``before`` and ``after`` are those of the first day."""

    before: Day
    after: Day
    dates: tuple[date, ...]

    @property
    def runs(self) -> list[tuple[date, date]]:
        return runs(self.dates)


def turns(before: Timetable, after: Timetable, wanted: Arrangement, calendar: Calendar) -> list[Turn]:
    found: dict[str, list[tuple[Day, Day]]] = {}
    for day in dates(wanted.first, wanted.last):
        pair = before.day(day, calendar), after.day(day, calendar)
        found.setdefault(repr([(each.state, each.spans, each.source, each.reason) for each in pair]), []).append(pair)
    return [Turn(*pairs[0], tuple(old.date for old, _new in pairs)) for pairs in found.values()]


def carry_out(venue: Venue, table: Timetable, wanted: Arrangement, steps: Steps) -> bool:
    """Writes it; whether there was something to write. Raises ValidationError where a row cannot be."""
    entry = entry_for(table, wanted)
    if entry is None:
        return False
    for row in HoursException._base_manager.filter(venue=venue, pk__in=steps.drop):
        row.delete()
    for first, last in steps.write:
        row = HoursException(venue=venue, first=first, last=last, state=entry.state.value, reason=wanted.reason)
        row.spans = write_spans(entry.spans)
        row.full_clean(exclude=["venue"])
        row.save()
    return bool(steps.write or steps.drop)
