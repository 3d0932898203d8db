"""What the page of a venue says of the notices about it."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import F
from rest_framework import serializers

from core.api.serializers import Quoted, Translated
from venues.models.notice import Notice, NoticeKind, Severity


class NoticeBrief(Quoted):
    """A notice in a few words; whether it is in force already, its times tell."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=NoticeKind.choices, source="notice_kind")
    severity = serializers.ChoiceField(choices=Severity.choices)
    title = Translated()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True)


def load_notices(venues: Iterable[Any]) -> None:
    """Sets ``shown_notices`` on each venue: those that name it, or the one whose hours it follows; the gravest first,
    with one query for all.

    Announced ones are among them: so the answer about a venue does not change when one begins.
    """
    by_venue: dict[int, list[Any]] = defaultdict(list)
    for venue in venues:
        venue.shown_notices = []
        by_venue[venue.pk].append(venue)
        if venue.follows_parent and venue.parent_id:
            by_venue[venue.parent_id].append(venue)
    named = Notice.objects.visible().by_urgency().filter(places__venue__in=list(by_venue))
    for notice in named.annotate(venue_pk=F("places__venue")).order_by("-urgency", "starts_at", "pk"):
        for venue in by_venue[notice.venue_pk]:
            if notice not in venue.shown_notices:
                venue.shown_notices.append(notice)
