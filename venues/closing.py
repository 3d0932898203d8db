"""A closure notice closes its venues: the exceptions to their opening hours that follow from it, kept in step."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from core.changes.edits import Edit, chunks
from venues.models.hours import HoursException
from venues.models.notice import Notice, NoticeVenue
from venues.opening_hours import State

# A closure without an end is entered for so long: longer than anybody leaves a notice standing.
OPEN_ENDED = timedelta(days=3653)


def settle_notices(keys: list[str], unit: Edit) -> None:
    for part in chunks(keys):
        for notice in Notice._base_manager.filter(pk__in=part).order_by("pk"):
            close_venues(notice)


def close_venues(notice: Notice) -> None:
    """One exception for each venue that a published closure names, and none for any other."""
    stored = {row.venue_id: row for row in HoursException._base_manager.filter(notice=notice.pk).order_by("pk")}
    places = NoticeVenue._base_manager.filter(notice=notice.pk).select_related("venue").order_by("venue")
    venues = {place.venue_id: place.venue for place in places} if notice.closes else {}
    values = _values(notice)
    for pk in sorted({*stored, *venues}):  # in one order, so that two notices' editors never wait for each other
        if pk not in venues:
            stored[pk].delete()
            continue
        row = stored.get(pk) or HoursException(notice=notice, venue=venues[pk])
        if row.pk is None or any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            row.save()


def _values(notice: Notice) -> dict[str, Any]:
    ends_at: datetime = notice.ends_at or notice.starts_at + OPEN_ENDED
    return {
        "state": State.CLOSED.value,
        "first": timezone.localtime(notice.starts_at).date(),
        "last": timezone.localtime(ends_at - timedelta(microseconds=1)).date(),
        "closed_from": notice.starts_at,
        "closed_until": ends_at,
        "reason": notice.title,
    }
