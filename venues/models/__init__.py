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
    ExhibitSortKey,
    ThenAndNow,
)
from venues.models.hours import HoursException, HoursRule, OpenInterval, Service
from venues.models.live import Crowding, LiveStatus
from venues.models.notice import Notice, NoticeKind, NoticeVenue, Severity
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
    "VenueSortKey",
    "VenueTag",
    "VisitRules",
]
