"""The tables of ``venues``: places (``venue``), their hours (``hours``), the holiday calendar (``calendar``)."""

from venues.models.calendar import CalendarDay, Holiday
from venues.models.hours import HoursException, HoursRule, OpenInterval, Service
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
    "Designation",
    "Holiday",
    "HoursException",
    "HoursRule",
    "Kind",
    "OpenInterval",
    "Service",
    "Space",
    "Venue",
    "VenueImage",
    "VenueLink",
    "VenueSortKey",
    "VenueTag",
]
