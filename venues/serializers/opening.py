"""Whether a venue is open, in answers."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.serializers import Shape, Translated
from venues.opening_hours import Span, State
from venues.spans import clock

TIME = {"type": "string", "pattern": "^[0-4][0-9]:[0-5][0-9]$", "description": "HH:MM; past midnight 25:30."}


@extend_schema_field(TIME)
class Minutes(serializers.Field[Any, Any, Any, Any]):
    """Minutes from midnight of the span's day, as HH:MM of the district."""

    def to_representation(self, minutes: int) -> str:
        return clock(minutes)


def span_shape(span: Span) -> dict[str, Any]:
    return {
        "opens": clock(span.opens),
        "last_entry": None if span.last_entry is None else clock(span.last_entry),
        "closes": clock(span.closes),
        "state": span.state.value,
    }


class SpanShape(serializers.Serializer[Span]):
    opens = Minutes()
    last_entry = Minutes(allow_null=True)
    closes = Minutes()
    state = serializers.ChoiceField(choices=[State.OPEN.value, State.BY_BOOKING.value, State.EXIT_ONLY.value])

    def to_representation(self, span: Span) -> dict[str, Any]:
        return span_shape(span)


class OpeningShape(Shape):
    """Whether it is open, at the minute of the answer."""

    state = serializers.ChoiceField(
        choices=[State.OPEN.value, State.CLOSED.value, State.BY_BOOKING.value, State.UNKNOWN.value]
    )
    evaluated_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField(allow_null=True)
    last_entry_at = serializers.DateTimeField(allow_null=True)
    next_change_at = serializers.DateTimeField(
        allow_null=True, help_text="When it closes, or where it is closed when it opens next."
    )
    today: Any = SpanShape(many=True)
    note = Translated()
