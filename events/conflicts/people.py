"""Who takes part: in two places at once, with too little rest, or too far away to be there in time."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from core.geo import Point, metres_per_degree
from core.translations import show
from events.conflicts.found import Conflict, block, named, warn
from events.conflicts.scene import Scene
from events.conflicts.sweep import Use, between, within
from events.models import Participant, ReleasedSlot, SlotKind

# The least between two slots of one participant on one day, where both are of such a kind.
REST = {SlotKind.MATCH.value: timedelta(minutes=60)}
# The way from one venue to another: through a city, with finding the entrance. What is near counts as one place.
SPEED = 20_000 / 3600  # metres a second
ARRIVING = timedelta(minutes=10)
NEAR = 500  # metres
NONE = timedelta(0)
LONGEST = timedelta(hours=6)  # no rest and no way within a city takes longer

Together = dict[tuple[int, int], tuple[Use, Use, list[dict[str, Any]]]]


def twice_here(scene: Scene) -> Iterator[Conflict]:
    """The same participant in two slots at once blocks a release. A person or an act may be on twice in one and the
    same space: a host leads through an evening."""
    found: Together = {}
    for slug, uses in _by_participant(scene.uses).items():
        _add(found, slug, (pair for pair in within(uses) if _in_two_places(pair, slug)))
    for one, other, who in found.values():
        yield block("participant_twice", (one.row, other.row), _twice(scene, one.row, other.row, who))


def twice_elsewhere(scene: Scene) -> Iterator[Conflict]:
    """The same where the other slot is another event's, which this one's publisher perhaps cannot move."""
    others = _by_participant(scene.other_uses)
    found: Together = {}
    for slug, uses in _by_participant(scene.uses).items() if others else ():
        _add(found, slug, (pair for pair in between(uses, others.get(slug, [])) if _in_two_places(pair, slug)))
    for one, other, who in found.values():
        yield warn("participant_twice", (one.row, other.row), _twice(scene, one.row, other.row, who))


def in_turn(scene: Scene) -> Iterator[Conflict]:
    """The same participant in two slots that follow each other too closely to rest, or to get there."""
    others = _by_participant(scene.other_uses)
    found: Together = {}
    for slug, uses in _by_participant(scene.uses).items():
        _add(found, slug, _neighbours(uses, others.get(slug, [])))
    for one, other, who in found.values():
        if scene.event.pk in (one.row.event_id, other.row.event_id):
            yield _too_close(scene, one, other, who)


def _by_participant(uses: Iterable[Use]) -> dict[str, list[Use]]:
    found: dict[str, list[Use]] = defaultdict(list)
    for use in uses:
        if use.row.participants and not use.row.operational:
            for slug in dict.fromkeys(each["slug"] for each in use.row.participants):
                found[slug].append(use)
    return found


def _who(row: ReleasedSlot, slug: str) -> dict[str, Any]:
    return next(each for each in row.participants if each["slug"] == slug)


def _in_two_places(pair: tuple[Use, Use], slug: str) -> bool:
    one, other = pair[0].row, pair[1].row
    same_space = one.space_id is not None and one.space_id == other.space_id
    return not same_space or _who(one, slug)["kind"] == Participant.Kind.TEAM


def _add(found: Together, slug: str, pairs: Iterable[tuple[Use, Use]]) -> None:
    """One conflict for a pair of slots, however many take part in both."""
    for one, other in pairs:
        _one, _other, who = found.setdefault((id(one.row), id(other.row)), (one, other, []))
        who.append(_who(one.row, slug))


def _neighbours(own: list[Use], others: list[Use]) -> Iterator[tuple[Use, Use]]:
    """Pairs that follow each other without overlapping, so closely that rest or the way is too short. Runs have a time
    every day and are left out."""
    before: Use | None = None
    for use in sorted([*own, *others], key=lambda each: each.start):
        if use.length is not None:
            continue
        if before is not None and _follows_closely(before, use):
            yield before, use
        if before is None or use.end > before.end:
            before = use


def _follows_closely(one: Use, other: Use) -> bool:
    gap = other.start - one.end
    return NONE <= gap < LONGEST and gap < _needed(one, other)[0]


def _needed(one: Use, other: Use) -> tuple[timedelta, float]:
    """The time that must lie between two slots, and the way in metres."""
    return max(_rest(one.row, other.row), _journey(metres := _way(one.row, other.row))), metres


def _rest(one: ReleasedSlot, other: ReleasedSlot) -> timedelta:
    if one.day != other.day or one.slot_kind not in REST:
        return NONE
    return REST.get(other.slot_kind, NONE)


def _way(one: ReleasedSlot, other: ReleasedSlot) -> float:
    """Metres from venue to venue as the crow flies; 0 where a position is not known."""
    if one.venue_id == other.venue_id or one.venue is None or other.venue is None:
        return 0.0
    here, there = one.venue.point, other.venue.point
    return _metres(here, there) if here and there else 0.0


def _metres(here: Point, there: Point) -> float:
    per_lat, per_lng = metres_per_degree((here.lat + there.lat) / 2)
    east = abs(here.lng - there.lng)
    return math.hypot((here.lat - there.lat) * per_lat, min(east, 360 - east) * per_lng)


def _journey(metres: float) -> timedelta:
    return timedelta(seconds=metres / SPEED) + ARRIVING if metres > NEAR else NONE


def _twice(scene: Scene, one: ReleasedSlot, other: ReleasedSlot, who: list[dict[str, Any]]) -> str:
    message = _(
        "%(names)s cannot be in two places at once: %(one)s and %(other)s. Move one of them, or change who takes part."
    ) % _words(scene, one, other, who)
    if one.ends_at is None or other.ends_at is None:
        message += " " + _("A slot without an end counts two hours: enter the end.")
    return message


def _too_close(scene: Scene, one: Use, other: Use, who: list[dict[str, Any]]) -> Conflict:
    needed, metres = _needed(one, other)
    words = _words(scene, one.row, other.row, who)
    words["minutes"] = _minutes(other.start - one.end)
    words["needed"] = -(-_minutes(needed) // 5) * 5
    words["km"] = f"{metres / 1000:.1f}"
    if _journey(metres) >= needed:
        kind, message = (
            "far_apart",
            _(
                "%(names)s: %(minutes)d min from the end of %(one)s to %(other)s, %(km)s km away; about %(needed)d min "
                "are needed. Move one of them."
            ),
        )
    else:
        kind, message = (
            "short_rest",
            _("%(names)s: only %(minutes)d min of rest between %(one)s and %(other)s. Leave at least %(needed)d min."),
        )
    rows = sorted((one.row, other.row), key=lambda row: row.event_id != scene.event.pk)
    return warn(kind, rows, message % words)


def _words(scene: Scene, one: ReleasedSlot, other: ReleasedSlot, who: list[dict[str, Any]]) -> dict[str, Any]:
    names = ", ".join(f"“{show(each['name'])}”" for each in who)
    return {"names": names, "one": named(one, scene.event), "other": named(other, scene.event)}


def _minutes(span: timedelta) -> int:
    return math.ceil(span / timedelta(minutes=1))
