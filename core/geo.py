"""Positions: WGS-84 inside, GCJ-02 and BD-09 at the edge, boxes and distances.

GCJ-02 is the datum of Chinese map services (AMap, Tencent), BD-09 Baidu's on top of it. Both are published only as
the formula that the services' own tools carry; outside mainland China GCJ-02 equals WGS-84.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

# WGS-84 (NIMA TR8350.2): semi-major axis in metres, first eccentricity squared.
WGS84_A = 6_378_137.0
WGS84_E2 = 0.006_694_379_990_141

# Krasovsky 1940, the ellipsoid that the GCJ-02 formula uses.
GCJ_A = 6_378_245.0
GCJ_E2 = 0.006_693_421_622_965_943

BD_X_PI = math.pi * 3000.0 / 180.0


class Datum(StrEnum):
    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


@dataclass(frozen=True)
class Point:
    """Degrees. ``lat`` is within ±90, ``lng`` within ±180; the datum is the caller's to know."""

    lat: float
    lng: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.lat) and -90 <= self.lat <= 90):
            raise ValueError("latitude outside ±90")
        if not (math.isfinite(self.lng) and -180 <= self.lng <= 180):
            raise ValueError("longitude outside ±180")


@dataclass(frozen=True)
class Box:
    """A box in degrees; ``west > east`` means that it crosses the antimeridian (RFC 7946, section 5.2)."""

    west: float
    south: float
    east: float
    north: float

    @property
    def crosses_antimeridian(self) -> bool:
        return self.west > self.east


def in_gcj_area(point: Point) -> bool:
    """Whether the shift applies: the rectangle that the services' own formula tests."""
    return 72.004 <= point.lng <= 137.8347 and 0.8293 <= point.lat <= 55.8271


def _gcj_offset(point: Point) -> tuple[float, float]:
    """The shift in degrees (latitude, longitude) at a WGS-84 point."""
    x, y = point.lng - 105.0, point.lat - 35.0
    root = math.sqrt(abs(x))
    wave_x = (20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)) * 2.0 / 3.0
    lat = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + wave_x
    lat += (20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    lat += (160.0 * math.sin(y / 12.0 * math.pi) + 320.0 * math.sin(y * math.pi / 30.0)) * 2.0 / 3.0
    lng = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + wave_x
    lng += (20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    lng += (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)) * 2.0 / 3.0
    phi = math.radians(point.lat)
    magic = 1.0 - GCJ_E2 * math.sin(phi) ** 2
    meridian = GCJ_A * (1.0 - GCJ_E2) / (magic * math.sqrt(magic))
    parallel = GCJ_A / math.sqrt(magic) * math.cos(phi)
    return math.degrees(lat / meridian), math.degrees(lng / parallel)


def wgs84_to_gcj02(point: Point) -> Point:
    if not in_gcj_area(point):
        return point
    lat, lng = _gcj_offset(point)
    return Point(point.lat + lat, point.lng + lng)


def gcj02_to_wgs84(point: Point) -> Point:
    """The inverse by fixed-point iteration; it comes back to within millimetres after a few rounds."""
    if not in_gcj_area(point):
        return point
    guess = point
    for _round in range(8):
        there = wgs84_to_gcj02(guess)
        guess = Point(guess.lat + point.lat - there.lat, guess.lng + point.lng - there.lng)
    return guess


def gcj02_to_bd09(point: Point) -> Point:
    if not in_gcj_area(point):
        return point
    radius = math.hypot(point.lng, point.lat) + 0.000_02 * math.sin(point.lat * BD_X_PI)
    angle = math.atan2(point.lat, point.lng) + 0.000_003 * math.cos(point.lng * BD_X_PI)
    return Point(radius * math.sin(angle) + 0.006, radius * math.cos(angle) + 0.0065)


def bd09_to_gcj02(point: Point) -> Point:
    if not in_gcj_area(point):
        return point
    guess = Point(point.lat - 0.006, point.lng - 0.0065)
    for _round in range(8):
        there = gcj02_to_bd09(guess)
        guess = Point(guess.lat + point.lat - there.lat, guess.lng + point.lng - there.lng)
    return guess


def to_wgs84(point: Point, datum: Datum) -> Point:
    if datum is Datum.GCJ02:
        return gcj02_to_wgs84(point)
    if datum is Datum.BD09:
        return gcj02_to_wgs84(bd09_to_gcj02(point))
    return point


def from_wgs84(point: Point, datum: Datum) -> Point:
    if datum is Datum.GCJ02:
        return wgs84_to_gcj02(point)
    if datum is Datum.BD09:
        return gcj02_to_bd09(wgs84_to_gcj02(point))
    return point


def metres_per_degree(lat: float) -> tuple[float, float]:
    """Length in metres of one degree of latitude and one of longitude there (radii of curvature of WGS-84)."""
    phi = math.radians(lat)
    magic = 1.0 - WGS84_E2 * math.sin(phi) ** 2
    meridian = WGS84_A * (1.0 - WGS84_E2) / magic**1.5
    parallel = WGS84_A / math.sqrt(magic) * math.cos(phi)
    return math.radians(meridian), math.radians(parallel)


def box_around(centre: Point, radius: float) -> Box:
    """The smallest box that holds every point within ``radius`` metres, clamped at the poles."""
    per_lat, _unused = metres_per_degree(centre.lat)
    reach = radius / per_lat * 1.01  # the flat formula's own error stays below one per cent up to 100 km
    south, north = max(-90.0, centre.lat - reach), min(90.0, centre.lat + reach)
    _unused, per_lng = metres_per_degree(max(abs(south), abs(north)))
    if per_lng * 180.0 <= radius * 1.01 or max(abs(south), abs(north)) >= 90.0:
        return Box(-180.0, south, 180.0, north)
    wide = radius / per_lng * 1.01
    west, east = centre.lng - wide, centre.lng + wide
    return Box(west + 360.0 if west < -180.0 else west, south, east - 360.0 if east > 180.0 else east, north)
