"""What the workbench shows, as plain values: the strip of days, the timetable, the table beneath it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from core.translations import show
from events.conflicts import Conflict, Level
from events.differences import ChangeKind, Difference
from events.lanes import lanes
from events.models import OPERATIONAL, Precision, ReleasedSlot, SlotStatus, Timing
from events.models.slots import SlotTimes
from events.placing import Cells, Place, clock_text, minutes_after, place_of
from events.wording import sentences, when, who
from events.workbench import Bench, is_dated, is_on_clock
from venues.hours_words import long_date

UNDATED = "none"  # ``?day=none``: the slots that have no date yet
FIRST, LAST = 8 * 60, 20 * 60  # what a timetable shows at least, in minutes
HOUR = 60
MOST_WAITING = 30  # undated slots beside each day's timetable, ready to be dragged into it
# What a row offers. Calling a slot off takes a reason that visitors read, and is an act of its own.
CHOSEN_STATUS = (SlotStatus.SCHEDULED, SlotStatus.TENTATIVE)


@dataclass
class Typed:
    """What was typed into the table, by slot, and what is wrong with it, by cell."""

    cells: dict[UUID, Cells] = field(default_factory=dict)
    errors: dict[UUID, dict[str, list[str]]] = field(default_factory=dict)
    chosen: set[str] = field(default_factory=set)


@dataclass
class SchedulePage:
    bench: Bench
    places: dict[str, Place]
    keys: dict[UUID, int]  # of the drafts, for the addresses of their own pages
    may_edit: bool
    typed: Typed = field(default_factory=Typed)
    all_places: bool = False
    lean: bool = False  # rows for the script, which knows the places already

    @property
    def day(self) -> date | None:
        return self.bench.day

    @property
    def asked(self) -> str:
        """The day as its address has it."""
        return self.day.isoformat() if self.day else UNDATED

    @property
    def day_words(self) -> str:
        return long_date(self.day) if self.day else _("Without a date")

    # The strip

    @cached_property
    def days(self) -> list[dict[str, Any]]:
        return [
            {
                "asked": each.day.isoformat() if each.day else UNDATED,
                "date": f"{each.day:%m-%d}" if each.day else _("no date"),
                "year": f"{each.day.year}" if each.day else "",
                "weekday": WEEKDAYS_ABBR[each.day.weekday()] if each.day else "",
                "weekend": bool(each.day and each.day.weekday() > 4),
                "shown": each.day == self.day,
                "count": each.slots,
                "unreleased": each.unreleased,
                "level": each.level.value if each.level else "",
            }
            for each in self.bench.days()
        ]

    @property
    def neighbours(self) -> tuple[str, str]:
        """The days before and after the shown one that have anything; empty where there is none."""
        asked = ["", *(each["asked"] for each in self.days), ""]
        at = asked.index(self.asked)
        return asked[at - 1], asked[at + 1]

    @property
    def unreleased(self) -> int:
        return len(self.bench.differences)

    @cached_property
    def clashes(self) -> list[dict[str, Any]]:
        """Of the shown day, as a list that the slots point to."""
        return [self._clash(each) for each in self.bench.of_day]

    @property
    def blocking(self) -> int:
        return sum(each.level == Level.BLOCK for each in self.bench.of_day)

    @property
    def warnings(self) -> int:
        return len(self.bench.of_day) - self.blocking

    def _clash(self, each: Conflict) -> dict[str, Any]:
        own = [row for row in each.slots if row.event_id == self.bench.event.pk]
        return {
            "id": each.id,
            "level": each.level.value,
            "label": each.level.label,
            "message": each.message,
            "slots": [{"uid": row.uid, "title": show(row.title), "url": self._url(row)} for row in own],
        }

    # The timetable

    @cached_property
    def on_clock(self) -> list[ReleasedSlot]:
        return [row for row in self.bench.rows if self.day and is_on_clock(row)]

    @cached_property
    def waiting(self) -> list[dict[str, Any]]:
        """What has no place on the clock: of this day, and, ready to be dragged there, what has no date yet."""
        of_day = [row for row in self.bench.rows if not (self.day and is_on_clock(row))]
        undated = [row for row in self.bench.planned.then.values() if self.day and not is_dated(row)]
        return [self._block(row) for row in [*of_day, *undated[:MOST_WAITING]]]

    @cached_property
    def span(self) -> tuple[int, int]:
        """The minutes, from midnight of the day, that the timetable shows: whole hours around all of its slots."""
        spans = [self._minutes(row) for row in self.on_clock]
        first = min([FIRST, *(start // HOUR * HOUR for start, _end in spans)])
        last = max([LAST, *(-(-end // HOUR) * HOUR for _start, end in spans)])
        return first, last

    @property
    def hours(self) -> list[tuple[int, str]]:
        first, last = self.span
        return [(minutes, clock_text(minutes % 1440)) for minutes in range(first, last, HOUR)]

    def _minutes(self, row: SlotTimes) -> tuple[int, int]:
        assert self.day is not None
        start, end = minutes_after(self.day, row.sort_start), minutes_after(self.day, row.sort_end)
        return start, max(end, start + 5)

    @cached_property
    def columns(self) -> list[dict[str, Any]]:
        by_place: dict[str, list[ReleasedSlot]] = {place.key: [] for place in self._shown_places()}
        for row in self.on_clock:
            by_place[place_of(row).key].append(row)
        return [self._column(place, by_place[place.key]) for place in self._shown_places()]

    @cached_property
    def _places_in_use(self) -> dict[str, Place]:
        """Of the whole schedule, so that the columns stay the same from day to day."""
        rows = [*self.bench.planned.then.values()]
        return {place.key: place for place in map(place_of, rows) if place.venue}

    @cached_property
    def _offered(self) -> dict[str, Place]:
        """The event's own. A venue with spaces is a column of its own only where something is on in none of them."""
        split = {place.venue for place in self.places.values() if place.space}
        used = self._places_in_use
        return {
            key: place for key, place in self.places.items() if key in used or place.space or place.venue not in split
        }

    def _shown_places(self) -> list[Place]:
        used = self._places_in_use
        whole = self.all_places or not used.keys() & self._offered.keys()
        own = [place for key, place in self._offered.items() if whole or key in used]
        on = {place_of(row).key: place_of(row) for row in self.on_clock}
        foreign = [place for key, place in on.items() if key and key not in self._offered]
        return [*own, *foreign, *([Place(None, None)] if "" in on or not (own or foreign) else [])]

    @property
    def hidden(self) -> int:
        shown = {place.key for place in self._shown_places()}
        return len(self._offered.keys() - shown)

    def _column(self, place: Place, rows: list[ReleasedSlot]) -> dict[str, Any]:
        blocks = [self._block(row) for row in rows]
        for block, (lane, count) in zip(blocks, lanes([self._minutes(row) for row in rows]), strict=True):
            block |= {"lane": lane, "lanes": count}
        return {"key": place.key, "blocks": blocks, **place_words(place)}

    def _block(self, row: ReleasedSlot) -> dict[str, Any]:
        on_clock = bool(self.day) and is_on_clock(row)
        start, end = self._minutes(row) if on_clock else (None, None)
        clashes = self.bench.clashes.get(row.uid, [])
        return {
            **self._told(row, clashes),
            "uid": row.uid,
            "url": self._url(row),
            "was": str(Cells.of(row)),
            "start": start,
            "end": end,
            "open": row.ends_at is None,
            "place": place_of(row).key,
            **self._times(row),
            "clashes": [each.id for each in clashes],
            "operational": row.slot_kind in OPERATIONAL,
        }

    def _told(self, row: ReleasedSlot, clashes: Iterable[Conflict]) -> dict[str, Any]:
        """What is said of a slot in the timetable and in the table alike."""
        difference = self.bench.by_slot.get(row.uid)
        levels = [each.level for each in clashes]
        return {
            "title": show(row.title),
            "who": who(row) if row.participants else "",
            "kind": row.get_slot_kind_display(),
            "status": row.status,
            "status_words": row.get_status_display() if row.status != SlotStatus.SCHEDULED else "",
            "change": _change(difference),
            "change_words": " ".join(sentences(difference)) if difference else "",
            "level": "block" if Level.BLOCK in levels else "warn" if levels else "",
            "why": "\n".join(each.message for each in clashes),
        }

    def _url(self, row: SlotTimes) -> str:
        key = self.keys.get(row.uid)  # type: ignore[attr-defined]
        return reverse("admin:events_slot_change", args=[key]) if key else ""

    def _times(self, row: ReleasedSlot) -> dict[str, str]:
        """On the day's own timetable only the clock, else all that is known."""
        if row.starts_at is None or not is_on_clock(row):
            return {"from": str(Timing.ALL_DAY.label) if row.timing == Timing.ALL_DAY else when(row), "until": ""}
        text = f"{localtime(row.starts_at):%H:%M}"
        if row.precision == Precision.NOT_BEFORE:
            text = _("%(time)s or later") % {"time": text}
        return {"from": text, "until": f"{localtime(row.ends_at):%H:%M}" if row.ends_at else ""}

    @property
    def gone(self) -> list[dict[str, Any]]:
        return [{"title": show(each.row.title), "words": " ".join(sentences(each))} for each in self.bench.gone]

    # The table

    @cached_property
    def table(self) -> list[dict[str, Any]]:
        return [self._row(row) for row in self.bench.rows]

    def _row(self, row: ReleasedSlot) -> dict[str, Any]:
        stored = Cells.of(row)
        cells = self.typed.cells.get(row.uid, stored)
        errors = self.typed.errors.get(row.uid, {})
        clashes = self.bench.clashes.get(row.uid, [])
        return {
            **self._told(row, clashes),
            "uid": row.uid,
            "url": self._url(row),
            "was": str(stored),
            "cells": cells,
            "places": self._options(cells.place, stored.place, row),
            "statuses": status_options(cells.status, row.status),
            "place_words": str(place_of(row)) or show(row.place_name) or "–",
            "errors": [message for messages in errors.values() for message in messages],
            "wrong": set(errors),
            "chosen": str(row.uid) in self.typed.chosen,
        }

    def _options(self, chosen: str, stored: str, row: ReleasedSlot) -> SafeString:
        """Made once for each place, not for each of three hundred rows."""
        words = show(row.place_name) if stored == "" else ""
        if self.lean:
            return options([(stored, str(place_of(row)) or words or "–")], chosen)
        key = (chosen, stored, words)
        if key not in self._options_made:
            offered = {"": words or "–", **{each: str(place) for each, place in self.places.items()}}
            if stored not in offered:
                offered[stored] = str(place_of(row))
            self._options_made[key] = options(offered.items(), chosen)
        return self._options_made[key]

    @cached_property
    def _options_made(self) -> dict[Any, SafeString]:
        return {}

    @property
    def move_options(self) -> SafeString:
        return options(((key, str(place)) for key, place in self.places.items()), "")


def options(choices: Iterable[tuple[str, Any]], chosen: str) -> SafeString:
    made = [
        format_html('<option value="{}"{}>{}</option>', value, mark_safe(" selected") if value == chosen else "", label)
        for value, label in choices
    ]
    return mark_safe("".join(made))  # noqa: S308


def status_options(chosen: str, stored: str) -> SafeString:
    offered = dict.fromkeys([*CHOSEN_STATUS, SlotStatus(stored)])
    return options(((each.value, each.label) for each in offered), chosen)


def place_words(place: Place) -> dict[str, str]:
    """Above a column: the space, and in small letters whose it is."""
    if place.venue is None:
        return {"name": _("no place"), "above": ""}
    return {"name": str(place.space or place.venue), "above": str(place.venue) if place.space else ""}


def _change(difference: Difference | None) -> str:
    """How the timetable marks it."""
    if difference is None:
        return ""
    return "added" if ChangeKind.ADDED in difference.kinds else "changed"


def read_day(text: str) -> tuple[date | None, bool]:
    """From an address: the day, and whether those without a date are asked for."""
    if text == UNDATED:
        return None, True
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None, False
    margin = timedelta(days=400)
    return (day, False) if date.min + margin < day < date.max - margin else (None, False)
