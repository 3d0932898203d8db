"""What a release would hold: the rows that freeze an event's draft slots, beside those that are out now.

Nothing here writes. A frozen row is an unsaved ``ReleasedSlot`` whose venue and space are loaded already; where a
draft equals what is out, the row that is out stands for it.
"""

from collections import defaultdict
from collections.abc import Collection, Container, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from events.models import OPERATIONAL, Event, Participant, ReleasedSlot, Slot, SlotParticipant
from venues.models import Space, Venue

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
    "capacity",
    "sample",
    "detail",
]
DERIVED = ["day", "last_day", "sort_start", "sort_end", "is_run"]
COMPARED = [*FROZEN, *DERIVED, "participants"]
WHEN = ("starts_at", "ends_at", "on_date", "through", "precision", "timing")
WHERE = ("venue_id", "space_id", "place_name")
# A change of these raises the sequence number that calendars compare (RFC 5545, section 3.8.7.4).
SEQUENCED = (*WHEN, *WHERE, "status")


@dataclass(frozen=True)
class Plan:
    """A release before it is made: ``now`` is what is out, ``then`` what would be; by ``uid``, in order of time.

    ``rest`` tells whether other drafts differ from what is out then; None where nobody looked.
    """

    event: Event
    now: dict[UUID, ReleasedSlot]
    then: dict[UUID, ReleasedSlot]
    rest: bool | None = None

    @property
    def fresh(self) -> list[ReleasedSlot]:
        """The rows to write."""
        return [row for row in self.then.values() if row.pk is None]

    @property
    def replaced(self) -> list[ReleasedSlot]:
        """The rows that are out and would be no longer."""
        return [row for uid, row in self.now.items() if self.then.get(uid) is not row]


def rows_out(event: Event, number: int | None = None) -> dict[UUID, ReleasedSlot]:
    """The schedule that is out, or that of release ``number``."""
    rows = event.released_slots.current() if number is None else event.released_slots.of_release(number)
    return {row.uid: row for row in placed(rows.order_by("sort_start", "uid"))}


def placed(rows: Iterable[ReleasedSlot]) -> list[ReleasedSlot]:
    """The rows with their venues and spaces, each read and made once: ten thousand slots share a few."""
    rows = list(rows)
    venues = Venue._base_manager.in_bulk({row.venue_id for row in rows if row.venue_id})
    spaces = Space._base_manager.in_bulk({row.space_id for row in rows if row.space_id})
    for row in rows:
        row.venue = venues[row.venue_id] if row.venue_id else None
        row.space = spaces[row.space_id] if row.space_id else None
    return rows


def plan(event: Event, only: Collection[UUID] | None = None) -> Plan:
    """What releasing the drafts would make of the schedule; ``only`` these slots, on top of what is out.

    A draft that is gone takes its released row with it. Raises ValidationError where ``only`` names a slot that is
    neither drafted nor out.
    """
    now, drafts = rows_out(event), frozen_drafts(event)
    known = {*now, *(row.uid for row in drafts)}
    if only is not None:
        refuse_unknown(only, known)
    chosen = known if only is None else set(only)
    kept = [row for uid, row in now.items() if uid not in chosen]
    fresh = [row for row in drafts if row.uid in chosen]
    older = last_rows(event, [row.uid for row in fresh if row.uid not in now])
    rows = [*kept, *(succeed(row, now.get(row.uid), older.get(row.uid)) for row in fresh)]
    return Plan(event, now, in_order(rows), rest=only is not None and _differ(now, drafts, chosen))


def _differ(now: dict[UUID, ReleasedSlot], drafts: list[ReleasedSlot], without: Container[UUID]) -> bool:
    """Whether any draft is not what is out, apart from these."""
    drafted = {row.uid: row for row in drafts}
    uids = (uid for uid in {*now, *drafted} if uid not in without)
    return any(uid not in now or uid not in drafted or not same(drafted[uid], now[uid]) for uid in uids)


def has_unreleased(event: Event) -> bool:
    return _differ(rows_out(event), frozen_drafts(event), ())


def refuse_unknown(only: Iterable[UUID], known: Container[UUID]) -> None:
    """Raises ValidationError where one of these is no slot of the event."""
    unknown = [str(uid) for uid in only if uid not in known]
    if unknown:
        raise ValidationError(
            _("The event has no such slot: %(uids)s. Reload its schedule."),
            code="no_such_slot",
            params={"uids": ", ".join(sorted(unknown))},
        )


def in_order(rows: Iterable[ReleasedSlot]) -> dict[UUID, ReleasedSlot]:
    """By ``uid``, in order of time."""
    return {row.uid: row for row in sorted(rows, key=lambda row: (row.sort_start, row.uid))}


def draft_rows(event: Event) -> list[ReleasedSlot]:
    """The whole schedule as the drafts have it, for a preview."""
    return list(plan(event).then.values())


def draft_slots(event: Event) -> QuerySet[Slot]:
    """The drafts with all that freezing reads."""
    people = SlotParticipant.objects.select_related("participant")
    rows = event.slots.select_related("venue", "space").prefetch_related(Prefetch("participations", people))
    return rows.order_by("sort_start", "pk")


def frozen_drafts(event: Event) -> list[ReleasedSlot]:
    """The rows of the event's drafts, unsaved, in order of time."""
    rows = frozen(event.slots.order_by("sort_start", "pk"))
    for row in rows:
        row.event = event
        if row.starts_at is None and row.on_date is None:  # the event's own days may have changed since it was saved
            row.derive_times(event)
    return rows


def frozen(slots: QuerySet[Slot]) -> list[ReleasedSlot]:
    """The row of each draft, unsaved; their events are not loaded.

    Read as plain values and made once: for a season of ten thousand slots this is what the organizer waits for.
    """
    names = ["event_id", "uid", *FROZEN, *DERIVED]
    new = ReleasedSlot()
    blank = {field.attname: getattr(new, field.attname) for field in ReleasedSlot._meta.concrete_fields}
    line_ups = _line_ups(slots)
    rows = []
    for pk, *values in slots.values_list("pk", *names):
        blank.update(zip(names, values, strict=True))
        row = ReleasedSlot(*blank.values())  # type: ignore[misc]
        row.participants, row.operational = line_ups.get(pk, []), row.slot_kind in OPERATIONAL
        rows.append(row)
    return placed(rows)


def _line_ups(slots: QuerySet[Slot]) -> dict[int, list[dict[str, Any]]]:
    """Who takes part, by the drafts' keys."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = SlotParticipant.objects.filter(slot__in=slots.order_by().values("pk")).order_by("billing", "pk")
    columns = list(rows.values_list("slot", "participant", "role", "billing"))
    people = Participant.objects.in_bulk({who for _slot, who, _role, _billing in columns})
    for slot, who, role, billing in columns:
        one = people[who]
        told = {"slug": one.slug, "kind": one.kind, "name": one.name, "role": role, "billing": billing}
        found[slot].append({**told, "url": one.url} if one.url else told)
    return found


def repeat(row: ReleasedSlot) -> ReleasedSlot:
    """What was released, as a new row, unsaved."""
    values = {name: getattr(row, name) for name in (*COMPARED, "operational")}
    fresh = ReleasedSlot(event=row.event, uid=row.uid, **values)
    fresh.venue, fresh.space = row.venue, row.space
    return fresh


def same(one: ReleasedSlot, other: ReleasedSlot) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in COMPARED)


def succeed(row: ReleasedSlot, now: ReleasedSlot | None, older: ReleasedSlot | None = None) -> ReleasedSlot:
    """``row`` numbered as the successor of what is out; the row that is out, where nothing differs.

    ``older`` is the last row of a slot that was taken out: for calendars that have kept it, it goes on counting.
    """
    if now is not None and same(row, now):
        return now
    before = now or older
    row.version = 1
    if before is not None:
        row.version = before.version + 1
        moved = now is None or any(getattr(before, name) != getattr(row, name) for name in SEQUENCED)
        row.sequence = before.sequence + 1 if moved else before.sequence
        row.previous_start = before.starts_at if before.starts_at != row.starts_at else before.previous_start
    return row


def last_rows(event: Event, uids: Collection[UUID]) -> dict[UUID, ReleasedSlot]:
    """The last row of each slot that was out once and is no longer."""
    found: dict[UUID, ReleasedSlot] = {}
    gone = event.released_slots.exclude(until=None)
    wanted = list(uids) if uids and gone.exists() else []  # a first release has ten thousand, and none that is gone
    for start in range(0, len(wanted), 500):
        for row in gone.filter(uid__in=wanted[start : start + 500]).order_by("pk"):
            found[row.uid] = row
    return found
