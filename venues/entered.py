"""The rules of a venue as timetables: those that hold for the same desk at the same time of the year stand in one grid.

What is stored are rules; a grid is a way to look at them and to write them.
"""

import hashlib
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from venues.models.hours import DAY_KINDS, WEEKDAYS, HoursException, HoursRule, Service
from venues.models.venue import Venue
from venues.opening_hours import ANY_DAY, DayKind, State
from venues.spans import read_spans, write_spans
from venues.timetables import Desk
from venues.week_grid import Entry, Line, Week, changes, lines_of, week_of

Note = tuple[tuple[str, str], ...]


class Head(NamedTuple):
    """What the rules of a grid have in common. Of the notes one is for closed days and one for all others."""

    service: str = Service.MAIN.value
    space: int | None = None
    day_kind: str = ANY_DAY
    season_from: str = ""
    season_to: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    priority: int = 0
    note: Note = ()
    closed_note: Note = ()

    @property
    def when(self) -> "Head":
        """Without the notes: no two grids should have the same."""
        return self._replace(note=(), closed_note=())

    @property
    def desk(self) -> Desk:
        return Desk(self.service, self.space)

    def columns(self, state: str) -> dict[str, Any]:
        """As the columns of a rule."""
        own = {name: getattr(self, name) for name in WHEN if name != "space"}
        return {**own, "space_id": self.space, "note": dict(self.closed_note if state == State.CLOSED else self.note)}


NOTES = ("note", "closed_note")
WHEN = tuple(name for name in Head._fields if name not in NOTES)


def head_of(values: Mapping[str, Any]) -> Head:
    """From values by their names, the space by its primary key."""
    notes: dict[str, Any] = {name: as_note(values.get(name)) for name in NOTES}
    return Head(**{name: values[name] for name in WHEN if name in values}, **notes)


def as_note(text: Mapping[str, str] | None) -> Note:
    return tuple(sorted((text or {}).items()))


MAIN_HEAD = Head()


@dataclass(frozen=True)
class Grid:
    """``number`` tells grids for the same time apart: where a day has two rules, the second is in another grid."""

    head: Head
    rules: tuple[HoursRule, ...]
    number: int = 0

    @property
    def key(self) -> str:
        """A name for it in a form; another one after somebody changed when it holds."""
        digest = hashlib.sha256(repr(self.head.when).encode()).hexdigest()[:10]
        return f"t{digest}" + (f"n{self.number}" if self.number else "")

    @property
    def lines(self) -> list[Line]:
        return [_line(rule) for rule in self.rules]

    @property
    def week(self) -> Week:
        return week_of(self.lines)


def _line(rule: HoursRule) -> Line:
    return Line(Entry(State(rule.state), read_spans(rule.spans)), rule.weekdays, rule.pk)


def grids(rules: Iterable[HoursRule]) -> list[Grid]:
    """All rules of a venue: the main entrance first, any day before holidays, the whole year before seasons."""
    found: dict[Head, list[Grid]] = {}
    for rule in rules:
        head = head_of({**rule.__dict__, "space": rule.space_id, "note": {}})
        there = found.setdefault(head, [])
        place = next((place for place, grid in enumerate(there) if _fits(rule, grid)), None)
        if place is None:
            there.append(Grid(_noted(head, rule), (rule,), len(there)))
        else:
            grid = there[place]
            there[place] = Grid(_noted(grid.head, rule), (*grid.rules, rule), grid.number)
    return sorted((grid for there in found.values() for grid in there), key=_order)


def _noted(head: Head, rule: HoursRule) -> Head:
    note = as_note(rule.note)
    return head._replace(closed_note=note) if rule.state == State.CLOSED else head._replace(note=note)


def _fits(rule: HoursRule, grid: Grid) -> bool:
    """No day has two rules, and the days that share a note have the same one."""
    alike = [other for other in grid.rules if (other.state == State.CLOSED) == (rule.state == State.CLOSED)]
    taken: set[int] = set().union(*(other.weekdays for other in grid.rules))
    return not taken & rule.weekdays and all(other.note == rule.note for other in alike)


def _order(grid: Grid) -> tuple[Any, ...]:
    head = grid.head
    services, kinds = list(Service.values), [kind for kind, _label in DAY_KINDS]
    return (
        services.index(head.service),
        head.space or 0,
        kinds.index(head.day_kind),
        head.valid_from or date.min,
        head.season_from,
        -head.priority,
        grid.rules[0].pk,
    )


def rows_for(venue: Venue, head: Head, week: Week) -> list[HoursRule]:
    """Unsaved rules for a week: what a form validates."""
    return [_filled(HoursRule(venue=venue), head, line) for line in lines_of(week)]


def _filled(rule: HoursRule, head: Head, line: Line) -> HoursRule:
    for name, value in head.columns(line.entry.state).items():
        setattr(rule, name, value)
    for place, name in enumerate(WEEKDAYS):
        setattr(rule, name, place in line.weekdays)
    rule.state, rule.spans = line.entry.state.value, write_spans(line.entry.spans)
    return rule


def write_week(venue: Venue, grid: Grid | None, head: Head, week: Week) -> bool:
    """Makes the stored rules of a grid (None: a new one) say this; writes only what differs. Whether it wrote."""
    stored = {rule.pk: rule for rule in grid.rules} if grid else {}
    todo = changes(grid.lines if grid else [], lines_of(week))
    lines = {line.key: line for line in [*(grid.lines if grid else []), *todo.changed]}
    kept = [_filled(copy(rule), head, lines[pk]) for pk, rule in stored.items() if pk not in todo.gone]
    fresh = [_filled(HoursRule(venue=venue), head, line) for line in todo.fresh]
    differing = [row for row in kept if _values(row) != _values(stored[row.pk])]
    for row in [*differing, *fresh]:
        row.full_clean(exclude=["venue"])
        row.save()
    for pk in todo.gone:
        stored[pk].delete()
    return bool(differing or fresh or todo.gone)


def _values(rule: HoursRule) -> list[Any]:
    return [getattr(rule, field.attname) for field in rule._meta.concrete_fields]


def delete_grid(grid: Grid) -> None:
    for rule in grid.rules:
        rule.delete()


def mondays_on_holidays(found: Iterable[Grid], head: Head) -> tuple[Grid | None, Head]:
    """Where the Mondays go on which a venue opens because they are public holidays: the grid for holidays beside the
    one of this head, and what heads it."""
    holiday = head.when._replace(day_kind=DayKind.HOLIDAY.value)
    grid = next((grid for grid in found if grid.head.when == holiday), None)
    return grid, grid.head if grid else holiday


def is_fixed(row: HoursException) -> bool:
    """Whether it follows from a notice, so that it is changed there and only read here."""
    return row.notice_id is not None
