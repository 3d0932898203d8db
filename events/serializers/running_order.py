"""The running order in answers."""

from typing import Any

from rest_framework import serializers

from core.api.serializers import Item, Shape
from events.serializers import OfRelease, Place, SlotItem, SlotReference


class ChangeoverShape(Shape):
    uid = serializers.UUIDField(
        source="slot.uid",
        allow_null=True,
        default=None,
        help_text="Of its slot; null where nobody planned it, and it is the gap after the set before.",
    )
    starts_at = serializers.DateTimeField()
    minutes = serializers.IntegerField()


class EntryShape(Shape):
    slot = SlotItem()
    changeover: Any = ChangeoverShape(allow_null=True, help_text="Before this; null where none is known.")


class StageShape(Item):
    """A space, a venue, or a place in words, on one evening."""

    name_of_key = "place"

    place = Place(source="row")
    doors_at: Any = serializers.DateTimeField(source="doors.starts_at", allow_null=True, default=None)
    curfew_at: Any = serializers.DateTimeField(source="curfew.starts_at", allow_null=True, default=None)
    doors: Any = SlotReference(help_text="The slot that tells so: of the stage, or else of its venue.")
    curfew: Any = SlotReference()
    items: Any = EntryShape(
        many=True, source="entries", help_text="In order of time; what is to be announced comes last."
    )


class EveningShape(Shape):
    date = serializers.DateField(allow_null=True, help_text="Null for what may be on any of several days.")
    stages: Any = StageShape(many=True)


class RunningOrderItem(OfRelease):
    """The evenings of an event with their stages."""

    dates = serializers.ListField(child=serializers.DateField(), help_text="The days on which something begins.")
    days: Any = EveningShape(many=True)
