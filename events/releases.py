"""Releases: the one act that makes a draft schedule public."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from core.changes.edits import Edit, edit
from core.changes.models import Act, locked, log
from core.translations import show
from events.models import (
    OPERATIONAL,
    Event,
    Precision,
    Release,
    ReleasedSlot,
    Slot,
    SlotParticipant,
    SlotStatus,
)

# What a release freezes of a slot.
FROZEN = [
    "slot_kind",
    "title",
    "starts_at",
    "ends_at",
    "on_date",
    "through",
    "precision",
    "timing",
    "status",
    "status_note",
    "venue_id",
    "space_id",
    "place_name",
    "sample",
]
DERIVED = ["day", "last_day", "sort_start", "sort_end", "is_run"]
# A change of these raises the sequence number that calendars compare (RFC 5545, section 3.8.7.4).
SEQUENCED = [
    "starts_at",
    "ends_at",
    "on_date",
    "through",
    "precision",
    "timing",
    "status",
    "venue_id",
    "space_id",
    "place_name",
]


def publish(event: Event, by: Any, note: str = "") -> Release:
    """Freezes the event's draft slots into a numbered release, in one transaction; returns it.

    A row that has not changed stays as it is. A draft that is gone takes its released row with it. Raises
    ValidationError that names the slots at fault, or says that nothing has changed; then nothing is written.
    """
    with edit(by=by) as unit:
        event = locked(Event._base_manager.filter(pk=event.pk)).get()
        drafts = _drafts(event)
        _check(event, drafts, unit)
        current = {row.uid: row for row in event.released_slots.current()}
        fresh = [row for draft in drafts if (row := _freeze(draft, event, current.get(draft.uid))) is not None]
        replaced = {row.uid for row in fresh} | (set(current) - {draft.uid for draft in drafts})
        last = event.releases.order_by("-number").values_list("number", flat=True).first() or 0
        if not fresh and not replaced:
            raise ValidationError(_("Nothing has changed since the last release."), code="unchanged")
        release = Release(event=event, number=last + 1, by=by, at=unit.moment, note=note)
        release.save()
        Event._base_manager.filter(pk=event.pk).stamp(release_number=release.number)
        _replace([current[uid] for uid in replaced if uid in current], release, unit)
        for row in fresh:
            row.release, row.updated_at, row.public = release, unit.moment, event.public
        ReleasedSlot.objects.insert(fresh)
        log(event, Act.Verb.RELEASED, by=by, at=unit.moment, note=note)
    return release


def draft_rows(event: Event) -> list[ReleasedSlot]:
    """The rows that a release would freeze now, unsaved; for a preview."""
    current = {row.uid: row for row in event.released_slots.current()}
    return [_freeze(draft, event, None) or current[draft.uid] for draft in _drafts(event)]


def _drafts(event: Event) -> list[Slot]:
    people = SlotParticipant.objects.select_related("participant")
    rows = event.slots.select_related("venue", "space").prefetch_related(Prefetch("participations", people))
    drafts = list(rows.order_by("sort_start", "pk"))
    for slot in drafts:
        slot.derive_times(event)  # the event's own days may have changed since the draft was saved
    return drafts


def _check(event: Event, drafts: list[Slot], unit: Edit) -> None:
    venues = set(event.event_venues.values_list("venue", flat=True))
    problems = []
    for slot in drafts:
        name = f"{show(slot.title)} ({slot.day.isoformat()})"
        for field, message in slot.clean_times().items():
            problems.append(f"{name}: {getattr(Slot, field).field.verbose_name}: {message}")
        if slot.venue_id and slot.venue_id not in venues:
            problems.append(
                _("%(slot)s: “%(venue)s” is none of the event's venues. Add it to the event, or choose another.")
                % {"slot": name, "venue": slot.venue}
            )
        if slot.precision == Precision.TBA and slot.status == SlotStatus.SCHEDULED and slot.sort_end <= unit.moment:
            problems.append(_("%(slot)s: still “to be announced”, and the event is over.") % {"slot": name})
    if problems:
        raise ValidationError([ValidationError(str(problem), code="slot") for problem in problems])


def _participants(slot: Slot) -> list[dict[str, Any]]:
    return [
        {
            "slug": row.participant.slug,
            "kind": row.participant.kind,
            "name": row.participant.name,
            "role": row.role,
            "billing": row.billing,
        }
        for row in slot.participations.all()
    ]


def _freeze(slot: Slot, event: Event, before: ReleasedSlot | None) -> ReleasedSlot | None:
    """The row to release for a draft, or None where it equals the current one."""
    values = {name: getattr(slot, name) for name in FROZEN}
    values["participants"] = _participants(slot)
    values |= {name: getattr(slot, name) for name in DERIVED}
    if before is not None and all(getattr(before, name) == value for name, value in values.items()):
        return None
    row = ReleasedSlot(event=event, uid=slot.uid, operational=slot.slot_kind in OPERATIONAL, version=1, **values)
    if before is not None:
        row.version = before.version + 1
        moved = any(getattr(before, name) != values[name] for name in SEQUENCED)
        row.sequence = before.sequence + 1 if moved else before.sequence
        row.previous_start = before.starts_at if before.starts_at != slot.starts_at else before.previous_start
    return row


def _replace(rows: list[ReleasedSlot], release: Release, unit: Edit) -> None:
    unit.touch(*(row.key for row in rows))
    pks = [row.pk for row in rows]
    for start in range(0, len(pks), 500):
        ReleasedSlot._base_manager.filter(pk__in=pks[start : start + 500]).stamp(until=release, public=False)
