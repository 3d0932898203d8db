"""From the tables to what is said of a route: its stops as the public may see them, its line, its visits by the clock.

A stop whose venue is not public is a gap: nothing of it is said, nor of the ways to it and from it, for they would
tell where it is.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.utils import timezone

from core.geo import Point
from core.translations import Text
from venues.models.routes import Route, RouteStop, bounds
from venues.models.venue import Venue
from venues.timetables import load_calendar, main_timetables
from venues.tours import Mark, Stay, marks, total


@dataclass(frozen=True)
class Way:
    """On to the next stop; what is unknown is None."""

    mode: str | None
    distance: int | None
    minutes: int | None


@dataclass(frozen=True)
class ShownStop:
    number: int
    venue: Venue | None
    minutes: int | None = None
    note: Text | None = None
    to_next: Way | None = None
    mark: Mark | None = None

    @property
    def point(self) -> Point | None:
        return self.venue.point if self.venue else None

    @property
    def approximate(self) -> bool:
        return self.venue is not None and self.venue.approximate


def shown_stops(stops: Iterable[RouteStop]) -> list[ShownStop]:
    """In order, without what hidden venues must not tell; the last one leads nowhere."""
    rows = list(stops)
    found = []
    for number, (stop, following) in enumerate(zip(rows, [*rows[1:], None], strict=True), start=1):
        if not stop.venue.public:
            found.append(ShownStop(number, None))
            continue
        known = following is not None and following.venue.public
        way = Way(stop.mode or None, stop.distance, stop.way_minutes) if known else None
        found.append(ShownStop(number, stop.venue, stop.minutes, stop.note, way))
    return found


def load_stops(routes: Iterable[Route]) -> list[Venue]:
    """Sets ``shown_stops`` on each route; one query. Returns the venues that are shown."""
    routes = list(routes)
    by_route: dict[int, list[RouteStop]] = defaultdict(list)
    rows = RouteStop._base_manager.filter(route__in=routes).select_related("venue").order_by("position", "pk")
    for stop in rows:
        by_route[stop.route_id].append(stop)
    shown: Any = routes
    for route in shown:
        route.shown_stops = shown_stops(by_route[route.pk])
    return [stop.venue for route in shown for stop in route.shown_stops if stop.venue]


def load_visits(routes: Iterable[Any], start: datetime) -> None:
    """Marks the stops of routes that have their ``shown_stops``. As few queries for all routes as for one."""
    routes = list(routes)
    venues = {stop.venue.pk: stop.venue for route in routes for stop in route.shown_stops if stop.venue}
    tables = main_timetables(venues.values())
    first = timezone.localdate(start)
    longest = max((sum(_minutes(stop) for stop in route.shown_stops) for route in routes), default=0)
    calendar = load_calendar(first - timedelta(days=1), first + timedelta(days=longest // (24 * 60) + 2))

    def day_of(venue: Venue, day: date) -> Any:
        return tables[venue.pk].day(day, calendar)

    for route in routes:
        stays = [
            Stay(
                stop.minutes,
                stop.to_next.minutes if stop.to_next else None,
                partial(day_of, stop.venue) if stop.venue else None,
            )
            for stop in route.shown_stops
        ]
        pairs = zip(route.shown_stops, marks(start, stays), strict=True)
        route.shown_stops = [replace(stop, mark=mark) for stop, mark in pairs]


def _minutes(stop: ShownStop) -> int:
    return (stop.minutes or 0) + (stop.to_next.minutes or 0 if stop.to_next else 0)


def duration(stops: Iterable[ShownStop]) -> int | None:
    """Minutes at the stops and on the ways, None where one of them is not known."""
    stops = list(stops)
    ways = [stop.to_next.minutes if stop.to_next else None for stop in stops[:-1]]
    return total([*(stop.minutes for stop in stops), *ways])


def distance(stops: Iterable[ShownStop]) -> int | None:
    """Metres of all ways, None where one of them is not known."""
    return total(stop.to_next.distance if stop.to_next else None for stop in list(stops)[:-1])


@dataclass(frozen=True)
class ShownLine:
    """A line in WGS-84. ``coordinates`` are None in lists, where nobody draws them."""

    derived: bool
    points: int
    ascent: int | None
    bounds: tuple[float, float, float, float]
    coordinates: list[list[float]] | None


def shown_line(route: Any, *, whole: bool) -> ShownLine | None:
    """The uploaded line, else the one through the stops that are shown; None where there are not two points."""
    if route.line_points:
        return ShownLine(
            derived=False,
            points=route.line_points,
            ascent=route.line_ascent,
            bounds=tuple(route.line_bounds),
            coordinates=route.line if whole else None,
        )
    points = [[stop.point.lng, stop.point.lat] for stop in route.shown_stops if stop.point]
    if len(points) < 2:
        return None
    return ShownLine(True, len(points), None, bounds(points), points if whole else None)
