"""Rolling back: an older release's schedule is released again, under a new number."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.changes.edits import Edit, edit
from events import drafts
from events.conflicts import conflicts_in
from events.details import keepers
from events.freezing import (
    FROZEN,
    Plan,
    draft_slots,
    frozen_drafts,
    in_order,
    last_rows,
    repeat,
    rows_out,
    same,
    succeed,
)
from events.models import Event, Participant, Release, ReleasedSlot, Slot, SlotParticipant
from events.releases import hold, refuse_stale, weigh, write


def restore(
    event: Event,
    number: int,
    by: Any,
    note: str = "",
    *,
    accept: Collection[str] = (),
    expected_draft: int | None = None,
) -> Release:
    """Releases what release ``number`` had. Slots keep their ``uid``, and go on counting for calendars.

    Drafts without unreleased changes follow; those with some stay as they are, to be released or dropped. Raises
    ValidationError where there is no such release or nothing would change, and Refused like ``publish``: what was
    right then may clash today.
    """
    with edit(by=by) as unit:
        event = hold(event)
        refuse_stale(event, expected_draft)
        if not event.releases.filter(number=number).exists():
            raise ValidationError(
                _("The event has no release %(number)d."), code="no_such_release", params={"number": number}
            )
        planned = plan_again(event, number)
        settled = _settled(event, planned.now)
        accepted = weigh(conflicts_in(planned, unit.moment), accept)
        _follow(planned, settled, unit)
        said = note or _("Release %(number)d again") % {"number": number}
        return write(planned, unit, by=by, note=said, accepted=accepted)


def plan_again(event: Event, number: int) -> Plan:
    """What releasing that release's schedule again would make of the one that is out."""
    now, wanted = rows_out(event), rows_out(event, number)
    older = last_rows(event, [uid for uid in wanted if uid not in now])
    rows = [succeed(repeat(row), now.get(uid), older.get(uid)) for uid, row in wanted.items()]
    return Plan(event, now, in_order(rows))


def _settled(event: Event, now: dict[UUID, ReleasedSlot]) -> dict[UUID, Slot | None]:
    """The slots whose draft says what is out: those without a draft where nothing is out, too."""
    found: dict[UUID, Slot | None] = {}
    drafted = {slot.uid: slot for slot in draft_slots(event)}
    for row in frozen_drafts(event):
        if row.uid in now and same(row, now[row.uid]):
            found[row.uid] = drafted[row.uid]
    out = event.released_slots.current().values("uid")
    taken_out = event.released_slots.exclude(uid__in=out).values_list("uid", flat=True)
    return found | {uid: None for uid in taken_out if uid not in drafted}


def _follow(planned: Plan, settled: dict[UUID, Slot | None], unit: Edit) -> None:
    event = planned.event
    gone = [slot for uid, slot in settled.items() if slot is not None and uid not in planned.then]
    back = [(settled[row.uid], row) for row in planned.fresh if row.uid in settled]
    old = [(_filled(slot, row), row) for slot, row in back if slot is not None]
    new = [(_filled(Slot(event=event, uid=row.uid), row), row) for slot, row in back if slot is None]
    drafts.drop(gone, unit)
    drafts.rewrite(event, [slot for slot, _row in old], FROZEN, unit)
    drafts.add(event, [slot for slot, _row in new], unit)
    _line_up([*new, *((slot, row) for slot, row in old if _drafted(slot) != _released(row))])
    for keeper in keepers():
        keeper.restored(event, [slot for slot, _row in (*old, *new)], unit)


def _filled(slot: Slot, row: ReleasedSlot) -> Slot:
    for name in FROZEN:
        setattr(slot, name, getattr(row, name))
    slot.venue, slot.space = row.venue, row.space
    return slot


def _line_up(pairs: list[tuple[Slot, ReleasedSlot]]) -> None:
    """Gives slots the participants that were released with them; one that is gone by now is there again."""
    for part in drafts.parts([slot.pk for slot, _row in pairs]):
        SlotParticipant.objects.filter(slot__in=part).drop()
    known = _participants(each for _slot, row in pairs for each in row.participants)
    SlotParticipant.objects.insert(
        [
            SlotParticipant(slot=slot, participant=known[each["slug"]], role=each["role"], billing=each["billing"])
            for slot, row in pairs
            for each in row.participants
        ]
    )


def _drafted(slot: Slot) -> list[tuple[str, str, int]]:
    return [(each.participant.slug, each.role, each.billing) for each in slot.participations.all()]


def _released(row: ReleasedSlot) -> list[tuple[str, str, int]]:
    return [(each["slug"], each["role"], each["billing"]) for each in row.participants]


def _participants(wanted: Iterable[dict[str, Any]]) -> dict[str, Participant]:
    by_slug = {each["slug"]: each for each in wanted}
    rows = (row for part in drafts.parts(list(by_slug)) for row in Participant.objects.filter(slug__in=part))
    found = {row.slug: row for row in rows}
    for slug in by_slug.keys() - found.keys():
        found[slug] = Participant.objects.create(slug=slug, kind=by_slug[slug]["kind"], name=by_slug[slug]["name"])
    return found
