"""Notices in answers."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.serializers import Item, Later, Translated
from venues.models.notice import Notice, NoticeKind, Severity
from venues.serializers.venue import VenueReference


@extend_schema_field({"type": "array", "items": {"type": "object"}})
class Events(serializers.Field[Any, Any, Any, Any]):
    """The events that a notice is about. Those who know events set ``shown_events``; here nobody does."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", **kwargs)

    def to_representation(self, notice: Notice) -> list[dict[str, Any]]:
        return getattr(notice, "shown_events", [])


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
    events = Events()
    district_wide = serializers.BooleanField(source="names_no_venue", help_text="It is about no venue in particular.")
    share_url = Later()
    code = Later()
    updated_at = serializers.DateTimeField()
