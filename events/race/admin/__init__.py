"""The pages of a race: courses, closed roads, conditions of entry; and what slots show beside themselves."""

from events.race.admin.closure import ClosureAdmin
from events.race.admin.course import CourseAdmin, EligibilityAdmin
from events.race.admin.slot_rows import ClosureRows, CutoffRows, WaveRows

__all__ = ["ClosureAdmin", "ClosureRows", "CourseAdmin", "CutoffRows", "EligibilityAdmin", "WaveRows"]
