"""GPX files that nobody trusts: read, refused by name in bounded time and memory, simplified; and files written."""

import io
import math
import random
import re
import time
import tracemalloc
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import gpxpy
import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from core.geo import Datum, Point, from_wgs84
from venues import gpx, lines
from venues.gpx import Line, Written, read_gpx, write_gpx
from venues.lines import Landmark, ascent, beside, check_place, simplified

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">'
CENTRE = Point(41.8, 123.36)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def pt(lat: Any, lng: Any, inner: str = "", name: str = "trkpt") -> str:
    return f'<{name} lat="{lat}" lon="{lng}">{inner}</{name}>'


def track(*points: str, head: str = HEAD) -> bytes:
    return f"{head}<trk><trkseg>{''.join(points)}</trkseg></trk></gpx>".encode()


def read(content: bytes) -> Line:
    return read_gpx(io.BytesIO(content))


def refused(content: bytes) -> tuple[str, str]:
    with pytest.raises(ValidationError) as caught:
        read(content)
    (message,) = caught.value.messages
    return str(caught.value.code), message


TWO = (pt(41.8, 123.36), pt(41.81, 123.36))
BOMB = (
    '<!DOCTYPE gpx [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">]>'
)
EXTERNAL = '<!DOCTYPE gpx [<!ENTITY x SYSTEM "file:///etc/passwd">]>'

REFUSED: list[tuple[str, bytes, str, str]] = [
    ("empty", b"", "empty", "The file is empty."),
    ("jpeg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "unreadable", "This is no GPX file."),
    ("zip", b"PK\x03\x04" + b"\x00" * 40, "unreadable", "This is no GPX file."),
    ("words", "红梅文创园".encode(), "unreadable", "This is no GPX file."),
    ("encoding", b'<?xml version="1.0" encoding="x-none"?><gpx/>', "unreadable", "This is no GPX file."),
    ("kml", b'<kml xmlns="http://www.opengis.net/kml/2.2"></kml>', "other_format", "This is KML, not GPX."),
    ("html", b"<html><body></body></html>", "other_format", "This is HTML, not GPX."),
    ("other", b"<line></line>", "other_format", "This is <line>, not GPX."),
    ("bomb", BOMB.encode() + b"<gpx><name>&c;</name></gpx>", "forbidden", "The file declares a document type"),
    ("external", EXTERNAL.encode() + b"<gpx><name>&x;</name></gpx>", "forbidden", "The file declares a document type"),
    (
        "dtd",
        b'<!DOCTYPE gpx SYSTEM "http://a.example/gpx.dtd"><gpx/>',
        "forbidden",
        "The file declares a document type",
    ),
    (
        "unknown entity",
        track(pt(1, 2, "<name>&huge;</name>")),
        "damaged",
        "The file is damaged or cut off behind point 1",
    ),
    ("cut off", track(*TWO)[:-25], "damaged", "The file is damaged or cut off behind point 2."),
    ("cut in a point", track(*TWO)[:130], "damaged", "The file is damaged or cut off behind point 0."),
    ("deep", HEAD.encode() + b"<a>" * 40, "nesting", "Its elements lie too deep in each other"),
    ("nothing", HEAD.encode() + b"</gpx>", "no_points", "The file has no points."),
    ("waypoints", f"{HEAD}{pt(41, 123, name='wpt')}</gpx>".encode(), "only_waypoints", "The file has only waypoints"),
    ("single", track(TWO[0]), "too_short", "The line has a single point."),
    ("no position", track(TWO[0], "<trkpt/>"), "no_position", "Point 2 has no readable position"),
    ("nan", track(TWO[0], pt("NaN", 123)), "no_position", "Point 2 has no readable position"),
    ("infinite", track(TWO[0], pt("1e999", 123)), "no_position", "Point 2 has no readable position"),
    ("underscores", track(TWO[0], pt("4_1", 123)), "no_position", "Point 2 has no readable position"),
    ("comma", track(TWO[0], pt("41,8", 123)), "no_position", "Point 2 has no readable position"),
    ("exchanged", track(pt(123.36, 41.8)), "out_of_range", "Point 1 lies outside the globe (lat 123.36, lon 41.8)."),
    ("jump", track(*TWO, pt(41.91, 123.36), pt(41.82, 123.36)), "jump", "Point 3 lies 11 km from the one before it."),
    ("null island", track(*TWO, pt(0, 0)), "jump", "Point 3 lies 1"),
]


@pytest.mark.parametrize(("content", "code", "message"), [case[1:] for case in REFUSED], ids=[c[0] for c in REFUSED])
def test_file_is_refused_with_its_fault_and_the_remedy(content: bytes, code: str, message: str) -> None:
    found, said = refused(content)
    assert found == code
    assert said.startswith(message)


class Stream:
    """A file that is made while it is read."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self.parts, self.rest, self.given = parts, b"", 0

    def read(self, size: int) -> bytes:
        while len(self.rest) < size and (part := next(self.parts, b"")):
            self.rest += part
        found, self.rest = self.rest[:size], self.rest[size:]
        self.given += len(found)
        return found


def endless(part: str, count: int) -> Stream:
    def parts() -> Iterator[bytes]:
        yield f"{HEAD}<trk><trkseg>".encode()
        for _number in range(count // 1000):
            yield part.encode() * 1000
        yield b"</trkseg></trk></gpx>"

    return Stream(parts())


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ('<trkpt lat="41.8" lon="123.36"/>', "too_many"),
        ('<trkpt lat="41.800001" lon="123.360001"><ele>41.5</ele><time>2026-05-01T12:00:00Z</time></trkpt>', "bytes"),
        (f"<extensions>{'x' * 400}</extensions>", "bytes"),
    ],
)
def test_ten_million_points_are_given_up_early(part: str, code: str) -> None:
    stream = endless(part, 10_000_000)
    begun = time.process_time()
    with pytest.raises(ValidationError) as caught:
        read_gpx(stream)  # type: ignore[arg-type]
    assert caught.value.code == code
    assert stream.given <= gpx.MOST_BYTES + 1
    assert time.process_time() - begun < 3


def test_memory_for_a_file_is_bounded_by_its_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fiftieth of the limits, for to measure memory is slow."""
    monkeypatch.setattr(gpx, "MOST_POINTS", 2_000)
    monkeypatch.setattr(gpx, "MOST_BYTES", 100_000)
    stream = endless('<trkpt lat="41.8" lon="123.36"/>', 10_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(ValidationError):
            read_gpx(stream)  # type: ignore[arg-type]
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1_500_000


def test_track_is_read_with_its_heights() -> None:
    line = read(
        track(
            pt("41.8", " 123.36 ", "<ele>41.25</ele><time>2026-05-01T12:00:00Z</time>"),
            pt("+41.805", "123.365", "<extensions><ele>9</ele></extensions>"),
            pt("4.181e1", "123.36", "<ele>nan</ele>"),
            pt("41.82", "123.3612345678", "<ele> 50 </ele>"),
        )
    )
    assert line == Line(((123.36, 41.8, 41.2), (123.365, 41.805), (123.36, 41.81), (123.361235, 41.82, 50.0)), 9)


def test_segments_and_tracks_are_one_line_and_tracks_beat_routes() -> None:
    inner = (
        f"<rte>{pt(41.7, 123, name='rtept')}{pt(41.71, 123, name='rtept')}</rte>"
        f"<trk><trkseg>{TWO[0]}</trkseg><trkseg>{TWO[1]}</trkseg></trk>"
        f"<trk><trkseg>{pt(41.8, 123.37)}</trkseg></trk>"
    )
    line = read(f"{HEAD}{inner}</gpx>".encode())
    assert line.points == ((123.36, 41.8), (123.36, 41.81), (123.37, 41.8))


@pytest.mark.parametrize(
    "head",
    [
        "<gpx>",
        '<gpx version="1.0" xmlns="http://www.topografix.com/GPX/1/0">',
        '\ufeff<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">',
    ],
)
def test_older_and_barer_files_are_read(head: str) -> None:
    assert read(track(*TWO, head=head)).points == ((123.36, 41.8), (123.36, 41.81))


def test_prefixed_names_and_routes_are_read() -> None:
    points = "".join(pt(lat, 123.36, name="g:rtept") for lat in (41.8, 41.81))
    content = f'<g:gpx xmlns:g="http://www.topografix.com/GPX/1/1"><g:rte>{points}</g:rte></g:gpx>'
    assert read(content.encode()).points == ((123.36, 41.8), (123.36, 41.81))


def test_utf_16_is_read() -> None:
    content = track(*TWO).decode().replace("UTF-8", "UTF-16").encode("utf-16")
    assert len(read(content).points) == 2


@pytest.mark.parametrize(
    ("heights", "metres"),
    [([], None), ([5.0], None), ([5.0, 5.0], 0), ([0.0, 2.0, 0.0, 2.0], 0), ([0.0, 10.0, 4.0, 20.0, 0.0], 26)],
)
def test_ascent_leaves_the_noise_out(heights: list[float], metres: int | None) -> None:
    assert ascent([(123.0, 41.0, height) for height in heights]) == metres


def farthest(points: Iterable[Any], kept: list[Any]) -> float:
    """Metres, measured degree by degree."""

    def flat(point: Any) -> tuple[float, float]:
        return point[0] * 83_000, point[1] * 111_000

    line = [flat(point) for point in kept]
    return max(min(beside(flat(point), *pair) for pair in pairwise(line)) for point in points)


def test_simplified_line_lies_where_the_line_lay() -> None:
    points = [(123.3 + step * 2e-5, 41.8 + 0.002 * math.sin(step / 40)) for step in range(1500)]
    kept = simplified(points)
    assert (kept[0], kept[-1]) == (points[0], points[-1])
    assert len(kept) < 300
    assert farthest(points, kept) < 3.5


@pytest.mark.parametrize("back", [1, 2])
def test_simplified_line_keeps_a_way_that_comes_back(back: int) -> None:
    there = [(123.36, 41.8 + step * 1e-5) for step in range(50)]
    points = [*there, *reversed(there)] * back
    kept = simplified(points)
    assert (123.36, 41.8 + 49e-5) in kept
    assert len(kept) < 2 + 3 * back + 3


def test_simplified_line_never_has_more_points_than_an_app_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MOST_KEPT", 50)
    chance = random.Random(1)
    points = [(123.36 + chance.random() * 0.05, 41.8 + chance.random() * 0.05) for _number in range(1_200)]
    assert 2 <= len(simplified(points)) <= 50


STOPS = [Point(41.809, 123.354), Point(41.814, 123.357), Point(41.803, 123.367), Point(41.777, 123.357)]


def way(datum: Datum, stops: list[Point] = STOPS) -> list[tuple[float, float]]:
    return [(shown.lng, shown.lat) for shown in (from_wgs84(stop, datum) for stop in stops)]


def moved(point: Point, north: float) -> Point:
    return Point(point.lat + north / 111_000, point.lng)


PASSED = [moved(stop, 40) for stop in STOPS]
ROUGH = [moved(stop, metres) for stop, metres in zip(STOPS, (700, -500, 900, -300), strict=True)]


@pytest.mark.parametrize(
    ("datum", "stops", "exact", "said"),
    [
        (Datum.WGS84, STOPS, True, None),
        (Datum.GCJ02, STOPS, True, "GCJ-02 (AMap, Tencent Maps)"),
        (Datum.BD09, STOPS, True, "BD-09 (Baidu Maps)"),
        (Datum.GCJ02, PASSED, True, "GCJ-02 (AMap, Tencent Maps)"),
        (Datum.GCJ02, [*STOPS[:3], Point(41.7, 123.17)], True, "GCJ-02 (AMap, Tencent Maps)"),  # one is not passed
        (Datum.GCJ02, STOPS, False, "GCJ-02 (AMap, Tencent Maps)"),  # each is met: no chance
        (Datum.BD09, STOPS, False, "BD-09 (Baidu Maps)"),
        (Datum.GCJ02, ROUGH, False, None),  # no telling
        (Datum.WGS84, ROUGH, False, None),
        (Datum.GCJ02, STOPS[:1], True, None),  # one alone could be chance
        (Datum.GCJ02, [], True, None),
    ],
)
def test_datum_is_recognised_by_the_stops(datum: Datum, stops: list[Point], exact: bool, said: str | None) -> None:
    landmarks = [Landmark(stop, exact) for stop in stops]
    if said is None:
        check_place(way(datum), landmarks, CENTRE)
        return
    with pytest.raises(ValidationError) as caught:
        check_place(way(datum), landmarks, CENTRE)
    assert caught.value.code == "datum"
    assert caught.value.messages[0].startswith(f"The line is recorded in {said}: it misses the stops")
    assert "Export it in WGS-84 (GPS)" in caught.value.messages[0]


def test_exact_stops_count_more_than_approximate_ones() -> None:
    landmarks = [*(Landmark(stop, True) for stop in STOPS[:2]), *(Landmark(stop, False) for stop in ROUGH)]
    with pytest.raises(ValidationError):
        check_place(way(Datum.GCJ02), landmarks, CENTRE)
    check_place(way(Datum.WGS84), landmarks, CENTRE)


def test_line_in_another_town_is_refused() -> None:
    beijing = [(116.39, 39.9), (116.4, 39.9)]
    with pytest.raises(ValidationError) as caught:
        check_place(beijing, [], CENTRE)
    assert caught.value.code == "far_away"
    assert re.match(r"The line goes 6[0-9]{2} km away from the stops", caught.value.messages[0])
    check_place(beijing, [Landmark(Point(39.9, 116.4), True)], CENTRE)  # where a stop is, there is the route


def written(**changes: Any) -> Any:
    values: dict[str, Any] = {
        "name": "工业 <Tour> & \x0bmore",
        "summary": "",
        "changed_at": datetime(2026, 5, 1, 4, tzinfo=UTC),
        "stops": [(STOPS[0], "Museum", "See the furnace"), (STOPS[1], "Park", "")],
        "line": [(123.354, 41.809, 41.0), (123.357, 41.814)],
        "derived": False,
    }
    return gpxpy.parse(write_gpx(Written(**{**values, **changes})).decode())


def test_uploaded_line_is_written_as_a_track() -> None:
    found = written()
    assert (found.version, found.name, found.routes) == ("1.1", "工业 <Tour> & more", [])
    assert [(each.latitude, each.longitude, each.name, each.description) for each in found.waypoints] == [
        (41.809, 123.354, "Museum", "See the furnace"),
        (41.814, 123.357, "Park", None),
    ]
    ((segment,),) = [each.segments for each in found.tracks]
    assert [(each.latitude, each.longitude, each.elevation) for each in segment.points] == [
        (41.809, 123.354, 41.0),
        (41.814, 123.357, None),
    ]


def test_derived_line_is_written_as_a_route() -> None:
    found = written(derived=True)
    assert found.tracks == []
    (way,) = found.routes
    assert [(each.latitude, each.longitude, each.name) for each in way.points] == [
        (41.809, 123.354, "Museum"),
        (41.814, 123.357, "Park"),
    ]
    assert len(found.waypoints) == 2


def test_what_is_written_can_be_read() -> None:
    line = [(123.354, 41.809, 41.0), (123.357, 41.814, 60.0)]
    content = write_gpx(Written("a", "b", datetime(2026, 5, 1, tzinfo=UTC), [], line, False))
    assert read(content) == Line(tuple(line), 19)  # type: ignore[arg-type]
