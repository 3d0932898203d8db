"""Notices and reports as organizers and staff see and send them."""

from typing import Any

from rest_framework import serializers

from core.api.managed import EveryLanguage, Instant, ManagedShape
from core.publication import State
from venues.models import Crowding, Notice, NoticeKind, Severity


class ManagedNotice(ManagedShape):
    """``state`` may be written: ``published``, by those who may, is the one step that an urgent notice needs."""

    id = serializers.UUIDField(read_only=True)
    kind = serializers.ChoiceField(choices=NoticeKind.choices, source="notice_kind")
    severity = serializers.ChoiceField(choices=Severity.choices)
    title = EveryLanguage()
    text = EveryLanguage()
    starts_at = Instant()
    ends_at = Instant(allow_null=True)
    state = serializers.ChoiceField(choices=State.choices)
    public = serializers.BooleanField(read_only=True)
    venues: Any = serializers.SerializerMethodField()
    updated_at = serializers.DateTimeField(read_only=True)

    def get_venues(self, notice: Notice) -> list[dict[str, str]]:
        """The public ones, and of the others those that the user speaks for."""
        own = self.context.get("own", frozenset())
        venues = [place.venue for place in notice.places.all()]
        return [{"slug": venue.slug} for venue in venues if venue.public or venue.pk in own]


class ManagedLive(ManagedShape):
    venue = serializers.SerializerMethodField()
    crowding = serializers.ChoiceField(choices=Crowding.choices, allow_blank=True, allow_null=True)
    count = serializers.IntegerField(allow_null=True, min_value=0)
    capacity = serializers.IntegerField(allow_null=True, min_value=0)
    waiting_minutes = serializers.IntegerField(allow_null=True, min_value=0)
    observed_at = Instant(allow_null=True)
    expires_at = Instant(allow_null=True)

    def get_venue(self, live: Any) -> dict[str, str]:
        return {"slug": live.venue.slug}

    def to_representation(self, live: Any) -> dict[str, Any]:
        known = super().to_representation(live)
        return {**known, "crowding": known["crowding"] or None}
