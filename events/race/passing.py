"""When runners pass: the first and the last one, at a kilometre or over a stretch. Pure: no tables, no clock.

Whoever starts first may be overtaken, so each wave's fastest and slowest runner is followed, and the earliest and the
latest of all count. What holds the last ones back from being later: a cut-off, behind which nobody goes on after its
time, and the time limit of the whole, which runs from the last start. Where a pace is not known, neither is a time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Start:
    """A wave: when it starts, and its fastest and slowest pace in seconds per kilometre."""

    at: datetime
    fastest: int | None = None
    slowest: int | None = None


@dataclass(frozen=True)
class Cut:
    """Whoever is not past a kilometre by then is taken out."""

    km: float
    at: datetime


@dataclass(frozen=True)
class Running:
    """A course as it is run. ``limit``: from the last start until it closes."""

    starts: Sequence[Start]
    cuts: Sequence[Cut] = ()
    limit: timedelta | None = None


@dataclass(frozen=True)
class Passing:
    """To the minute: a spectator is there before the first one, and stays for the last one."""

    first: datetime | None
    last: datetime | None


def slowest_pace(limit: timedelta, metres: int) -> int:
    """Seconds per kilometre of one who just makes the time limit."""
    return round(limit.total_seconds() * 1000 / metres)


def passing(running: Running, km: float) -> Passing:
    return window(running, km, km)


def window(running: Running, from_km: float, to_km: float) -> Passing:
    """Over a stretch: the first runner at its beginning, the last one at its end."""
    first, last = _first(running, from_km), _last(running, to_km)
    if first is not None and last is not None and last < first:  # cut-offs that nobody can make
        last = first
    return Passing(_down(first), _up(last))


def _first(running: Running, km: float) -> datetime | None:
    times = [_at(start.at, km, start.fastest) for start in running.starts]
    return None if None in times else _earliest(times)


def _last(running: Running, km: float) -> datetime | None:
    times = [_at(start.at, km, start.slowest) for start in running.starts]
    known = [each for each in times if each is not None]
    if not known or len(known) < len(times):
        return None
    slowest = max((start.slowest or 0 for start in running.starts), default=0)
    cut = [_at(each.at, km - each.km, slowest) for each in running.cuts if each.km <= km]
    return _earliest([max(known), *cut, _closing(running)])


def _closing(running: Running) -> datetime | None:
    if running.limit is None:
        return None
    return max(start.at for start in running.starts) + running.limit


def _earliest(moments: Iterable[datetime | None]) -> datetime | None:
    return min((each for each in moments if each is not None), default=None)


def _at(moment: datetime, km: float, pace: int | None) -> datetime | None:
    """After so many kilometres; None where the pace is not known. The start itself needs none."""
    if not km:
        return moment
    return None if pace is None else moment + timedelta(seconds=km * pace)


def _down(moment: datetime | None) -> datetime | None:
    return moment and moment.replace(second=0, microsecond=0)


def _up(moment: datetime | None) -> datetime | None:
    return moment and (_down(moment + MINUTE - timedelta(microseconds=1)) or moment)
