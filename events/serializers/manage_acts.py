"""What the acts on an event's schedule take."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.api.managed import Count, Day, EveryLanguage, OnVersion, SlugOf, Strict
from events.copying import Keep
from events.serializers.manage_slot import SpaceOf

MOST = 10_000  # slots that one act names
WORDS = ("all", "upcoming")
NOTE = 1000


class Uids(serializers.ListField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=serializers.UUIDField(), allow_empty=False, max_length=MOST, **kwargs)


class Which(Uids):
    """``all``, ``upcoming``, or a list of ``uid``."""

    def to_internal_value(self, data: Any) -> Any:
        if data in WORDS:
            return data
        if isinstance(data, str):
            raise serializers.ValidationError(_("Say “all”, “upcoming”, or give a list of slots."), code="invalid")
        return super().to_internal_value(data)


class Accept(serializers.ListField):
    """The ids of warnings."""

    def __init__(self) -> None:
        super().__init__(child=serializers.CharField(max_length=40), max_length=MOST, default=list)


class CallOffShape(OnVersion):
    reason = EveryLanguage()
    slots = Which()


class ReinstateShape(OnVersion):
    slots = Which()
    accept = Accept()


class ShiftShape(OnVersion):
    minutes = serializers.IntegerField()
    slots = Uids()


class MoveShape(OnVersion):
    venue = SlugOf("venues")
    space = SpaceOf(allow_null=True, default=None)
    slots = Uids()


class CopyShape(OnVersion):
    dates = serializers.ListField(child=Day(), allow_empty=False, max_length=400)
    slots = Uids()


class RemoveShape(OnVersion):
    slots = Uids()
    note = serializers.CharField(max_length=NOTE, allow_blank=True, default="")


class DuplicateShape(Strict):
    first_day = Day()
    keep = serializers.ChoiceField(choices=Keep.choices)
    slug = serializers.CharField(max_length=80, allow_blank=True, default="")
    title = EveryLanguage(default=None)
    participants = serializers.BooleanField(default=False)


class RestoreShape(OnVersion):
    release = Count(allow_null=False, min_value=1)
    note = serializers.CharField(max_length=NOTE, allow_blank=True, default="")
    accept = Accept()


class ReleaseShape(OnVersion):
    """``expected_draft``: the event's version that was looked at; ``If-Match`` or ``version`` says the same."""

    note = serializers.CharField(max_length=NOTE, allow_blank=True, default="")
    only = Uids(allow_null=True, default=None)
    accept = Accept()
    expected_draft = Count(default=None)
