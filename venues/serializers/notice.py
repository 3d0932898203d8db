"""Notices in answers."""

from typing import Any

from rest_framework import serializers

from core.api.serializers import Item, Later, Reference, Translated
from media.serializers import Picture
from venues.models.notice import NoticeKind, Severity
from venues.serializers.venue import VenueReference


class EventOfNotice(Reference):
    """An event by its title, with its first picture."""

    name = Translated(source="title")
    image = Picture()


class NoticeItem(Item):
    name_of_key = "id"

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=NoticeKind.choices, source="notice_kind")
    severity = serializers.ChoiceField(choices=Severity.choices, help_text="As in the Common Alerting Protocol 1.2.")
    title = Translated()
    text = Translated()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True, help_text="Null: until it is withdrawn.")
    in_force = serializers.BooleanField(source="begun", help_text="False: announced, and yet to begin.")
    venues: Any = VenueReference(many=True, source="shown_venues")
    events: Any = EventOfNotice(many=True, source="shown_events")
    district_wide = serializers.BooleanField(help_text="It is about no venue and no event in particular.")
    share_url = Later()
    code = Later()
    updated_at = serializers.DateTimeField()
