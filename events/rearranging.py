"""Drafts put elsewhere by hand, one by one or as rows of a table; what two editors did is merged cell by cell.

Each write tells what it saw of a slot (``was``). Where somebody else has changed other cells since, both changes are
kept; where they changed the same one, nothing is written and the second editor is told.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.changes.edits import Edit
from events import drafts
from events.freezing import draft_slots
from events.models import Event, Slot
from events.placing import PLACED, Cells, check_one, place_of, places_of, recall, remember, write_cells

NAMES = tuple(field.name for field in fields(Cells))


class Outdated(ValidationError):
    """Somebody else has changed the very thing."""


@dataclass(frozen=True)
class Moved:
    """``cells`` is where the slot is now; ``undo`` takes it back; ``others``: somebody else changed the schedule."""

    cells: Cells
    undo: str
    words: str
    others: bool


def changed(cells: Cells, was: Cells) -> list[str]:
    return [name for name in NAMES if getattr(cells, name) != getattr(was, name)]


def merge(cells: Cells, was: Cells, stored: Cells) -> tuple[Cells, list[str]]:
    """What was typed over what is stored, and the cells that both changed, to different values. Date and times are
    one thing here: a start of one and an end of the other make no slot that either has seen."""
    mine, theirs = set(changed(cells, was)), set(changed(stored, was))
    times = {"date", "start", "end"}
    if mine & times:
        mine |= times
    if theirs & times:
        theirs |= times
    both = [name for name in NAMES if name in mine & theirs]
    clash = both if any(getattr(cells, name) != getattr(stored, name) for name in both) else []
    return replace(stored, **{name: getattr(cells, name) for name in mine}), clash


def found(event: Event, uids: Iterable[UUID]) -> dict[UUID, Slot]:
    """The drafts with what freezing reads, by ``uid``."""
    parts = drafts.parts(list(uids))
    return {slot.uid: slot for part in parts for slot in draft_slots(event).filter(uid__in=part)}


def rearrange(
    event: Event, uid: UUID, cells: Cells, was: Cells, unit: Edit, *, by: Any, seen: str, undo: str = ""
) -> Moved:
    """Puts one slot elsewhere, or with ``undo`` back. The event is held; ``seen`` is its version that was looked at.

    Raises Slot.DoesNotExist, Outdated, or ValidationError.
    """
    slot = found(event, [uid]).get(uid)
    if slot is None:
        raise Slot.DoesNotExist
    places, stored, kept = places_of(event), Cells.of(slot), remember(slot)
    others = seen != str(event.version)
    if undo:
        if stored != was:
            raise Outdated(_("Somebody else has changed this slot since. It stays as it is now."))
        recall(slot, undo, places)
    else:
        merged, clash = merge(cells, was, stored)
        if clash:
            raise Outdated(_("Somebody else has changed this slot meanwhile. It stays as it is now; try again."))
        write_cells(slot, merged, places)
    store(event, [slot], unit, by=by)
    return Moved(Cells.of(slot), kept, described(slot), others)


def store(event: Event, slots: list[Slot], unit: Edit, *, by: Any) -> None:
    for slot in slots:
        check_one(event, slot)
    drafts.rewrite(event, slots, PLACED, unit)
    drafts.note_change(event, "slots", unit, by=by, note="; ".join(drafts.named(slot) for slot in slots[:5]))


def described(slot: Slot) -> str:
    """Where it is now, for whoever cannot see it move."""
    place = place_of(slot)
    parts = [drafts.named(slot), str(place) if place.venue else _("no place")]
    return ": ".join(parts)
