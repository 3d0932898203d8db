"""Opening hours by date, in answers."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.language import EVERY
from core.api.serializers import Item, Shape, Translated
from core.translations import default_language
from venues.models.hours import Service
from venues.notations import Window, openstreetmap, schema_org
from venues.opening_hours import DayKind, Source, State
from venues.serializers.opening import Minutes, SpanShape
from venues.serializers.venue import VenueReference


class ClosedPart(serializers.Serializer[Any]):
    to = Minutes(source="closes")


# ``from`` is a keyword of Python.
ClosedPart._declared_fields = {"from": Minutes(source="opens"), **ClosedPart._declared_fields}


class DayShape(Shape):
    """One date. A span belongs to the date on which it opens, also past midnight."""

    date = serializers.DateField()
    state = serializers.ChoiceField(choices=[state.value for state in State])
    spans: Any = SpanShape(many=True)
    closed: Any = ClosedPart(many=True, help_text="What is closed of a date of which no hours are known.")
    reason = Translated()
    day_kind = serializers.ChoiceField(source="kind", choices=[kind.value for kind in DayKind])


# A serializer's own attribute has this name.
DayShape._declared_fields["source"] = serializers.ChoiceField(
    choices=[source.value for source in Source], help_text="provisional: the holidays of that year are not known yet."
)


class DeskShape(serializers.Serializer[Any]):
    """What of the venue keeps hours: the main entrance, a hall, a café."""

    service = serializers.ChoiceField(choices=Service.values)
    space = serializers.CharField(allow_null=True)


class HoursItem(Item):
    """The resolved hours of one venue, a row for each date."""

    name_of_key = "venue"

    venue = VenueReference()
    service = serializers.ChoiceField(choices=Service.values)
    space = serializers.CharField(allow_null=True)
    services: Any = DeskShape(many=True)
    to = serializers.DateField(source="last")
    results: Any = DayShape(many=True, source="days")


# ``from`` is a keyword of Python.
HoursItem._declared_fields["from"] = serializers.DateField(source="first")


class FormatShape(serializers.Serializer[Any]):
    """What a notation cannot say is named."""

    code = serializers.CharField()
    detail = serializers.CharField()


class OsmShape(serializers.Serializer[Any]):
    opening_hours = serializers.CharField(allow_null=True)
    unsaid: Any = FormatShape(many=True)


class SchemaOrgShape(serializers.Serializer[Any]):
    opening_hours_specification: Any = serializers.ListField(child=serializers.DictField())
    special_opening_hours_specification: Any = serializers.ListField(child=serializers.DictField())
    unsaid: Any = FormatShape(many=True)


class VenueHours(HoursItem):
    """With the same hours in two notations of the web."""

    osm: Any = serializers.SerializerMethodField()
    schema_org: Any = serializers.SerializerMethodField()

    @extend_schema_field(OsmShape())
    def get_osm(self, hours: Any) -> dict[str, Any]:
        text, lacking = openstreetmap(self.window)
        return {"opening_hours": text, "unsaid": lacking}

    @extend_schema_field(SchemaOrgShape())
    def get_schema_org(self, hours: Any) -> dict[str, Any]:
        weekly, special, lacking = schema_org(self.window)
        return {
            "opening_hours_specification": weekly,
            "special_opening_hours_specification": special,
            "unsaid": lacking,
        }

    def to_representation(self, hours: Any) -> dict[str, Any]:
        language = self.context["words"].language
        self.window: Window = hours.window(default_language() if language == EVERY else language)
        return super().to_representation(hours)
