"""The tables of ``venues``: places (``venue``), and the days that are none like the others (``calendar``)."""

from venues.models.calendar import CalendarDay, Holiday
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
    "Kind",
    "Space",
    "Venue",
    "VenueImage",
    "VenueLink",
    "VenueSortKey",
    "VenueTag",
]
