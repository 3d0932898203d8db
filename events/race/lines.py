"""The line of a course: how long it is, what it climbs, where its kilometres are. Pure: no tables, no files.

Kilometres are those of the course as it was measured. A recorded line is seldom just as long: its own metres are
stretched to the measured distance, so that the finish is where the line ends.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.geo import Point
from venues.lines import Place, Vertex, ascent, beside, plane, refuse, simplified

LONGEST_GAP = 5_000.0  # metres between two points of a recording
MOST_APART = 0.05  # of the measured distance, by which the length of the line may differ from it
KEPT = 1.0  # metres that a stored line may lie beside the recorded one
# Metres that an answer's line may lie beside the stored one where nobody asks for another: a half marathon then takes
# a few kilobytes, and a road is still followed.
TOLERANCE = 10.0
SAMPLES = 80  # of an elevation profile


@dataclass(frozen=True)
class Recorded:
    """What is kept of a file: the line in WGS-84, the length of the whole recording in metres, and its heights."""

    points: tuple[Vertex, ...]
    length: int
    gain: int | None = None
    loss: int | None = None
    lowest: int | None = None
    highest: int | None = None


def recorded(points: Sequence[Vertex]) -> Recorded:
    """Raises ValidationError where the points are no line of a course."""
    check_gaps(points)
    heights = [point[2] for point in points if len(point) == 3]
    known = len(heights) >= 2
    return Recorded(
        points=tuple(simplified(points, KEPT)),
        length=round(Way(points).length),
        gain=ascent(points),
        loss=ascent(list(reversed(points))),
        lowest=round(min(heights)) if known else None,
        highest=round(max(heights)) if known else None,
    )


def check_gaps(points: Sequence[Vertex]) -> None:
    """Raises ValidationError that names the first gap and where it is."""
    way = Way(points)
    for number, (before, after) in enumerate(pairwise(way.metres), start=1):
        if after - before > LONGEST_GAP:
            lng, lat, *_height = points[number - 1]
            raise refuse(
                _(
                    "The line has a gap of %(gap)s km behind point %(number)d (%(lat)s, %(lng)s), at kilometre %(km)s. "
                    "Join the parts in the order in which they are run, or take the stray points out."
                ),
                "gap",
                gap=f"{(after - before) / 1000:.1f}",
                number=number,
                lat=f"{lat:.5f}",
                lng=f"{lng:.5f}",
                km=f"{before / 1000:.1f}",
            )
    if not way.length:
        raise refuse(_("All points of the line are in one place. Export the whole track."), "no_length")


def check_length(length: int, distance: int) -> None:
    """Raises ValidationError where a line cannot be that of a course so long; both in metres."""
    if abs(length - distance) > distance * MOST_APART:
        raise ValidationError(
            _(
                "The line is %(length)s km long and the course %(distance)s km: too far apart. "
                "Correct the distance, or upload the line of this course."
            ),
            code="length",
            params={
                "length": f"{length / 1000:.2f}",
                "distance": f"{distance / 1000:.2f}",
            },
        )


class Way:
    """A line that is walked along, by metres from its start or by kilometres of a measured course.

    ``distance``: the measured metres of the whole; None takes the line's own.
    """

    def __init__(self, points: Sequence[Any], distance: int | None = None) -> None:
        self.points = points
        self.distance = distance

    @cached_property
    def places(self) -> list[Place]:
        return plane(self.points, self.points[0])

    @cached_property
    def metres(self) -> list[float]:
        """From the start to each point, along the line."""
        steps = (math.dist(one, other) for one, other in pairwise(self.places))
        return list(accumulate(steps, initial=0.0))

    @property
    def length(self) -> float:
        return self.metres[-1]

    def along(self, km: float) -> float:
        """Metres of the line at a kilometre of the course; what lies beyond an end is at the end."""
        whole = self.length if self.distance is None else self.distance
        return min(max(km * 1000 / whole, 0.0), 1.0) * self.length

    def at(self, km: float) -> Vertex:
        """Where a kilometre is, with its height where both neighbours have one."""
        metres = self.along(km)
        index = min(max(bisect_right(self.metres, metres), 1), len(self.points) - 1)
        one, other = self.points[index - 1], self.points[index]
        step = self.metres[index] - self.metres[index - 1]
        share = (metres - self.metres[index - 1]) / step if step else 0.0
        count = min(len(one), len(other))
        found = [one[axis] + (other[axis] - one[axis]) * share for axis in range(count)]
        lng, lat = round(found[0], 6), round(found[1], 6)
        return (lng, lat) if count == 2 else (lng, lat, round(found[2], 1))

    def point(self, km: float) -> Point:
        lng, lat, *_height = self.at(km)
        return Point(lat, lng)

    def stretch(self, from_km: float, to_km: float) -> list[Vertex]:
        """The part between two kilometres: two points or more."""
        first, last = self.along(from_km), self.along(to_km)
        inner = [tuple(each) for each, at in zip(self.points, self.metres, strict=True) if first < at < last]
        return [self.at(from_km), *inner, self.at(to_km)]

    def profile(self) -> list[tuple[float, float]]:
        """Heights by kilometre at even distances; empty where the line has none."""
        known = [(at, each[2]) for at, each in zip(self.metres, self.points, strict=True) if len(each) == 3]
        if len(known) < 2 or not self.length:
            return []
        whole = self.length if self.distance is None else float(self.distance)
        places, heights = [at for at, _height in known], [height for _at, height in known]
        found = []
        for number in range(SAMPLES + 1):
            share = number / SAMPLES
            found.append((round(share * whole / 1000, 3), round(between(share * self.length, places, heights), 1)))
        return found


def between(place: float, places: Sequence[float], values: Sequence[float]) -> float:
    """The value at a place, on straight lines between the known ones; beyond them the nearest."""
    index = bisect_right(places, place)
    if index in (0, len(places)):
        return values[min(index, len(values) - 1)]
    before, after = places[index - 1], places[index]
    share = (place - before) / (after - before)
    return values[index - 1] + (values[index] - values[index - 1]) * share


def metres_away(point: Point, line: Sequence[Any], *, area: bool = False) -> float:
    """From a place to a line, straight; 0 within an area, whose first point follows its last."""
    places = plane(line, (point.lng, point.lat))
    ring = [*places, places[0]] if area else places
    if area and _encloses(ring):
        return 0.0
    return min(beside((0.0, 0.0), one, other) for one, other in pairwise(ring))


def _encloses(ring: Sequence[Place]) -> bool:
    """Whether the origin is within a closed ring: an odd number of its sides cross the ray to the east."""
    inside = False
    for (east, north), (east2, north2) in pairwise(ring):
        if (north > 0) != (north2 > 0) and east + (east2 - east) * (0 - north) / (north2 - north) > 0:
            inside = not inside
    return inside


def ring_of(points: Sequence[Any]) -> list[list[float]]:
    """A polygon's outer ring as RFC 7946 has it (section 3.1.6): closed, and counterclockwise."""
    corners = [[each[0], each[1]] for each in points]
    closed = corners if corners[0] == corners[-1] else [*corners, corners[0]]
    turning = sum((other[0] - one[0]) * (other[1] + one[1]) for one, other in pairwise(closed))
    return closed if turning < 0 else closed[::-1]
