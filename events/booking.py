"""The booking of a slot: what was said of it alone, and for the rest its event's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, DateTimeField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, NullIf

from events.models import BookingStatus, Precision, ReleasedSlot, SlotBooking, SlotStatus
from events.models.event import IN_WINDOW, in_window

# What may still become a place. Once the slot is over, it may not.
PENDING = (*IN_WINDOW, BookingStatus.NOT_YET)


@dataclass(frozen=True)
class Terms:
    """Under the names that an event has for them."""

    booking_now: str
    booking_opens_at: datetime | None
    booking_closes_at: datetime | None
    booking_url: str
    mini_program_app_id: str
    mini_program_path: str
    real_name_required: bool | None
    accepted_documents: list[str] | None
    documents: dict[str, str]
    booking_note: dict[str, str]


SHARED = tuple(name for name in Terms.__dataclass_fields__ if name != "booking_now")


def load_bookings(slots: Iterable[ReleasedSlot]) -> None:
    """Sets ``own_booking`` of those that are out and have one. One query, by event: they are few."""
    current = [slot for slot in slots if slot.until_id is None]
    if current:
        rows = SlotBooking.objects.filter(event__in={slot.event_id for slot in current})
        found = {row.uid: row for row in rows}
        for slot in current:
            slot.own_booking = found.get(slot.uid)


def terms_of(slot: ReleasedSlot, moment: datetime) -> Terms | None:
    """None for what nobody books: doors, breaks, and what does not take place. ``slot`` carries its event, and its
    ``own_booking`` where that was asked for."""
    if slot.operational or slot.status == SlotStatus.CANCELLED:
        return None
    event, own = slot.event, slot.own_booking
    shared: dict[str, Any] = {name: getattr(event, name) for name in SHARED}
    status = event.booking_status
    if own is not None:
        status = own.status or status
        shared |= {"booking_opens_at": own.opens_at or event.booking_opens_at}
        shared |= {"booking_closes_at": own.closes_at or event.booking_closes_at}
        shared |= {"booking_url": own.url or event.booking_url}
    now = in_window(status, shared["booking_opens_at"], shared["booking_closes_at"], moment)
    if now in PENDING and slot.phase_at(moment) == "finished":
        now = BookingStatus.CLOSED
    return Terms(booking_now=now, **shared)


def with_booking(slots: QuerySet[Any], statuses: list[str], moment: datetime) -> QuerySet[Any]:
    """Those of which ``terms_of`` tells one of these; the same rule, for the database."""
    own = SlotBooking.objects.filter(uid=OuterRef("uid"))

    def either(name: str, of_event: str, field: Any) -> Any:
        return Coalesce(Subquery(own.values(name)[:1], output_field=field), F(of_event))

    said = Subquery(own.annotate(said=NullIf("status", Value(""))).values("said")[:1], output_field=CharField())
    rows = slots.annotate(
        chosen=Coalesce(said, F("event__booking_status")),
        opens=either("opens_at", "event__booking_opens_at", DateTimeField()),
        closes=either("closes_at", "event__booking_closes_at", DateTimeField()),
    )
    pending = Q(chosen__in=IN_WINDOW)
    over = Q(sort_end__lte=moment) & ~Q(precision=Precision.TBA) & ~Q(status=SlotStatus.POSTPONED)
    booked = Case(
        When(pending & over, then=Value(BookingStatus.CLOSED)),
        When(pending & Q(opens__gt=moment), then=Value(BookingStatus.NOT_YET)),
        When(pending & Q(closes__lte=moment), then=Value(BookingStatus.CLOSED)),
        default=F("chosen"),
        output_field=CharField(),
    )
    rows = rows.annotate(booked=booked).filter(booked__in=statuses)
    return rows.filter(operational=False).exclude(status=SlotStatus.CANCELLED)
