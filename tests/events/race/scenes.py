"""A race to test with: a half marathon through a park, two waves, a cut-off and a closed road."""

import io
from types import SimpleNamespace
from typing import Any

from core.changes.edits import edit
from core.geo import metres_per_degree
from events.models import Slot
from events.race.lines import recorded
from events.race.models import Closure, ClosureVenue, Course, CoursePoint, Cutoff, Wave
from tests import factories
from tests.factories import at, text

LAT, LNG = metres_per_degree(41.7)
DAY = (2026, 5, 23)


def place(east: float, north: float, *height: float) -> Any:
    """Metres from a place in the park."""
    return (round(123.15 + east / LNG, 6), round(41.7 + north / LAT, 6), *height)


# 10 km to the east, then 500 m to the north.
LINE = [*(place(at, 0, 40.0 + at / 500) for at in range(0, 10_001, 100)), place(10_000, 500, 60.0)]


def gpx(points: Any = None) -> bytes:
    def one(lng: float, lat: float, *height: float) -> str:
        inner = "".join(f"<ele>{each}</ele>" for each in height)
        return f'<trkpt lat="{lat}" lon="{lng}">{inner}</trkpt>'

    inner = "".join(one(*point) for point in (LINE if points is None else points))
    head = '<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">'
    return f"{head}<trk><trkseg>{inner}</trkseg></trk></gpx>".encode()


def gpx_file(points: Any = None, name: str = "course.gpx") -> io.BytesIO:
    file = io.BytesIO(gpx(points))
    file.name = name
    return file


def saved(row: Any) -> Any:
    row.full_clean()
    row.save()
    return row


def course(event: Any, line: Any = LINE, **fields: Any) -> Course:
    values: dict[str, Any] = {
        "slug": "half",
        "name": text("半程", en="Half", de="Halb"),
        "distance": 10_500,
        "fastest_pace": 180,
        "slowest_pace": 480,
    }
    made = Course(event=event, **{**values, **fields})
    made.set_line(recorded(line) if line else None)
    return saved(made)


def point(course: Course, kind: str, km: Any, **fields: Any) -> CoursePoint:
    return saved(CoursePoint(course=course, kind=kind, km=km, **fields))


def wave(course: Course, hour: int, minute: int = 0, **fields: Any) -> Slot:
    slot = factories.slot(course.event, at(*DAY, hour, minute), slot_kind="wave", title=text("起跑", en="Start"))
    saved(Wave(slot=slot, course=course, **fields))
    return slot


def cutoff(course: Course, km: Any, hour: int, minute: int = 0) -> Slot:
    slot = factories.slot(course.event, at(*DAY, hour, minute), slot_kind="cutoff", title=text("关门", en="Cut-off"))
    saved(Cutoff(slot=slot, course=course, km=km))
    return slot


def closure(event: Any, venues: Any = (), line: Any = None, **fields: Any) -> Slot:
    slot = factories.slot(
        event,
        at(*DAY, 7),
        ends_at=at(*DAY, 11),
        slot_kind="closure",
        title=text("北路封闭", en="North Road closed", de="Nordstraße gesperrt"),
    )
    row = Closure(slot=slot, **fields)
    row.set_line(recorded(line) if line else None)
    saved(row)
    for venue in venues:
        saved(ClosureVenue(closure=row, venue=venue))
    return slot


def race(published: bool = True, **fields: Any) -> SimpleNamespace:
    """All that a race has, released unless it is not published."""
    with edit():
        hall = factories.venue(slug="hall", lat=41.701, lng=123.16)
        event = factories.league(
            published=published, slug="run", event_kind="race", venues=[hall], title=text("铁马", en="Run"), **fields
        )
        made = fill(event, hall)
        if published:
            factories.release(event)
    event.refresh_from_db()
    return made


def fill(event: Any, hall: Any) -> SimpleNamespace:
    half = course(event)
    point(half, "start", 0)
    point(half, "spectator", 5, name=text("桥", en="Bridge"), note=text("有树荫", en="Shade"))
    first = wave(half, 8, 30, bib_prefix="A", bib_from=1, bib_to=500, size=500)
    second = wave(half, 8, 40, pace_from=300, pace_to=510, bib_prefix="B", bib_from=1, bib_to=900)
    cut = cutoff(half, 8, 9, 40)
    closed = closure(event, [hall], course=half, from_km=2, to_km=6, note=text("绕行", en="Detour"))
    return SimpleNamespace(event=event, hall=hall, half=half, first=first, second=second, cut=cut, closed=closed)
