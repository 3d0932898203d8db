"""The admin pages of venues, one file for each kind of page."""

from venues.admin import calendar, exhibit, route, venue

__all__ = ["calendar", "exhibit", "route", "venue"]
