"""What notices say of events, told to the floor below when this one starts."""

from collections import defaultdict
from typing import Any

from events.models import EventImage, NoticeEvent
from media.serializers import load_pictures


def load_events_of(notices: list[Any]) -> None:
    """Sets ``shown_events``, the public ones with their pictures: two queries for all notices."""
    by_notice: dict[Any, list[Any]] = defaultdict(list)
    for row in NoticeEvent._base_manager.filter(notice__in=notices).select_related("event").order_by("pk"):
        by_notice[row.notice_id].append(row.event)
    for notice in notices:
        named = by_notice[notice.pk]
        notice.district_wide = notice.district_wide and not named
        notice.shown_events = [event for event in named if event.public]
    load_pictures(EventImage, [event for notice in notices for event in notice.shown_events])
