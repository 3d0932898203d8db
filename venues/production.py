"""The production calendar of a working plant: overlapping periods in, one answer for each day out."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Any, NamedTuple


class LineRunning(StrEnum):
    YES = "yes"
    NO = "no"
    EXPECTED = "expected"


class Period(NamedTuple):
    """From ``first`` to ``last``, both inclusive. ``order`` rises with the time of entry."""

    first: date
    last: date
    line_running: LineRunning
    note: Any = None
    order: int = 0


def on(day: date, periods: Iterable[Period]) -> Period | None:
    """The period that holds on a day: of several the shortest, of equally long ones the one entered last."""
    holding = [period for period in periods if period.first <= day <= period.last]
    return min(holding, key=lambda period: (period.last - period.first, -period.order), default=None)


def resolved(periods: Iterable[Period]) -> list[Period]:
    """The same calendar without overlaps, in order: what a client can read without knowing which period wins."""
    periods = list(periods)
    # Ordinals, because the day after the last one of the calendar has no date.
    edges = sorted({edge for each in periods for edge in (each.first.toordinal(), each.last.toordinal() + 1)})
    found: list[Period] = []
    for start, end in pairwise(edges):
        first, last = date.fromordinal(start), date.fromordinal(end - 1)
        holding = on(first, periods)
        if holding is None:
            continue
        before = found[-1] if found else None
        joined = before and before.last.toordinal() + 1 == start and before.order == holding.order
        if before and joined and before[2:] == holding[2:]:
            found[-1] = before._replace(last=last)
        else:
            found.append(holding._replace(first=first, last=last))
    return found
