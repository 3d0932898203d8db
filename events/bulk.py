"""Acts on many slots of one event at once: each happens to all of them, or to none.

They work on drafts. Calling something off, putting it back and taking it out cannot wait: where visitors know the
slots, these are released at once, on top of what is out, and carry no other draft with them.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.changes.edits import Edit, edit
from core.translations import Text, default_language, label, show
from events import drafts
from events.conflicts import Level, conflicts_in
from events.copying import Keep, copy_event
from events.drafts import named
from events.freezing import Plan, draft_slots, in_order, refuse_unknown, repeat, rows_out, succeed
from events.models import Event, EventStatus, Release, ReleasedSlot, Slot, SlotStatus
from events.releases import hold, weigh, write
from venues.models import Space, Venue

__all__ = ["Keep", "cancel", "copy_event", "copy_to", "move", "postpone", "reinstate", "remove", "shift"]

Which = Collection[UUID] | Literal["all", "upcoming"]

DAY_MINUTES = 24 * 60
MOST_MINUTES = 366 * DAY_MINUTES
WHEN = ("starts_at", "ends_at", "on_date", "through")
OFF = (SlotStatus.CANCELLED, SlotStatus.POSTPONED)


# Time and place


def shift(event: Event, uids: Collection[UUID], minutes: int, by: Any) -> list[Slot]:
    """Moves slots in time; what has a mere date by whole days only. Raises ValidationError."""
    if not 0 < abs(minutes) <= MOST_MINUTES:
        raise ValidationError({"minutes": _("Shift by at least one minute, and by a year at most.")})
    with edit(by=by) as unit:
        event = hold(event)
        slots = drafts.chosen(event, uids)
        drafts.all_or_none(slots, lambda slot: drafts.move_in_time(slot, timedelta(minutes=minutes)))
        drafts.rewrite(event, slots, WHEN, unit)
        drafts.note_change(event, "slots", unit, by=by, note=_("%(minutes)s minutes") % {"minutes": f"{minutes:+d}"})
    return slots


def move(event: Event, uids: Collection[UUID], venue: Venue, space: Space | None, by: Any) -> list[Slot]:
    """Puts slots into another venue or space of the event. Raises ValidationError."""
    with edit(by=by) as unit:
        event = hold(event)
        if not event.event_venues.filter(venue=venue).exists():
            text = _("“%(venue)s” is none of the event's venues. Add it to the event, or choose another.")
            raise ValidationError({"venue": text % {"venue": venue}})
        slots = drafts.chosen(event, uids)
        for slot in slots:
            slot.venue, slot.space, slot.place_name = venue, space, {}
        drafts.rewrite(event, slots, ("venue", "space", "place_name"), unit)
        note = " · ".join(str(place) for place in (venue, space) if place is not None)
        drafts.note_change(event, "slots", unit, by=by, note=note)
    return slots


def copy_to(event: Event, uids: Collection[UUID], days: Collection[date], by: Any) -> list[Slot]:
    """Copies slots with their participants: the first day among them to each of ``days``, the others as many days
    after it as they are now. Returns the new drafts. Raises ValidationError."""
    with edit(by=by) as unit:
        event = hold(event)
        slots = drafts.chosen(event, uids)
        ordered = _sensible(days)
        drafts.refuse_too_many(len(slots) * len(ordered))
        drafts.all_or_none(slots, drafts.refuse_undated)
        first = min(slot.day for slot in slots)
        copies = [(slot, drafts.copied(slot)) for _day in ordered for slot in slots]
        for place, (_source, target) in enumerate(copies):
            drafts.move_in_time(target, ordered[place // len(slots)] - first)
        made = drafts.add(event, [target for _source, target in copies], unit)
        drafts.copy_participants(copies)
        note = ", ".join(day.isoformat() for day in ordered)
        drafts.note_change(event, "slots", unit, by=by, note=note)
    return made


def _sensible(days: Collection[date]) -> list[date]:
    if not days:
        raise ValidationError({"dates": _("Enter at least one date.")})
    if not all(1000 <= day.year <= 2999 for day in days):
        raise ValidationError({"dates": _("Enter a year between 1000 and 2999.")})
    return sorted(set(days))


# Off, on again, out


def cancel(event: Event, which: Which, reason: Text, by: Any) -> Release | None:
    """Calls slots off, with the reason by language tag: these, ``all``, or all that are not over yet (``upcoming``).

    What visitors know is released at once; returns that release, or None where nothing of it is out. With ``all`` the
    event is cancelled too. Raises ValidationError.
    """
    return _call_off(event, which, reason, by, SlotStatus.CANCELLED)


def postpone(event: Event, which: Which, reason: Text, by: Any) -> Release | None:
    """As ``cancel``; what is cancelled cannot be postponed."""
    return _call_off(event, which, reason, by, SlotStatus.POSTPONED)


def reinstate(event: Event, which: Which, by: Any, *, accept: Collection[str] = ()) -> Release | None:
    """What was cancelled or postponed takes place after all, as its draft has it; released at once like ``cancel``.
    Meanwhile others may have taken its place: raises Refused as a release does, for conflicts that concern it."""
    with edit(by=by) as unit:
        seen = _look(event)
        chosen = seen.choose(which, unit.moment)
        off = [uid for uid in chosen if seen.statuses(uid) & {*OFF}]
        if not isinstance(which, str):
            seen.refuse(set(chosen) - set(off), _("it is neither cancelled nor postponed."))
        return _set_status(seen, which, off, SlotStatus.SCHEDULED, {}, by, unit, accept)


def remove(event: Event, uids: Collection[UUID], by: Any, note: str = "") -> Release | None:
    """Takes slots out by force: deletes the drafts, and releases at once what visitors know of them. Where they were
    shown a tombstone stays. Returns the release, or None where nothing was out. Raises ValidationError."""
    with edit(by=by) as unit:
        seen = _look(event)
        chosen = set(seen.choose(uids, unit.moment))
        drafts.drop([slot for uid, slot in seen.drafted.items() if uid in chosen], unit)
        planned = Plan(seen.event, seen.now, {uid: row for uid, row in seen.now.items() if uid not in chosen})
        if not planned.replaced:
            drafts.note_change(seen.event, "slots", unit, by=by, note=note)
            return None
        return write(planned, unit, by=by, note=note)


@dataclass(frozen=True)
class _Schedule:
    """An event that is held, with its drafts and with what is out, by ``uid``."""

    event: Event
    drafted: dict[UUID, Slot]
    now: dict[UUID, ReleasedSlot]

    def rows(self, uid: UUID) -> list[Slot | ReleasedSlot]:
        found = (self.drafted.get(uid), self.now.get(uid))
        return [row for row in found if row is not None]

    def statuses(self, uid: UUID) -> set[str]:
        """One where draft and release agree."""
        return {row.status for row in self.rows(uid)}

    def choose(self, which: Which, moment: datetime) -> list[UUID]:
        known = {**self.now, **self.drafted}
        if not isinstance(which, str):
            refuse_unknown(which, known)
            if not which:
                raise ValidationError(_("Choose at least one slot."), code="no_slots")
            return list(dict.fromkeys(which))
        if which == "all":
            return list(known)
        return [uid for uid in known if any(row.sort_end > moment for row in self.rows(uid))]

    def refuse(self, uids: Iterable[UUID], why: str) -> None:
        at_fault = [self.rows(uid)[0] for uid in uids]
        if at_fault:
            raise ValidationError([ValidationError(f"{named(row)}: {why}", code="status") for row in at_fault])


def _look(event: Event) -> _Schedule:
    event = hold(event)
    return _Schedule(event, {slot.uid: slot for slot in draft_slots(event)}, rows_out(event))


def _reason(reason: Text) -> dict[str, str]:
    """One that everybody can read."""
    cleaned = drafts.clean_reason(reason)
    if default_language() not in cleaned:
        text = _("Give the reason, at least in %(language)s: visitors read it.")
        raise ValidationError({"reason": text % {"language": label(default_language())}})
    return cleaned


def _call_off(event: Event, which: Which, reason: Text, by: Any, status: SlotStatus) -> Release | None:
    note = _reason(reason)
    with edit(by=by) as unit:
        seen = _look(event)
        chosen = seen.choose(which, unit.moment)
        if status == SlotStatus.POSTPONED:
            chosen = _postponable(seen, which, chosen)
        if isinstance(which, str):  # those that are off already keep their own reason
            chosen = [uid for uid in chosen if seen.statuses(uid) != {status}]
        return _set_status(seen, which, chosen, status, note, by, unit)


def _postponable(seen: _Schedule, which: Which, chosen: list[UUID]) -> list[UUID]:
    if which == "all" and seen.event.status == EventStatus.CANCELLED:
        raise ValidationError(_("The event is cancelled. Reinstate it before you postpone it."), code="status")
    cancelled = [uid for uid in chosen if SlotStatus.CANCELLED in seen.statuses(uid)]
    if not isinstance(which, str):
        seen.refuse(cancelled, _("it is cancelled. Reinstate it before you postpone it."))
    return [uid for uid in chosen if uid not in cancelled]


def _set_status(
    seen: _Schedule,
    which: Which,
    uids: list[UUID],
    status: SlotStatus,
    note: dict[str, str],
    by: Any,
    unit: Edit,
    accept: Collection[str] | None = None,
) -> Release | None:
    """Without ``accept`` it is urgent: no conflict keeps it back."""
    if which == "all":
        seen.event.status, seen.event.status_note = EventStatus(status), note
        seen.event.save(update_fields=["status", "status_note"])
    elif not uids:
        raise ValidationError(_("There is no slot left to which this could happen."), code="no_slots")
    _set_drafts([seen.drafted[uid] for uid in uids if uid in seen.drafted], status, note, unit)
    planned = _with_status(seen, uids, status, note)
    if not planned.fresh:
        drafts.note_change(seen.event, "slots", unit, by=by, note=show(note))
        return None
    about = {*uids}
    found = [each for each in conflicts_in(planned, unit.moment) if about & {row.uid for row in each.slots}]
    accepted = [each for each in found if each.level == Level.WARN] if accept is None else weigh(found, accept)
    return write(planned, unit, by=by, note=show(note), accepted=accepted)


def _set_drafts(slots: list[Slot], status: SlotStatus, note: dict[str, str], unit: Edit) -> None:
    """Only these columns: whatever else is wrong with a draft must not keep it from being called off."""
    for slot in slots:
        slot.status, slot.status_note = status, note
    if slots:
        slots[0].enter(unit)
        Slot.objects.rewrite(slots, ("status", "status_note"))


def _with_status(seen: _Schedule, uids: Iterable[UUID], status: SlotStatus, note: dict[str, str]) -> Plan:
    """What is out, with this status: whatever else has changed in the drafts waits for a release of its own."""
    then = dict(seen.now)
    for uid in uids:
        if row := seen.now.get(uid):
            fresh = repeat(row)
            fresh.status, fresh.status_note = status, note
            then[uid] = succeed(fresh, row)
    return Plan(seen.event, seen.now, in_order(then.values()))
