"""Who takes part in many slots at once, written in few statements."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from events.drafts import parts
from events.models import Participant, Slot, SlotParticipant


class Entry(NamedTuple):
    participant: Participant
    role: str
    billing: int


def lineup(slot: Slot) -> list[tuple[int, str, int]]:
    """As it is stored, of a slot whose participations are loaded."""
    rows = sorted(slot.participations.all(), key=lambda row: (row.billing, row.pk))
    return [(row.participant_id, row.role, row.billing) for row in rows]


def same_lineup(slot: Slot, entries: Iterable[Entry]) -> bool:
    wanted = [(each.participant.pk, each.role, each.billing) for each in entries]
    return lineup(slot) == sorted(wanted, key=lambda each: each[2])


def write_lineups(wanted: Iterable[tuple[Slot, list[Entry]]]) -> None:
    """Gives these slots exactly these participants. Who stays keeps the row. The event is held, and the slots'
    versions are the caller's to raise."""
    pairs = list(wanted)
    stored = _stored([slot.pk for slot, _entries in pairs])
    kept: list[SlotParticipant] = []
    fresh: list[SlotParticipant] = []
    for slot, entries in pairs:
        there = stored[slot.pk]
        for who, role, billing in entries:
            stays = who.pk in there
            row = there.pop(who.pk) if stays else SlotParticipant(slot=slot, participant=who)
            row.role, row.billing = role, billing
            (kept if stays else fresh).append(row)
    for part in parts([row.pk for there in stored.values() for row in there.values()]):
        SlotParticipant.objects.filter(pk__in=part).drop()
    SlotParticipant.objects.rewrite(kept, ["role", "billing"])
    SlotParticipant.objects.insert(fresh)


def _stored(slots: list[int]) -> dict[int, dict[int, SlotParticipant]]:
    """By slot and participant."""
    found: dict[int, dict[int, SlotParticipant]] = defaultdict(dict)
    for part in parts(slots):
        for row in SlotParticipant.objects.filter(slot__in=part):
            found[row.slot_id][row.participant_id] = row
    return found
