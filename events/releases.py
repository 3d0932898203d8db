"""Releases: the acts that make a schedule public. Each is one transaction and takes one revision, or does nothing."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.changes.edits import Edit, edit
from core.changes.models import Act, locked, log
from core.changes.rows import insert_values
from events.conflicts import Conflict, Level, conflicts_in
from events.details import keepers
from events.differences import diff
from events.freezing import Plan, has_unreleased, plan
from events.models import Event, Release, ReleasedSlot, SlotChange
from events.telling import announce


class Refused(ValidationError):
    """A release that conflicts keep back; ``conflicts`` are all that were found, accepted or not."""

    def __init__(self, conflicts: list[Conflict], at_fault: list[Conflict]) -> None:
        self.conflicts = conflicts
        super().__init__([ValidationError(each.message, code=each.kind) for each in at_fault])


def publish(
    event: Event,
    by: Any,
    note: str = "",
    only: Collection[UUID] | None = None,
    *,
    accept: Collection[str] = (),
    expected_draft: int | None = None,
) -> Release:
    """Freezes the event's draft slots into a numbered release; returns it.

    ``only`` ships these slots on top of what is out, and no other draft. ``accept`` are the ids of the warnings that
    the publisher accepts. ``expected_draft`` is the event's version that was looked at: two publishers who press the
    button at once are served one after the other, and the second is told.

    Raises Refused with the conflicts, or ValidationError where there is nothing to release (``unchanged``), the draft
    is another (``stale``), or a slot is not there (``no_such_slot``). Then nothing has been written.
    """
    with edit(by=by) as unit:
        event = hold(event)
        refuse_stale(event, expected_draft)
        for keeper in keepers():
            keeper.drafted(event, unit)
        planned = plan(event, only)
        accepted = weigh(about(only, conflicts_in(planned, unit.moment)), accept)
        return write(planned, unit, by=by, note=note, accepted=accepted)


def about(only: Collection[UUID] | None, conflicts: list[Conflict]) -> list[Conflict]:
    """Those of the slots that are shipped: what is out already keeps no urgent fix back."""
    return conflicts if only is None else [each for each in conflicts if {row.uid for row in each.slots} & {*only}]


def hold(event: Event) -> Event:
    """The event, locked until the unit of work ends: releases of one event come one after the other."""
    return locked(Event._base_manager.filter(pk=event.pk)).get()


def refuse_stale(event: Event, expected: int | None) -> None:
    if expected is not None and expected != event.version:
        raise ValidationError(_("Somebody changed or released the schedule meanwhile. Look at it again."), code="stale")


def weigh(conflicts: list[Conflict], accept: Collection[str]) -> list[Conflict]:
    """The warnings that were accepted, now or with the current release; raises Refused with what blocks, or else with
    what was not accepted."""
    blocking = [each for each in conflicts if each.level == Level.BLOCK]
    at_fault = blocking or [each for each in conflicts if not each.accepted and each.id not in accept]
    if at_fault:
        raise Refused(conflicts, at_fault)
    return conflicts


def write(planned: Plan, unit: Edit, *, by: Any, note: str, accepted: Iterable[Conflict] = ()) -> Release:
    """Makes a planned release; the event is held. Raises ValidationError where it would change nothing."""
    event, fresh, replaced = planned.event, planned.fresh, planned.replaced
    if not fresh and not replaced:
        raise ValidationError(_("Nothing has changed since the last release."), code="unchanged")
    release = Release(event=event, number=next_number(event), by=by, at=unit.moment, note=note)
    release.accepted = [
        {"id": each.id, "kind": each.kind, "slots": [str(row.uid) for row in each.slots]} for each in accepted
    ]
    release.save()
    Event._base_manager.filter(pk=event.pk).stamp(release_number=release.number)
    _close(replaced, release, unit)
    for row in fresh:
        row.release_id, row.updated_at, row.public = release.pk, unit.moment, event.public
    ReleasedSlot.objects.insert(fresh)
    rows = [
        (release.pk, each.uid, each.kinds, each.before and each.before.pk, each.after and each.after.pk)
        for each in diff(planned.now, planned.then)
    ]
    insert_values(SlotChange, ["release_id", "uid", "kinds", "before_id", "after_id"], rows)
    for keeper in keepers():
        keeper.released(event, unit)
    if not (has_unreleased(event) if planned.rest is None else planned.rest):
        forget_draft(event)
    event.refresh_from_db(fields=["version"])  # the release raised it, and drafts that were written with it
    log(event, Act.Verb.RELEASED, by=by, at=unit.moment, note=note)
    announce(release)
    return release


def forget_draft(event: Event) -> None:
    """Nothing is left unreleased."""
    Event._base_manager.filter(pk=event.pk).stamp(draft_changed_at=None, draft_changed_by=None)


def next_number(event: Event) -> int:
    last = event.releases.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


def _close(rows: list[ReleasedSlot], release: Release, unit: Edit) -> None:
    unit.touch(*(row.key for row in rows))
    pks = [row.pk for row in rows]
    for start in range(0, len(pks), 500):
        ReleasedSlot._base_manager.filter(pk__in=pks[start : start + 500]).stamp(until=release, public=False)
