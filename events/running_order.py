"""An evening as those who put it on have it: for each stage the doors, what follows what, changeovers, the curfew.

An evening is a district day: it ends at four in the morning, and a set at one at night belongs to it. Nothing here
reads a table.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from events.models import CLOCK_TIMES, Precision, ReleasedSlot, SlotKind, SlotStatus, Timing

ON = (SlotStatus.SCHEDULED, SlotStatus.TENTATIVE)
EDGES = (SlotKind.DOORS, SlotKind.CURFEW)
# What one set after the other is: between two tours of a factory nobody rebuilds anything.
ON_STAGE = (SlotKind.SET, SlotKind.SHOW, SlotKind.CEREMONY)
# What no stage has: it is told in the schedule.
ELSEWHERE = (SlotKind.CUTOFF, SlotKind.CLOSURE)
# A longer gap is a pause between two performances, the afternoon's and the evening's.
LONGEST_CHANGEOVER = timedelta(minutes=60)
MINUTE = timedelta(minutes=1)
EXACT = Precision.EXACT.value

Place = tuple[int | None, int | None, tuple[tuple[str, str], ...]]
NOWHERE: Place = (None, None, ())


@dataclass(frozen=True)
class Changeover:
    """The time for rebuilding the stage before a set. ``slot`` where the organizer planned it; else it is the gap."""

    starts_at: datetime
    minutes: int
    slot: ReleasedSlot | None = None


@dataclass(frozen=True)
class Entry:
    slot: ReleasedSlot
    changeover: Changeover | None = None


@dataclass
class Stage:
    """``row`` is one that takes place there: it has the venue and the space. ``doors`` and ``curfew`` are the first of
    the evening, of the stage itself or else of the whole venue; later ones stand among the entries."""

    row: ReleasedSlot
    doors: ReleasedSlot | None = None
    curfew: ReleasedSlot | None = None
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class Evening:
    """``date`` is None for what may be on any of several days."""

    date: date | None
    stages: list[Stage]


def running_order(rows: Iterable[ReleasedSlot], days: Collection[date] = ()) -> list[Evening]:
    """The evenings with what is on, in order; a run is on each of ``days`` that it covers."""
    evenings: dict[date | None, list[ReleasedSlot]] = {}
    for row in sorted((row for row in rows if row.slot_kind not in ELSEWHERE), key=_in_turn):
        for day in _days(row, days):
            evenings.setdefault(day, []).append(row)
    return [Evening(day, _stages(evenings[day])) for day in sorted(evenings, key=lambda day: day or date.max)]


def _in_turn(row: ReleasedSlot) -> tuple[Any, ...]:
    """In order of time; then what has only a day; what is to be announced ends its evening."""
    unknown = row.precision == Precision.DATE and row.timing == Timing.TIMED
    return (2 if row.precision == Precision.TBA else int(unknown), row.sort_start, row.uid)


def _days(row: ReleasedSlot, days: Collection[date]) -> Iterable[date | None]:
    if is_of_any_day(row):
        return (None,)
    return [day for day in days if row.day <= day <= row.last_day] if goes_on(row) else (row.day,)


def goes_on(row: ReleasedSlot) -> bool:
    """Whether it is on for days: an exhibition, a market."""
    return row.through is not None and row.through > row.day


def is_of_any_day(row: ReleasedSlot) -> bool:
    """To be announced, of an event of several days or without any: of a single day's it ends that evening."""
    return row.precision == Precision.TBA and row.on_date is None and (row.day != row.last_day or row.day.year == 9999)


def place_of(row: ReleasedSlot) -> Place:
    return (row.venue_id, row.space_id, tuple(sorted(row.place_name.items())))


def takes_place(row: ReleasedSlot) -> bool:
    return row.status in ON


def _stages(rows: list[ReleasedSlot]) -> list[Stage]:
    """In the order in which they begin."""
    found: dict[Place, list[ReleasedSlot]] = {}
    for row in rows:
        if not row.operational:
            found.setdefault(place_of(row), []).append(row)
    lost = found.pop(NOWHERE, [])
    if lost:  # with a single stage there is no other that it could be on
        home = next(iter(found)) if len(found) == 1 else NOWHERE
        found[home] = sorted([*found.get(home, []), *lost], key=_in_turn)
    program = list(found)
    around: dict[Place, list[ReleasedSlot]] = {place: [] for place in found}
    for row in rows:
        for place in _homes(row, program) if row.operational else ():
            around.setdefault(place, []).append(row)
    return [_stage(place, found.get(place, []), around[place]) for place in around]


def _homes(row: ReleasedSlot, program: list[Place]) -> list[Place]:
    """The stages that doors, a break or a curfew belong to: its own; without one, all of its venue or of the event."""
    place = place_of(row)
    venue, space, words = place
    if space or words or (place in program and row.slot_kind not in EDGES):
        return [place]
    return [each for each in program if venue in (None, each[0])] or [place]


def _stage(place: Place, program: list[ReleasedSlot], around: list[ReleasedSlot]) -> Stage:
    doors, curfew = (_edges(place, around, kind) for kind in EDGES)
    others = [row for row in around if row.slot_kind not in EDGES or not takes_place(row)]
    rows = sorted([*program, *others, *doors[1:], *curfew[1:]], key=_in_turn)
    own = next((row for row in [*program, *around] if place_of(row) == place), rows[0] if rows else around[0])
    return Stage(own, next(iter(doors), None), next(iter(curfew), None), _entries(rows))


def _edges(place: Place, around: list[ReleasedSlot], kind: str) -> list[ReleasedSlot]:
    """The stage's own doors go before those of its whole venue."""
    rows = [row for row in around if row.slot_kind == kind and takes_place(row) and row.starts_at]
    return [row for row in rows if place_of(row) == place] or rows


def _entries(rows: list[ReleasedSlot]) -> list[Entry]:
    planned: dict[Any, ReleasedSlot] = {}
    sets = [row for row in rows if not row.operational and takes_place(row) and row.starts_at and not goes_on(row)]
    for row in rows:
        if row.slot_kind == SlotKind.CHANGEOVER and takes_place(row) and row.starts_at:
            following = next((each for each in sets if each.sort_start >= row.starts_at), None)
            if following is not None:
                planned[following.uid] = row
    folded = {row.uid for row in planned.values()}
    found, before = [], None
    for row in rows:
        if row.uid in folded:
            continue
        changeover = _planned(row, planned[row.uid]) if row.uid in planned else _gap(before, row)
        found.append(Entry(row, changeover))
        before = _later(before, row)
    return found


def _planned(row: ReleasedSlot, changeover: ReleasedSlot) -> Changeover:
    """Without an end it lasts until the set."""
    starts, ends = changeover.starts_at, changeover.ends_at or row.starts_at
    assert starts is not None  # by which they were found
    assert ends is not None
    return Changeover(starts, (ends - starts) // MINUTE, changeover)


def _gap(before: ReleasedSlot | None, row: ReleasedSlot) -> Changeover | None:
    """What lies between two sets of the program, where both times are known."""
    if row.slot_kind not in ON_STAGE or not takes_place(row) or row.starts_at is None or goes_on(row):
        return None
    if before is None or before.slot_kind not in ON_STAGE or before.ends_at is None or row.precision != EXACT:
        return None
    gap = row.starts_at - before.ends_at
    return Changeover(before.ends_at, gap // MINUTE) if timedelta(0) <= gap <= LONGEST_CHANGEOVER else None


def _later(before: ReleasedSlot | None, row: ReleasedSlot) -> ReleasedSlot | None:
    """Whatever is on the stage last: one set may run into the next."""
    if not takes_place(row) or row.starts_at is None or goes_on(row) or row.precision not in CLOCK_TIMES:
        return before
    if before is not None and before.ends_at and row.ends_at and before.ends_at > row.ends_at:
        return before
    return row
