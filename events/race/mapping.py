"""A race as map services and watches read it: GeoJSON (RFC 7946) and GPX 1.1, both always in WGS-84."""

from datetime import datetime
from typing import Any

import gpxpy.gpx

from core.api.serializers import Words
from core.translations import show
from events.race.answers import ShownClosure, ShownCourse, ShownPoint, ShownRace
from events.race.page_words import POINTS
from events.race.passing import Passing
from venues.gpx import plain, track_of

Values = dict[str, Any]


def collection(race: ShownRace, words: Words, local: Any) -> Values:
    """Courses as lines, what is along them as points, closures as lines or areas. ``local`` writes a moment."""
    features = []
    for shown in race.courses:
        features.append(_course(shown, words))
        features += [_point(shown, number, each, words, local) for number, each in enumerate(shown.shown_points, 1)]
    features += [_closure(each, words, local) for each in race.closures]
    return {"type": "FeatureCollection", "features": features}


def _feature(id: str, geometry: Values | None, properties: Values) -> Values:
    return {"type": "Feature", "id": id, "geometry": geometry, "properties": properties}


def _line(points: list[Any]) -> Values | None:
    return {"type": "LineString", "coordinates": [list(each) for each in points]} if points else None


def _course(shown: ShownCourse, words: Words) -> Values:
    course = shown.course
    properties = {
        "role": "course",
        "course": course.slug,
        "name": words.text(course.name, "name"),
        "distance": course.distance,
        "approximate": course.approximate,
        "sample": course.sample,
    }
    return _feature(course.slug, _line(shown.line), properties)


def _point(shown: ShownCourse, number: int, each: ShownPoint, words: Words, local: Any) -> Values:
    geometry = {"type": "Point", "coordinates": [each.point.lng, each.point.lat]} if each.point else None
    properties = {
        "role": "point",
        "course": shown.course.slug,
        "kind": each.kind,
        "km": each.km,
        "name": words.text(each.name, "name"),
        **_passes(each.passing, local),
    }
    return _feature(f"{shown.course.slug}-{number}", geometry, properties)


def _closure(each: ShownClosure, words: Words, local: Any) -> Values:
    geometry = {"type": "Polygon", "coordinates": [each.line]} if each.is_area and each.line else _line(each.line)
    slot = each.slot
    properties = {
        "role": "closure",
        "course": (each.detail["course"] or {}).get("slug"),
        "name": words.text(slot.title, "name"),
        "status": slot.status,
        "starts_at": local(slot.starts_at),
        "ends_at": local(slot.ends_at),
        **_passes(each.passing, local),
    }
    return _feature(str(slot.uid), geometry, properties)


def _passes(passing: Passing, local: Any) -> Values:
    return {"first_at": local(passing.first), "last_at": local(passing.last)}


def write_gpx(race: ShownRace, tag: str, changed_at: datetime) -> bytes:
    """A track for each course that has a line, and what is along it as waypoints."""
    gpx = gpxpy.gpx.GPX()
    gpx.creator, gpx.name, gpx.time = "tourism", plain(show(race.event.title, tag)), changed_at
    for shown in race.courses:
        for each in shown.shown_points:
            if each.point is not None:
                gpx.waypoints.append(_waypoint(each, tag))
        if shown.line:
            gpx.tracks.append(track_of(show(shown.course.name, tag), shown.line))
    return gpx.to_xml(version="1.1").encode()


def _waypoint(each: ShownPoint, tag: str) -> gpxpy.gpx.GPXWaypoint:
    assert each.point is not None
    name = show(each.name, tag) or str(POINTS[each.kind])
    found = gpxpy.gpx.GPXWaypoint(each.point.lat, each.point.lng, name=plain(f"{each.km:g} km {name}"))
    found.type, found.description = each.kind, plain(show(each.note, tag)) or None
    return found
