"""What is told of a race: its courses with what is along them, the waves and closures that are out, when runners pass.
Courses are live; times are those of the current release, and never of a draft."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from core.geo import Point
from core.translations import Text
from events.details import detail_of
from events.models import Event, ReleasedSlot, SlotKind, SlotStatus
from events.models.slots import CLOCK_TIMES
from events.race.lines import TOLERANCE, Way, ring_of
from events.race.models import Course, CoursePoint, Eligibility
from events.race.passing import Cut, Passing, Running, Start, passing, slowest_pace, window
from media.serializers import load_pictures
from venues.lines import simplified
from venues.models import Venue, VenueImage
from venues.models.routes import bounds

KINDS = (SlotKind.WAVE, SlotKind.CUTOFF, SlotKind.CLOSURE)
ON = frozenset({SlotStatus.SCHEDULED, SlotStatus.TENTATIVE})
MOST_KILOMETRES = 60  # of which each is told; on a longer course every tenth

NOT_KNOWN = Passing(None, None)


@dataclass(frozen=True)
class ShownPoint:
    kind: str
    km: float
    name: Text
    note: Text
    point: Point | None
    approximate: bool
    passing: Passing


@dataclass(frozen=True)
class Kilometre:
    km: float
    passing: Passing


@dataclass
class ShownCourse:
    """One course as it is out. ``tolerance`` in metres; ``line`` in WGS-84, empty where nobody uploaded one."""

    course: Course
    tolerance: float
    points: list[CoursePoint] = field(default_factory=list)
    waves: list[ReleasedSlot] = field(default_factory=list)
    cutoffs: list[ReleasedSlot] = field(default_factory=list)

    @cached_property
    def way(self) -> Way | None:
        return self.course.way

    @cached_property
    def line(self) -> list[Any]:
        if not self.course.line:
            return []
        return simplified(self.course.line, self.tolerance) if self.tolerance else self.course.line

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        return bounds(self.line)

    @cached_property
    def running(self) -> Running:
        """Of what takes place at a known time."""
        course = self.course
        limit = timedelta(minutes=course.cutoff_minutes) if course.cutoff_minutes else None
        slowest = course.slowest_pace or (slowest_pace(limit, course.distance) if limit else None)
        starts = []
        for slot, at in timed(self.waves):
            pace = (detail_of(slot, "wave") or {})["pace"]
            starts.append(Start(at, pace["fastest"] or course.fastest_pace, pace["slowest"] or slowest))
        cuts = [Cut((detail_of(slot, "cutoff") or {})["km"], at) for slot, at in timed(self.cutoffs)]
        return Running(starts, cuts, limit)

    @cached_property
    def shown_points(self) -> list[ShownPoint]:
        return [
            ShownPoint(
                kind=row.kind,
                km=float(row.km),
                name=row.name,
                note=row.note,
                point=row.point(self.way),
                approximate=self.course.approximate,
                passing=passing(self.running, float(row.km)),
            )
            for row in self.points
        ]

    @property
    def kilometres(self) -> list[Kilometre]:
        """Each full one and the finish; none where nobody knows when it starts."""
        whole = self.course.distance / 1000
        if not self.running.starts:
            return []
        step = 1 if whole <= MOST_KILOMETRES else 10
        known = [float(km) for km in range(0, int(whole) + 1, step)]
        places = known if known[-1] == whole else [*known, whole]
        return [Kilometre(km, passing(self.running, km)) for km in places]

    @property
    def elevation(self) -> dict[str, Any] | None:
        """Metres; the profile as pairs of kilometre and height."""
        course = self.course
        if self.way is None or course.highest is None:
            return None
        known = {"gain": course.gain, "loss": course.loss, "min": course.lowest, "max": course.highest}
        return {**known, "profile": [list(pair) for pair in self.way.profile()]}


def timed(slots: Iterable[ReleasedSlot]) -> list[tuple[ReleasedSlot, datetime]]:
    """Those that take place at a time that is known."""
    known = (slot for slot in slots if slot.status in ON and slot.precision in CLOCK_TIMES)
    return [(slot, slot.starts_at) for slot in known if slot.starts_at]


@dataclass
class ShownClosure:
    """A road closure as it is out; ``line`` of its own, else the stretch of its course."""

    slot: ReleasedSlot
    course: ShownCourse | None
    venues: list[Venue]

    @property
    def detail(self) -> dict[str, Any]:
        return detail_of(self.slot, "closure") or {}

    @property
    def is_area(self) -> bool:
        return bool(self.detail["is_area"])

    @cached_property
    def line(self) -> list[Any]:
        if self.detail["line"]:
            return ring_of(self.detail["line"]) if self.is_area else list(self.detail["line"])
        if self.course is None or not self.course.line or self.detail["from_km"] is None:
            return []
        way = Way(self.course.line, self.course.course.distance)
        return [list(each[:2]) for each in way.stretch(self.detail["from_km"], self.detail["to_km"])]

    @property
    def passing(self) -> Passing:
        if self.course is None or self.detail["from_km"] is None or self.slot.status not in ON:
            return NOT_KNOWN
        return window(self.course.running, self.detail["from_km"], self.detail["to_km"])


@dataclass
class ShownRace:
    event: Event
    courses: list[ShownCourse]
    closures: list[ShownClosure]
    eligibility: Eligibility | None

    @property
    def release(self) -> int | None:
        return self.event.release_number


def load_race(event: Event, *, tolerance: float = TOLERANCE, only: str | None = None) -> ShownRace:
    """Of one event, in seven queries however many courses, points and slots it has. ``only``: one course, by slug."""
    rows = Course.objects.filter(event=event)
    courses = {row.slug: ShownCourse(row, tolerance) for row in (rows.filter(slug=only) if only else rows)}
    by_pk = {shown.course.pk: shown for shown in courses.values()}
    for point in CoursePoint.objects.filter(course__in=by_pk).order_by("km", "pk"):
        by_pk[point.course_id].points.append(point)
    slots = ReleasedSlot.objects.visible().filter(event=event, slot_kind__in=KINDS)
    closures = []
    for slot in slots.order_by("sort_start", "uid"):
        slot.event = event
        detail = detail_of(slot, slot.slot_kind)
        if detail is None:
            continue
        shown = courses.get((detail["course"] or {}).get("slug", ""))
        if slot.slot_kind == SlotKind.CLOSURE:
            if shown is not None or not only:
                closures.append(ShownClosure(slot, shown, []))
        elif shown is not None:
            (shown.waves if slot.slot_kind == SlotKind.WAVE else shown.cutoffs).append(slot)
    load_closures([each.slot for each in closures])
    for each in closures:
        each.venues = each.slot.closure["venues"] if each.slot.closure else []
    eligibility = Eligibility.objects.filter(event=event).first()
    if eligibility is not None:
        eligibility.event = event
    return ShownRace(event, list(courses.values()), closures, eligibility)


def load_closures(slots: list[ReleasedSlot]) -> None:
    """Sets ``closure`` of those that close a road: with the venues that are public now. Two queries for all of them."""
    found = {slot: detail for slot in slots if (detail := detail_of(slot, "closure")) is not None}
    slugs = {slug for detail in found.values() for slug in detail["venues"]}
    venues = {venue.slug: venue for venue in Venue.objects.visible().filter(slug__in=slugs)} if slugs else {}
    if venues:
        load_pictures(VenueImage, list(venues.values()))
    for slot, detail in found.items():
        slot.closure = {**detail, "venues": [venues[slug] for slug in detail["venues"] if slug in venues]}
