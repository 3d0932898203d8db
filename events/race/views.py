"""``/events/{slug}/course``, ``.gpx`` and ``.geojson``."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from core.api.ask import Ask
from core.api.filters import Parameter, parse_slug, read_parameters
from core.api.problems import BadRequest, FieldProblem
from core.api.renderers import GeoJsonRenderer, GpxRenderer
from core.api.serializers import Words
from core.api.views import DetailView
from events.models import Event, EventImage
from events.race.answers import ShownRace, load_race
from events.race.lines import TOLERANCE
from events.race.mapping import collection, write_gpx
from events.race.models import Course
from events.race.serializers import RaceItem
from media.serializers import load_pictures
from venues.gpx import read_number

COARSEST = 500.0  # metres


def parse_tolerance(text: str) -> float:
    metres = read_number(text)
    if metres is None or not 0 <= metres <= COARSEST:
        raise ValidationError(
            gettext_lazy("Give metres, from 0 (the whole line) to %(most)d."),
            code="out_of_range",
            params={"most": COARSEST},
        )
    return metres


class OfRace(DetailView):
    """The base of what is told of an event's courses; of one that is no race, that there are none."""

    common: ClassVar[frozenset[str]] = frozenset({"lang"})
    parameters: ClassVar[dict[str, Parameter]] = {
        "course": Parameter(parse_slug, {"type": "string"}, "This course alone; default all."),
        "tolerance": Parameter(
            parse_tolerance,
            {"type": "number", "minimum": 0, "maximum": COARSEST, "default": TOLERANCE},
            "Metres that the line may lie beside the recorded one; 0 gives all of its points.",
        ),
    }

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return Event.objects.visible()

    def race(self, event: Event, ask: Ask) -> ShownRace:
        """Raises BadRequest for a course that the event does not have."""
        asked = read_parameters(ask.params, self.parameters)
        race = load_race(event, tolerance=asked.get("tolerance", TOLERANCE), only=asked.get("course"))
        if "course" in asked and not race.courses:
            known = ", ".join(Course.objects.filter(event=event).values_list("slug", flat=True))
            message = _("Unknown course. Choose from: %(known)s.") % {"known": known or "–"}
            raise BadRequest([FieldProblem("course", "invalid_choice", message)])
        return race


class EventCourse(OfRace):
    """The courses of a race with what is along them, when runners pass, and which roads are closed."""

    serializer_class = RaceItem
    common: ClassVar[frozenset[str]] = frozenset({"lang", "coords"})

    def load(self, rows: list[Any], ask: Ask) -> None:
        load_pictures(EventImage, rows)

    def shown(self, row: Any, ask: Ask) -> ShownRace:
        return self.race(row, ask)


class EventCourseGpx(OfRace):
    """The courses as GPX 1.1, always in WGS-84: a track for each, what is along it as waypoints."""

    renderer_classes = (GpxRenderer,)
    plain_schema: ClassVar[dict[str, Any] | None] = {"type": "string"}

    def answer(self, ask: Ask, **names: Any) -> bytes:
        event = self.found(ask, names)
        return write_gpx(self.race(event, ask), ask.sort_language, event.updated_at)


FEATURES = {
    "type": "object",
    "properties": {
        "type": {"const": "FeatureCollection"},
        "features": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "type": {"const": "Feature"},
                    "id": {"type": "string"},
                    "geometry": {
                        "type": ["object", "null"],
                        "properties": {
                            "type": {"type": "string", "enum": ["LineString", "Point", "Polygon"]},
                            "coordinates": {"type": "array"},
                        },
                        "required": ["type", "coordinates"],
                    },
                    "properties": {
                        "type": "object",
                        "properties": {
                            "role": {"type": "string", "enum": ["course", "point", "closure"]},
                            "course": {"type": ["string", "null"]},
                            "name": {"type": ["string", "object", "null"]},
                        },
                        "required": ["role", "course", "name"],
                    },
                },
                "required": ["type", "id", "geometry", "properties"],
            },
        },
    },
    "required": ["type", "features"],
}


class EventCourseMap(OfRace):
    """The courses, what is along them and the closed roads as GeoJSON, always in WGS-84."""

    renderer_classes = (GeoJsonRenderer,)
    plain_schema: ClassVar[dict[str, Any] | None] = FEATURES

    def answer(self, ask: Ask, **names: Any) -> dict[str, Any]:
        race = self.race(self.found(ask, names), ask)
        moment = serializers.DateTimeField()
        return collection(race, Words(ask.language), lambda at: at and moment.to_representation(at))
