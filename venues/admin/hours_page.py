"""What the page of a venue's opening hours shows, loaded in a number of queries that does not grow with its rows."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.translations import label, missing_languages
from venues.entered import Grid, grids, is_fixed
from venues.hours_words import (
    day_words,
    desk_words,
    head_words,
    hours_words,
    kind_words,
    long_date,
    run_list,
    run_words,
    source_words,
    state_words,
    text,
)
from venues.models.hours import HoursException, HoursRule, Service
from venues.models.venue import OperatingStatus, Space, Venue
from venues.opening_hours import Calendar, Day, DayKind, Source, State
from venues.overrides import Overridden, Stretch, closed_over, overridden
from venues.spans import read_spans
from venues.timetables import MAIN, Desk, Timetable, hours_chains, load_calendar
from venues.week_grid import Week
from venues.year import months, year_days

YEAR = timedelta(days=365)


@dataclass
class HoursPage:
    """``desk`` and ``year`` are what the calendar shows; ``acts``: whether its reader may know who did what."""

    venue: Venue
    today: date
    year: int
    desk: Desk = MAIN
    acts: bool = False
    _worded: dict[Any, str] = field(default_factory=dict)

    @cached_property
    def chain(self) -> list[int]:
        """The venue, and those above it whose hours it follows."""
        return hours_chains([self.venue])[self.venue.pk]

    @property
    def owner(self) -> int:
        """The venue whose hours hold here."""
        return self.chain[-1]

    @cached_property
    def rules(self) -> list[HoursRule]:
        return list(HoursRule._base_manager.filter(venue=self.owner).order_by("pk"))

    @cached_property
    def exceptions(self) -> list[HoursException]:
        """Of the venue whose hours hold; what follows from notices also of those between."""
        rows = HoursException._base_manager.filter(venue__in=self.chain).select_related("entered_by", "notice")
        return [row for row in rows.order_by("first", "pk") if row.venue_id == self.owner or is_fixed(row)]

    @cached_property
    def spaces(self) -> list[Space]:
        rows: QuerySet[Space] = Space._base_manager.filter(venue=self.owner)
        return list(rows.order_by("pk"))

    @cached_property
    def calendar(self) -> Calendar:
        """Of the year that is shown, and of all days of which something is said above it."""
        asked = [each for row in self.exceptions for each in (row.first, row.last)]
        near = [day for day in asked if self.today - YEAR <= day <= self.today + 2 * YEAR]
        days = [date(self.year, 1, 1), date(self.year, 12, 31), self.today, *near]
        return load_calendar(min(days), max(days))

    @cached_property
    def grids(self) -> list[Grid]:
        return grids(self.rules)

    @cached_property
    def tables(self) -> dict[Desk, Timetable]:
        """As the resolver takes them; a desk for each that something is entered for."""
        own = [row for row in self.exceptions if not is_fixed(row)]
        closures = tuple(row.closure() for row in self.exceptions if is_fixed(row))
        desks = [MAIN, *(Desk(row.service, row.space_id) for row in [*self.rules, *own])]
        operating = self.venue.status == OperatingStatus.OPERATING
        return {
            desk: Timetable(
                tuple(row.rule() for row in self.rules if Desk(row.service, row.space_id) == desk),
                tuple(row.special() for row in own if Desk(row.service, row.space_id) == desk),
                operating,
                closures,
            )
            for desk in dict.fromkeys(desks)
        }

    @cached_property
    def shown_desk(self) -> Desk:
        return self.desk if self.desk in self.tables else MAIN

    def desk_name(self, desk: Desk) -> str:
        return desk_words(desk.service, next((space for space in self.spaces if space.pk == desk.space), None))

    # What stands in the template

    def summary(self) -> dict[str, Any]:
        venue = self.venue
        today = self.tables[MAIN].day(self.today, self.calendar)
        return {
            "today": day_words(today),
            "state": today.state,
            "reason": text(today.reason),
            "verified_on": venue.verified_on,
            "old": venue.is_aged(self.today),
            "hours_text": text(venue.hours_text),
            "operating": venue.status == OperatingStatus.OPERATING,
            "status": venue.get_status_display(),
        }

    def exception_rows(self) -> list[dict[str, Any]]:
        return [self._exception(row) for row in self.exceptions]

    def _exception(self, row: HoursException) -> dict[str, Any]:
        desk = Desk(row.service, row.space_id)
        told = self._overridden(row, self.tables[desk])
        words = hours_words(row.state, read_spans(row.spans))
        return {
            "row": row,
            "state": row.state,
            "days": _closure_words(row) if is_fixed(row) else run_words([(row.first, row.last)]),
            "hours": words,
            "desk": "" if desk == MAIN else self.desk_name(desk),
            "reason": text(row.reason),
            "missing": [label(tag) for tag in missing_languages([row.reason])],
            "past": row.last < self.today,
            "running": row.first <= self.today <= row.last and not is_fixed(row),
            "by": row.entered_by if self.acts else None,
            "instead_of": [_stretch(each, row) for each in told.instead_of],
            "beaten": [_stretch(each, row) for each in told.beaten],
            "fixed": is_fixed(row),
        }

    def _overridden(self, row: HoursException, table: Timetable) -> Overridden:
        if is_fixed(row):
            return closed_over(row.closure(), row.first, row.last, table, self.calendar)
        return overridden(row.special(), table, self.calendar)

    @cached_property
    def days(self) -> list[Day]:
        return year_days(self.tables[self.shown_desk], self.year, self.calendar)

    def months(self) -> list[dict[str, Any]]:
        return [
            {"first": month.first, "weeks": [[self._cell(day) for day in week] for week in month.weeks]}
            for month in months(self.days)
        ]

    def _cell(self, day: Day | None) -> dict[str, Any] | None:
        if day is None:
            return None
        kind, holiday = self.calendar.kind(day.date)
        signs = {
            day.state.value: True,
            "exception": day.source is Source.EXCEPTION,
            "provisional": day.source is Source.PROVISIONAL,
            "today": day.date == self.today,
        }
        told = (text(day.reason), source_words(day), kind_words(kind, holiday))
        return {
            "date": day.date,
            "day": day.date.day,
            "classes": " ".join(f"h-day--{name}" for name, given in signs.items() if given),
            "mark": self.marks[day.state],
            "kind": kind,
            "kind_mark": self.kind_marks.get(kind, ""),
            "title": long_date(day.date),
            "hours": self._words(day),
            "why": " · ".join(part for part in told if part),
        }

    @cached_property
    def marks(self) -> dict[State, str]:
        return marks()

    @cached_property
    def kind_marks(self) -> dict[DayKind, str]:
        return {
            DayKind.HOLIDAY: pgettext("on a calendar", "H"),
            DayKind.MAKE_UP_WORKDAY: pgettext("on a calendar", "W"),
        }

    def _words(self, day: Day) -> str:
        """Put into words once, not on each of a hundred days that are alike."""
        key = (day.state, day.spans)
        if key not in self._worded:
            self._worded[key] = day_words(day)
        return self._worded[key]

    def special_days(self) -> list[dict[str, Any]]:
        """As text: the days of the year that are not like their weekday."""
        return [
            self._cell(day) or {}
            for day in self.days
            if day.source is Source.EXCEPTION or self.calendar.kind(day.date)[0] is not DayKind.ORDINARY
        ]

    def totals(self) -> list[tuple[str, str, str, int]]:
        """How many days of the year are in which state: the legend's figures."""
        counts = {state: sum(day.state is state for day in self.days) for state in State}
        return [(state.value, self.marks[state], state_words(state), count) for state, count in counts.items() if count]

    @property
    def past_count(self) -> int:
        return sum(row.last < self.today for row in self.exceptions)

    @property
    def year_before(self) -> int:
        return self.year - 1

    @property
    def year_after(self) -> int:
        return self.year + 1

    @property
    def desk_value(self) -> str:
        return desk_value(self.shown_desk)

    @property
    def weekdays(self) -> list[tuple[str, str]]:
        return [(_short(day), str(WEEKDAYS[day])) for day in range(7)]

    @property
    def provisional(self) -> bool:
        return self.year not in self.calendar.years

    def desks(self) -> list[dict[str, Any]]:
        return [
            {"name": self.desk_name(desk), "value": desk_value(desk), "active": desk == self.shown_desk}
            for desk in self.tables
        ]


def _short(day: int) -> str:
    """One letter in English, one character in Chinese (一 of 星期一)."""
    name = str(WEEKDAYS[day])
    return name[:2] if name.isascii() else name[-1]


def _stretch(stretch: Stretch, row: HoursException) -> dict[str, Any]:
    day = stretch.day
    return {
        "days": run_list(stretch.runs, row.first.year),
        "hours": day_words(day),
        "why": text(day.reason) or source_words(day),
        "exception": day.source is Source.EXCEPTION,
    }


def marks() -> dict[State, str]:
    """Colour is never alone: a closed day is hatched, an unknown one dashed, and these two have a letter."""
    return {
        **dict.fromkeys(State, ""),
        State.BY_BOOKING: pgettext("on a calendar", "B"),
        State.EXIT_ONLY: pgettext("on a calendar", "E"),
    }


def desk_value(desk: Desk) -> str:
    return desk.service if desk.space is None else f"{desk.service}-{desk.space}"


def read_desk(value: str) -> Desk:
    """From an address; the main entrance where it names none."""
    service, _dash, space = value.partition("-")
    if service not in Service.values or (space and not (space.isascii() and space.isdigit() and len(space) < 19)):
        return MAIN
    return Desk(service, int(space) if space else None)


def grid_heading(page: HoursPage, grid: Grid) -> dict[str, Any]:
    return {
        "desk": page.desk_name(grid.head.desk),
        "parts": head_words(grid.head),
        "notes": [text(dict(note)) for note in (grid.head.closed_note, grid.head.note) if note],
        "lines": week_words(grid.week),
    }


def week_words(week: Week) -> list[tuple[str, str]]:
    """Runs of weekdays with the same hours, as ``("Tue – Sun", "open 09:00–16:30")``."""
    found: list[list[Any]] = []
    for day, entry in enumerate(week):
        if found and found[-1][2] == entry:
            found[-1][1] = day
        else:
            found.append([day, day, entry])
    return [
        (
            str(WEEKDAYS_ABBR[first]) if first == last else f"{WEEKDAYS_ABBR[first]} – {WEEKDAYS_ABBR[last]}",
            hours_words(entry.state, entry.spans) if entry else _("nothing entered"),
        )
        for first, last, entry in found
    ]


def _closure_words(row: HoursException) -> str:
    """From when to when a notice closes it: seldom for whole days."""
    moments = [row.closed_from, row.closed_until]
    return " – ".join(date_format(timezone.localtime(moment), "Y-m-d H:i") for moment in moments if moment)
