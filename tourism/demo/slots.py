"""A slot's record as the values of its row."""

import uuid
from typing import Any

from events.models import Event
from tourism.demo.records import NAMESPACE, Record, find, take
from venues.models import Space, Venue

SLOT_FIELDS = ("title starts_at ends_at on_date through precision timing status status_note place_name sample").split()


def uid_of(event: Event, key: str) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, f"{event.slug}/{key}")


def slot_values(name: str, event: Event, record: Record) -> dict[str, Any]:
    venue = find(name, "venue", Venue, record["venue"]) if record["venue"] else None
    return {
        "event": event,
        "uid": uid_of(event, record["key"]),
        "slot_kind": record["kind"],
        "venue": venue,
        "space": find(name, "space", Space, record["space"], venue=venue) if record["space"] else None,
        **take(record, *SLOT_FIELDS),
    }
