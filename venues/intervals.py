"""The derived rows that answer "open when": written for a rolling horizon, compared, and changed where they differ."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from core.changes.edits import Edit, chunks
from core.changes.rows import insert_rows
from core.clock import district_day, midnight
from venues.models.hours import OpenInterval
from venues.models.venue import Venue
from venues.opening_hours import Calendar, Day, State, intervals
from venues.timetables import Timetable, load_calendar, main_timetables

BACK = 3  # days that are kept: a span of the day before yesterday may last until yesterday evening
SLACK = 30  # days for which the nightly command may stand still before filters miss a venue

COMPARED = ("day", "state", "opens_at", "closes_at", "last_entry_at", "until", "note")


def horizon(moment: datetime) -> tuple[date, date]:
    today = district_day(moment)
    return today - timedelta(days=BACK), today + timedelta(days=settings.HOURS_DAYS_AHEAD)


def reach(now: datetime) -> tuple[date, date]:
    """The first and the last district day whose openings are stored for sure."""
    first, last = horizon(now)
    return first + timedelta(days=2), last - timedelta(days=SLACK)


def settle_venues(keys: list[str], unit: Edit) -> None:
    for part in chunks(keys):
        refresh(Venue._base_manager.filter(slug__in=part), unit.moment)


def refresh(venues: Iterable[Venue], moment: datetime) -> int:
    """Brings the rows of these venues up to date; returns how many venues' had changed.

    Cheap where nothing that matters changed: what the rows were made from is kept as a fingerprint.
    """
    venues = list(venues)
    first, last = horizon(moment)
    tables = main_timetables(venues)
    if not any(tables[venue.pk] or venue.hours_mark for venue in venues):
        return 0
    calendar = load_calendar(first, last)
    stale = []
    for venue in venues:
        mark = fingerprint(tables[venue.pk], calendar, first, last)
        if venue.hours_mark != mark:
            stale.append((venue, mark))
    if stale:
        _rewrite([venue for venue, _mark in stale], tables, calendar, (first, last))
    for venue, mark in stale:
        Venue._base_manager.filter(pk=venue.pk).stamp(hours_mark=mark, hours_through=last if mark else None)
    return len(stale)


def fingerprint(table: Timetable, calendar: Calendar, first: date, last: date) -> str:
    """Empty for a venue of which nothing is entered: no rows, whatever the day."""
    if not table:
        return ""
    known = (sorted(calendar.days.items()), sorted(calendar.years)) if table.rules else ()
    parts = (table, known, first, last, str(timezone.get_default_timezone()))
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _rewrite(venues: list[Venue], tables: dict[int, Timetable], calendar: Calendar, span: tuple[date, date]) -> None:
    stored: dict[int, dict[tuple[Any, ...], int]] = defaultdict(dict)
    rows = OpenInterval.objects.filter(venue__in=venues)
    for pk, venue, *values in rows.values_list("pk", "venue", *COMPARED[:-1], "note"):
        stored[venue][_comparable(values)] = pk
    fresh, gone = [], []
    for venue in venues:
        made = made_rows(venue.pk, tables[venue.pk].days(*span, calendar), span[1]) if tables[venue.pk] else []
        wanted = {_comparable([getattr(row, name) for name in COMPARED]): row for row in made}
        fresh += [row for key, row in wanted.items() if key not in stored[venue.pk]]
        gone += [pk for key, pk in stored[venue.pk].items() if key not in wanted]
    for start in range(0, len(gone), 500):
        OpenInterval.objects.filter(pk__in=gone[start : start + 500]).delete()
    insert_rows(fresh)


def _comparable(values: Iterable[Any]) -> tuple[Any, ...]:
    *rest, note = values
    return (*rest, json.dumps(note, sort_keys=True))


def made_rows(venue: int, days: Iterable[Day], last: date) -> list[OpenInterval]:
    """The rows of one venue: a row for each span; one without times for a day that has none and is known."""
    rows = []
    for day in days:
        if day.state is State.UNKNOWN and not day.closed:
            continue
        common: dict[str, Any] = {"venue_id": venue, "day": day.date, "note": day.reason}
        spans = intervals(day, timezone.get_default_timezone())
        rows += [
            OpenInterval(
                state=span.state.value,
                opens_at=span.opens_at,
                closes_at=span.closes_at,
                last_entry_at=span.last_entry_at,
                **common,
            )
            for span in spans
        ]
        if not day.spans and day.state is not State.UNKNOWN:
            rows.append(OpenInterval(state=day.state.value, **common))
    _join([row for row in rows if row.opens_at], midnight(last + timedelta(days=1)))
    return rows


def _join(rows: list[Any], end: datetime) -> None:
    """What goes on without a break in one state, over midnight as well, ends where its last part ends."""
    by_state: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        by_state[row.state].append(row)
    for same in by_state.values():
        run: list[Any] = []
        until: Any = None
        for row in sorted(same, key=lambda each: each.opens_at):
            if run and row.opens_at > until:
                _end(run, until, end)
                run = []
            until = row.closes_at if not run else max(until, row.closes_at)
            run.append(row)
        if run:
            _end(run, until, end)


def _end(run: list[Any], until: datetime, end: datetime) -> None:
    for row in run:
        row.until = until if until < end else None
