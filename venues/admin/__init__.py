"""The admin pages of venues, one file for each kind of page."""

from venues.admin import calendar, exhibit, live, notice, route, venue

__all__ = ["calendar", "exhibit", "live", "notice", "route", "venue"]
