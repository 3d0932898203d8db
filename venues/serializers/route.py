"""Routes in answers."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.serializers import (
    Code,
    Distance,
    Item,
    LinkShape,
    Position,
    Shape,
    ShareUrl,
    TagShape,
    Translated,
    TranslatedHtml,
)
from core.geo import Datum, Point, from_wgs84
from media.media_objects import WithMedia
from media.serializers import Picture, Pictures
from organizers.serializers import OrganizerReference
from venues.itineraries import ShownLine, distance, duration, shown_line
from venues.models.routes import Mode
from venues.serializers.venue import VenueReference
from venues.tours import Visit


class StopVenue(VenueReference):
    """Null where the venue is not public; the rest of its keys with ``include=stops``."""

    @property
    def include_name(self) -> str:
        return "stops"


class WayShape(Shape):
    mode = serializers.ChoiceField(choices=Mode.choices, allow_null=True)
    distance = serializers.IntegerField(allow_null=True, help_text="Metres.")
    minutes = serializers.IntegerField(allow_null=True)


class StopShape(Shape):
    number = serializers.IntegerField(help_text="From 1.")
    venue = StopVenue()
    position = Position()
    minutes = serializers.IntegerField(allow_null=True, help_text="How long one stays.")
    note = Translated()
    to_next = WayShape(allow_null=True, help_text="Null at the last stop, and where nothing may be told.")
    arrives_at = serializers.DateTimeField(allow_null=True, source="mark.arrives_at", help_text="With `start`.")
    leaves_at = serializers.DateTimeField(allow_null=True, source="mark.leaves_at", help_text="With `start`.")
    visit = serializers.ChoiceField(
        choices=[str(each) for each in Visit],
        allow_null=True,
        source="mark.visit",
        help_text="With `start`: whether one is let in on arrival.",
    )
    opens_at = serializers.DateTimeField(
        allow_null=True, source="mark.opens_at", help_text="Of a closed stop that opens later that day."
    )
    last_entry_at = serializers.DateTimeField(allow_null=True, source="mark.last_entry_at")
    closes_at = serializers.DateTimeField(allow_null=True, source="mark.closes_at")


NUMBERS = {"type": "array", "items": {"type": "number"}}


@extend_schema_field(
    {
        "type": ["object", "null"],
        "properties": {
            "derived": {"type": "boolean", "description": "Drawn from stop to stop, for nobody recorded one."},
            "points": {"type": "integer"},
            "ascent": {"type": ["integer", "null"], "description": "Metres climbed."},
            "bounds": {**NUMBERS, "description": "West, south, east, north in the datum of `coords`."},
            "coords": {"type": "string", "enum": [str(datum) for datum in Datum]},
            "coordinates": {
                "type": ["array", "null"],
                "items": NUMBERS,
                "description": "Longitude, latitude and, where known, height in metres; null in lists.",
            },
        },
        "required": ["derived", "points", "ascent", "bounds", "coords", "coordinates"],
    }
)
class LineField(serializers.Field[Any, Any, Any, Any]):
    """No GeoJSON: that is WGS-84 alone, and this follows ``coords``, as an app draws it on its map."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", **kwargs)

    def to_representation(self, route: Any) -> dict[str, Any] | None:
        line: ShownLine | None = shown_line(route, whole=not self.context.get("listing", True))
        if line is None:
            return None
        datum = self.context["ask"].datum
        west, south, east, north = line.bounds
        return {
            "derived": line.derived,
            "points": line.points,
            "ascent": line.ascent,
            "bounds": [*in_datum([west, south], datum), *in_datum([east, north], datum)],
            "coords": str(datum),
            "coordinates": line.coordinates and [in_datum(each, datum) for each in line.coordinates],
        }


def in_datum(vertex: list[float], datum: Datum) -> list[float]:
    """Seven decimals, as positions have; the height stays."""
    lng, lat, *height = vertex
    shown = from_wgs84(Point(lat, lng), datum)
    return [round(shown.lng, 7), round(shown.lat, 7), *height]


class RouteItem(Item):
    slug = serializers.CharField()
    name = Translated()
    summary = Translated()
    description = Translated(help_text="Markdown without HTML.")
    description_html = TranslatedHtml(source="description", help_text="The same as sanitised HTML.")
    stops: Any = StopShape(many=True, source="shown_stops")
    duration: Any = serializers.SerializerMethodField(help_text="Minutes at all stops and on all ways.")
    distance: Any = serializers.SerializerMethodField(help_text="Metres of all ways.")
    nearest = Distance(help_text="Metres from `near` to the nearest stop.")
    line = LineField()
    image = Picture()
    images = Pictures()
    organizer = OrganizerReference()
    tags: Any = TagShape(many=True, source="tagging")
    contacts: Any = LinkShape(many=True)
    links: Any = LinkShape(many=True, source="web_links")
    verified_on = serializers.DateField(allow_null=True)
    sample = serializers.BooleanField()
    share_url = ShareUrl()
    code = Code()
    updated_at = serializers.DateTimeField()

    @extend_schema_field({"type": ["integer", "null"]})
    def get_duration(self, route: Any) -> int | None:
        return duration(route.shown_stops)

    @extend_schema_field({"type": ["integer", "null"]})
    def get_distance(self, route: Any) -> int | None:
        return distance(route.shown_stops)


class RouteDetailItem(WithMedia, RouteItem):
    """With what one hears and reads on the way."""
