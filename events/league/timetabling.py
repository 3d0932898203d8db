"""Matches into free times and spaces, so that no team and no space is needed twice at once.

A search without chance: the same input gives the same timetable. Cells are filled in the order of time, each with the
most urgent match that fits: first what most others wait for, then what may be played in few spaces, then in the order
given. A match that is left over then tries to take a cell from one other match that fits elsewhere, within a bound:
whoever offers too few cells is told so soon. It may still leave a match for which a cleverer search would find room;
it never makes a clash.
"""

import heapq
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from graphlib import TopologicalSorter
from itertools import islice

Key = Hashable
# Cells that are looked at to make room for matches that are left: a second or two.
MOST_TRIES = 100_000


@dataclass(frozen=True)
class Cell:
    """A free time in a space. Cells of a space may overlap; only one of those that do is used."""

    start: datetime
    space: Hashable


@dataclass(frozen=True)
class Fixture:
    """A match to be placed. ``participants`` are teams, or placeholders; ``after`` are the matches that feed it.

    ``spaces``: where it may be played; None for anywhere.
    """

    key: Key
    participants: tuple[Hashable, ...]
    after: tuple[Key, ...] = ()
    spaces: frozenset[Hashable] | None = None


def _order(cell: Cell) -> tuple[datetime, str]:
    return cell.start, str(cell.space)


def _date(moment: datetime) -> date:
    return moment.date()


@dataclass(frozen=True)
class Terms:
    """How long a match takes its space, and what a team is spared.

    ``rest``: from the end of a team's match to its next one, and from a match to those that it feeds, because who will
    play these is not known. ``one_a_day`` spares a second match on the same day in the same way. ``day`` tells the day
    of a moment: the date of its own clock, unless another one is given.
    """

    length: timedelta
    rest: timedelta = timedelta(0)
    one_a_day: bool = False
    day: Callable[[datetime], date] = _date


class Reason(StrEnum):
    """Why a cell does not do for a match."""

    TAKEN = "taken"  # another match is there
    SPACE = "space"  # none of its spaces
    REST = "rest"  # a team plays at that time, or would have too little rest
    SAME_DAY = "same_day"  # a team has a match on that day
    ORDER = "order"  # too early after a match that feeds it, or too late before one that it feeds
    FEEDER = "feeder"  # a match that feeds it has no cell


Hindrance = tuple[Reason, Key | None]


@dataclass(frozen=True)
class Timetable:
    """``placed``: the cell of each match that has one. ``left``: of each other match, for how many cells which reason
    came first. There the reasons stand in the order of ``Reason``; none where there are no cells."""

    placed: dict[Key, Cell] = field(default_factory=dict)
    left: dict[Key, dict[Reason, int]] = field(default_factory=dict)


def timetable(
    fixtures: Sequence[Fixture], cells: Iterable[Cell], terms: Terms, fixed: Mapping[Key, Cell] | None = None
) -> Timetable:
    """Places the fixtures, which come in the order in which they ought to be played.

    ``fixed``: the cells that some of them have already and keep, taken as they are. Raises ValueError where a key is
    there twice or unknown, or where matches feed each other in a circle (``graphlib.CycleError``).
    """
    fixed = fixed or {}
    waiting = _waiting(fixtures, fixed)
    free = sorted(set(cells), key=_order)
    plan = _Plan(fixtures, terms, fixed)
    plan.fill(free, waiting)
    plan.mend(free)
    return plan.told(free)


def _waiting(fixtures: Sequence[Fixture], fixed: Mapping[Key, Cell]) -> dict[Key, int]:
    """How many matches wait for each, one behind the other, at most."""
    feeds = {each.key: each.after for each in fixtures}
    if len(feeds) < len(fixtures):
        raise ValueError("Two fixtures have the same key.")
    for key in [*fixed, *(key for after in feeds.values() for key in after)]:
        if key not in feeds:
            raise ValueError(f"There is no fixture {key!r}.")
    waiting = dict.fromkeys(feeds, 0)
    for key in reversed(list(TopologicalSorter(feeds).static_order())):
        for feeder in feeds[key]:
            waiting[feeder] = max(waiting[feeder], waiting[key] + 1)
    return waiting


class _Plan:
    """A timetable in the making."""

    def __init__(self, fixtures: Sequence[Fixture], terms: Terms, fixed: Mapping[Key, Cell]) -> None:
        self.fixtures = {each.key: each for each in fixtures}
        self.terms, self.fixed, self.tries = terms, fixed, 0
        self.at: dict[Key, Cell] = {}
        self.in_space: dict[tuple[Hashable, int], set[Key]] = defaultdict(set)  # by the day of the start
        self.days = -(-terms.length // timedelta(days=1))  # so far around it others may overlap
        self.of_team: dict[Hashable, set[Key]] = defaultdict(set)
        self.fed: dict[Key, list[Key]] = defaultdict(list)
        for each in fixtures:
            for feeder in each.after:
                self.fed[feeder].append(each.key)
        for key, cell in fixed.items():
            self.put(self.fixtures[key], cell)

    def put(self, fixture: Fixture, cell: Cell) -> None:
        self.at[fixture.key] = cell
        self.in_space[cell.space, cell.start.toordinal()].add(fixture.key)
        for team in fixture.participants:
            self.of_team[team].add(fixture.key)

    def take(self, fixture: Fixture) -> Cell:
        cell = self.at.pop(fixture.key)
        self.in_space[cell.space, cell.start.toordinal()].remove(fixture.key)
        for team in fixture.participants:
            self.of_team[team].discard(fixture.key)
        return cell

    def left(self) -> list[Fixture]:
        return [each for key, each in self.fixtures.items() if key not in self.at]

    def hindrances(self, fixture: Fixture, cell: Cell) -> Iterator[Hindrance]:
        """What speaks against a cell, in the order of ``Reason``, each with the match that would have to give way."""
        yield from ((Reason.TAKEN, key) for key in self._takers(cell))
        if fixture.spaces is not None and cell.space not in fixture.spaces:
            yield Reason.SPACE, None
        rivals = {key for team in fixture.participants for key in self.of_team[team]}
        least = self.terms.length + self.terms.rest
        yield from ((Reason.REST, key) for key in rivals if self._apart(key, cell) < least)
        if self.terms.one_a_day:
            yield from ((Reason.SAME_DAY, key) for key in rivals if self._same_day(self.at[key], cell))
        yield from self._out_of_order(fixture, cell)

    def fits(self, fixture: Fixture, cell: Cell) -> bool:
        return next(self.hindrances(fixture, cell), None) is None

    def _takers(self, cell: Cell) -> list[Key]:
        day, length, at = cell.start.toordinal(), self.terms.length, self.at
        near = (self.in_space.get((cell.space, day + each), ()) for each in range(-self.days, self.days + 1))
        return [key for keys in near for key in keys if abs(at[key].start - cell.start) < length]

    def _apart(self, key: Key, cell: Cell) -> timedelta:
        return abs(self.at[key].start - cell.start)

    def _same_day(self, one: Cell, other: Cell) -> bool:
        return self.terms.day(one.start) == self.terms.day(other.start)

    def _out_of_order(self, fixture: Fixture, cell: Cell) -> Iterator[Hindrance]:
        for key in fixture.after:
            if key in self.at and not self._in_time(self.at[key], cell):
                yield Reason.ORDER, key
        for key in self.fed[fixture.key]:
            if key in self.at and not self._in_time(cell, self.at[key]):
                yield Reason.ORDER, key
        yield from ((Reason.FEEDER, None) for key in fixture.after if key not in self.at)

    def _in_time(self, feeder: Cell, fed: Cell) -> bool:
        if self.terms.one_a_day and self._same_day(feeder, fed):
            return False
        return feeder.start + self.terms.length + self.terms.rest <= fed.start

    def fill(self, cells: Sequence[Cell], waiting: Mapping[Key, int]) -> None:
        def urgency(each: Fixture) -> tuple[int, int]:
            return -waiting[each.key], len(each.spaces) if each.spaces is not None else len(cells)

        urgent = sorted(self.left(), key=urgency)
        for cell in cells:
            chosen = next((each for each in urgent if self.fits(each, cell)), None)
            if chosen:
                self.put(chosen, cell)
                urgent.remove(chosen)

    def mend(self, cells: Sequence[Cell]) -> None:
        """Finds room for matches that are left, as long as that succeeds for one more, and is not too long a search."""
        self.tries = MOST_TRIES
        while self.tries > 0:
            open_ = [cell for cell in cells if not self._takers(cell)]
            if not any(self._squeeze_in(each, cells, open_) for each in self.left()):
                return

    def _squeeze_in(self, fixture: Fixture, cells: Sequence[Cell], open_: Sequence[Cell]) -> bool:
        for cell in cells:
            if self.tries <= 0:
                return False
            self.tries -= 1
            rivals = {key for _reason, key in self.hindrances(fixture, cell)}
            if not rivals:
                self.put(fixture, cell)
                return True
            if len(rivals) == 1 and self._move(rivals.pop(), fixture, cell, cells, open_):
                return True
        return False

    def _move(
        self, rival: Key | None, fixture: Fixture, cell: Cell, cells: Sequence[Cell], open_: Sequence[Cell]
    ) -> bool:
        """Gives the fixture its cell if the match that hinders it fits elsewhere: in an open cell, or in one that only
        it kept from being open."""
        if rival is None or rival in self.fixed:
            return False
        moved = self.fixtures[rival]
        before = self.take(moved)
        if self.fits(fixture, cell):
            self.put(fixture, cell)
            for elsewhere in heapq.merge(open_, self._around(before, cells), key=_order):
                self.tries -= 1
                if self.fits(moved, elsewhere):
                    self.put(moved, elsewhere)
                    return True
            self.take(fixture)
        self.put(moved, before)
        return False

    def _around(self, taken: Cell, cells: Sequence[Cell]) -> Iterator[Cell]:
        first = bisect_right(cells, (taken.start - self.terms.length, ""), key=_order)
        for cell in islice(cells, first, None):
            if cell.start >= taken.start + self.terms.length:
                return
            if cell.space == taken.space and abs(cell.start - taken.start) < self.terms.length:
                yield cell

    def told(self, cells: Sequence[Cell]) -> Timetable:
        return Timetable(dict(self.at), {each.key: self._why(each, cells) for each in self.left()})

    def _why(self, fixture: Fixture, cells: Sequence[Cell]) -> dict[Reason, int]:
        hindered = (next(self.hindrances(fixture, cell), None) for cell in cells)
        first = Counter(found[0] for found in hindered if found)
        return {reason: first[reason] for reason in Reason if first[reason]}
