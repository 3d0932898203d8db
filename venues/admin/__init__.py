"""The admin pages of venues, one file for each kind of page."""

from venues.admin import calendar, live, notice, venue

__all__ = ["calendar", "live", "notice", "venue"]
