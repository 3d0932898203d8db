"""A draft schedule as its makers look at it: by day, with what is unreleased of it and what clashes."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from uuid import UUID

from core.clock import district_day
from events.conflicts import Conflict, Level, conflicts_in
from events.differences import ChangeKind, Difference, diff
from events.freezing import Plan, in_order, plan
from events.models import Event, ReleasedSlot, Timing
from events.models.slots import SlotTimes

# A longer schedule is looked over for clashes around the shown day only: whoever drags a slot does not wait for the
# whole season. The release looks at all of it.
MOST_LOOKED_OVER = 2000
AROUND = timedelta(days=2)


def is_dated(row: SlotTimes) -> bool:
    return row.starts_at is not None or row.on_date is not None


def is_on_clock(row: SlotTimes) -> bool:
    """Whether it has a stretch of its day's timetable; not a mere date, all day, the venue's hours, a run."""
    return row.starts_at is not None and row.timing == Timing.TIMED and row.through is None


def is_on(row: SlotTimes, day: date | None) -> bool:
    """On that day; None: on no day that is known yet."""
    if day is None or not is_dated(row):
        return day is None and not is_dated(row)
    return row.day == day or (row.through is not None and row.day <= day <= row.through)


@dataclass(frozen=True)
class DayCount:
    """A day of the strip: how many slots, how many of them unreleased, whether any clashes, and how badly."""

    day: date | None
    slots: int
    unreleased: int
    level: Level | None


@dataclass
class Bench:
    """``day`` is the one that is shown; None: the slots that have no date yet."""

    event: Event
    moment: datetime
    planned: Plan
    day: date | None

    @cached_property
    def differences(self) -> list[Difference]:
        return diff(self.planned.now, self.planned.then)

    @cached_property
    def by_slot(self) -> dict[UUID, Difference]:
        return {each.uid: each for each in self.differences}

    @cached_property
    def rows(self) -> list[ReleasedSlot]:
        """The drafts of the shown day."""
        return [row for row in self.planned.then.values() if is_on(row, self.day)]

    @cached_property
    def gone(self) -> list[Difference]:
        """What the next release takes out of the shown day."""
        taken = [each for each in self.differences if each.kinds == (ChangeKind.REMOVED,)]
        return [each for each in taken if is_on(each.row, self.day)]

    @property
    def whole(self) -> bool:
        """Whether clashes are looked for in the whole schedule."""
        return len(self.planned.then) <= MOST_LOOKED_OVER

    @cached_property
    def conflicts(self) -> list[Conflict]:
        if self.whole:
            return conflicts_in(self.planned, self.moment)
        near = [row for row in self.planned.then.values() if self.day is None or self._is_near(row, self.day)]
        return conflicts_in(Plan(self.event, {}, in_order(near[:MOST_LOOKED_OVER])), self.moment)

    def _is_near(self, row: ReleasedSlot, day: date) -> bool:
        return is_dated(row) and row.day - AROUND <= day <= row.last_day + AROUND

    @cached_property
    def clashes(self) -> dict[UUID, list[Conflict]]:
        """By slot, without those that were accepted with the last release."""
        found: dict[UUID, list[Conflict]] = defaultdict(list)
        for each in self.conflicts:
            for uid in {row.uid for row in each.slots if not each.accepted}:
                found[uid].append(each)
        return found

    @cached_property
    def of_day(self) -> list[Conflict]:
        """The clashes of the shown day's slots."""
        shown = {row.uid for row in self.rows}
        return [each for each in self.conflicts if not each.accepted and any(row.uid in shown for row in each.slots)]

    def days(self) -> list[DayCount]:
        """Those with slots, with something to be taken out, and the shown one; without a date: last."""
        rows: dict[date | None, list[ReleasedSlot]] = defaultdict(list)
        for row in self.planned.then.values():
            rows[row.day if is_dated(row) else None].append(row)
        changed: dict[date | None, int] = defaultdict(int)
        for each in self.differences:
            changed[each.row.day if is_dated(each.row) else None] += 1
        known = {*rows, *changed, self.day}
        order = [*sorted(day for day in known if day is not None), *([None] if None in known else [])]
        return [DayCount(day, len(rows[day]), changed[day], self._worst(rows[day])) for day in order]

    def _worst(self, rows: Iterable[ReleasedSlot]) -> Level | None:
        levels = {each.level for row in rows for each in self.clashes.get(row.uid, ())}
        return Level.BLOCK if Level.BLOCK in levels else Level.WARN if levels else None


def load_bench(event: Event, moment: datetime, day: date | None, *, undated: bool = False) -> Bench:
    """``day`` None: the next one with slots, else the last one; with ``undated`` the slots that have no date yet."""
    planned = plan(event)
    if day is None and not undated:
        day = _next_day(event, planned, moment)
    return Bench(event, moment, planned, day)


def _next_day(event: Event, planned: Plan, moment: datetime) -> date | None:
    today = district_day(moment)
    days = sorted({row.day for row in planned.then.values() if is_dated(row)})
    coming = [day for day in days if day >= today]
    if coming or days:
        return coming[0] if coming else days[-1]
    return None if planned.then else event.starts_on or today
