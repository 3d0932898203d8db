"""A time zone as iCalendar's VTIMEZONE (RFC 5545, section 3.6.5), made from the zone's own changes of offset.

The library's own ``Timezone.from_tzinfo`` lets Berlin's summer begin at three and not at two: onsets are told in the
time that ends with them.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

Transition = tuple[datetime, timedelta, timedelta]  # the instant, the offset before, the offset from then on


@lru_cache(maxsize=64)
def vtimezone(zone: ZoneInfo, first: int, last: int) -> Timezone:
    """Holds from the year before ``first`` until after the year ``last``. The same object each time: change nothing."""
    start, end = datetime(first - 1, 1, 1, tzinfo=UTC), datetime(last + 2, 1, 1, tzinfo=UTC)
    offset = _offset(zone, start)
    observances = {(offset, offset): [start]}
    for moment, before, after in transitions(zone, start, end):
        observances.setdefault((before, after), []).append(moment)
    made = Timezone()
    made.add("tzid", zone.key)
    for (before, after), moments in observances.items():
        made.add_component(_observance(zone, before, after, moments))
    return made


def _observance(
    zone: ZoneInfo, before: timedelta, after: timedelta, moments: list[datetime]
) -> TimezoneDaylight | TimezoneStandard:
    there = moments[0].astimezone(zone)
    onsets = [(moment + before).replace(tzinfo=None) for moment in moments]
    made = TimezoneDaylight() if there.dst() else TimezoneStandard()
    made.add("dtstart", onsets[0])
    made.add("tzoffsetfrom", before)
    made.add("tzoffsetto", after)
    made.add("tzname", there.tzname() or zone.key)
    if onsets[1:]:
        made.add("rdate", onsets[1:])
    return made


def transitions(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[Transition]:
    """Every change of the zone's offset between two instants."""
    step = timedelta(days=1)
    while start < end:
        before, after = _offset(zone, start), _offset(zone, start + step)
        if before != after:
            early, late = start, start + step
            while late - early > timedelta(seconds=1):
                middle = early + timedelta(seconds=(late - early).total_seconds() // 2)
                early, late = (middle, late) if _offset(zone, middle) == before else (early, middle)
            yield late, before, after
        start += step


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()
