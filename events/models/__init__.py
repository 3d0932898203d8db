"""The tables of ``events``: what takes place (``event``), and when (``slots``)."""

from events.models.event import BookingStatus, DatePrecision, Event, EventImage, EventLink, EventTag, EventVenue, Kind
from events.models.event import Status as EventStatus
from events.models.notices import NoticeEvent
from events.models.slots import (
    OPERATIONAL,
    Participant,
    Precision,
    Release,
    ReleasedSlot,
    Slot,
    SlotKind,
    SlotParticipant,
    SlotStatus,
    Timing,
)

__all__ = [
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
    "NoticeEvent",
    "Participant",
    "Precision",
    "Release",
    "ReleasedSlot",
    "Slot",
    "SlotKind",
    "SlotParticipant",
    "SlotStatus",
    "Timing",
]
