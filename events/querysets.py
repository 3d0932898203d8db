"""The vocabulary of events and slots: who sees which, and what takes place when."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Self

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from core.changes.edits import running
from core.changes.models import TrackedQuerySet
from core.clock import district_day, midnight
from core.geo import Box, Point
from core.nearby import in_box, with_distance, within
from organizers.querysets import OwnedQuerySet
from venues.opening import opened_between
from venues.querysets import accessible


class EventQuerySet(OwnedQuerySet):
    """What takes place when and where; who works on it is the organizer's to say."""

    def overlapping(self, first: date | None, last: date | None) -> Self:
        """Events with something between two district days, inclusive: by their released slots, else by their dates."""
        by_date, by_slot = Q(slots_to=None), Q(slots_to__isnull=False)
        if first is not None:
            by_date, by_slot = by_date & Q(last_day__gte=first), by_slot & Q(slots_to__gte=first)
        if last is not None:
            by_date, by_slot = by_date & Q(first_day__lte=last), by_slot & Q(slots_from__lte=last)
        if first is not None and last is not None:  # between an event's first slot and its last there may be gaps
            by_slot &= Q(Exists(self._program().overlapping(first, last)))
        return self.filter(by_date | by_slot)

    def at_venues(self, slugs: list[str]) -> Self:
        """Events that name one of these venues, as far as it is public."""
        links = apps.get_model("events", "EventVenue")._base_manager.filter(event=OuterRef("pk"))
        return self.filter(Exists(links.filter(venue__slug__in=slugs, venue__public=True)))

    def accessible(self, facts: list[str]) -> Self:
        """Where every public venue of the event has all these facts: one that has not may be where it takes place."""
        places = self._places()
        return self.filter(Exists(places), ~Exists(places.exclude(accessible(facts, "venue"))))

    def in_box(self, box: Box) -> Self:
        return self.filter(Exists(self._places().filter(in_box(box, "venue__"))))

    def near(self, point: Point, radius: float) -> Self:
        """With a venue within ``radius`` metres; each row with the nearest one's squared distance."""
        nearest = within(with_distance(self._places(), point, "venue__"), point, radius, "venue__")
        closest = nearest.order_by("distance2").values("distance2")[:1]
        return self.annotate(distance2=Subquery(closest)).filter(distance2__isnull=False)

    def _places(self) -> Any:
        links = apps.get_model("events", "EventVenue")._base_manager
        return links.filter(event=OuterRef("pk"), venue__public=True)

    def during(self, start: datetime, end: datetime) -> Self:
        """Events with a slot running within ``[start, end)`` of one district day; those without slots by their dates.

        Dates that are only known to the month or year say nothing about an hour.
        """
        day = district_day(start)
        dates = Q(first_day__lte=day, last_day__gte=day, date_precision="day", status="scheduled")
        # The days around bound the search: a slot may run over the turn of the day.
        around = Q(slots_from__lte=day + timedelta(days=1), slots_to__gte=day - timedelta(days=1))
        by_slot = around & Exists(self._program().during(start, end))
        return self.filter((Q(slots_to=None) & dates) | by_slot)

    def _program(self) -> "ReleasedSlotQuerySet":
        return apps.get_model("events", "ReleasedSlot").objects.visible().program().filter(event=OuterRef("pk"))


class DraftQuerySet(TrackedQuerySet[Any]):
    def drop(self) -> None:
        """Deletes drafts in few statements. They touch nothing; their event's version is the caller's to raise, which
        holds the event."""
        if running() is None:
            self._refuse("drop")
        QuerySet.delete(self)


class SlotQuerySet(DraftQuerySet):
    """Drafts of the schedule: whoever may read or edit the event."""

    def readable_by(self, user: Any) -> Self:
        return self.filter(event__in=apps.get_model("events", "Event")._base_manager.all().readable_by(user))

    def editable_by(self, user: Any) -> Self:
        return self.filter(event__in=apps.get_model("events", "Event")._base_manager.all().editable_by(user))


class DraftSlotQuerySet(SlotQuerySet):
    def rewrite(self, rows: list[Any], fields: Iterable[str]) -> int:
        """Raises the version of each slot too; the rows are as the database has them, for the event is held."""
        for row in rows:
            row.version += 1
        return super().rewrite(rows, [*fields, "version"])


class OnSlotQuerySet(TrackedQuerySet[Any]):
    def readable_by(self, user: Any) -> Self:
        return self.filter(event__in=apps.get_model("events", "Event")._base_manager.all().readable_by(user))

    def editable_by(self, user: Any) -> Self:
        """Visitors read it at once: whoever may publish the event."""
        return self.filter(event__in=apps.get_model("events", "Event")._base_manager.all().publishable_by(user))


class SlotNoticeQuerySet(OnSlotQuerySet):
    def in_force(self) -> Self:
        return self.filter(over=False)

    def due(self, moment: datetime) -> Self:
        """Those that are over then and have not been told so."""
        return self.filter(over=False, until__lte=moment)


class ReleasedSlotQuerySet(TrackedQuerySet[Any]):
    def visible(self) -> Self:
        return self.filter(public=True)

    def current(self) -> Self:
        """The newest release's rows, whether or not their event is public."""
        return self.filter(until=None)

    def of_release(self, number: int) -> Self:
        """One event's rows as they were out with that release."""
        return self.filter(Q(until=None) | Q(until__number__gt=number), release__number__lte=number)

    def program(self) -> Self:
        """What a visitor comes for: no doors, breaks, cut-offs, closures."""
        return self.filter(operational=False)

    def dated(self) -> Self:
        """With a day at least: not those to be announced, which may be on any day of their event."""
        return self.exclude(precision="tba", on_date=None)

    def overlapping(self, first: date | None, last: date | None) -> Self:
        rows = self
        if first is not None:
            rows = rows.filter(last_day__gte=first)
        if last is not None:
            rows = rows.filter(day__lte=last)
        return rows

    def parts(self, first: date, last: date | None) -> list[Self]:
        """The same rows in two parts that an index finds each: what begins within the days, and runs.

        In one query a database would walk past everything that is over. The margin leaves room for a start that
        counts to another day than its own.
        """
        margin = timedelta(days=3)
        begins = self.filter(is_run=False)
        if first > date.min + margin:
            begins = begins.filter(sort_start__gte=midnight(first) - margin)
        if last is not None and last < date.max - margin:
            begins = begins.filter(sort_start__lt=midnight(last) + margin)
        return [begins, self.filter(is_run=True)]

    def during(self, start: datetime, end: datetime) -> Self:
        """Running at some instant of ``[start, end)``, with a known clock time, and taking place.

        A bare date has no hour, unless it is the whole day that counts. What follows the venue's hours runs while
        the venue is open; where these hours are unknown it does not count as running.
        """
        clock = Q(timing="timed") & ~Q(precision="date")
        with_venue = Q(timing="venue_hours") & Exists(opened_between(OuterRef("venue"), start, end))
        rows = self.filter(clock | Q(timing="all_day") | with_venue, status__in=["scheduled", "tentative"])
        # What runs ends no earlier than the day before: a bound by which an index finds the runs.
        rows = rows.filter(last_day__gte=district_day(start) - timedelta(days=1))
        return rows.exclude(precision="tba").filter(sort_start__lt=end, sort_end__gt=start)

    def at_venues(self, slugs: list[str]) -> Self:
        return self.filter(venue__slug__in=slugs, venue__public=True)

    def accessible(self, facts: list[str]) -> Self:
        return self.filter(accessible(facts, "venue"), venue__public=True)

    def in_box(self, box: Box) -> Self:
        return self.filter(in_box(box, "venue__"), venue__public=True)

    def near(self, point: Point, radius: float) -> Self:
        rows = with_distance(self.filter(venue__public=True), point, "venue__")
        return within(rows, point, radius, "venue__")

    def with_participants(self, slugs: list[str]) -> Self:
        """Those in which one of these takes part."""
        rows = apps.get_model("events", "Appearance").objects.filter(slug__in=slugs)
        return self.filter(uid__in=rows.values("uid"))

    def indoors(self, indoor: bool) -> Self:
        """By the venue; where it says nothing, by the event."""
        by_venue = Q(venue__public=True, venue__indoor__isnull=False)
        return self.filter((by_venue & Q(venue__indoor=indoor)) | (~by_venue & Q(event__indoor=indoor)))
