"""The rules of a venue as timetables: those that hold for the same desk at the same time of the year stand in one grid.

What is stored are rules; a grid is a way to look at them and to write them.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from venues.models.hours import DAY_KINDS, WEEKDAYS, HoursException, HoursRule, Service
from venues.models.venue import Venue
from venues.opening_hours import ANY_DAY, DayKind, State
from venues.spans import read_spans, write_spans
from venues.timetables import Desk
from venues.week_grid import Entry, Line, Week, changes, lines_of, separate, week_of


class Head(NamedTuple):
    """What the rules of a grid have in common."""

    service: str = Service.MAIN.value
    space: int | None = None
    day_kind: str = ANY_DAY
    season_from: str = ""
    season_to: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    priority: int = 0
    note: tuple[tuple[str, str], ...] = ()

    @property
    def desk(self) -> Desk:
        return Desk(self.service, self.space)

    @property
    def columns(self) -> dict[str, Any]:
        """As the columns of a rule."""
        others = {name: value for name, value in self._asdict().items() if name != "space"}
        return {**others, "space_id": self.space, "note": dict(self.note)}


def head_of(values: Mapping[str, Any]) -> Head:
    """From the columns' values, the space by its primary key."""
    known = {name: values[name] for name in Head._fields if name in values}
    return Head(**{**known, "note": tuple(sorted((known.get("note") or {}).items()))})


MAIN_HEAD = Head()


@dataclass(frozen=True)
class Grid:
    """``number`` tells grids with the same head apart: where a day has two rules, the second is in another grid."""

    head: Head
    rules: tuple[HoursRule, ...]
    number: int = 0

    @property
    def key(self) -> str:
        """A name for it in a form; another one after its head has changed."""
        digest = hashlib.sha256(repr(self.head).encode()).hexdigest()[:10]
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
    by_head: dict[Head, dict[int, HoursRule]] = {}
    for rule in rules:
        head = head_of({**rule.__dict__, "space": rule.space_id})
        by_head.setdefault(head, {})[rule.pk] = rule
    found = [
        Grid(head, tuple(rows[line.key] for line in part if line.key is not None), number)
        for head, rows in by_head.items()
        for number, part in enumerate(separate(_line(rule) for rule in rows.values()))
    ]
    return sorted(found, key=_order)


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
    for name, value in head.columns.items():
        setattr(rule, name, value)
    for place, name in enumerate(WEEKDAYS):
        setattr(rule, name, place in line.weekdays)
    rule.state, rule.spans = line.entry.state.value, write_spans(line.entry.spans)
    return rule


def write_week(venue: Venue, grid: Grid | None, head: Head, week: Week) -> bool:
    """Makes the stored rules of a grid (None: a new one) say this; writes only what differs. Whether it wrote."""
    stored = {rule.pk: rule for rule in grid.rules} if grid else {}
    todo = changes(grid.lines if grid else [], lines_of(week))
    fresh = [_filled(HoursRule(venue=venue), head, line) for line in todo.fresh]
    differing = [_filled(stored[line.key], head, line) for line in todo.changed if line.key is not None]
    if grid and head != grid.head:
        same = {*stored} - {*todo.gone} - {rule.pk for rule in differing}
        differing += [_filled(stored[line.key], head, line) for line in grid.lines if line.key in same]
    for rule in [*differing, *fresh]:
        rule.full_clean(exclude=["venue"])
        rule.save()
    for pk in todo.gone:
        stored[pk].delete()
    return bool(differing or fresh or todo.gone)


def delete_grid(grid: Grid) -> None:
    for rule in grid.rules:
        rule.delete()


def mondays_on_holidays(found: Iterable[Grid], head: Head) -> tuple[Grid | None, Head]:
    """Where the Mondays go on which a venue opens because they are public holidays: a grid for holidays beside the
    one of this head."""
    holiday = head._replace(day_kind=DayKind.HOLIDAY.value, note=())
    return next((grid for grid in found if grid.head == holiday), None), holiday


def is_fixed(row: HoursException) -> bool:
    """Whether something else made this exception (a closure notice), so that it is changed there and only read here."""
    return getattr(row, "notice_id", None) is not None
