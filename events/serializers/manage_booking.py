from typing import Any

from rest_framework import serializers

from core.api.managed import Instant, ManagedShape
from events.booking import terms_of
from events.models import BookingStatus, ReleasedSlot, SlotBooking
from events.models.event import CHOSEN


class ManagedSlotBooking(ManagedShape):
    """What is empty or null is as the event has it; ``now`` is what visitors are told."""

    told = frozenset({"version", "now", "updated_at"})

    uid = serializers.UUIDField(read_only=True)
    status = serializers.ChoiceField(choices=CHOSEN, allow_blank=True)
    opens_at = Instant(allow_null=True)
    closes_at = Instant(allow_null=True)
    url = serializers.CharField(allow_blank=True, max_length=500)
    now: Any = serializers.SerializerMethodField()
    updated_at = serializers.DateTimeField(read_only=True)

    def get_now(self, booking: SlotBooking) -> str | None:
        slot = ReleasedSlot.objects.current().filter(uid=booking.uid).first()
        if slot is None:
            return None
        slot.event, slot.own_booking = booking.event, booking
        terms = terms_of(slot, self.context["moment"])
        return None if terms is None or terms.booking_now == BookingStatus.UNKNOWN else terms.booking_now
