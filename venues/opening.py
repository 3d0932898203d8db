"""Whether venues are open at an instant, until when, and when that changes: read from the stored intervals."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from core.clock import district_day, midnight
from venues.intervals import reach
from venues.models import OpenInterval, Venue
from venues.opening_hours import LATEST, Span, State, intervals
from venues.timetables import load_calendar, main_timetables

LONGEST = timedelta(minutes=LATEST)  # no span is longer

# Where spans overlap, the kinder one is told.
KINDNESS = (State.OPEN, State.BY_BOOKING, State.EXIT_ONLY)
NO_OPENING = (State.EXIT_ONLY, State.CLOSED)


@dataclass(frozen=True)
class Opening:
    """``state`` is open, closed, by_booking or unknown; who may only leave stands before a closed door.

    ``closes_at`` is the end of the unbroken time that it is open now, and ``last_entry_at`` that time's last entry.
    ``next_change_at`` is that end, or the next opening, also one to everybody within hours by booking only; null where
    none of these is known.
    """

    state: State
    evaluated_at: datetime
    closes_at: datetime | None = None
    last_entry_at: datetime | None = None
    next_change_at: datetime | None = None
    today: tuple[Span, ...] = ()
    note: Any = None


def load_opening(venues: Iterable[Any], moment: datetime) -> None:
    """Sets ``opening`` on each venue. Two queries for all."""
    venues = list(venues)
    today = district_day(moment)
    rows: dict[int, list[OpenInterval]] = defaultdict(list)
    last = timezone.localtime(moment).date()  # at two at night the next date has begun, and perhaps its hours
    found = OpenInterval.objects.filter(venue__in=venues, day__range=(today - timedelta(days=2), last))
    for row in found.order_by("opens_at"):
        rows[row.venue_id].append(row)
    coming = opens_next([venue.pk for venue in venues], moment)
    for venue in venues:
        venue.opening = told(rows[venue.pk], coming.get(venue.pk), today, moment)


def opens_next(venues: list[int], moment: datetime) -> dict[int, datetime | None]:
    """When each of these venues opens next after ``moment``: one look into an index for each."""
    coming = OpenInterval.objects.filter(venue=OuterRef("pk"), opens_at__gt=moment).exclude(state__in=NO_OPENING)
    rows = Venue._base_manager.filter(pk__in=venues)
    return dict(
        rows.annotate(next=Subquery(coming.order_by("opens_at").values("opens_at")[:1])).values_list("pk", "next")
    )


def told(rows: list[OpenInterval], coming: datetime | None, today: date, moment: datetime) -> Opening:
    """What the rows of the last three days come to; ``coming`` is the next opening."""
    running = [row for row in rows if row.opens_at and row.closes_at and row.opens_at <= moment < row.closes_at]
    now = next((row for state in KINDNESS for row in running if row.state == state), None)
    shut = next((row for row in running if row.state == State.CLOSED), None)
    of_today = [row for row in rows if row.day == today and not _is_closed_part(row)]
    spans = tuple(_span(row) for row in of_today if row.opens_at)
    if now is not None and now.state != State.EXIT_ONLY:
        last_entry = now.last_entry_at if now.closes_at == now.until else None  # another day's, and not read here
        change = _kinder_from(rows, now, moment) or now.until
        return Opening(State(now.state), moment, now.until, last_entry, change, spans, now.note)
    note = (now.note if now else None) or next((row.note for row in of_today if row.note), None)
    if shut is not None:
        return Opening(State.CLOSED, moment, next_change_at=shut.until or coming, today=spans, note=shut.note or note)
    state = State.CLOSED if of_today or now else State.UNKNOWN
    if any(row.opens_at is None and row.state == State.BY_BOOKING for row in of_today):
        state = State.BY_BOOKING
    return Opening(state, moment, next_change_at=coming, today=spans, note=note)


def _kinder_from(rows: Iterable[OpenInterval], now: OpenInterval, moment: datetime) -> datetime | None:
    """When, within hours by booking only, everybody is let in; of the days that were read."""
    if now.state != State.BY_BOOKING:
        return None
    opens = (row.opens_at for row in rows if row.state == State.OPEN and row.opens_at)
    return min((at for at in opens if at > moment and (now.until is None or at < now.until)), default=None)


def _is_closed_part(row: OpenInterval) -> bool:
    """What a closure takes of a day of which no hours are known: it says nothing of the rest of the day."""
    return row.state == State.CLOSED and row.opens_at is not None


def _span(row: Any) -> Span:
    """In minutes from midnight of its day."""
    begin = midnight(row.day)

    def minutes(moment: datetime) -> int:
        return int((moment - begin).total_seconds()) // 60

    last_entry = None if row.last_entry_at is None else minutes(row.last_entry_at)
    return Span(minutes(row.opens_at), minutes(row.closes_at), last_entry, State(row.state))


def open_at(venues: QuerySet[Any], moment: datetime, now: datetime) -> QuerySet[Any]:
    """Those that anybody may walk into at ``moment``: not by booking only, not when only the way out is open.

    From the stored intervals where they reach, which is one look into an index; else each venue is resolved.
    """
    first, last = reach(now)
    if first <= district_day(moment) <= last:
        return venues.filter(pk__in=_open_rows(moment).values("venue"))
    return venues.filter(pk__in=_resolved_open(moment))


def opened_between(venue: Any, start: datetime, end: datetime) -> QuerySet[OpenInterval]:
    """The stored times at which a venue (or what refers to one) is open within ``[start, end)``."""
    rows = OpenInterval.objects.filter(venue=venue, state=State.OPEN.value)
    return rows.filter(opens_at__lt=end, opens_at__gt=start - LONGEST, closes_at__gt=start)


def _open_rows(moment: datetime) -> QuerySet[OpenInterval]:
    return OpenInterval.objects.filter(
        Q(opens_at__lte=moment, opens_at__gt=moment - LONGEST), closes_at__gt=moment, state=State.OPEN.value
    )


def _resolved_open(moment: datetime) -> list[int]:
    """The slow way, for an instant that the intervals do not reach: four queries and every public venue."""
    day = timezone.localtime(moment).date()
    days = [day - timedelta(days=back) for back in (0, 1, 2) if day.toordinal() > back]
    calendar = load_calendar(min(days), max(days))
    zone = timezone.get_default_timezone()
    return [
        pk
        for pk, table in main_timetables(Venue.objects.visible()).items()
        if any(
            span.state is State.OPEN and span.opens_at <= moment < span.closes_at
            for each in days
            for span in intervals(table.day(each, calendar), zone)
        )
    ]
