"""The tables of ``venues``: places (``venue``), their hours (``hours``), the holiday calendar
(``calendar``), themed tours (``routes``)."""

from venues.models.calendar import CalendarDay, Holiday
from venues.models.hours import HoursException, HoursRule, OpenInterval, Service
from venues.models.routes import Route, RouteImage, RouteLink, RouteSortKey, RouteStop, RouteTag
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
    "Route",
    "RouteImage",
    "RouteLink",
    "RouteSortKey",
    "RouteStop",
    "RouteTag",
    "Service",
    "Space",
    "Venue",
    "VenueImage",
    "VenueLink",
    "VenueSortKey",
    "VenueTag",
]
