"""The admin pages of venues, one file for each kind of page."""

from venues.admin import calendar, exhibit, venue

__all__ = ["calendar", "exhibit", "venue"]
