"""What is wrong with a schedule before it is released: what blocks it, and what its publisher is warned of.

The questions are asked of the schedule that would be out, not of the drafts: an urgent fix of one slot is not kept
back by another slot's draft. Other events count with what the public sees of them, and those of the same organizer
with their drafts too; never another organizer's drafts.

What is cancelled or postponed takes up neither time nor place, and of what is over nobody is warned any more. A slot
without an end counts two hours, as everywhere. A warning that was accepted with the current release is not asked
about again as long as it is the same (``Conflict.id``).
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice

from events.conflicts.alone import alone, holidays, over_capacity, unannounced
from events.conflicts.found import Conflict, Level
from events.conflicts.opening import against_hours
from events.conflicts.people import in_turn, twice_elsewhere, twice_here
from events.conflicts.places import closures, spaces
from events.conflicts.scene import Scene, load_scene
from events.conflicts.stage import on_stage
from events.freezing import Plan, frozen_drafts, in_order
from events.models import Event

__all__ = ["Conflict", "Level", "conflicts_in", "find_conflicts", "register_rule"]

Rule = Callable[[Scene], Iterator[Conflict]]

# Of one rule. Nobody reads on, and whoever mends some of them is shown the next.
MOST = 200
BLOCKING = (alone, twice_here)
WARNING = (twice_elsewhere, in_turn, spaces, on_stage, closures, against_hours, over_capacity, unannounced, holidays)
_registered: list[Rule] = []


def register_rule(rule: Rule) -> None:
    """What a floor above knows to be wrong with slots of its kind. Like all rules it reads no table."""
    if rule not in _registered:
        _registered.append(rule)


def find_conflicts(event: Event, moment: datetime) -> list[Conflict]:
    """All that is wrong with the event's drafts, what blocks a release first."""
    return conflicts_in(Plan(event, {}, in_order(frozen_drafts(event))), moment)


def conflicts_in(planned: Plan, moment: datetime) -> list[Conflict]:
    """All that would be wrong with a planned release, what blocks it first, then in order of time."""
    accepted = _accepted(planned.event)
    found = [
        replace(each, accepted=each.level == Level.WARN and each.id in accepted)
        for each in conflicts_of(load_scene(planned.event, planned.then.values(), moment))
    ]
    return sorted(found, key=lambda each: (each.level != Level.BLOCK, each.slots[0].sort_start))


def conflicts_of(scene: Scene) -> list[Conflict]:
    """What the rules find. Reads no table."""
    return [conflict for rule in (*BLOCKING, *WARNING, *_registered) for conflict in islice(rule(scene), MOST)]


def _accepted(event: Event) -> set[str]:
    """The ids of the warnings that the current release was made with."""
    rows = event.releases.order_by("-number").values_list("accepted", flat=True).first()
    return {row["id"] for row in rows or []}
