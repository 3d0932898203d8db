"""What is wrong with the matches of a planned release: sides that nobody will be, and that cannot be known in time."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from events.conflicts.found import Conflict, block, named, warn
from events.conflicts.scene import Scene, takes_place
from events.details import detail_of
from events.league.models import Side
from events.league.placeholders import Source, feeder
from events.models import Precision, ReleasedSlot

Rows = Mapping[str, ReleasedSlot]


def of_matches(scene: Scene) -> Iterator[Conflict]:
    known = {str(row.uid): row for row in scene.planned if detail_of(row, "match")}
    for row in scene.rows:
        match = detail_of(row, "match")
        for side in Side.values if match else ():
            yield from _of_side(scene, row, match[side], side, known)  # type: ignore[index]


def _of_side(
    scene: Scene, row: ReleasedSlot, told: Mapping[str, Any] | None, side: str, known: Rows
) -> Iterator[Conflict]:
    name = named(row, scene.event)
    playing = [each["slug"] for each in row.participants if each["role"] == side]
    coming = row.sort_end > scene.moment
    if told is None and coming:
        message = _("%(slot)s: nobody knows who plays on one side. Choose a team, or say where it comes from.")
        yield warn("match_side_open", (row,), message % {"slot": name})
    elif told and "team" in told and playing != [told["team"]]:
        message = _("%(slot)s: who takes part is not who plays the match. Change the teams of the match instead.")
        yield block("match_line_up", (row,), message % {"slot": name})
    elif told and "team" not in told:
        yield from _of_source(scene, row, told, known)


def _of_source(scene: Scene, row: ReleasedSlot, source: Source, known: Rows) -> Iterator[Conflict]:
    uid = feeder(source)
    if uid is not None and uid not in known:
        message = _("%(slot)s waits for a match that is not in the schedule. Say where the side comes from.")
        yield block("match_source_gone", (row,), message % {"slot": named(row, scene.event)})
        return
    for other in _before(source, known.values()) if uid is None else [known[uid]]:
        words = {"slot": named(row, scene.event), "other": named(other, scene.event)}
        if not takes_place(other):
            if uid is not None and row.sort_end > scene.moment:
                message = _("%(slot)s waits for %(other)s, which does not take place.")
                yield warn("match_source_off", (row, other), message % words)
        elif _is_too_late(other, row):
            message = _("%(slot)s waits for %(other)s, which is not over by then. Move one of them.")
            yield block("match_source_later", (row, other), message % words)
            return


def _before(source: Source, rows: Iterable[ReleasedSlot]) -> list[ReleasedSlot]:
    """The matches that decide a place in a group, or the ranking across the groups; the last one first."""
    group = source.get("group")
    found = [
        row for row in rows if (own := (detail_of(row, "match") or {}).get("group")) and group in (None, own["slug"])
    ]
    return sorted(found, key=lambda row: row.sort_start, reverse=True)


def _is_too_late(other: ReleasedSlot, row: ReleasedSlot) -> bool:
    """Whether another match ends after this one begins, as far as both times are known."""
    if Precision.TBA in (other.precision, row.precision):
        return False
    if other.starts_at is None or row.starts_at is None:
        return other.day > row.day
    return other.starts_at >= row.starts_at or (other.ends_at is not None and other.ends_at > row.starts_at)
