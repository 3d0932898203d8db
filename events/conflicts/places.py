"""Spaces used twice, and road closures that cut off what is in use."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from events.conflicts.found import Conflict, listed, named, warn
from events.conflicts.scene import Scene
from events.conflicts.sweep import Use, all_day, between, clocked, within
from events.models import OPERATIONAL, ReleasedSlot, SlotKind, Timing

# Doors and breaks belong to what takes place in the space, and are in the way of other events only. A cut-off or a
# closure takes up no space.
TAKES_SPACE_WITH = (SlotKind.DOORS, SlotKind.BREAK)


def spaces(scene: Scene) -> Iterator[Conflict]:
    """A space used twice, in this event or by another, unless the space allows it.

    A slot at the venue without a space clashes with none in a space, nor does what is on while the venue is open: an
    exhibition hangs in a hall where a concert is given. All day means all of its days.
    """
    own, aside, others = _by_space(scene.coming), _by_space(scene.coming, TAKES_SPACE_WITH), _by_space(scene.others)
    for space, uses in _by_space(scene.others, TAKES_SPACE_WITH).items():
        others[space] += uses
    for space in [*own, *(space for space in aside if space not in own)]:
        for one, other in within(own[space]):
            yield _twice(scene, one.row, other.row)
        if others[space]:
            for one, other in between([*own[space], *aside[space]], others[space]):
                yield _twice(scene, one.row, other.row)


def _by_space(rows: Iterable[ReleasedSlot], kinds: Iterable[str] | None = None) -> dict[int, list[Use]]:
    """The times at which spaces are taken: by the program, or by these kinds."""
    found: dict[int, list[Use]] = defaultdict(list)
    for row in rows:
        if row.space_id is None or row.space is None or row.space.parallel_use:
            continue
        if (row.slot_kind in kinds) if kinds else (row.slot_kind not in OPERATIONAL):
            use = all_day(row) if row.timing == Timing.ALL_DAY else clocked(row)
            if use is not None:
                found[row.space_id].append(use)
    return found


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
    shut = [row for row in scene.coming if row.slot_kind == SlotKind.CLOSURE]
    shut_by_others = [row for row in scene.others if row.slot_kind == SlotKind.CLOSURE]
    used = [row for row in scene.coming if row.slot_kind not in OPERATIONAL]
    used_by_others = [row for row in scene.others if row.slot_kind not in OPERATIONAL]
    yield from _cut_off(scene, shut, [row for row in used if row.slot_kind != SlotKind.WAVE])
    yield from _cut_off(scene, shut, used_by_others)
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
