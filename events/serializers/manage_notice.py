from typing import Any

from rest_framework import serializers

from core.api.managed import EveryLanguage, Instant, ManagedShape
from events.models import SlotNotice
from venues.models import Severity


class ManagedSlotNotice(ManagedShape):
    """``in_force``: visitors read it now."""

    told = frozenset({"version", "in_force", "updated_at"})

    uid = serializers.UUIDField(read_only=True)
    severity = serializers.ChoiceField(choices=Severity.choices)
    text = EveryLanguage()
    until = Instant(allow_null=True)
    in_force: Any = serializers.SerializerMethodField()
    updated_at = serializers.DateTimeField(read_only=True)

    def get_in_force(self, notice: SlotNotice) -> bool:
        return notice.pk is not None and not notice.over
