"""iCalendar as text (RFC 5545): content lines, escaped and folded by octets; instants and days; a zone's VTIMEZONE.

Written here and not by the library icalendar, which reads it back in the tests: it took eight times as long, made a
line break of a backslash before an N, and let daylight saving time begin an hour late.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MOST_OCTETS = 75
BREAKS = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Controls that a text must not hold (section 3.3.11), and halves of characters, which UTF-8 has no way to write.
UNWRITABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

Transition = tuple[datetime, timedelta, timedelta]  # the instant, the offset before, the offset from then on


def text(value: str) -> str:
    """A TEXT value (section 3.3.11): nothing in it can end its line or pass for another property."""
    plain = UNWRITABLE.sub("", BREAKS.sub("\n", value))
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def line(name: str, value: str, **parameters: str) -> bytes:
    """``line("DTSTART", "20260501", VALUE="DATE")``. The value is written as it is: texts go through ``text`` first."""
    head = "".join([name, *(f";{key}={parameter}" for key, parameter in parameters.items())])
    return folded(f"{head}:{value}")


def folded(content: str) -> bytes:
    """At most 75 octets a line without its break, and no character cut in two (section 3.1)."""
    octets = content.encode()
    pieces, start, width = [], 0, MOST_OCTETS
    while len(octets) - start > width:
        end = start + width
        while octets[end] & 0b1100_0000 == 0b1000_0000:  # within a character
            end -= 1
        pieces.append(octets[start:end])
        start, width = end, MOST_OCTETS - 1  # behind the blank that continues a line
    return b"\r\n ".join([*pieces, octets[start:]])


def component(name: str, lines: list[bytes]) -> list[bytes]:
    return [line("BEGIN", name), *lines, line("END", name)]


def utc(moment: datetime) -> str:
    return local(moment.astimezone(UTC)) + "Z"


def day(value: date) -> str:
    return value.isoformat().replace("-", "")


def local(moment: datetime) -> str:
    return f"{day(moment.date())}T{moment:%H%M%S}"


def instant(name: str, moment: datetime, zone: ZoneInfo) -> bytes:
    """In the zone's time; in UTC where that time comes twice, for it would be read as the first (section 3.3.5)."""
    there = moment.astimezone(zone)
    return line(name, utc(moment)) if there.fold else line(name, local(there), TZID=zone.key)


@lru_cache(maxsize=64)
def timezone(zone: ZoneInfo, first: int, last: int) -> tuple[bytes, ...]:
    """The VTIMEZONE (section 3.6.5) that holds from the year before ``first`` until after the year ``last``."""
    start, end = datetime(first - 1, 1, 1, tzinfo=UTC), datetime(last + 2, 1, 1, tzinfo=UTC)
    offset = _offset(zone, start)
    observances = {(offset, offset): [start]}
    for moment, before, after in transitions(zone, start, end):
        observances.setdefault((before, after), []).append(moment)
    lines = [line("TZID", zone.key)]
    for (before, after), moments in observances.items():
        lines += _observance(zone, before, after, moments)
    return tuple(component("VTIMEZONE", lines))


def _observance(zone: ZoneInfo, before: timedelta, after: timedelta, moments: list[datetime]) -> list[bytes]:
    """Its onsets are told in the time that ended with them."""
    there = moments[0].astimezone(zone)
    onsets = [local((moment + before).replace(tzinfo=None)) for moment in moments]
    lines = [
        line("DTSTART", onsets[0]),
        line("TZOFFSETFROM", _signed(before)),
        line("TZOFFSETTO", _signed(after)),
        line("TZNAME", text(there.tzname() or zone.key)),
    ]
    if onsets[1:]:
        lines.append(line("RDATE", ",".join(onsets[1:])))
    return component("DAYLIGHT" if there.dst() else "STANDARD", lines)


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


def _signed(offset: timedelta) -> str:
    """``+0800``; with seconds where there are any."""
    seconds = round(abs(offset).total_seconds())
    sign = "-" if offset < timedelta() else "+"
    shown = f"{sign}{seconds // 3600:02}{seconds // 60 % 60:02}"
    return f"{shown}{seconds % 60:02}" if seconds % 60 else shown
