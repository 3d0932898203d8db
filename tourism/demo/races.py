"""Loads what a race has beside its slots: courses with their lines, who may run, and what its slots are in the race."""

from pathlib import Path
from typing import Any

from events.models import Event, Slot
from events.race.models import Closure, ClosureVenue, Course, CoursePoint, Cutoff, Eligibility, Wave
from events.race.reading import read_course
from tourism.demo.records import Record, checked, find, save, take, telling
from venues.models import Venue

FOLDER = Path(__file__).parent / "courses"

COURSE_FIELDS = (
    "slug name distance certified certified_by limit age_min cutoff_minutes fastest_pace slowest_pace note "
    "approximate sample"
).split()
POINT_FIELDS = "kind km name note".split()
WAVE_FIELDS = "bib_prefix bib_from bib_to pace_from pace_to size".split()
CLOSURE_FIELDS = "from_km to_km shuts note".split()


def load_courses(name: str, event: Event, record: Record) -> None:
    for order, each in enumerate(record.get("courses") or []):
        told = f"{name} course {each['slug']}"
        with telling(told):
            course = Course(event=event, position=order, **take(each, *COURSE_FIELDS))
            if each.get("line"):
                _draw(course, FOLDER / each["line"])
            save(told, course)
            for point in each.get("points") or []:
                at = f"{told} point {point['kind']} {point['km']}"
                checked(at, CoursePoint, course=course, **take(point, *POINT_FIELDS))
    if record.get("eligibility"):
        checked(f"{name} eligibility", Eligibility, event=event, **record["eligibility"])


def _draw(course: Course, path: Path) -> None:
    """As the admin's form reads a file."""
    with path.open("rb") as file:
        course.set_line(read_course(file, course.event))


def load_part(name: str, slot: Slot, record: Record) -> None:
    """What a slot's record says under ``wave``, ``cutoff`` or ``closure``."""
    if wave := record.get("wave"):
        checked(f"{name} wave", Wave, slot=slot, course=_course(name, slot, wave), **take(wave, *WAVE_FIELDS))
    if cutoff := record.get("cutoff"):
        checked(f"{name} cutoff", Cutoff, slot=slot, course=_course(name, slot, cutoff), km=cutoff["km"])
    if closed := record.get("closure"):
        values = take(closed, *CLOSURE_FIELDS)
        row = checked(f"{name} closure", Closure, slot=slot, course=_course(name, slot, closed), **values)
        for slug in closed.get("venues") or []:
            venue = find(name, "closure", Venue, slug)
            checked(f"{name} closure venue {slug}", ClosureVenue, closure=row, venue=venue)


def _course(name: str, slot: Slot, record: Record) -> Any:
    return find(name, "course", Course, record["course"], event=slot.event)
