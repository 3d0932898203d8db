"""Slots against the hours of their venue. Night events in closed museums are real: these are warnings only.

Hours that nobody entered say nothing. One conflict stands for all slots of which the same is so: sixty matches at
seven in a gymnasium that closes at five are one thing to accept.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _

from core.translations import show
from events.conflicts.found import Conflict, clock, listed, warn
from events.conflicts.hours import DayHours, Stretch
from events.conflicts.scene import TBA, Scene
from events.conflicts.sweep import TIMED
from events.models import OPERATIONAL, ReleasedSlot

LONGEST_RUN = 31  # days of a run that are looked at


class Problem(NamedTuple):
    """``detail`` words what is known of the venue; ``about`` is the same fact for all slots that share it."""

    kind: str
    detail: str
    about: str


def against_hours(scene: Scene) -> Iterator[Conflict]:
    found: dict[tuple[int, Problem], list[ReleasedSlot]] = defaultdict(list)
    for row in scene.coming:
        if row.venue_id and row.slot_kind not in OPERATIONAL and row.precision != TBA:
            problem = _problem(scene, row)
            if problem is not None:
                found[row.venue_id, problem].append(row)
    for (venue, problem), rows in found.items():
        words = {"venue": rows[0].venue, "detail": problem.detail, "slots": listed(rows, scene.event)}
        yield warn(problem.kind, rows, _message(problem.kind) % words, about=f"{venue} {problem.about}")


def _message(kind: str) -> str:
    if kind == "venue_break":
        return _("“%(venue)s” has a break then, it is open %(detail)s: %(slots)s. Move them, or agree with the venue.")
    if kind == "last_entry":
        return _("“%(venue)s” lets in nobody after %(detail)s: %(slots)s. Start earlier, or agree with the venue.")
    if kind == "outside_hours":
        return _("“%(venue)s” is closed then, it is open %(detail)s: %(slots)s. Move them, or agree with the venue.")
    return _("“%(venue)s” is closed on %(detail)s: %(slots)s. Choose another day or venue, or agree with the venue.")


def _problem(scene: Scene, row: ReleasedSlot) -> Problem | None:
    """Of a run only what is so on each of its days: a daily show has the venue's closing days off."""
    first: Problem | None = None
    for count in range(min((row.last_day - row.day).days + 1, LONGEST_RUN) if row.through else 1):
        problem = _on_day(scene, row, timedelta(days=count))
        if problem is None:
            return None
        first = first or problem
    return first


def _on_day(scene: Scene, row: ReleasedSlot, later: timedelta) -> Problem | None:
    assert row.venue_id is not None
    hours = scene.hours.on(row.venue_id, row.day + later)
    if row.starts_at is None or row.timing != TIMED:
        nothing = hours.known and not hours.flexible and not hours.spans
        return _closed(hours, row.day + later) if nothing else None
    start = row.starts_at + later
    end = row.ends_at + later if row.ends_at else None  # of an end that is not known nothing is said
    if any(each.opens < (end or start + timedelta(minutes=1)) and start < each.closes for each in hours.shut):
        return _closed(hours, row.day + later)
    if not hours.known or hours.flexible:
        return None
    there = _inside(hours, start)
    if there is None and not hours.spans:
        return _closed(hours, row.day + later)
    return _at(hours, there, start, end)


def _closed(hours: DayHours, day: date) -> Problem:
    return Problem("venue_closed", f"{day} ({show(hours.note)})" if hours.note else f"{day}", f"{day}")


def _inside(hours: DayHours, start: datetime) -> Stretch | None:
    return next((each for each in hours.around if each.opens <= start < each.closes), None)


def _at(hours: DayHours, there: Stretch | None, start: datetime, end: datetime | None) -> Problem | None:
    """``there`` is the stretch in which it starts."""
    if there is None:
        before = any(each.closes <= start for each in hours.spans)
        between = before and any(each.opens > start for each in hours.spans)
    elif there.last_entry is not None and start > there.last_entry:
        return Problem("last_entry", clock(there.last_entry), f"{clock(there.last_entry)} {clock(start)}")
    elif end is not None and end > there.closes:
        between = any(there.closes < each.opens < end for each in hours.spans)
    else:
        return None
    spans = ", ".join(f"{clock(each.opens)}–{clock(each.closes)}" for each in hours.spans)
    about = f"{spans} {clock(start)} {clock(end) if end else ''}"
    return Problem("venue_break" if between else "outside_hours", spans, about)
