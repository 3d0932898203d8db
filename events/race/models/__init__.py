"""The tables of a race: what is run and who may (``courses``), what stands beside its slots (``slots``), and which
notices came of its road closures (``notices``)."""

from events.race.models.courses import Certificate, Certified, Course, CoursePoint, Eligibility, PointKind
from events.race.models.notices import ClosureNotice
from events.race.models.slots import Closure, ClosureVenue, Cutoff, Wave

__all__ = [
    "Certificate",
    "Certified",
    "Closure",
    "ClosureNotice",
    "ClosureVenue",
    "Course",
    "CoursePoint",
    "Cutoff",
    "Eligibility",
    "PointKind",
    "Wave",
]
