"""Events and slots for search engines, in the form that Google documents.

https://developers.google.com/search/docs/appearance/structured-data/event: what is postponed or cancelled keeps the
date it had; what has a new date says so and tells the old one.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from core.facts import LinkKind, PriceKind
from core.pages.markup import Node, image_urls, inexact_day, instant, told
from core.pages.words import amount
from core.translations import resolve
from events.models import BookingStatus, Event, EventStatus, Kind, Precision, ReleasedSlot, SlotKind, SlotStatus, Timing
from media.page_words import media_nodes
from venues.structured import place_node

SCHEMA = "https://schema.org/"
EVENT_TYPES: dict[str, str] = {
    Kind.SEASON: "EventSeries",
    Kind.LEAGUE: "SportsEvent",
    Kind.CUP: "SportsEvent",
    Kind.RACE: "SportsEvent",
    Kind.CONCERT: "MusicEvent",
    Kind.SHOW: "TheaterEvent",
    Kind.EXHIBITION: "ExhibitionEvent",
    Kind.FESTIVAL: "Festival",
}
SLOT_TYPES: dict[str, str] = {
    SlotKind.MATCH: "SportsEvent",
    SlotKind.WAVE: "SportsEvent",
    SlotKind.SET: "MusicEvent",
    SlotKind.SHOW: "TheaterEvent",
    SlotKind.EXHIBITION: "ExhibitionEvent",
}
STATUSES: dict[str, str] = {
    EventStatus.SCHEDULED: "EventScheduled",
    SlotStatus.TENTATIVE: "EventScheduled",
    EventStatus.POSTPONED: "EventPostponed",
    EventStatus.CANCELLED: "EventCancelled",
}
AVAILABILITY = {
    BookingStatus.NOT_NEEDED: "InStock",
    BookingStatus.WALK_IN: "InStock",
    BookingStatus.OPEN: "InStock",
    BookingStatus.NOT_YET: "PreOrder",
    BookingStatus.WAITLIST: "BackOrder",
    BookingStatus.SOLD_OUT: "SoldOut",
    BookingStatus.CLOSED: "Discontinued",
}
PERFORMERS = {"team": "SportsTeam", "person": "Person", "act": "PerformingGroup"}


def here() -> Node:
    """Where nothing is more exact than the district: a search engine wants a place."""
    return {"@type": "Place", "name": settings.DISTRICT_NAME, "address": settings.DISTRICT_NAME}


def offers(event: Event, booking: Mapping[str, Any]) -> Node | None:
    """One price, or the span of several; nothing where no price is known. ``booking`` is the event's or the slot's."""
    if event.price_kind == PriceKind.FREE:
        prices: Node = {"@type": "Offer", "price": amount(0, event.currency)}
    elif event.price_min is None and event.price_max is None:
        return None
    else:
        known = [each for each in (event.price_min, event.price_max) if each is not None]
        low, high = amount(min(known), event.currency), amount(max(known), event.currency)
        prices = {"@type": "Offer", "price": low}
        if low != high:
            prices = {"@type": "AggregateOffer", "lowPrice": low, "highPrice": high}
    available = AVAILABILITY.get(BookingStatus(booking["status"])) if booking["status"] else None
    return told(
        {
            **prices,
            "priceCurrency": event.currency,
            "url": booking["url"] or event.share_url,
            "availability": SCHEMA + available if available else None,
            "validFrom": booking["opens_at"],
        }
    )


def organizer_node(event: Event, shown: Mapping[str, Any] | None) -> Node | None:
    """``shown`` is what the event's item says of its organizer: None where that is hidden."""
    if shown is None:
        return None
    sites = [link.value for link in event.organizer.links.all() if link.kind == LinkKind.WEBSITE]
    return told({"@type": "Organization", "name": shown["name"], "url": sites[0] if sites else None})


def one_or_more(nodes: list[Node]) -> Node | list[Node]:
    return nodes[0] if len(nodes) == 1 else nodes


def common(event: Event, item: Mapping[str, Any], booking: Mapping[str, Any] | None = None) -> Node:
    """What an event and each of its slots have in common; ``item`` is the event's, ``booking`` the slot's own."""
    return {
        "eventAttendanceMode": f"{SCHEMA}OfflineEventAttendanceMode",
        "image": image_urls(item),
        "organizer": organizer_node(event, item["organizer"]),
        "offers": offers(event, booking or item["booking"]),
        "isAccessibleForFree": {"free": True, "paid": False, "partly_free": False}.get(event.price_kind),
    }


def event_node(event: Any, item: Mapping[str, Any], tag: str, about: str, doors_at: str | None = None) -> Node:
    """``event`` carries its ``shown_venues`` and, from today on, its ``shown_slots``."""
    season = item["season"]
    slots = [slot for slot in event.shown_slots if start_of(slot)]
    return told(
        {
            "@type": EVENT_TYPES.get(event.event_kind, "Event"),
            "@id": event.share_url,
            "url": event.share_url,
            "name": item["title"],
            "description": about,
            **event_dates(event),
            **first_minute(event),
            "doorTime": doors_at,
            "eventStatus": SCHEMA + STATUSES[event.status],
            "location": one_or_more([place_node(venue, tag) for venue in event.shown_venues] or [here()]),
            **common(event, item),
            "superEvent": season and {"@type": "EventSeries", "name": season["name"], "url": event.season.share_url},
            "subEvent": [sub_event(slot, tag) for slot in slots],
            "subjectOf": media_nodes(item),
        }
    )


def event_dates(event: Any) -> Node:
    """Its first and last day, no more exact than they are known."""
    first, last = event.starts_on or event.slots_from, event.ends_on or event.slots_to
    precision = event.date_precision if event.starts_on else "day"
    return told(
        {
            "startDate": inexact_day(first, precision) if first else None,
            "endDate": inexact_day(last, precision) if last else None,
        }
    )


def first_minute(event: Any) -> Node:
    """When exactly it begins, where its first slot is yet to come."""
    opening = next(iter(event.shown_slots), None)
    first = event.starts_on or event.slots_from
    if opening is None or opening.day != first or not is_timed(opening):
        return {}
    return {"startDate": instant(opening.starts_at)}


def is_timed(slot: ReleasedSlot) -> bool:
    exact = slot.precision in (Precision.EXACT, Precision.NOT_BEFORE)
    return exact and slot.timing == Timing.TIMED and slot.starts_at is not None


def start_of(slot: ReleasedSlot) -> str | None:
    """What is postponed without a new time keeps the one it had."""
    if is_timed(slot):
        assert slot.starts_at is not None  # which makes it timed
        return instant(slot.starts_at)
    if slot.status == SlotStatus.POSTPONED and slot.previous_start:
        return instant(slot.previous_start)
    unknown = slot.precision == Precision.TBA and slot.on_date is None
    return None if unknown else slot.day.isoformat()


def end_of(slot: ReleasedSlot) -> str | None:
    if slot.status == SlotStatus.POSTPONED:
        return None
    if slot.last_day > slot.day and slot.through:
        return slot.through.isoformat()
    return instant(slot.ends_at) if is_timed(slot) and slot.ends_at else None


def status_of(slot: ReleasedSlot) -> Node:
    before = slot.previous_start if slot.status in (SlotStatus.SCHEDULED, SlotStatus.TENTATIVE) else None
    if before and slot.starts_at and before != slot.starts_at:
        return {"eventStatus": f"{SCHEMA}EventRescheduled", "previousStartDate": instant(before)}
    return {"eventStatus": SCHEMA + STATUSES[slot.status]}


def slot_type(slot: ReleasedSlot) -> str:
    return SLOT_TYPES.get(slot.slot_kind, "Event")


def slot_place(slot: ReleasedSlot, tag: str) -> Node:
    words = resolve(slot.place_name, tag)[0]
    if slot.venue is None or not slot.venue.public:
        return {"@type": "Place", "name": words, "address": words} if words else here()
    return place_node(slot.venue, tag, words)


def sub_event(slot: ReleasedSlot, tag: str) -> Node:
    return told(
        {
            "@type": slot_type(slot),
            "url": slot.share_url,
            "name": resolve(slot.title, tag)[0],
            "startDate": start_of(slot),
            "endDate": end_of(slot),
            **status_of(slot),
            "location": slot_place(slot, tag),
        }
    )


def participants(slot: ReleasedSlot, tag: str, pages: Mapping[str, str]) -> Node:
    """Teams compete, at home or away; everybody else but a guide performs. ``pages``: paths of theirs, by slug."""
    found: dict[str, list[Node]] = {}
    for each in slot.line_up:
        node = {"@type": PERFORMERS.get(each.get("kind", ""), "Organization"), "name": resolve(each["name"], tag)[0]}
        if each["slug"] in pages:
            node["url"] = f"{settings.PUBLIC_ORIGIN}{pages[each['slug']]}"
        if each.get("url"):
            node["sameAs"] = each["url"]
        sides = {"home": "homeTeam", "away": "awayTeam"}
        plays = each.get("kind") == "team" or slot_type(slot) == "SportsEvent"
        if each["role"] != "guide":
            name = sides.get(each["role"], "competitor") if plays else "performer"
            found.setdefault(name, []).append(node)
    return {name: one_or_more(nodes) for name, nodes in found.items()}


def slot_node(slot: Any, item: Mapping[str, Any], tag: str, pages: Mapping[str, str]) -> Node | None:
    """None for what is no event of its own (doors, breaks), and for what has no date: there is no such result."""
    event = item["event"]
    if slot.operational or start_of(slot) is None or event is None:
        return None
    return told(
        {
            **sub_event(slot, tag),
            "@id": slot.share_url,
            "description": item["status_note"] or event["summary"],
            **common(slot.event, event, item["booking"]),
            **participants(slot, tag, pages),
            "superEvent": {
                "@type": EVENT_TYPES.get(slot.event.event_kind, "Event"),
                "name": event["name"],
                "url": slot.event.share_url,
                **event_dates(slot.event),
                "location": slot_place(slot, tag),
            },
        }
    )
