"""GPX (topografix.com/GPX/1/1, always WGS-84): the line of a route out of a file that nobody trusts; routes written.

The file is read once, in small pieces, by a parser that refuses every DTD, and given up at the first thing that is
wrong. gpxpy only writes: its reader takes the whole text at once and lets a file register names for the whole process,
and its simplification loses a way that comes back to where it began.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

import gpxpy.gpx
from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import create_parser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.geo import Point
from venues.lines import Vertex, ascent, check_steps, refuse, simplified

MOST_BYTES = 5_000_000
MOST_POINTS = 100_000
DEEPEST = 32
CHUNK = 65_536

NUMBER = re.compile(r"\s*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?\s*")
FORMATS = {"kml": "KML", "TrainingCenterDatabase": "TCX", "svg": "SVG", "html": "HTML", "osm": "OSM"}


@dataclass(frozen=True)
class Line:
    """What is kept of a file; ``ascent`` in metres, None where the file has no heights."""

    points: tuple[Vertex, ...]
    ascent: int | None


def read_gpx(file: IO[bytes]) -> Line:
    """The line of an uploaded file, simplified. Raises ValidationError with what is wrong and what would do."""
    points = read_points(file)
    check_steps(points)
    return Line(tuple(simplified(points)), ascent(points))


# Reading


def read_points(file: IO[bytes]) -> list[Vertex]:
    """Two or more, as they stand: of the tracks, one behind the other; without tracks of the routes.

    Raises ValidationError.
    """
    points = _points(file)
    if len(points) < 2:
        raise refuse(_("The line has a single point. A line needs two or more."), "too_short")
    return points


def _points(file: IO[bytes]) -> list[Vertex]:
    handler = _Handler()
    parser: Any = create_parser(forbid_dtd=True)
    parser.setContentHandler(handler)
    size = 0
    try:
        while chunk := file.read(min(CHUNK, MOST_BYTES + 1 - size)):
            size += len(chunk)
            if size > MOST_BYTES:
                raise refuse(
                    _("The file is larger than %(limit)d MB. Export the line with fewer points."),
                    "bytes",
                    limit=MOST_BYTES // 10**6,
                )
            parser.feed(chunk)
        if not size:
            raise refuse(_("The file is empty."), "empty")
        parser.close()
    except DefusedXmlException as error:
        raise refuse(
            _("The file declares a document type or entities, which no GPX file needs. Export it again as plain GPX."),
            "forbidden",
        ) from error
    except (SAXException, ValueError, LookupError) as error:  # ill-formed, cut off, in an unknown encoding
        raise handler.unreadable() from error
    if not (handler.tracks or handler.routes) and handler.waypoints:
        raise refuse(
            _("The file has only waypoints and no line. Export the track (trk) or the route (rte)."), "only_waypoints"
        )
    if not (handler.tracks or handler.routes):
        raise refuse(_("The file has no points. Export the track (trk) or the route (rte)."), "no_points")
    return handler.tracks or handler.routes


class _Handler(ContentHandler):
    """Collects the points, and stops the reading where there is more than anybody needs."""

    def __init__(self) -> None:
        super().__init__()
        self.path: list[str] = []
        self.tracks: list[Vertex] = []
        self.routes: list[Vertex] = []
        self.waypoints = 0
        self.height: str | None = None  # while it is being read
        self.is_gpx = False

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802  # the parser's name
        name = name.rpartition(":")[2]
        self.path.append(name)
        if len(self.path) > DEEPEST:
            raise refuse(_("Its elements lie too deep in each other for GPX. Export it again."), "nesting")
        if len(self.path) == 1:
            self._begin(name)
        parent = self.path[-2] if len(self.path) > 1 else ""
        if (parent, name) == ("trkseg", "trkpt"):
            self._add(self.tracks, attrs)
        elif (parent, name) == ("rte", "rtept"):
            self._add(self.routes, attrs)
        elif (parent, name) == ("gpx", "wpt"):
            self.waypoints += 1
        elif name == "ele" and parent in ("trkpt", "rtept"):
            self.height = ""

    def _begin(self, root: str) -> None:
        if root != "gpx":
            raise refuse(
                _("This is %(format)s, not GPX. Export the line as GPX."),
                "other_format",
                format=FORMATS.get(root, f"<{root[:30]}>"),
            )
        self.is_gpx = True

    def _add(self, points: list[Vertex], attrs: Any) -> None:
        number = len(points) + 1
        if len(self.tracks) + len(self.routes) >= MOST_POINTS:
            raise refuse(
                _("The line has more than %(limit)d points. Export it with fewer."), "too_many", limit=MOST_POINTS
            )
        lat, lng = (read_number(attrs.get(name, "")) for name in ("lat", "lon"))
        if lat is None or lng is None:
            raise refuse(
                _("Point %(number)d has no readable position: lat and lon are decimal degrees."),
                "no_position",
                number=number,
            )
        if not (-90 <= lat <= 90 and -180 <= lng <= 180):
            raise refuse(
                _("Point %(number)d lies outside the globe (lat %(lat)s, lon %(lon)s). Are the two exchanged?"),
                "out_of_range",
                number=number,
                lat=f"{lat:g}",
                lon=f"{lng:g}",
            )
        points.append((round(lng, 6), round(lat, 6)))

    def characters(self, content: str) -> None:
        if self.height is not None and len(self.height) < 40:
            self.height += content

    def endElement(self, name: str) -> None:  # noqa: N802
        self.path.pop()
        if self.height is None or not name.endswith("ele"):
            return
        height = read_number(self.height)
        self.height = None
        if height is not None and -500 <= height <= 9000:  # a receiver without a fix writes anything
            points = self.tracks if self.path[-1] == "trkpt" else self.routes
            points[-1] = (*points[-1][:2], round(height, 1))

    def unreadable(self) -> ValidationError:
        if not self.is_gpx:
            return refuse(_("This is no GPX file. Export the line as GPX, and upload that file."), "unreadable")
        known = len(self.tracks) + len(self.routes)
        return refuse(
            _("The file is damaged or cut off behind point %(number)d. Export it again."), "damaged", number=known
        )


def read_number(text: str) -> float | None:
    """Decimal degrees or metres, and nothing else that Python takes for a number."""
    number = float(text) if NUMBER.fullmatch(text) else None
    return number if number is not None and math.isfinite(number) else None


# Writing


@dataclass(frozen=True)
class Written:
    """A route in one language, as it goes into a file; ``stops``: position, name, what there is to know."""

    name: str
    summary: str
    changed_at: datetime
    stops: Sequence[tuple[Point, str, str]]
    line: Sequence[Sequence[float]]
    derived: bool


# What XML 1.0 has no way to write.
UNWRITABLE = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def plain(text: str) -> str:
    return UNWRITABLE.sub("", text)


def write_gpx(route: Written) -> bytes:
    """GPX 1.1: stops as waypoints; the line as a track where somebody recorded it, else a route from stop to stop."""
    gpx = gpxpy.gpx.GPX()
    gpx.creator, gpx.name, gpx.time = "tourism", plain(route.name), route.changed_at
    gpx.description = plain(route.summary) or None
    for point, name, note in route.stops:
        gpx.waypoints.append(
            gpxpy.gpx.GPXWaypoint(point.lat, point.lng, name=plain(name), description=plain(note) or None)
        )
    if route.derived:
        way = gpxpy.gpx.GPXRoute(name=plain(route.name))
        way.points = [
            gpxpy.gpx.GPXRoutePoint(point.lat, point.lng, name=plain(name)) for point, name, _note in route.stops
        ]
        gpx.routes.append(way)
    else:
        gpx.tracks.append(track_of(route.name, route.line))
    return gpx.to_xml(version="1.1").encode()


def track_of(name: str, line: Sequence[Sequence[float]]) -> gpxpy.gpx.GPXTrack:
    track = gpxpy.gpx.GPXTrack(name=plain(name))
    heights = [point[2] if len(point) == 3 else None for point in line]
    pairs = zip(line, heights, strict=True)
    points = [gpxpy.gpx.GPXTrackPoint(point[1], point[0], elevation=height) for point, height in pairs]
    track.segments.append(gpxpy.gpx.GPXTrackSegment(points))
    return track
