"""A file becomes the line of a course, or of a closed road: what the admin and the manage API do alike."""

import io
from typing import IO, Any

from django.conf import settings

from core.geo import Point
from events.models import Event
from events.race.lines import Recorded, recorded
from venues.gpx import read_points
from venues.lines import Landmark, check_place


def read_line(file: IO[bytes]) -> Recorded:
    """Raises ValidationError with what is wrong and what would do."""
    return recorded(read_points(file))


def landmarks_of(event: Event | None) -> list[Landmark]:
    """The event's venues: where its courses begin and end, as a rule."""
    places: Any = event.event_venues.select_related("venue") if event else []
    return [Landmark(each.venue.point, not each.venue.approximate) for each in places if each.venue.point]


def read_course(file: IO[bytes] | bytes, event: Event) -> Recorded:
    """Also looks whether it lies in the district, and in WGS-84. Raises ValidationError."""
    line = read_line(io.BytesIO(file) if isinstance(file, bytes) else file)
    check_place(line.points, landmarks_of(event), Point(*settings.DISTRICT_POSITION))
    return line
