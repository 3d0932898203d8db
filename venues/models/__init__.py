"""The tables of ``venues``: places (``venue``), their hours (``hours``), the holiday calendar (``calendar``), notices
(``notice``) and how full it is now (``live``)."""

from venues.models.calendar import CalendarDay, Holiday
from venues.models.hours import HoursException, HoursRule, OpenInterval, Service
from venues.models.live import Crowding, LiveStatus
from venues.models.notice import Notice, NoticeKind, NoticeVenue, Severity
from venues.models.venue import (
    Designation,
    Kind,
    Space,
    Venue,
    VenueImage,
    VenueLink,
    VenueSortKey,
    VenueTag,
)

__all__ = [
    "CalendarDay",
    "Crowding",
    "Designation",
    "Holiday",
    "HoursException",
    "HoursRule",
    "Kind",
    "LiveStatus",
    "Notice",
    "NoticeKind",
    "NoticeVenue",
    "OpenInterval",
    "Service",
    "Severity",
    "Space",
    "Venue",
    "VenueImage",
    "VenueLink",
    "VenueSortKey",
    "VenueTag",
]
