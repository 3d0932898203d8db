"""What the drafts of events have that visitors do not know yet; the same few queries however many events."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from events.differences import ChangeKind, kinds_of
from events.freezing import frozen
from events.models import Event, ReleasedSlot, Slot


@dataclass
class Unreleased:
    """Of one event: the slots that are out, and what became of those whose draft is otherwise."""

    out: set[UUID] = field(default_factory=set)
    changes: dict[UUID, tuple[ChangeKind, ...]] = field(default_factory=dict)


def unreleased(events: Iterable[Event], uids: Collection[UUID] | None = None) -> dict[int, Unreleased]:
    """By the event's key; ``uids``: of these slots only."""
    by_pk = {event.pk: event for event in events}
    drafts = Slot.objects.filter(event__in=by_pk)
    current = ReleasedSlot.objects.current().filter(event__in=by_pk)
    if uids is not None:
        drafts, current = drafts.filter(uid__in=uids), current.filter(uid__in=uids)
    now: dict[UUID, ReleasedSlot] = {row.uid: row for row in current}
    then: dict[UUID, ReleasedSlot] = {row.uid: row for row in frozen(drafts)}
    found: dict[int, Unreleased] = defaultdict(Unreleased)
    for uid in {**now, **then}:
        before, after = now.get(uid), then.get(uid)
        if after is not None and after.starts_at is None and after.on_date is None:
            after.derive_times(by_pk[after.event_id])  # the event's own days may have changed since it was saved
        own = found[(after or now[uid]).event_id]
        if before is not None:
            own.out.add(uid)
        if kinds := kinds_of(before, after):
            own.changes[uid] = kinds
    return found
