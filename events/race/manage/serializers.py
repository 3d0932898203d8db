"""Courses, and what slots are in a race, as their editors see and send them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.api.managed import Count, EveryLanguage, ManagedPart, ManagedShape, SlugOf, Strict, slugs_in
from events.models import SlotKind
from events.race.models import Certified, Closure, Course, CoursePoint, Cutoff, PointKind, Wave
from venues.models import Venue

MOST_POINTS = 200
MOST_VENUES = 100
SMALL = 32_767  # what a small integer holds


class Km(serializers.DecimalField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=6, decimal_places=3, **kwargs)

    def to_representation(self, value: Any) -> Any:
        return float(value)


class ManagedPoint(Strict):
    kind = serializers.ChoiceField(choices=PointKind.choices)
    km = Km()
    name: Any = EveryLanguage(default=dict)
    note: Any = EveryLanguage(default=dict)


class ManagedCertification(ManagedPart):
    status = serializers.ChoiceField(choices=Certified.choices, source="certified")
    by = serializers.CharField(source="certified_by", allow_blank=True, max_length=80)


class ManagedCourse(ManagedShape):
    """``points`` that are sent are the whole list; ``line`` is written as a file of its own."""

    told = frozenset({"version", "line"})

    slug = serializers.CharField(max_length=40)
    name = EveryLanguage()
    position = serializers.IntegerField(min_value=0, max_value=SMALL)
    distance = serializers.IntegerField(min_value=0, max_value=2**31 - 1)
    certification = ManagedCertification()
    limit = Count()
    age_min = Count(max_value=SMALL)
    cutoff_minutes = Count(max_value=SMALL)
    fastest_pace = Count(max_value=SMALL)
    slowest_pace = Count(max_value=SMALL)
    note = EveryLanguage()
    approximate = serializers.BooleanField()
    sample = serializers.BooleanField()
    points: Any = ManagedPoint(many=True, source="its_points", max_length=MOST_POINTS)  # type: ignore[call-arg]
    line: Any = serializers.SerializerMethodField()

    def get_line(self, course: Course) -> dict[str, Any] | None:
        """What was measured of it."""
        if not course.line:
            return None
        names = ("gain", "loss", "lowest", "highest")
        return {"points": len(course.line), "length": course.line_length} | {
            name: getattr(course, name) for name in names
        }


def load_points(courses: Iterable[Any]) -> list[Any]:
    """Sets ``its_points`` of each; one query."""
    rows = list(courses)
    by_course: dict[int, list[CoursePoint]] = {row.pk: [] for row in rows}
    for point in CoursePoint.objects.filter(course__in=by_course).order_by("km", "pk"):
        by_course[point.course_id].append(point)
    for row in rows:
        row.its_points = by_course[row.pk]
    return rows


class OnSlotShape(ManagedShape):
    """The version is the slot's."""

    version: Any = serializers.IntegerField(source="slot.version", read_only=True)
    course: Any = SlugOf("courses", required=False)


class ManagedBibs(ManagedPart):
    prefix = serializers.CharField(source="bib_prefix", allow_blank=True, max_length=4)
    first = Count(source="bib_from")
    last = Count(source="bib_to")


class ManagedPace(ManagedPart):
    fastest = Count(source="pace_from", max_value=SMALL)
    slowest = Count(source="pace_to", max_value=SMALL)


class ManagedWave(OnSlotShape):
    bibs = ManagedBibs()
    pace = ManagedPace()
    size = Count()


class ManagedCutoff(OnSlotShape):
    km = Km(allow_null=True)  # until it is written for the first time


class Venues(serializers.ListField):
    """Those that are cut off, each once."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=SlugOf("venues"), max_length=MOST_VENUES, **kwargs)

    def to_internal_value(self, data: Any) -> list[Any]:
        found: list[Any] = super().to_internal_value(data)
        if len({venue.pk for venue in found}) < len(found):
            raise serializers.ValidationError(_("A venue is there twice. Leave one of them out."), code="repeated")
        return found


class ManagedClosure(OnSlotShape):
    """A line of its own is uploaded in the admin; ``drawn`` tells that there is one."""

    told = frozenset({"version", "drawn"})

    course: Any = SlugOf("courses", allow_null=True)
    from_km = Km(allow_null=True)
    to_km = Km(allow_null=True)
    drawn: Any = serializers.SerializerMethodField()
    venues = Venues(source="its_venues")
    unreachable = serializers.BooleanField(source="shuts")
    note = EveryLanguage()

    def get_drawn(self, closure: Closure) -> bool:
        return bool(closure.line)


PARTS: dict[str, tuple[Any, type[OnSlotShape]]] = {
    SlotKind.WAVE: (Wave, ManagedWave),
    SlotKind.CUTOFF: (Cutoff, ManagedCutoff),
    SlotKind.CLOSURE: (Closure, ManagedClosure),
}


def part_choices(user: Any, event: Any, sent: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The event's courses, and of the venues that were sent those that the user may read."""
    slugs = slugs_in(sent["venues"]) if isinstance(sent.get("venues"), list) else set()
    return {
        "courses": {course.slug: course for course in Course.objects.filter(event=event)},
        "venues": {venue.slug: venue for venue in Venue.objects.readable_by(user).filter(slug__in=slugs)},
    }
