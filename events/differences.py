"""What changed between two schedules, slot by slot: the end of a slot and its title as well as its start."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from events.freezing import WHEN, WHERE, same
from events.models import ReleasedSlot, SlotStatus


class ChangeKind(models.TextChoices):
    """The contract's words, and one for what only details say (``updated``: the kind of slot, a note, the places)."""

    ADDED = "added", _("added")
    RETIMED = "retimed", _("retimed")
    MOVED = "moved", _("moved")
    RETITLED = "retitled", _("retitled")
    LINEUP = "lineup", _("line-up changed")
    CANCELLED = "cancelled", _("cancelled")
    POSTPONED = "postponed", _("postponed")
    REINSTATED = "reinstated", _("reinstated")
    REMOVED = "removed", _("removed")
    UPDATED = "updated", _("details changed")


OFF = (SlotStatus.CANCELLED, SlotStatus.POSTPONED)


@dataclass(frozen=True)
class Difference:
    """One slot that is not what it was. At least one of ``before`` and ``after`` is there."""

    uid: UUID
    kinds: tuple[ChangeKind, ...]
    before: ReleasedSlot | None
    after: ReleasedSlot | None

    @property
    def row(self) -> ReleasedSlot:
        """The slot as it is, or as it last was."""
        row = self.after or self.before
        assert row is not None
        return row


def diff(old: Mapping[UUID, ReleasedSlot], new: Mapping[UUID, ReleasedSlot]) -> list[Difference]:
    """The slots that differ, in order of their time; ``old`` and ``new`` by ``uid``."""
    found = []
    for uid in {**old, **new}:
        before, after = old.get(uid), new.get(uid)
        if kinds := kinds_of(before, after):
            found.append(Difference(uid, kinds, before, after))
    return sorted(found, key=lambda each: (each.row.sort_start, each.uid))


def kinds_of(before: ReleasedSlot | None, after: ReleasedSlot | None) -> tuple[ChangeKind, ...]:
    """All that happened to a slot, in the order of ``ChangeKind``; nothing where both are the same."""
    if after is None:
        return () if before is None else (ChangeKind.REMOVED,)
    if before is None:
        return (ChangeKind.ADDED, *_off(after))
    if same(before, after):
        return ()
    kinds = [kind for kind, names in _PARTS if any(getattr(before, name) != getattr(after, name) for name in names)]
    if before.status != after.status:
        kinds += _off(after)
        if before.status in OFF and after.status not in OFF:
            kinds.append(ChangeKind.REINSTATED)
    return tuple(kinds) or (ChangeKind.UPDATED,)


_PARTS = (
    (ChangeKind.RETIMED, WHEN),
    (ChangeKind.MOVED, WHERE),
    (ChangeKind.RETITLED, ("title",)),
    (ChangeKind.LINEUP, ("participants",)),
)


def _off(row: ReleasedSlot) -> tuple[ChangeKind, ...]:
    return (ChangeKind(row.status),) if row.status in OFF else ()
