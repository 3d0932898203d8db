"""Lines on the ground: how long a step, how high a climb, which points tell something, and in which datum they are.

All on a plane of metres, off by under one per cent within 100 km, which is farther than a route may reach.
"""

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.geo import Datum, Point, from_wgs84, metres_per_degree

LONGEST_STEP = 10_000.0  # metres from a point to the next
FARTHEST = 100_000.0  # metres from the stops or the district
TOLERANCE = 3.0  # metres that a simplified line may lie beside the given one
MOST_KEPT = 5_000
# Points that are simplified together: a bound on the work for a line made to be slow.
BLOCK, SMALL_BLOCK = 128, 32
CLIMB = 3.0  # metres; less is the noise of a receiver

# How far from the line a stop is that it passes, and one that it misses.
PASSED, PASSED_EXACTLY, MISSED = 150.0, 60.0, 250.0

DATUM_NAMES = {Datum.GCJ02: "GCJ-02 (AMap, Tencent Maps)", Datum.BD09: "BD-09 (Baidu Maps)"}

# Longitude, latitude and, where it is known, the height in metres: as GeoJSON has it.
Vertex = tuple[float, float] | tuple[float, float, float]
Place = tuple[float, float]  # metres to the east and to the north


@dataclass(frozen=True)
class Landmark:
    """A place that the line should pass. An approximate one may lie a kilometre off."""

    point: Point
    exact: bool


def mark_of(line: Sequence[Sequence[float]]) -> str:
    """Tells one stored line from another; empty for none."""
    return hashlib.sha256(repr(line).encode()).hexdigest()[:16] if line else ""


def refuse(message: Any, code: str, **params: object) -> ValidationError:
    return ValidationError(message, code=code, params=params)


def plane(points: Iterable[Vertex], origin: Vertex) -> list[Place]:
    """Metres from ``origin``, on the plane that touches the globe there."""
    per_lat, per_lng = metres_per_degree(origin[1])
    return [((point[0] - origin[0]) * per_lng, (point[1] - origin[1]) * per_lat) for point in points]


def check_steps(points: Sequence[Vertex]) -> None:
    """Raises ValidationError for a point that no traveller reaches from the one before it."""
    places = plane(points, points[0])
    for number, (one, other) in enumerate(pairwise(places), start=2):
        step = math.dist(one, other)
        if step > LONGEST_STEP:
            raise refuse(
                _("Point %(number)d lies %(km)d km from the one before it. Take the stray points out."),
                "jump",
                number=number,
                km=round(step / 1000),
            )


def ascent(points: Iterable[Vertex]) -> int | None:
    heights = [point[2] for point in points if len(point) == 3]
    if len(heights) < 2:
        return None
    total, level = 0.0, heights[0]
    for height in heights:
        if abs(height - level) >= CLIMB:
            total += max(0.0, height - level)
            level = height
    return round(total)


def beside(place: Place, one: Place, other: Place) -> float:
    """Metres from a place to the straight way between two others."""
    east, north = other[0] - one[0], other[1] - one[1]
    length2 = east * east + north * north
    along = ((place[0] - one[0]) * east + (place[1] - one[1]) * north) / length2 if length2 else 0.0
    along = min(1.0, max(0.0, along))
    return math.hypot(place[0] - one[0] - along * east, place[1] - one[1] - along * north)


def simplified(points: Sequence[Vertex], tolerance: float = TOLERANCE) -> list[Vertex]:
    """Without the points that tell next to nothing (Douglas and Peucker 1973), and never more than ``MOST_KEPT``.

    A line made to be slow, of which every point tells something, loses every other one: the work stays bounded.
    ``tolerance``: the metres that it may lie beside the given one.
    """
    places = plane(points, points[0])
    kept = list(range(len(points)))
    while True:
        before = len(kept)
        size = BLOCK if before <= MOST_KEPT else SMALL_BLOCK
        blocks = (kept[start : start + size + 1] for start in range(0, before - 1, size))
        kept = [0, *(index for block in blocks for index in _telling(places, block, tolerance))]
        if before <= MOST_KEPT:
            return [points[index] for index in kept]
        if len(kept) > MOST_KEPT:
            tolerance *= 2
            if len(kept) > before * 3 // 4:
                kept = [*kept[:-1:2], kept[-1]]


def _telling(places: Sequence[Place], block: Sequence[int], tolerance: float) -> list[int]:
    """The points of a block that must stay, without its first."""
    found, waiting = [], [(0, len(block) - 1)]
    while waiting:
        first, last = waiting.pop()
        one, other = places[block[first]], places[block[last]]
        away, index = max(
            ((beside(places[block[each]], one, other), each) for each in range(first + 1, last)), default=(0.0, 0)
        )
        if away > tolerance:
            waiting += [(index, last), (first, index)]
        else:
            found.append(block[last])
    return found


def check_place(points: Sequence[Vertex], landmarks: Sequence[Landmark], centre: Point) -> None:
    """Raises ValidationError for a line in another part of the world, or in a datum that is not WGS-84."""
    there = [(centre.lng, centre.lat), *((each.point.lng, each.point.lat) for each in landmarks)]
    origin = points[0]
    line = plane(points, origin)
    known = plane(there, origin)
    away = max(min(math.dist(place, each) for each in known) for place in line)
    if away > FARTHEST:
        raise refuse(
            _("The line goes %(km)d km away from the stops and the district. Is this the right file?"),
            "far_away",
            km=round(away / 1000),
        )
    datum = foreign_datum(line, origin, landmarks)
    if datum is not None:
        raise refuse(
            _(
                "The line is recorded in %(datum)s: it misses the stops by some hundred metres, and meets them once "
                "converted. Export it in WGS-84 (GPS), and upload that file."
            ),
            "datum",
            datum=DATUM_NAMES[datum],
        )


def foreign_datum(line: Sequence[Place], origin: Vertex, landmarks: Sequence[Landmark]) -> Datum | None:
    """The datum in which the line meets the stops that it misses in WGS-84; None where there is no telling.

    One stop could meet it by chance. Exact ones prove it by their median, approximate ones only if each is met.
    """
    exact = [each for each in landmarks if each.exact]
    measured: Any = (median, PASSED) if len(exact) >= 2 else (max, PASSED_EXACTLY)
    measure, limit = measured
    stops = exact if len(exact) >= 2 else list(landmarks)
    if len(stops) < 2:
        return None

    def missed_by(datum: Datum) -> float:
        shown = [from_wgs84(stop.point, datum) for stop in stops]
        return float(measure([_away(place, line) for place in plane([(p.lng, p.lat) for p in shown], origin)]))

    if missed_by(Datum.WGS84) < MISSED:
        return None
    best = min(DATUM_NAMES, key=missed_by)
    return best if missed_by(best) <= limit else None


def _away(place: Place, line: Sequence[Place]) -> float:
    return min(beside(place, one, other) for one, other in pairwise(line))
