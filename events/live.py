"""What is live about released slots: it changes between two releases, and belongs to none."""

from collections.abc import Iterable

from events.booking import load_bookings
from events.details import keepers
from events.models import ReleasedSlot, SlotNotice


def load_live(slots: list[ReleasedSlot]) -> None:
    """The notices on these slots, their own bookings, and what the floors above know of them: results."""
    load_notices(slots)
    load_bookings(slots)
    for keeper in keepers():
        keeper.load(slots)


def load_notices(slots: Iterable[ReleasedSlot]) -> None:
    """Sets ``notice`` of those that are out, where one is in force. One query, by event: notices are few."""
    current = [slot for slot in slots if slot.until_id is None]
    if current:
        rows = SlotNotice.objects.in_force().filter(event__in={slot.event_id for slot in current})
        found = {notice.uid: notice for notice in rows}
        for slot in current:
            slot.notice = found.get(slot.uid)
