"""The tables of ``events``: what takes place (``event``), when (``slots``), and what was released (``released``)."""

from events.models.event import BookingStatus, DatePrecision, Event, EventImage, EventLink, EventTag, EventVenue, Kind
from events.models.event import Status as EventStatus
from events.models.released import Release, ReleasedSlot, SlotChange
from events.models.slots import (
    ASSUMED_LENGTH,
    CLOCK_TIMES,
    OPERATIONAL,
    Participant,
    Precision,
    Slot,
    SlotKind,
    SlotParticipant,
    SlotStatus,
    Timing,
)

__all__ = [
    "ASSUMED_LENGTH",
    "CLOCK_TIMES",
    "OPERATIONAL",
    "BookingStatus",
    "DatePrecision",
    "Event",
    "EventImage",
    "EventLink",
    "EventStatus",
    "EventTag",
    "EventVenue",
    "Kind",
    "Participant",
    "Precision",
    "Release",
    "ReleasedSlot",
    "Slot",
    "SlotChange",
    "SlotKind",
    "SlotParticipant",
    "SlotStatus",
    "Timing",
]
