"""The line of a course: its length and climb, its gaps refused by name, its kilometres, and how small it gets."""

import json
import math
import random
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from core.geo import Point, metres_per_degree
from events.race.lines import TOLERANCE, Way, check_length, metres_away, recorded, ring_of
from venues.lines import beside, plane, simplified

LAT, LNG = metres_per_degree(41.7)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def place(east: float, north: float, *height: float) -> Any:
    """Metres from a place in the Sino-German park."""
    return (round(123.15 + east / LNG, 6), round(41.7 + north / LAT, 6), *height)


def straight(metres: int, step: int = 100) -> list[Any]:
    return [place(at, 0) for at in range(0, metres + 1, step)]


def half_marathon() -> list[Any]:
    """A recording with a point each second: streets with corners, a river bank that winds, two metres of noise."""
    noise = random.Random(4)
    found, east, north, heading = [], 0.0, 0.0, 0.0
    for second in range(6_600):
        winding = 2_500 < second < 3_800
        heading += 0.02 * math.sin(second / 40) if winding else (math.pi / 2 if second % 700 == 699 else 0.0)
        east, north = east + 3.2 * math.cos(heading), north + 3.2 * math.sin(heading)
        found.append(
            place(east + noise.gauss(0, 2) / 4, north + noise.gauss(0, 2) / 4, 40 + 5 * math.sin(second / 500))
        )
    return found


REFUSED: list[tuple[str, list[Any], str, str]] = [
    (
        "a gap of 50 km",
        [*straight(7_000), place(57_000, 0)],
        "gap",
        "The line has a gap of 50.0 km behind point 71 (41.70000, 123.23409), at kilometre 7.0.",
    ),
    ("a gap just too long", [place(0, 0), place(5_100, 0)], "gap", "The line has a gap of 5.1 km behind point 1"),
    ("no length", [place(0, 0), place(0, 0)], "no_length", "All points of the line are in one place."),
]


@pytest.mark.parametrize(
    ("points", "code", "message"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_line_is_refused_with_its_fault_and_where_it_is(points: list[Any], code: str, message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        recorded(points)
    assert caught.value.code == code
    assert caught.value.messages[0].startswith(message)


def test_line_of_points_that_are_just_near_enough() -> None:
    assert recorded([place(0, 0), place(4_900, 0)]).length == 4900


@pytest.mark.parametrize(
    ("length", "distance", "fits"),
    [(21_500, 21_098, True), (20_100, 21_098, True), (19_900, 21_098, False), (22_300, 21_098, False)],
)
def test_line_as_long_as_the_course_within_five_per_cent(length: int, distance: int, fits: bool) -> None:
    if fits:
        check_length(length, distance)
        return
    with pytest.raises(ValidationError) as caught:
        check_length(length, distance)
    assert caught.value.messages[0].startswith(f"The line is {length / 1000:.2f} km long and the course 21.10 km")


def test_line_is_measured_whole_and_its_heights_are_known() -> None:
    line = recorded([place(0, 0, 40.0), place(1_000, 0, 60.0), place(1_000, 1_000, 55.0), place(0, 1_000, 41.0)])
    assert (line.length, line.gain, line.loss, line.lowest, line.highest) == (3000, 20, 19, 40, 60)
    assert recorded(straight(1_000)).gain is recorded(straight(1_000)).highest is None


def test_line_of_a_half_marathon_fits_a_phone() -> None:
    """Below ten kilobytes of JSON, and nowhere farther from the road than was asked."""
    points = half_marathon()
    line = recorded(points)
    assert 20_500 < line.length < 22_500
    drawn = simplified(line.points, TOLERANCE)
    size = len(json.dumps(drawn, separators=(",", ":")))
    assert 1_000 < size < 10_000
    finer = len(json.dumps(simplified(line.points, 3.0), separators=(",", ":")))
    assert size < finer < len(json.dumps(line.points, separators=(",", ":")))
    road, places = plane(drawn, points[0]), plane(points, points[0])
    away = max(min(beside(each, *side) for side in pairwise(road)) for each in places[::20])
    assert away < TOLERANCE + 1.5


def test_line_is_stretched_to_the_measured_distance() -> None:
    """The recording is 2,000 m long, the course 2,100 m: its kilometre 1.05 is half-way, and its end is the end."""
    way = Way(straight(2_000), 2_100)
    assert way.at(1.05) == place(1_000, 0)
    assert (way.at(0), way.at(2.1), way.at(9)) == (place(0, 0), place(2_000, 0), place(2_000, 0))
    assert way.point(1.05) == Point(41.7, place(1_000, 0)[0])
    assert way.stretch(0.5, 0.6) == [way.at(0.5), place(500, 0), way.at(0.6)]
    assert Way(straight(2_000)).at(1) == place(1_000, 0)


def test_line_has_heights_between_those_that_are_known() -> None:
    way = Way([place(0, 0, 40.0), place(1_000, 0), place(2_000, 0, 60.0), place(2_000, 500, 60.0)], 2_500)
    profile = dict(way.profile())
    assert (profile[0.0], profile[1.0], profile[2.0], profile[2.5]) == (40.0, 50.0, 60.0, 60.0)
    assert len(profile) == 81
    assert way.at(2.25) == place(2_000, 250, 60.0)
    assert Way(straight(1_000)).profile() == []


def test_line_and_area_tell_how_far_away_a_place_is() -> None:
    square = [place(0, 0), place(1_000, 0), place(1_000, 1_000), place(0, 1_000)]

    def away(east: float, north: float, **how: Any) -> int:
        lng, lat = place(east, north)
        return round(metres_away(Point(lat, lng), square, **how))

    assert (away(500, -300), away(500, 500), away(-100, 500)) == (300, 500, 510)
    assert (away(500, 500, area=True), away(-100, 500, area=True), away(1_400, 500, area=True)) == (0, 100, 400)


def test_ring_is_closed_and_counterclockwise() -> None:
    corners = [[0, 0], [0, 1], [1, 1], [1, 0]]
    turned = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
    assert ring_of(corners) == ring_of(turned) == turned
    assert ring_of([*corners, corners[0]]) == turned
