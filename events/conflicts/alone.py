"""What is wrong with a slot by itself: its times, the event's days and venues, who takes part, places, the day."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from core.clock import day_begins, midnight
from core.translations import show
from events.conflicts.found import Conflict, block, listed, named, warn
from events.conflicts.scene import Scene
from events.models import CLOCK_TIMES, OPERATIONAL, DatePrecision, Participant, Precision, ReleasedSlot, Slot, Timing
from venues.models import Holiday
from venues.models.calendar import DayKind

TEAM = Participant.Kind.TEAM.value
NOTICE = timedelta(hours=48)  # until then the time should be announced
NIGHT = timedelta(hours=12)  # so long after its last midnight an event's last night may go on
SETTING_UP = timedelta(days=1)  # before and after the event: a road is closed on the eve of the race


def alone(scene: Scene) -> Iterator[Conflict]:
    """What blocks, whatever else is on."""
    for row in scene.rows:
        yield from _times(scene, row)
        if row.venue_id and row.venue_id not in scene.venues:
            yield _foreign_venue(scene, row)
        if _is_outside(scene, row):
            yield _outside(scene, row)
        if len(row.participants) > 1:
            yield from _against_itself(scene, row)
        if row.sort_end <= scene.moment and row.precision == Precision.TBA:
            message = _("%(slot)s: still “to be announced”, and the event is over.")
            yield block("announced_too_late", (row,), message % {"slot": named(row, scene.event)})


def _times(scene: Scene, row: ReleasedSlot) -> Iterator[Conflict]:
    for field, problem in row.clean_times().items():
        label = Slot._meta.get_field(field).verbose_name  # type: ignore[union-attr]
        yield block(f"times_{field}", (row,), f"{named(row, scene.event)}: {label}: {problem}")


def _foreign_venue(scene: Scene, row: ReleasedSlot) -> Conflict:
    message = _("%(slot)s: “%(venue)s” is none of the event's venues. Add it to the event, or choose another.")
    return block("foreign_venue", (row,), message % {"slot": named(row, scene.event), "venue": row.venue})


def _is_outside(scene: Scene, row: ReleasedSlot) -> bool:
    """Whether a slot lies outside the event's days, where these are known to the day.

    A start after midnight belongs to the evening before, and the last night may go on until noon.
    """
    first, last = scene.event.starts_on, scene.event.ends_on
    if first is None or (first <= row.day and (last is None or row.last_day <= last)):
        return False
    if scene.event.date_precision != DatePrecision.DAY or row.precision == Precision.TBA:
        return False
    margin = SETTING_UP if row.slot_kind in OPERATIONAL else timedelta(0)
    if row.day < first - margin or (last is not None and row.day > last + margin):
        return True
    goes_on = last is not None and row.last_day > last + margin
    return goes_on and (row.through is not None or row.sort_end > midnight(row.day + timedelta(days=1)) + NIGHT)


def _outside(scene: Scene, row: ReleasedSlot) -> Conflict:
    first, last = scene.event.starts_on, scene.event.ends_on
    if last is None:
        message = _("%(slot)s: before the event, which begins on %(first)s. Move the slot, or change the event's days.")
    else:
        message = _(
            "%(slot)s: outside the event, which lasts from %(first)s to %(last)s. "
            "Move the slot, or change the event's days."
        )
    return block("outside_event", (row,), message % {"slot": named(row, scene.event), "first": first, "last": last})


def _against_itself(scene: Scene, row: ReleasedSlot) -> Iterator[Conflict]:
    """One participant named twice; or two teams of one name, which are one team entered twice. Persons share names."""
    seen: set[str] = set()
    for each in row.participants:
        mark = _folded(show(each["name"])) if each["kind"] == TEAM else ""
        if each["slug"] in seen or f"name {mark}" in seen:
            message = _("%(slot)s: “%(name)s” meets itself. Choose the right opponent.")
            words = {"slot": named(row, scene.event), "name": show(each["name"])}
            yield block("against_itself", (row,), message % words)
            return
        seen.add(each["slug"])
        seen.add(f"name {mark}" if mark else each["slug"])


@lru_cache(maxsize=4096)
def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def unannounced(scene: Scene) -> Iterator[Conflict]:
    """From 48 hours ahead: to be announced, or only a date where a clock time is to come."""
    for row in scene.coming:
        if row.precision in CLOCK_TIMES:
            continue
        if row.precision == Precision.TBA and _is_near(scene.event.starts_on, scene.moment):
            message = _(
                "%(slot)s: the event begins within 48 hours or has begun. "
                "Enter the date and the time, or postpone or cancel the slot."
            )
        elif row.precision == Precision.DATE and row.timing == Timing.TIMED and _is_near(row.day, scene.moment):
            message = _("%(slot)s: the day begins within 48 hours, and no time is known yet. Enter the time.")
        else:
            continue
        yield warn("unannounced", (row,), message % {"slot": named(row, scene.event)})


def _is_near(day: date | None, moment: datetime) -> bool:
    return day is not None and day_begins(day) - moment <= NOTICE


def over_capacity(scene: Scene) -> Iterator[Conflict]:
    """More places than the space holds; one conflict for all slots of which that is so alike."""
    found: dict[tuple[int, int, int], list[ReleasedSlot]] = defaultdict(list)
    for row in scene.coming:
        space = row.space
        if row.capacity and space is not None and space.capacity is not None and row.capacity > space.capacity:
            found[space.pk, row.capacity, space.capacity].append(row)
    for key, rows in found.items():
        _space, places, capacity = key
        message = _(
            "“%(space)s” holds %(capacity)d, not %(places)d: %(slots)s. Lower the number, or choose another space."
        )
        words: dict[str, Any] = {"space": rows[0].space, "places": places, "capacity": capacity}
        words["slots"] = listed(rows, scene.event)
        yield warn("over_capacity", rows, message % words, about=str(key))


def holidays(scene: Scene) -> Iterator[Conflict]:
    """One conflict for each day that is not what its weekday says; once accepted, it holds for the whole day.

    A run meets holidays by its nature."""
    found: dict[date, list[ReleasedSlot]] = defaultdict(list)
    for row in scene.coming:
        if row.day in scene.calendar.days and row.slot_kind not in OPERATIONAL and row.precision != Precision.TBA:
            found[row.day] += [row] if row.through in (None, row.day) else []
    for day, rows in found.items():
        kind, holiday = scene.calendar.days[day]
        if kind == DayKind.HOLIDAY:
            message = _("%(day)s is a public holiday (%(holiday)s): %(slots)s. Move them, or leave them as they are.")
        else:
            message = _(
                "%(day)s is a working day that makes up for a holiday (%(holiday)s): %(slots)s. "
                "Move them, or leave them as they are."
            )
        words = {"day": day, "holiday": Holiday(holiday).label, "slots": listed(rows, scene.event)}
        yield warn(str(kind.value), rows, message % words, about=f"{day} {holiday}")
