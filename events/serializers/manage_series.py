"""Series of slots as their editors see and send them, and what making one would do to its slots."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.api.managed import Count, Day, EveryLanguage, Strict
from events.models import HolidayRule, Series, Slot, SlotKind
from events.serializers.manage_slot import Placed
from events.series import Line, Preview
from venues.models.hours import WEEKDAYS


class Weekdays(serializers.Field[Any, Any, Any, Any]):
    """``["monday", "friday"]``."""

    def __init__(self) -> None:
        super().__init__(source="*")

    def to_representation(self, series: Series) -> list[str]:
        return [name for name in WEEKDAYS if getattr(series, name)]

    def to_internal_value(self, data: Any) -> dict[str, bool]:
        if not isinstance(data, list) or any(name not in WEEKDAYS for name in data):
            text = _("Send a list of these: %(names)s.") % {"names": ", ".join(WEEKDAYS)}
            raise serializers.ValidationError(text, code="invalid")
        return {name: name in data for name in WEEKDAYS}


class ManagedSeries(Placed):
    """``version`` is its event's: making a series changes many slots of it."""

    version = serializers.IntegerField(source="event.version", read_only=True)
    id = serializers.IntegerField(read_only=True)
    title = EveryLanguage()
    kind = serializers.ChoiceField(choices=SlotKind.choices, source="slot_kind")
    first = Day()
    last = Day()
    weekdays = Weekdays()
    holidays = serializers.ChoiceField(choices=HolidayRule.choices)
    times = serializers.JSONField(help_text='[{"starts": "10:00", "ends": "11:30"}]; the end may be null.')
    extra_dates = serializers.JSONField()
    excluded_dates = serializers.JSONField()
    capacity = Count()

    def names(self) -> dict[str, str]:
        return {**super().names(), **dict.fromkeys(WEEKDAYS, "weekdays")}


class HowShape(Strict):
    """How a series is made: ``dry_run`` only tells; ``again`` makes also what was deleted by hand; ``reason``: why
    slots that visitors know are off; ``keep``: when a series ends, all its slots stay."""

    dry_run = serializers.BooleanField(default=False)
    again = serializers.BooleanField(default=False)
    keep = serializers.BooleanField(default=False)
    reason = EveryLanguage(default=None)


def _slot(slot: Slot | None) -> dict[str, Any] | None:
    if slot is None:
        return None
    time = serializers.DateTimeField().to_representation
    return {
        "starts_at": slot.starts_at and time(slot.starts_at),
        "ends_at": slot.ends_at and time(slot.ends_at),
        "on_date": slot.on_date and slot.on_date.isoformat(),
        "status": slot.status,
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "fate": line.fate.value,
        "day": line.day.isoformat(),
        "uid": str(line.before.uid) if line.before else None,
        "before": _slot(line.before),
        "after": _slot(line.after),
    }


def preview_shape(seen: Preview) -> dict[str, Any]:
    """``provisional_years``: those whose public holidays are not known yet."""
    return {
        "counts": {fate.value: count for fate, count in seen.counts()},
        "provisional_years": seen.provisional,
        "lines": [_line(line) for line in seen.lines],
    }
