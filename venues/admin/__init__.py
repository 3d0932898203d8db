"""The admin pages of venues, one file for each kind of page."""

from venues.admin import calendar, venue

__all__ = ["calendar", "venue"]
