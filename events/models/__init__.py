"""The tables of ``events``: what takes place (``event``), when (``slots``), what was released (``released``), and what
an import remembers (``imports``)."""

from events.models.event import BookingStatus, DatePrecision, Event, EventImage, EventLink, EventTag, EventVenue, Kind
from events.models.event import Status as EventStatus
from events.models.imports import ImportColumns, ImportFile
from events.models.released import Release, ReleasedSlot, SlotChange
from events.models.slots import (
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
    "OPERATIONAL",
    "BookingStatus",
    "DatePrecision",
    "Event",
    "EventImage",
    "EventLink",
    "EventStatus",
    "EventTag",
    "EventVenue",
    "ImportColumns",
    "ImportFile",
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
