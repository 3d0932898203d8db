"""Which of many stretches of time overlap: one walk along the clock, and as much work as there are pairs.

Half-open: what ends at seven leaves room for what starts at seven.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple

from core.clock import day_begins
from events.models import ASSUMED_LENGTH, Precision, ReleasedSlot, Timing

DAY = timedelta(days=1)
TIMED = Timing.TIMED.value  # a member of an enumeration is slow to reach, ten thousand times
# So many pairs of one thing are looked at: somebody gave ten thousand slots the same time by mistake.
MOST_PAIRS = 2000


class Use(NamedTuple):
    """The time that a slot takes up: from ``start`` to ``end``, or on each day of a run anew for ``length``."""

    start: datetime
    end: datetime
    row: ReleasedSlot
    length: timedelta | None = None


Pairs = Iterator[tuple[Use, Use]]


def clocked(row: ReleasedSlot) -> Use | None:
    """The time of a slot that has a clock time of its own; none for a mere date, all day or the venue's hours.

    A run takes the same hours of each of its days.
    """
    if row.starts_at is None or row.timing != TIMED or row.sort_end <= row.sort_start:
        return None
    if row.through is None or row.through <= row.day:
        return Use(row.sort_start, row.sort_end, row)
    length = row.ends_at - row.starts_at if row.ends_at else ASSUMED_LENGTH
    return Use(row.starts_at, row.sort_end, row, length) if length > timedelta(0) else None


def all_day(row: ReleasedSlot) -> Use | None:
    """The whole of its days, from four in the morning; none where not even the date is known."""
    if row.precision == Precision.TBA:
        return None
    start = day_begins(row.day)
    return Use(start, row.sort_end, row) if start < row.sort_end else None


def within(uses: Iterable[Use]) -> Pairs:
    """The pairs that overlap, the earlier one first."""
    return islice(filter(_meet, _within(uses)), MOST_PAIRS)


def between(ones: Iterable[Use], others: Iterable[Use]) -> Pairs:
    """The pairs of one and another that overlap."""
    return islice(filter(_meet, _between(ones, others)), MOST_PAIRS)


def _within(uses: Iterable[Use]) -> Pairs:
    running: list[Use] = []
    for use in sorted(uses, key=_start):
        running = [each for each in running if each.end > use.start]
        for each in running:
            yield each, use
        running.append(use)


def _between(ones: Iterable[Use], others: Iterable[Use]) -> Pairs:
    running: tuple[list[Use], list[Use]] = ([], [])
    sides = [*((use, 0) for use in ones), *((use, 1) for use in others)]
    for use, side in sorted(sides, key=lambda each: each[0].start):
        opposite = running[1 - side]
        opposite[:] = [each for each in opposite if each.end > use.start]
        for each in opposite:
            yield (use, each) if side == 0 else (each, use)
        running[side].append(use)


def _start(use: Use) -> datetime:
    return use.start


def _meet(pair: tuple[Use, Use]) -> bool:
    """Whether a pair that overlaps as a whole does so on some day: runs take only some hours of each."""
    one, other = pair
    if one.length is None and other.length is None:
        return True
    begin, end = max(one.start, other.start), min(one.end, other.end)
    end = min(end, begin + 2 * DAY) if one.length and other.length else end  # then all their days are alike
    parts = list(_parts(other, begin, end))
    return any(
        start < stop and first < last
        for first, last in _parts(one, begin, end)
        for start, stop in parts
        if start < last and first < stop
    )


def _parts(use: Use, begin: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of a use between two instants."""
    if use.length is None:
        yield use.start, use.end
        return
    start = use.start + max((begin - use.start) // DAY - use.length // DAY - 1, 0) * DAY
    while start < end:
        if start + use.length > begin:
            yield start, min(start + use.length, use.end)
        start += DAY
