"""The datums come back to where they began, and leave the rest of the world alone."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.geo import (
    Box,
    Datum,
    Point,
    box_around,
    from_wgs84,
    in_gcj_area,
    metres_per_degree,
    to_wgs84,
)

MUSEUM = Point(41.8102, 123.3571)  # in Tiexi
in_china = st.builds(Point, st.floats(1.0, 55.5), st.floats(72.5, 137.5))
outside = st.builds(Point, st.floats(-89, 89), st.floats(-179, 179)).filter(
    lambda point: not in_gcj_area(point) and not in_gcj_area(Point(point.lat + 0.02, min(180, point.lng + 0.02)))
)


def haversine(one: Point, other: Point) -> float:
    """Metres on a sphere of the Earth's mean radius; nothing of it is shared with the code under test."""
    lat, other_lat = math.radians(one.lat), math.radians(other.lat)
    half = math.sin((other_lat - lat) / 2) ** 2
    half += math.cos(lat) * math.cos(other_lat) * math.sin(math.radians(other.lng - one.lng) / 2) ** 2
    return 2 * 6_371_008.8 * math.asin(math.sqrt(half))


@pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09])
@given(point=in_china)
@example(point=MUSEUM)
@example(point=Point(30.0, 105.0))  # where the formula's square root has its kink
def test_geo_round_trip_is_exact_to_millimetres(datum: Datum, point: Point) -> None:
    assert haversine(to_wgs84(from_wgs84(point, datum), datum), point) < 0.005


@pytest.mark.parametrize("datum", list(Datum))
@given(point=outside)
@example(point=Point(52.52, 13.405))
@example(point=Point(-90, -180))
@example(point=Point(90, 180))
def test_geo_leaves_the_rest_of_the_world_alone(datum: Datum, point: Point) -> None:
    assert from_wgs84(point, datum) == point
    assert to_wgs84(point, datum) == point


def test_geo_shifts_the_museum_by_what_the_map_services_do() -> None:
    assert 540 < haversine(MUSEUM, from_wgs84(MUSEUM, Datum.GCJ02)) < 580
    # An independent pair: Tiananmen, published by the map services in both datums.
    shifted = from_wgs84(Point(39.907333, 116.391083), Datum.GCJ02)
    assert (round(shifted.lat, 4), round(shifted.lng, 4)) == (39.9087, 116.3973)


@pytest.mark.parametrize(("lat", "lng"), [(90.1, 0), (0, 180.1), (math.nan, 0), (0, math.inf), (-91, 0), (0, -181)])
def test_geo_point_outside_the_globe_is_refused(lat: float, lng: float) -> None:
    with pytest.raises(ValueError, match="outside"):
        Point(lat, lng)


@given(lat=st.floats(-89, 89), lng=st.floats(-180, 180), turn=st.floats(0, 2 * math.pi), far=st.floats(1, 99_000))
def test_geo_box_around_a_point_holds_everything_within_the_radius(
    lat: float, lng: float, turn: float, far: float
) -> None:
    box = box_around(Point(lat, lng), 100_000)
    per_lat, per_lng = metres_per_degree(lat)
    there_lat = lat + math.cos(turn) * far / per_lat
    there_lng = (lng + math.sin(turn) * far / per_lng + 540) % 360 - 180
    assert box.south <= there_lat <= box.north or abs(there_lat) > 90
    if box.crosses_antimeridian:
        assert there_lng >= box.west or there_lng <= box.east
    else:
        assert box.west <= there_lng <= box.east or abs(there_lat) > 90


def test_geo_box_at_a_pole_goes_all_the_way_round() -> None:
    box = box_around(Point(89.99, 10), 5_000)
    assert (box.west, box.east, box.north) == (-180.0, 180.0, 90.0)


def test_geo_box_over_the_antimeridian_has_its_west_in_the_east() -> None:
    box = box_around(Point(0, 179.99), 10_000)
    assert box.crosses_antimeridian
    assert box == Box(box.west, box.south, box.east, box.north)
    assert box.west > 179
    assert box.east < -179
