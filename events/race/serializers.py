"""Races in answers."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.serializers import Item, Position, Shape, Translated
from core.geo import Datum, Point, from_wgs84
from events.race.answers import ShownClosure, ShownCourse
from events.race.models import Certificate, Certified, PointKind
from events.serializers import Ages, EventReference
from events.serializers.details import BibShape, PaceShape, PartReference
from venues.serializers.route import NUMBERS
from venues.serializers.venue import VenueReference

DECIMALS = 6  # a decimetre


class Passes(Shape):
    """To the minute; null where no pace is known, or no start."""

    first_at = serializers.DateTimeField(source="passing.first", allow_null=True, help_text="The first runner passes.")
    last_at = serializers.DateTimeField(source="passing.last", allow_null=True, help_text="The last runner passes.")


class PointShape(Passes):
    kind = serializers.ChoiceField(choices=PointKind.choices)
    km = serializers.FloatField()
    name = Translated()
    note = Translated()
    position = Position()


class KilometreShape(Passes):
    km = serializers.FloatField()


class CertificationShape(Shape):
    status = serializers.ChoiceField(choices=Certified.choices, source="certified")
    by = serializers.CharField(source="certified_by", help_text="World Athletics, AIMS, CAA …; empty where unknown.")


class ElevationShape(Shape):
    """Metres."""

    gain = serializers.IntegerField(allow_null=True)
    loss = serializers.IntegerField(allow_null=True)
    min = serializers.IntegerField()
    max = serializers.IntegerField()
    profile: Any = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField()), help_text="Pairs of kilometre and height."
    )


class OfSlot(Shape):
    """Of a slot that is out, in a few words; the whole of it: `/slots/{uid}`."""

    uid = serializers.UUIDField(source="slot.uid")
    title = Translated(source="slot.title")
    status = serializers.CharField(source="slot.status")
    starts_at = serializers.DateTimeField(source="slot.starts_at", allow_null=True)


class CourseWave(Shape):
    uid = serializers.UUIDField()
    title = Translated()
    status = serializers.CharField()
    starts_at = serializers.DateTimeField(allow_null=True)
    bibs = BibShape(source="detail.wave.bibs")
    pace = PaceShape(source="detail.wave.pace")
    size = serializers.IntegerField(source="detail.wave.size", allow_null=True)


class CourseCutoff(Shape):
    uid = serializers.UUIDField()
    title = Translated()
    status = serializers.CharField()
    at = serializers.DateTimeField(source="starts_at", allow_null=True)
    km = serializers.FloatField(source="detail.cutoff.km")


@extend_schema_field(
    {
        "type": ["object", "null"],
        "properties": {
            "approximate": {
                "type": "boolean",
                "description": "Drawn by hand, or not confirmed.",
            },
            "points": {"type": "integer"},
            "tolerance": {"type": "number", "description": "Metres that it may lie beside the recorded line."},
            "bounds": {**NUMBERS, "description": "West, south, east, north in the datum of `coords`."},
            "coords": {"type": "string", "enum": [str(datum) for datum in Datum]},
            "coordinates": {
                "type": "array",
                "items": NUMBERS,
                "description": "Longitude, latitude and, where known, height in metres.",
            },
        },
        "required": ["approximate", "points", "tolerance", "bounds", "coords", "coordinates"],
    }
)
class CourseLine(serializers.Field[Any, Any, Any, Any]):
    """Follows ``coords``, as an app draws it on its map; GeoJSON is WGS-84 alone."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", **kwargs)

    def to_representation(self, shown: ShownCourse) -> dict[str, Any] | None:
        if not shown.line:
            return None
        datum = self.context["ask"].datum
        west, south, east, north = shown.bounds
        return {
            "approximate": shown.course.approximate,
            "points": len(shown.line),
            "tolerance": shown.tolerance,
            "bounds": [*drawn([west, south], datum), *drawn([east, north], datum)],
            "coords": str(datum),
            "coordinates": [drawn(each, datum) for each in shown.line],
        }


def drawn(vertex: Any, datum: Datum) -> list[float]:
    lng, lat, *height = vertex
    shown = from_wgs84(Point(lat, lng), datum)
    return [round(shown.lng, DECIMALS), round(shown.lat, DECIMALS), *height]


class CourseShape(Shape):
    slug = serializers.CharField(source="course.slug")
    name = Translated(source="course.name")
    distance = serializers.IntegerField(source="course.distance", help_text="Metres, as measured or announced.")
    certification = CertificationShape(source="course")
    limit = serializers.IntegerField(source="course.limit", allow_null=True, help_text="Most runners.")
    age_min = serializers.IntegerField(
        source="course.age_min", allow_null=True, help_text="Where it differs from the event's."
    )
    cutoff_minutes = serializers.IntegerField(
        source="course.cutoff_minutes", allow_null=True, help_text="Time limit, from the last start."
    )
    note = Translated(source="course.note")
    line = CourseLine()
    elevation = ElevationShape(allow_null=True, help_text="Null where the line has no heights.")
    points: Any = PointShape(many=True, source="shown_points")
    waves: Any = CourseWave(many=True)
    cutoffs: Any = CourseCutoff(many=True)
    kilometres: Any = KilometreShape(many=True, help_text="When runners pass; empty while no start is known.")
    sample = serializers.BooleanField(source="course.sample")


@extend_schema_field(
    {
        "type": ["array", "null"],
        "items": NUMBERS,
        "description": "The line in the datum of `coords`; of an area its ring. Null where only the course is known.",
    }
)
class ClosureLine(serializers.Field[Any, Any, Any, Any]):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", **kwargs)

    def to_representation(self, shown: ShownClosure) -> list[list[float]] | None:
        return [drawn(each, self.context["ask"].datum) for each in shown.line] or None


class RoadClosure(OfSlot, Passes):
    """Over a stretch of a course the first runner passes its beginning, the last one its end."""

    ends_at = serializers.DateTimeField(source="slot.ends_at", allow_null=True)
    course: Any = PartReference(source="detail.course", allow_null=True)
    from_km = serializers.FloatField(source="detail.from_km", allow_null=True)
    to_km = serializers.FloatField(source="detail.to_km", allow_null=True)
    is_area = serializers.BooleanField()
    coordinates = ClosureLine()
    venues: Any = VenueReference(many=True, help_text="The public ones of those that it cuts off.")
    unreachable = serializers.BooleanField(
        source="detail.shuts", help_text="Whether nobody gets to these venues; otherwise there is a detour."
    )
    note = Translated(source="detail.note")


class EligibilityShape(Shape):
    """Who may run. How to enter and with which documents: the event's `booking`."""

    ages = Ages(source="event")
    limit = serializers.IntegerField(allow_null=True, help_text="Most runners of all courses.")
    guardian_under = serializers.IntegerField(
        allow_null=True, help_text="Who is younger brings a statement that a guardian has signed."
    )
    medical_certificate = serializers.ChoiceField(choices=Certificate.choices)
    bring = Translated()
    note = Translated()


class RaceItem(Item):
    """The courses of an event, who runs when, and which roads are closed."""

    name_of_key = "event"

    event = EventReference()
    release = serializers.IntegerField(
        allow_null=True, help_text="The release that the times are of; null before the first."
    )
    courses: Any = CourseShape(many=True)
    closures: Any = RoadClosure(many=True)
    eligibility: Any = EligibilityShape(allow_null=True)
