"""The tables of ``events``: what takes place (``event``), when (``slots``, ``series``), what is out (``released``), and
what an import remembers (``imports``)."""

from events.models.documents import Document
from events.models.event import (
    BookingStatus,
    DatePrecision,
    Event,
    EventImage,
    EventLink,
    EventMedia,
    EventTag,
    EventVenue,
    Kind,
)
from events.models.event import Status as EventStatus
from events.models.imports import ImportColumns, ImportFile
from events.models.notices import NoticeEvent
from events.models.released import Appearance, Release, ReleasedSlot, SlotChange
from events.models.series import HolidayRule, Series
from events.models.slot_bookings import SlotBooking
from events.models.slot_notices import SlotNotice
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
    "Appearance",
    "BookingStatus",
    "DatePrecision",
    "Document",
    "Event",
    "EventImage",
    "EventLink",
    "EventMedia",
    "EventStatus",
    "EventTag",
    "EventVenue",
    "HolidayRule",
    "ImportColumns",
    "ImportFile",
    "Kind",
    "NoticeEvent",
    "Participant",
    "Precision",
    "Release",
    "ReleasedSlot",
    "Series",
    "Slot",
    "SlotBooking",
    "SlotChange",
    "SlotKind",
    "SlotNotice",
    "SlotParticipant",
    "SlotStatus",
    "Timing",
]
