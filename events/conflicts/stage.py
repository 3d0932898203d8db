"""What is wrong with an evening on a stage: before the doors, after the curfew, no time to rebuild.

Two sets at once in one space are told by ``places``.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import pairwise

from django.utils.translation import gettext as _

from events.conflicts.found import Conflict, clock, listed, named, warn
from events.conflicts.scene import Scene
from events.conflicts.sweep import Use, between, clocked
from events.models import ReleasedSlot, SlotKind
from events.running_order import ON_STAGE, Stage, running_order

# The least for the next act to set up where nobody planned a changeover. One that is planned tells itself how long.
LEAST = timedelta(minutes=10)


def on_stage(scene: Scene) -> Iterator[Conflict]:
    if not any(row.slot_kind in ON_STAGE for row in scene.coming):
        return
    for evening in running_order(scene.coming):
        for stage in evening.stages:
            sets = [use for entry in stage.entries if entry.slot.slot_kind in ON_STAGE and (use := once(entry.slot))]
            if sets:
                yield from _before_doors(scene, stage, sets)
                yield from _after_curfew(scene, stage, sets)
                yield from _while_rebuilding(scene, stage, sets)
                yield from _without_changeover(scene, stage, sets)


def once(row: ReleasedSlot) -> Use | None:
    """Its time, where it is on for one evening only."""
    return clocked(row) if row.through in (None, row.day) else None


def _before_doors(scene: Scene, stage: Stage, sets: list[Use]) -> Iterator[Conflict]:
    doors = stage.doors
    early = [use.row for use in sets if doors is not None and use.start < doors.sort_start]
    if doors is not None and early:
        message = _("Doors open at %(time)s only: %(slots)s. Open them earlier, or move what is before them.")
        words = {"time": clock(doors.sort_start), "slots": listed(early, scene.event)}
        yield warn("before_doors", [*early, doors], message % words)


def _after_curfew(scene: Scene, stage: Stage, sets: list[Use]) -> Iterator[Conflict]:
    """A set without an end is looked at by its start."""
    curfew = stage.curfew
    if curfew is None:
        return
    limit = curfew.sort_start
    late = [use.row for use in sets if (use.end > limit if use.row.ends_at else use.start >= limit)]
    if late:
        message = _("The curfew is at %(time)s: %(slots)s. End earlier, or agree on a later curfew.")
        words = {"time": clock(limit), "slots": listed(late, scene.event)}
        yield warn("after_curfew", [*late, curfew], message % words)


def _while_rebuilding(scene: Scene, stage: Stage, sets: list[Use]) -> Iterator[Conflict]:
    for changeover, use in between(_changeovers(stage), [_as_told(each) for each in sets]):
        message = _(
            "%(set)s is on during the changeover of %(minutes)d min (%(changeover)s). Move the set, or shorten the "
            "changeover."
        )
        minutes = (changeover.end - changeover.start) // timedelta(minutes=1)
        words = {"set": named(use.row, scene.event), "changeover": named(changeover.row, scene.event)}
        yield warn("changeover_overlaps", (use.row, changeover.row), message % {**words, "minutes": minutes})


def _changeovers(stage: Stage) -> Iterable[Use]:
    """Those that say how long they take."""
    rows = [entry.slot for entry in stage.entries if entry.slot.slot_kind == SlotKind.CHANGEOVER]
    rows += [entry.changeover.slot for entry in stage.entries if entry.changeover and entry.changeover.slot]
    return [use for row in rows if row.ends_at and (use := once(row))]


def _as_told(use: Use) -> Use:
    """Of an end that nobody knows nothing is said: a set is on at its start."""
    return use if use.row.ends_at else use._replace(end=use.start + timedelta(minutes=1))


def _without_changeover(scene: Scene, stage: Stage, sets: list[Use]) -> Iterator[Conflict]:
    """One conflict for a stage's evening: who takes turns without a break accepts it once."""
    acts = [use for use in sets if use.row.slot_kind == SlotKind.SET]
    planned = {entry.slot.uid for entry in stage.entries if entry.changeover and entry.changeover.slot}
    hurried: dict[int, ReleasedSlot] = {}
    for one, other in pairwise(acts):
        short = one.row.ends_at is not None and timedelta(0) <= other.start - one.end < LEAST
        if short and other.row.uid not in planned and _others_play(one.row, other.row):
            hurried |= {id(one.row): one.row, id(other.row): other.row}
    if hurried:
        rows = list(hurried.values())
        message = _(
            "Less than %(least)d min to change over: %(slots)s. Leave more time, or leave it as it is where nobody has "
            "to rebuild the stage."
        )
        words = {"least": LEAST // timedelta(minutes=1), "slots": listed(rows, scene.event)}
        yield warn("short_changeover", rows, message % words)


def _others_play(one: ReleasedSlot, other: ReleasedSlot) -> bool:
    """Whether anybody comes on who was not there; who that is nobody may have entered yet."""
    before, after = ({each["slug"] for each in row.participants} for row in (one, other))
    return not after or not after <= before
