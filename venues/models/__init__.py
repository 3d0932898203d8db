"""The tables of ``venues``: places (``venue``), their hours (``hours``), the holiday calendar (``calendar``), what else
a visitor must know (``access``, ``visiting``), what there is to see (``exhibit``), themed tours (``routes``), notices
(``notice``), how full it is now (``live``)."""

from venues.models.access import AccessFact, Answer, Fact
from venues.models.calendar import CalendarDay, Holiday
from venues.models.exhibit import (
    Condition,
    Demonstration,
    Exhibit,
    ExhibitImage,
    ExhibitMedia,
    ExhibitSortKey,
    ThenAndNow,
)
from venues.models.hours import HoursException, HoursRule, OpenInterval, Service
from venues.models.live import Crowding, LiveStatus
from venues.models.notice import Notice, NoticeKind, NoticeVenue, Severity
from venues.models.routes import Route, RouteImage, RouteLink, RouteMedia, RouteSortKey, RouteStop, RouteTag
from venues.models.venue import (
    Designation,
    Kind,
    Space,
    Venue,
    VenueImage,
    VenueLink,
    VenueMedia,
    VenueSortKey,
    VenueTag,
)
from venues.models.visiting import (
    Hazard,
    HealthWarning,
    PhotoArea,
    Photography,
    ProductionPeriod,
    VisitRules,
)

__all__ = [
    "AccessFact",
    "Answer",
    "CalendarDay",
    "Condition",
    "Crowding",
    "Demonstration",
    "Designation",
    "Exhibit",
    "ExhibitImage",
    "ExhibitMedia",
    "ExhibitSortKey",
    "Fact",
    "Hazard",
    "HealthWarning",
    "Holiday",
    "HoursException",
    "HoursRule",
    "Kind",
    "LiveStatus",
    "Notice",
    "NoticeKind",
    "NoticeVenue",
    "OpenInterval",
    "PhotoArea",
    "Photography",
    "ProductionPeriod",
    "Route",
    "RouteImage",
    "RouteLink",
    "RouteMedia",
    "RouteSortKey",
    "RouteStop",
    "RouteTag",
    "Service",
    "Severity",
    "Space",
    "ThenAndNow",
    "Venue",
    "VenueImage",
    "VenueLink",
    "VenueMedia",
    "VenueSortKey",
    "VenueTag",
    "VisitRules",
]
