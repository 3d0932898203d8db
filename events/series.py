"""Series: which slots the rule of a series comes to, what making them would do, and the doing of it.

A slot that a person has changed since the series made it stays as it is; one that was deleted by hand is not made
again. What has been released is not deleted: it is cancelled, with a reason, so that visitors are told.
"""

import copy
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.changes.edits import Edit, edit
from core.clock import midnight
from core.translations import Text, show
from events import drafts
from events.freezing import FROZEN, draft_slots
from events.models import HolidayRule, Precision, ReleasedSlot, Series, Slot, SlotStatus, Timing
from events.releases import hold
from venues.opening_hours import Calendar, DayKind
from venues.spans import clock, minutes
from venues.timetables import dates, load_calendar

# Why a slot is off that its series no longer has.
REASON: dict[str, str] = {
    "zh-Hans": "场次安排有调整，本场取消",
    "en": "The schedule has changed; this date is cancelled",
    "de": "Der Terminplan wurde geändert, dieser Termin entfällt",
}
DAY_MINUTES = 24 * 60
NIGHT_ENDS = 4 * 60  # an earlier start would count to the day before


class Occurrence(NamedTuple):
    """Minutes count from midnight of the date; no start: only the date is known."""

    date: date
    start: int | None
    end: int | None


class Fate(models.TextChoices):
    ADDED = "added", pgettext_lazy("in a preview", "added")
    CHANGED = "changed", pgettext_lazy("in a preview", "changed")
    CANCELLED = "cancelled", pgettext_lazy("in a preview", "cancelled: visitors know it")
    REMOVED = "removed", pgettext_lazy("in a preview", "deleted")
    KEPT = "kept", gettext_lazy("kept: changed by hand")
    OVER = "over", gettext_lazy("kept: it is over")
    LEFT_OUT = "left_out", gettext_lazy("left out: deleted by hand")
    SAME = "same", pgettext_lazy("in a preview", "unchanged")


@dataclass(frozen=True)
class Line:
    """One slot, as it is and as it would be; ``key`` names the occurrence that it is for, or was."""

    fate: Fate
    day: date
    key: str
    before: Slot | None = None
    after: Slot | None = None


@dataclass(frozen=True)
class Preview:
    """What applying a series would do, in order of time. ``provisional``: years whose public holidays are not known
    yet, while the series depends on them. ``wanted``: the keys of all occurrences."""

    lines: list[Line]
    provisional: list[int]
    wanted: list[str]

    def of(self, *fates: Fate) -> list[Line]:
        return [line for line in self.lines if line.fate in fates]

    @property
    def added(self) -> list[Line]:
        return self.of(Fate.ADDED)

    @property
    def changed(self) -> list[Line]:
        return self.of(Fate.CHANGED)

    @property
    def kept(self) -> list[Line]:
        return self.of(Fate.KEPT, Fate.OVER, Fate.LEFT_OUT)

    @property
    def removed(self) -> list[Line]:
        return self.of(Fate.REMOVED)

    @property
    def cancelled(self) -> list[Line]:
        return self.of(Fate.CANCELLED)

    def counts(self) -> list[tuple[Fate, int]]:
        return [(fate, count) for fate in Fate if (count := len(self.of(fate)))]


# The rule


def takes_place(series: Series, day: date, calendar: Calendar) -> bool:
    """Whether the weekdays and the holiday rule choose this day. A make-up working day is no holiday."""
    holiday = calendar.kind(day)[0] is DayKind.HOLIDAY
    if holiday and series.holidays != HolidayRule.ORDINARY:
        return series.holidays == HolidayRule.ALSO
    return day.weekday() in series.weekdays


def occurrences(series: Series, calendar: Calendar) -> list[Occurrence]:
    """All of a series whose fields are clean, in order of time. Raises ValidationError where they are too many."""
    days = {day for day in dates(series.first, series.last) if takes_place(series, day, calendar)}
    chosen = sorted((days | series.extra()) - series.excluded())
    times: list[Any] = list(series.day_times()) or [(None, None)]
    drafts.refuse_too_many(len(chosen) * len(times))
    return [Occurrence(day, start, end) for day in chosen for start, end in times]


def provisional_years(series: Series, calendar: Calendar) -> list[int]:
    if series.holidays == HolidayRule.ORDINARY:
        return []
    return [year for year in range(series.first.year, series.last.year + 1) if year not in calendar.years]


# What stands


def key_of(when: Occurrence) -> str:
    return when.date.isoformat() + ("" if when.start is None else f" {clock(when.start)}")


def _read_key(key: str) -> tuple[date, int | None]:
    day, _space, start = key.partition(" ")
    return date.fromisoformat(day), minutes(start) if start else None


def made_of(slot: Slot) -> dict[str, Any]:
    """What a release would freeze of a slot, as JSON holds it; no series makes a match or a wave."""
    return {name: _plain(getattr(slot, name)) for name in FROZEN if name != "detail"}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def is_touched(slot: Slot) -> bool:
    """Whether somebody changed a slot since its series made it, or named who takes part. A field that has come to
    slots since then says nothing."""
    now = made_of(slot)
    made = slot.made or {}
    return bool(slot.participations.all()) or any(now.get(name) != value for name, value in made.items())


def pairs(old: Iterable[str], new: Iterable[Occurrence]) -> dict[str, Occurrence]:
    """Which occurrence stands for which one from before: of the same day, those with the nearest starts first."""
    by_day: dict[date, list[Occurrence]] = defaultdict(list)
    for when in new:
        by_day[when.date].append(when)
    near = []
    for key in old:
        day, start = _read_key(key)
        near += [(_distance(start, when.start), key, place) for place, when in enumerate(by_day[day])]
    found: dict[str, Occurrence] = {}
    taken: set[Occurrence] = set()
    for _minutes, key, place in sorted(near):
        when = by_day[_read_key(key)[0]][place]
        if key not in found and when not in taken:
            found[key] = when
            taken.add(when)
    return found


def _distance(one: int | None, other: int | None) -> int:
    """What has no time yet is as far as a day from what has one."""
    if one is None or other is None:
        return 0 if one is other else DAY_MINUTES
    return abs(one - other)


# What it would do


def preview(series: Series, moment: datetime, *, again: bool = False, reason: Text | None = None) -> Preview:
    """What applying a series would do, saved or not; its fields are clean. ``again``: makes also those that were
    deleted by hand. ``reason``: why those are off that have been released and fall out, by language tag.

    Five queries. Raises ValidationError where it would make too many slots.
    """
    days = [series.first, series.last, *series.extra()]
    calendar = load_calendar(min(days), max(days))
    wanted = occurrences(series, calendar)
    lines = _lines(series, wanted, moment, again, reason or REASON)
    return Preview(lines, provisional_years(series, calendar), [key_of(when) for when in wanted])


def preview_end(series: Series, moment: datetime, *, reason: Text | None = None) -> Preview:
    """What taking a series out of its event would do to its slots."""
    return Preview(_lines(series, [], moment, False, reason or REASON), [], [])


def _lines(series: Series, wanted: list[Occurrence], moment: datetime, again: bool, reason: Text) -> list[Line]:
    slots = _slots_of(series)
    released = _released(series) if slots else set()
    stands = pairs([*slots, *(key for key in series.made if key not in slots)], wanted)
    lines = [
        _fate_of(_wanted_line(series, slot, stands[key]), moment, slot.uid in released)
        if key in stands
        else _fate_of(_unwanted_line(slot, reason, slot.uid in released), moment, slot.uid in released)
        for key, slot in slots.items()
    ]
    taken = {when for key, when in stands.items() if key in slots}
    gone = set(stands.values()) - taken
    for when in wanted:
        if when in gone and not again:
            lines.append(Line(Fate.LEFT_OUT, when.date, key_of(when)))
        elif when not in taken:
            made = _filled(Slot(event=series.event), series, when)
            lines.append(Line(Fate.ADDED, when.date, key_of(when), after=made))
    return sorted(lines, key=lambda line: (line.day, _read_key(line.key)[1] or 0, line.fate.value))


def _slots_of(series: Series) -> dict[str, Slot]:
    rows = draft_slots(series.event).filter(series=series) if series.pk else ()
    return {slot.occurrence: slot for slot in rows}


def _released(series: Series) -> set[Any]:
    """The slots of a series that visitors may know."""
    drafted = Slot.objects.filter(series=series).values("uid")
    rows = ReleasedSlot.objects.filter(event=series.event, uid__in=drafted)
    return set(rows.values_list("uid", flat=True))


def _wanted_line(series: Series, slot: Slot, when: Occurrence) -> Line:
    after = _filled(copy.copy(slot), series, when)
    fate = Fate.SAME if made_of(after) == made_of(slot) else Fate.CHANGED
    return Line(fate, when.date, key_of(when), slot, after)


def _unwanted_line(slot: Slot, reason: Text, released: bool) -> Line:
    day = _read_key(slot.occurrence)[0]
    if not released:
        return Line(Fate.REMOVED, day, slot.occurrence, slot)
    after = copy.copy(slot)
    fate = Fate.SAME if slot.status == SlotStatus.CANCELLED else Fate.CANCELLED
    if fate is Fate.CANCELLED:
        after.status, after.status_note = SlotStatus.CANCELLED, dict(reason)
    return Line(fate, day, slot.occurrence, slot, after)


def _fate_of(line: Line, moment: datetime, released: bool) -> Line:
    """The line, or one that leaves the slot alone: changed by hand, or over as visitors have seen it."""
    slot = line.before
    assert slot is not None
    if is_touched(slot):
        return Line(Fate.KEPT, line.day, line.key, slot)
    if line.fate is not Fate.SAME and released and slot.sort_end <= moment:
        return Line(Fate.OVER, line.day, line.key, slot)
    return line


def _filled(slot: Slot, series: Series, when: Occurrence) -> Slot:
    """A slot as the series has it at an occurrence."""
    start, end = (None if each is None else midnight(when.date) + timedelta(minutes=each) for each in when[1:])
    by_date = when.start is None or when.start < NIGHT_ENDS
    values: dict[str, Any] = {
        "slot_kind": series.slot_kind,
        "title": series.title,
        "starts_at": start,
        "ends_at": end,
        "on_date": when.date if by_date else None,
        "through": None,
        "precision": Precision.DATE if start is None else Precision.EXACT,
        "timing": Timing.TIMED,
        "status": SlotStatus.SCHEDULED,
        "status_note": {},
        "venue": series.venue,
        "space": series.space,
        "place_name": series.place_name,
        "capacity": series.capacity,
        "sample": series.event.sample,
    }
    for name, value in values.items():
        setattr(slot, name, value)
    slot.derive_times(series.event)
    return slot


# Doing it


def apply(series: Series, by: Any, *, again: bool = False, reason: Text | None = None) -> Preview:
    """Saves a series, new or changed, and makes what ``preview`` says; returns that. Nothing of it is public before
    the event's next release. Raises ValidationError, by field, where the series is not clean."""
    why = drafts.clean_reason(reason or REASON)
    with edit(by=by) as unit:
        series.event = hold(series.event)
        series.full_clean()
        seen = preview(series, unit.moment, again=again, reason=why)
        series.made = seen.wanted
        series.save()
        _write(series, seen, unit)
        drafts.note_change(series.event, "series", unit, by=by, note=summary(series, seen))
    return seen


def end(series: Series, by: Any, *, keep: bool, reason: Text | None = None) -> Preview:
    """Deletes a series. ``keep``: all its slots stay, as slots of no series; otherwise only those changed by hand and
    those that are over, and of the others the released ones are cancelled."""
    with edit(by=by) as unit:
        series.event = hold(series.event)
        seen = (
            Preview([], [], [])
            if keep
            else preview_end(series, unit.moment, reason=drafts.clean_reason(reason or REASON))
        )
        _write(series, seen, unit)
        left = list(_slots_of(series).values())
        for slot in left:
            slot.leave_series()
        Slot.objects.rewrite(left, OF_SERIES)
        note = summary(series, seen)
        series.delete()
        drafts.note_change(series.event, "series", unit, by=by, note=note)
    return seen


OF_SERIES = ("series", "occurrence", "made")


def _write(series: Series, seen: Preview, unit: Edit) -> None:
    event, remade, moved = series.event, [], []
    for line in seen.of(Fate.ADDED, Fate.CHANGED, Fate.CANCELLED):
        assert line.after is not None
        line.after.series, line.after.occurrence, line.after.made = series, line.key, made_of(line.after)
        if line.before is not None:
            remade.append(line.after)
    for line in seen.of(Fate.KEPT, Fate.OVER, Fate.SAME):
        if line.before is not None and line.before.occurrence != line.key:
            line.before.occurrence = line.key
            moved.append(line.before)
    drafts.drop([line.before for line in seen.removed if line.before], unit)
    drafts.rewrite(event, remade, [*FROZEN, *OF_SERIES], unit)
    Slot.objects.rewrite(moved, OF_SERIES)
    drafts.add(event, [line.after for line in seen.added if line.after], unit)


def summary(series: Series, seen: Preview) -> str:
    """``"Market: added (11), kept: changed by hand (1)"``, for the log."""
    told = [f"{fate.label} ({count})" for fate, count in seen.counts()]
    return _("%(series)s: %(what)s") % {"series": show(series.title), "what": ", ".join(told)} if told else str(series)
