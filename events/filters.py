"""The filters of ``/events`` and ``/slots``. A time matches by overlap, in the district's days or in instants."""

from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.api.filters import (
    ParsedFilter,
    PlaceFilterSet,
    choice_filter,
    day_filter,
    flag_filter,
    one_of,
    parse_count,
    slug_filter,
)
from core.api.keyset import Order
from core.api.problems import BadRequest, FieldProblem
from core.clock import day_begins, district_day, midnight
from events.booking import with_booking
from events.models import OPERATIONAL, BookingStatus, EventStatus, Kind, SlotKind, SlotStatus
from venues.filters import access_filter

WHEN = ("now", "today", "tonight", "tomorrow", "weekend")
EVENING = timedelta(hours=17)


def days_of(when: str, today: date) -> tuple[date, date]:
    """The district days that ``today``, ``tomorrow`` or ``weekend`` means; on a Sunday the weekend is that day."""
    if when == "tomorrow":
        return today + timedelta(days=1), today + timedelta(days=1)
    if when == "weekend":
        sunday = today + timedelta(days=6 - today.weekday())
        return max(today, sunday - timedelta(days=1)), sunday
    return today, today


def instants_of(when: str, moment: datetime) -> tuple[datetime, datetime]:
    """``now``, or ``tonight``: from 17:00 until the day ends at 04:00, and not before now."""
    if when == "now":
        return moment, moment + timedelta(microseconds=1)
    today = district_day(moment)
    return max(moment, midnight(today) + EVENING), day_begins(today + timedelta(days=1))


class TimeFilterSet(PlaceFilterSet):
    """``when`` or ``from`` and ``to``; without either, from today on."""

    when = ParsedFilter(
        parse=one_of(WHEN),
        schema={"type": "string", "enum": list(WHEN)},
        about="`now` and `tonight` need a known hour, or an event without slots; the others go by the district's days.",
    )
    to = day_filter(about="Last district day, inclusive.")

    look_back = timedelta()  # where they begin, before today, when nothing is said
    days: tuple[date, date | None]  # the district days that were asked for, known after ``result()``

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        values = self.form.cleaned_data
        when, first, last = (values.pop(name, None) for name in ("when", "from", "to"))
        rows: Any = super().filter_queryset(queryset)
        if when and (first or last):
            message = _("Give either `when` or `from` and `to`.")
            raise BadRequest([FieldProblem("when", "contradiction", message)])
        if first and last and last < first:
            raise BadRequest([FieldProblem("to", "out_of_range", _("`to` is before `from`."))])
        today = district_day(self.ask.moment)
        if when in ("now", "tonight"):
            self.days = (today, today)
            return rows.during(*instants_of(when, self.ask.moment))
        if when:
            self.days = days_of(when, today)
            return rows.overlapping(*self.days)
        begin = first or today - self.look_back
        if last is not None and last < begin:
            message = _("This day is over. Give `from` too, to look back.")
            raise BadRequest([FieldProblem("to", "needs_from", message)])
        self.days = (begin, last)
        return rows.overlapping(*self.days)


# ``from`` is a keyword of Python.
TimeFilterSet.declared_filters["from"] = day_filter(about="First district day, inclusive; default today.")


class EventFilters(TimeFilterSet):
    kind = choice_filter(Kind.values, field_name="event_kind", about="Seasons are listed only with `kind=season`.")
    venue = slug_filter(method="filter_venue", about="At these venues.")
    organizer = slug_filter(field_name="organizer")
    season = slug_filter(field_name="season", about="Parts of these seasons.")
    free = flag_filter(method="filter_free", about="Free of charge; unknown prices match neither value.")
    indoor = flag_filter(field_name="indoor", about="Unknown matches neither value.")
    access = access_filter("Every public venue of the event has these facilities.")
    event_status = choice_filter(EventStatus.values, field_name="status")
    booking_status = choice_filter(BookingStatus.values, field_name="booking_now")

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        kinds = self.form.cleaned_data.get("kind") or []
        rows: Any = super().filter_queryset(queryset)
        return rows if Kind.SEASON in kinds else rows.exclude(event_kind=Kind.SEASON)

    def filter_venue(self, queryset: Any, name: str, value: list[str]) -> Any:
        return queryset.at_venues(value)

    def filter_access(self, queryset: Any, name: str, value: list[str]) -> Any:
        return queryset.accessible(value)


_ASIDE = ", ".join(kind.value for kind in SlotKind if kind in OPERATIONAL)
OPERATIONAL_NOTE = f"Operational kinds ({_ASIDE}) only when asked for."


class SlotFilters(TimeFilterSet):
    kind = choice_filter(SlotKind.values, field_name="slot_kind", about=OPERATIONAL_NOTE)
    event = slug_filter(field_name="event")
    event_kind = choice_filter(Kind.values, field_name="event__event_kind")
    season = slug_filter(field_name="event__season")
    organizer = slug_filter(field_name="event__organizer")
    venue = slug_filter(method="filter_venue")
    status = choice_filter(SlotStatus.values, field_name="status")
    participant = slug_filter(method="filter_participant", about="Teams, people or acts that take part.")
    group = slug_filter(method="filter_group", about="Matches of these groups of the competition; needs `event`.")
    round = ParsedFilter(
        parse=parse_count,
        schema={"type": "integer", "minimum": 1},
        method="filter_round",
        about="Matches of this round of the competition; needs `event`.",
    )
    free = flag_filter(method="filter_event_free", about="By the event's price.")
    indoor = flag_filter(method="filter_indoor", about="By the venue, else by the event.")
    access = access_filter("The slot's venue has these facilities.")
    event_status = choice_filter(EventStatus.values, field_name="event__status")
    booking_status = choice_filter(
        BookingStatus.values, method="filter_booking", about="Of the slot itself, where it is not its event's."
    )

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        values = self.form.cleaned_data
        for name in ("group", "round"):
            if values.get(name) and not values.get("event"):
                message = _("Name the event too: groups and rounds are counted within one.")
                raise BadRequest([FieldProblem(name, "needs_event", message)])
        rows: Any = super().filter_queryset(queryset)
        return rows if values.get("kind") else rows.program()

    def filter_booking(self, queryset: Any, name: str, value: list[str]) -> Any:
        return with_booking(queryset, value, self.ask.moment)

    def filter_participant(self, queryset: Any, name: str, value: list[str]) -> Any:
        return queryset.with_participants(value)

    def filter_group(self, queryset: Any, name: str, value: list[str]) -> Any:
        return queryset.filter(detail__match__group__slug__in=value)

    def filter_round(self, queryset: Any, name: str, value: int) -> Any:
        return queryset.filter(detail__match__round__number=value)

    def filter_venue(self, queryset: Any, name: str, value: list[str]) -> Any:
        return queryset.at_venues(value)

    def filter_access(self, queryset: Any, name: str, value: list[str]) -> Any:
        return queryset.accessible(value)

    def parts(self, queryset: Any, order: str) -> list[Any]:
        return queryset.parts(*self.days) if order == "start" else [queryset]

    def filter_event_free(self, queryset: Any, name: str, value: bool) -> Any:
        return queryset.filter(event__price_kind__in=["free"] if value else ["paid", "partly_free"])

    def filter_indoor(self, queryset: Any, name: str, value: bool) -> Any:
        return queryset.indoors(value)


class CalendarFilters(SlotFilters):
    """A calendar keeps what is over for a while: a client that has subscribed would drop it."""

    look_back = timedelta(days=90)

    def nearest(self, most: int) -> tuple[list[Any], bool]:
        """At most so many of the rows that have a day, in order of time, and whether there are more.

        What is over gives way to what is to come, and the longer over the sooner.
        """
        rows: Any = self.result()
        (first, last), today = self.days, district_day(self.ask.moment)
        yesterday = today - timedelta(days=1)
        coming = rows.dated().filter(last_day__gte=today).parts(max(first, today), last)
        over = rows.dated().filter(last_day__lt=today).parts(first, min(last or yesterday, yesterday))
        later, more = Order(("sort_start", "uid")).page(coming, None, most)
        sooner, rest = Order(("-sort_start", "-uid")).page(over, None, most - len(later))
        return sorted([*sooner, *later], key=attrgetter("sort_start", "uid")), bool(more or rest)


CalendarFilters.base_filters["from"] = day_filter(about="First district day, inclusive; default 90 days ago.")
