"""Drafts without a time, put into the calendar: a day, a time and a space for each, so that nothing clashes.

``timetabling.timetable`` looks for them; here is what it has to know of the event, of its matches that have their
times already, and of what other events do with the same spaces and the same teams. What a release would be warned of
beside (opening hours, ways through the city) is shown in the workbench afterwards.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, timedelta
from graphlib import CycleError
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from core.changes.edits import Edit, edit
from core.clock import day_begins, district_day
from events import drafts
from events.conflicts.places import TAKES_SPACE_WITH
from events.conflicts.scene import TAKE_PLACE, load_others
from events.conflicts.sweep import Use, all_day, between, clocked
from events.freezing import frozen_drafts, refuse_unknown
from events.league.matches import matches_of
from events.league.models import Side
from events.league.placeholders import Source, as_uid, feeder
from events.league.timetabling import Cell, Fixture, Key, Reason, Terms, Timetable, timetable
from events.models import Event, ReleasedSlot, Slot, Timing
from events.placing import PLACED, Place, moment_at, place_of, places_of, put, put_at
from events.releases import hold

MOST_CELLS = 6000
MOST_DAYS = 400
EARLIEST, LATEST = 4 * 60, 28 * 60  # a start before four at night belongs to the day before
OTHERS = "others"  # what no draft of the event is, among the keys of fixtures


@dataclass(frozen=True)
class Windows:
    """When may be played: on these weekdays (0 is Monday) from the first day to the last, at these times, in minutes
    from midnight; 25:30 is half past one at night of the evening before."""

    first: date
    last: date
    weekdays: frozenset[int]
    times: tuple[int, ...]

    def days(self) -> list[date]:
        """Raises ValidationError, by field."""
        wrong: dict[str, Any] = {}
        length = (self.last - self.first).days
        if length < 0:
            wrong["last"] = _("This is before the first day.")
        elif length >= MOST_DAYS:
            wrong["last"] = _("Choose %(most)d days at most.") % {"most": MOST_DAYS}
        if not self.weekdays:
            wrong["weekdays"] = _("Choose at least one day of the week.")
        if not self.times:
            wrong["times"] = _("Enter at least one time.")
        elif not all(EARLIEST <= each < LATEST for each in self.times):
            wrong["times"] = _("Enter times between 04:00 and 27:59; after midnight they count on: 25:30.")
        if wrong:
            raise ValidationError(wrong)
        every = (self.first + timedelta(days=count) for count in range(length + 1))
        days = [day for day in every if day.weekday() in self.weekdays]
        if not days:
            raise ValidationError({"weekdays": _("None of these days is between the first day and the last.")})
        return days


@dataclass(frozen=True)
class Scheduled:
    """``placed``: drafts as they would be, in order of time. ``left``: those for which there was no room, each with
    the reasons, and for how many of the ``free`` times in all places each came first."""

    placed: list[Slot]
    left: list[tuple[Slot, dict[Reason, int]]]
    free: int


def scheduled(
    event: Event,
    uids: Collection[UUID] | None,
    windows: Windows,
    spaces: Collection[str],
    terms: Terms,
) -> Scheduled:
    """What ``schedule`` would do. A constant number of queries. Raises ValidationError, by field."""
    places = _places(event, spaces)
    cells = _cells(windows, places)
    _check_terms(terms)
    scene = _Scene(event, uids, places, replace(terms, day=district_day))
    free = scene.free(cells)
    found = scene.timetable(free)
    chosen = scene.chosen
    placed = [_put(slot, found.placed[uid], terms, places) for uid, slot in chosen.items() if uid in found.placed]
    left = [(slot, found.left[uid]) for uid, slot in chosen.items() if uid in found.left]
    return Scheduled(sorted(placed, key=lambda slot: slot.sort_start), left, len(free))


def schedule(
    event: Event,
    uids: Collection[UUID] | None,
    windows: Windows,
    spaces: Collection[str],
    terms: Terms,
    by: Any = None,
) -> Scheduled:
    """Gives drafts a time and a space; what has found no room stays as it was, and the answer says why.

    ``uids``: these slots, whether or not they have a time already; None: every match that takes place and has not even
    a date. ``spaces``: keys of places of the event (``placing``), at best spaces: a venue as a whole is taken as one.
    ``terms``: how long each takes its space, and what teams are spared.

    Other drafts with a time stay where they are, and so do other events: what is public, and all drafts of the same
    organizer. A match waits for those that it says its sides come from; for a place in a group, for all of that group.

    Raises ValidationError, by field; then nothing has been written.
    """
    with edit(by=by) as unit:
        event = hold(event)
        seen = scheduled(event, uids, windows, spaces, terms)
        _write(event, seen, unit, by)
    return seen


def _write(event: Event, seen: Scheduled, unit: Edit, by: Any) -> None:
    drafts.rewrite(event, seen.placed, PLACED, unit)
    if seen.placed:
        note = _("Put into the calendar: %(placed)d; without room: %(left)d.")
        words = {"placed": len(seen.placed), "left": len(seen.left)}
        drafts.note_change(event, "slots", unit, by=by, note=note % words)


def _put(slot: Slot, cell: Cell, terms: Terms, places: Mapping[str, Place]) -> Slot:
    slot.through = None
    put(slot, cell.start, cell.start + terms.length, None)
    slot.timing, slot.on_date = Timing.TIMED, None
    put_at(slot, str(cell.space), dict(places))
    slot.derive_times(slot.event)
    return slot


# What is asked for


def _places(event: Event, spaces: Collection[str]) -> dict[str, Place]:
    known = places_of(event)
    unknown = [key for key in spaces if key not in known]
    if unknown or not spaces:
        message = _("The event has no such place. Reload its schedule.") if unknown else _("Choose a place.")
        raise ValidationError({"spaces": ValidationError(message, code="spaces")})
    return {key: known[key] for key in known if key in spaces}


def _cells(windows: Windows, places: Iterable[str]) -> list[Cell]:
    days, spaces = windows.days(), list(places)
    count = len(days) * len(set(windows.times)) * len(spaces)
    if count > MOST_CELLS:
        message = _("These are %(count)d times in all places; at once it is %(most)d at most. Choose fewer days.")
        raise ValidationError(
            {"last": ValidationError(message % {"count": count, "most": MOST_CELLS}, code="too_many")}
        )
    starts = [moment_at(day, minutes) for day in days for minutes in sorted(set(windows.times))]
    return [Cell(start, space) for start in starts for space in spaces]


def _check_terms(terms: Terms) -> None:
    wrong = {}
    if not timedelta(minutes=1) <= terms.length <= timedelta(days=1):
        wrong["length"] = _("Enter 1 to 1440 minutes.")
    if not timedelta(0) <= terms.rest <= timedelta(days=30):
        wrong["rest"] = _("Enter 0 or more minutes, at most 30 days.")
    if wrong:
        raise ValidationError(wrong)


class _Scene:
    """What the timetable is made of: fixtures named by the ``uid`` of their slots."""

    def __init__(self, event: Event, uids: Collection[UUID] | None, places: Mapping[str, Place], terms: Terms) -> None:
        self.event, self.terms = event, terms
        self.matches = {match.slot.uid: match for match in matches_of(event)}
        self.rows = {row.uid: row for row in frozen_drafts(event)}
        self.chosen = self._chosen(uids)
        self.places = places
        self.others: list[ReleasedSlot] = []
        self.fixed: dict[Key, Cell] = {}
        self.fixtures: list[Fixture] = []
        self.last: dict[Key, Key] = {}  # the fixture that a longer slot ends with

    def _chosen(self, uids: Collection[UUID] | None) -> dict[UUID, Slot]:
        """In the order in which they ought to be played."""
        if uids is None:
            wanted = {uid for uid in self.matches if _is_open(self.rows[uid])}
        else:
            refuse_unknown(uids, self.rows)
            wanted = set(uids)
        if not wanted:
            raise ValidationError(_("There is no match without a time."), code="no_slots")
        drafts.refuse_too_many(len(wanted))
        slots = {slot.uid: slot for slot in self.event.slots.select_related("venue", "space") if slot.uid in wanted}
        return {uid: slots[uid] for uid in sorted(wanted, key=self._order)}

    def _order(self, uid: UUID) -> tuple[Any, ...]:
        match, row = self.matches.get(uid), self.rows[uid]
        return (match.number if match else 0, row.sort_start, uid)

    @cached_property
    def own(self) -> list[ReleasedSlot]:
        """The other drafts."""
        return [row for uid, row in self.rows.items() if uid not in self.chosen and row.status in TAKE_PLACE]

    def free(self, cells: list[Cell]) -> list[Cell]:
        """Those in which the space is not taken."""
        self.others = self._others(cells)
        taken: dict[Hashable, list[Use]] = defaultdict(list)
        for row in [*self.own, *self.others]:
            use = all_day(row) if row.timing == Timing.ALL_DAY else clocked(row)
            if use is not None and _takes_space(row, self.event):
                taken[place_of(row).key].append(use)
        by_day: dict[tuple[Hashable, date], list[Cell]] = defaultdict(list)
        for cell in cells:
            by_day[cell.space, cell.start.date()].append(cell)
        return [cell for (space, _day), same in by_day.items() for cell in self._left_by(taken[space], same)]

    def _left_by(self, taken: list[Use], cells: list[Cell]) -> Iterator[Cell]:
        uses = {cell: Use(cell.start, cell.start + self.terms.length, ReleasedSlot()) for cell in cells}
        met = {id(one) for one, _other in between(uses.values(), taken)} if taken else set()
        return (cell for cell, use in uses.items() if id(use) not in met)

    def timetable(self, free: list[Cell]) -> Timetable:
        """Raises ValidationError where matches wait for each other in a circle."""
        for row in self.own:
            self._fix(row.uid, row)
        for place, row in enumerate(self.others):
            self._fix((OTHERS, place), row)
        waits = {uid: self._waits_for(uid) for uid in self.chosen}
        for uid in {each for after in waits.values() for each in after} - self.chosen.keys() - self.fixed.keys():
            self.fixtures.append(Fixture(uid, (), spaces=frozenset()))  # without a time: whatever waits for it, waits
        for uid, after in waits.items():
            ahead = tuple(self.last.get(each, each) for each in after)
            self.fixtures.append(Fixture(uid, tuple(self._playing(uid)), ahead))
        try:
            return timetable(self.fixtures, free, self.terms, self.fixed)
        except CycleError as error:
            text = _("Matches wait for each other in a circle. Look at where their sides come from.")
            raise ValidationError(text, code="circle") from error

    # What is there already

    def _others(self, cells: list[Cell]) -> list[ReleasedSlot]:
        """The slots of other events around these cells, as far as they may meet them."""
        first, last = cells[0].start, cells[-1].start + self.terms.length
        around = []
        for slot in self.chosen.values():
            row = copy(self.rows[slot.uid])
            row.sort_start, row.sort_end = first, last
            around.append(row)
        for place in self.places.values():
            row = ReleasedSlot(event=self.event, sort_start=first, sort_end=last, participants=[])
            row.venue, row.space = place
            around.append(row)
        return load_others(self.event, around, first)

    def _fix(self, key: Key, row: ReleasedSlot) -> None:
        """As often as it takes the length of a match after the other; a mere date ends its day, for what follows."""
        use = clocked(row)
        if use is not None and use.length is None:
            start, end = use.start, use.end
        elif key in self.matches and row.on_date is not None:
            end = day_begins(row.last_day + timedelta(days=1))
            start = end - self.terms.length
        else:
            return
        people = tuple(each["slug"] for each in row.participants)
        starts = [start]
        while starts[-1] + self.terms.length < end:
            starts.append(min(starts[-1] + self.terms.length, end - self.terms.length))
        for place, moment in enumerate(starts):
            self.last[key] = (key, place) if place else key
            self.fixed[self.last[key]] = Cell(moment, None)
            self.fixtures.append(Fixture(self.last[key], people))

    # What waits for what

    def _playing(self, uid: UUID) -> Iterator[Hashable]:
        """Who takes part, and for a side that is not known, where it comes from."""
        row, match = self.rows[uid], self.matches.get(uid)
        yield from (each["slug"] for each in row.participants)
        known = {each["role"] for each in row.participants}
        for side in Side.values if match else ():
            source = getattr(match, f"{side}_source")
            if source and side not in known:
                yield tuple(sorted(source.items()))

    def _waits_for(self, uid: UUID) -> set[UUID]:
        match = self.matches.get(uid)
        found: set[UUID] = set()
        for side in Side.values if match else ():
            found |= self._before(getattr(match, f"{side}_source"))
        return {each for each in found if each != uid and self.rows[each].status in TAKE_PLACE}

    def _before(self, source: Source | None) -> set[UUID]:
        """The matches that decide who a side will be."""
        if not source:
            return set()
        if waited := feeder(source):
            found = as_uid(waited)
            return {found} if found in self.rows else set()
        group = source.get("group")
        return {
            uid
            for uid, match in self.matches.items()
            if match.group and (match.group.slug == group if group else match.stage_id == self._first_stage)
        }

    @cached_property
    def _first_stage(self) -> int | None:
        """That of groups whose runners-up are ranked."""
        stages = [match.stage for match in self.matches.values() if match.group_id]
        return min(stages, key=lambda stage: (stage.position, stage.pk)).pk if stages else None


def _is_open(row: ReleasedSlot) -> bool:
    return row.starts_at is None and row.on_date is None and row.status in TAKE_PLACE


def _takes_space(row: ReleasedSlot, event: Event) -> bool:
    """As the conflicts of spaces have it; of the event's own slots also one that has the venue as a whole."""
    own = row.event_id == event.pk
    if row.space is None or row.space.parallel_use:
        return own and row.space is None
    if row.operational:
        return not own and row.slot_kind in TAKES_SPACE_WITH and row.ends_at is not None
    return True
