"""Spaces used twice, and road closures that cut off what is in use."""

from collections import defaultdict
from collections.abc import Iterator

from django.utils.translation import gettext as _

from events.conflicts.found import Conflict, listed, named, warn
from events.conflicts.scene import Scene
from events.conflicts.sweep import Use, all_day, between, clocked, within
from events.models import ReleasedSlot, SlotKind, Timing

# Doors, breaks and changeovers belong to what takes place in the space, and are in the way of other events only;
# without an end they are a moment. What is only a time or a road takes up no space.
TAKES_SPACE_WITH = frozenset({SlotKind.DOORS, SlotKind.BREAK, SlotKind.CHANGEOVER})
TAKES_NO_SPACE = frozenset({SlotKind.CURFEW, SlotKind.CUTOFF, SlotKind.CLOSURE})
ALL_DAY = Timing.ALL_DAY.value


def spaces(scene: Scene) -> Iterator[Conflict]:
    """A space used twice, in this event or by another, unless the space allows it.

    A slot at the venue without a space clashes with none in a space, nor does what is on while the venue is open: an
    exhibition hangs in a hall where a concert is given. All day means all of its days.
    """
    own, aside = _by_space(scene.uses, scene.coming)
    others, others_aside = _by_space(scene.other_uses, scene.others)
    for space in dict.fromkeys([*own, *aside]):
        for one, other in within(own[space]):
            yield _twice(scene, one.row, other.row)
        theirs = [*others[space], *others_aside[space]]
        for one, other in between([*own[space], *aside[space]], theirs) if theirs else ():
            yield _twice(scene, one.row, other.row)


def _by_space(clocked: list[Use], rows: list[ReleasedSlot]) -> tuple[dict[int, list[Use]], dict[int, list[Use]]]:
    """The times at which spaces are taken: by the program, and by its doors, breaks and changeovers."""
    program: dict[int, list[Use]] = defaultdict(list)
    aside: dict[int, list[Use]] = defaultdict(list)
    for use in [*clocked, *(use for row in rows if row.timing == ALL_DAY and (use := all_day(row)))]:
        space = use.row.space
        if space is not None and not space.parallel_use:
            if not use.row.operational:
                program[space.pk].append(use)
            elif use.row.slot_kind in TAKES_SPACE_WITH and use.row.ends_at is not None:
                aside[space.pk].append(use)
    return program, aside


def _twice(scene: Scene, one: ReleasedSlot, other: ReleasedSlot) -> Conflict:
    message = _(
        "“%(space)s” is used twice: %(one)s and %(other)s. Move one of them, or have the space marked for parallel use."
    )
    words = {"space": one.space, "one": named(one, scene.event), "other": named(other, scene.event)}
    return warn("space_twice", (one, other), message % words)


def closures(scene: Scene) -> Iterator[Conflict]:
    """Road closures at a venue in use there, or in a part of it: one conflict for each closure and event.

    A race's waves run on the road that is closed for them.
    """
    shut = [row for row in scene.coming if row.operational and row.slot_kind == SlotKind.CLOSURE]
    shut_by_others = [row for row in scene.others if row.slot_kind == SlotKind.CLOSURE]
    if shut or shut_by_others:
        used = [row for row in scene.coming if not row.operational]
        yield from _cut_off(scene, shut, [row for row in used if row.slot_kind != SlotKind.WAVE])
        yield from _cut_off(scene, shut, [row for row in scene.others if not row.operational])
        yield from _cut_off(scene, shut_by_others, used)


def _cut_off(scene: Scene, shut: list[ReleasedSlot], used: list[ReleasedSlot]) -> Iterator[Conflict]:
    closed: dict[int, list[Use]] = defaultdict(list)
    for row in shut:
        use = _any_time(row)
        if row.venue_id and use:
            closed[row.venue_id].append(use)
    there: dict[int, list[Use]] = defaultdict(list)
    for row in used if closed else ():
        use = _any_time(row)
        if row.venue is not None and use:
            for venue in {row.venue.pk, row.venue.parent_id or 0}.intersection(closed):
                there[venue].append(use)
    met: dict[tuple[int, int], list[ReleasedSlot]] = defaultdict(list)
    rows: dict[int, ReleasedSlot] = {}
    for venue, uses in there.items():
        for closure, use in between(closed[venue], uses):
            rows[id(closure.row)] = closure.row
            met[id(closure.row), use.row.event_id].append(use.row)
    for (closure_id, _event), cut in met.items():
        yield _closure(scene, rows[closure_id], cut)


def _any_time(row: ReleasedSlot) -> Use | None:
    return clocked(row) or all_day(row)


def _closure(scene: Scene, closure: ReleasedSlot, cut: list[ReleasedSlot]) -> Conflict:
    message = _(
        "%(closure)s cuts off “%(venue)s” while it is in use: %(slots)s. Move one of them, or tell visitors the way."
    ) % {"closure": named(closure, scene.event), "venue": closure.venue, "slots": listed(cut, scene.event)}
    own_first = (closure, *cut) if closure.event_id == scene.event.pk else (*cut, closure)
    return warn("road_closed", own_first, message)
