"""``/events/{slug}/`` and ``/slots/{uid}/``: the pages for people; and what takes place at a venue, for its page."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects

from core.api.ask import Ask
from core.clock import district_day
from core.pages.views import ObjectPage, description_of
from core.pages.words import Foreign, ages_words, day_words, price_words
from core.translations import Text, resolve
from events.booking import terms_of
from events.evening_page import evenings_on_page, people
from events.models import Event, EventMedia, EventStatus, Kind, Precision, ReleasedSlot, SlotStatus
from events.page_words import (
    EVENT_KINDS,
    SLOT_KINDS,
    STATUSES,
    booking_line,
    closing_words,
    event_days,
    event_line,
    moved_words,
    own_booking_line,
    result_line,
    score_words,
    slot_clock,
    slot_line,
    slot_when,
)
from events.running_order import is_of_any_day
from events.sections import pages_of, sections_of
from events.serializers import EventDetailItem, SlotItem
from events.structured import event_node, slot_node
from events.views.event import CHILDREN, MOST_SLOTS, events, load_events
from events.views.slot import load_slots, slots
from media.media_objects import load_media
from media.page_words import media_on_page
from venues.models import Venue
from venues.page_words import checked_words
from venues.pages import GRAVE, trail

MOST_EVENTS = 12  # of a season, or at a venue
AHEAD = timedelta(days=60)


class EventPage(ObjectPage):
    """An event: when, where, how to get in, and what comes next."""

    serializer_class = EventDetailItem
    template = "pages/event.html"
    includes = frozenset({"slots", "organizer"})

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return events().prefetch_related(*CHILDREN)

    def load(self, row: Any, ask: Ask) -> None:
        load_events([row], ask)
        load_media(EventMedia, [row], ask)

    def shown(self, row: Any, item: dict[str, Any], ask: Ask) -> dict[str, Any]:
        season = [(item["season"]["name"], row.season)] if item["season"] else []
        evenings = evenings_on_page(row, ask, lambda slot, shown: slot_row(slot, shown, row.only_venue))
        node = event_node(row, item, ask.language, description_of(item), evenings.doors_at)
        parts = season_parts(row, ask) if row.event_kind == Kind.SEASON else []
        return {
            "kind": EVENT_KINDS[row.event_kind],
            "line": event_line(row, district_day(ask.moment)),
            "when": event_days(row),
            "price": price_words(item["price"]),
            "ages": ages_words(item["ages"]),
            "booking": booking_line(row),
            "closing": closing_words(row),
            "bookable": is_bookable(item["booking"], row.status),
            "link": official_link(item["booking"], row.status),
            "places": [
                {**shown, "path": venue.page_path}
                for shown, venue in zip(item["venues"], row.shown_venues, strict=True)
            ],
            "evenings": evenings.evenings,
            "days": agenda(row.shown_slots, item["slots"], row.only_venue, evenings.days),
            "more_slots": len(row.shown_slots) == MOST_SLOTS,
            "has_schedule": row.slots_to is not None,
            "parts": parts,
            "checked": checked_words(row.verified_on),
            "sections": sections_of(row, ask),
            **media_on_page(item),
            **trail(row, item["title"], season, node),
        }


def official_link(booking: dict[str, Any] | None, status: str) -> str:
    """Where to book, also before it begins: people look there for what is left."""
    if booking is None or status in (EventStatus.CANCELLED, EventStatus.POSTPONED):
        return ""
    return "" if booking["status"] in ("closed", "walk_in", "not_needed") else booking["url"] or ""


def is_bookable(booking: dict[str, Any] | None, status: str) -> bool:
    """Whether a button that leads to the tickets is of use."""
    waits = booking is not None and booking["status"] in ("sold_out", "not_yet")
    return bool(official_link(booking, status)) and not waits


def agenda(
    rows: Iterable[ReleasedSlot],
    items: Iterable[dict[str, Any]],
    only: Venue | None = None,
    without: Collection[date] = (),
) -> list[dict[str, Any]]:
    """The slots day by day; those without a date at the end, under no day. ``only``: where all of it takes place.

    ``without`` the days that are told otherwise, and what a single day's event has still to announce.
    """
    lines = [
        (None if undated(row) else row.day, slot_row(row, item, only))
        for row, item in zip(rows, items, strict=True)
        if is_of_any_day(row) or row.day not in without
    ]
    lines.sort(key=lambda line: line[0] is None)  # stable: the order of time stays
    return [
        {"day": day_words(day) if day else "", "rows": [line for _day, line in group]}
        for day, group in groupby(lines, key=lambda line: line[0])
    ]


def undated(row: ReleasedSlot) -> bool:
    return row.precision == Precision.TBA and row.on_date is None


def slot_row(row: ReleasedSlot, item: dict[str, Any], only: Venue | None) -> dict[str, Any]:
    place = item["place"]
    known = only is not None and row.venue_id == only.pk and not row.place_name
    names = [None if known else place["name"], place["space"]["name"] if place["space"] else None]
    return {
        "path": row.page_path,
        "title": item["title"],
        "sides": sides(item),
        "clock": slot_clock(row),
        "places": [name for name in names if name],
        "badge": STATUSES.get(row.status) or own_booking_line(row, item["booking"]),
        "note": item["status_note"],
        "notice": item["notice"]["text"] if item["notice"] else "",
        "score": score_words(item["result"]),
        "result": result_line(item["result"]),
        "moved": moved_words(row) if row.status not in (SlotStatus.CANCELLED, SlotStatus.POSTPONED) else "",
        "off": row.status in (SlotStatus.CANCELLED, SlotStatus.POSTPONED),
    }


def sides(item: dict[str, Any]) -> list[str]:
    """Home and away, where the title does not name both."""
    names = [each["name"] for each in item["participants"] if each["role"] in ("home", "away")]
    return [] if all(name in (item["title"] or "") for name in names if name) else names


def season_parts(season: Event, ask: Ask) -> list[dict[str, Any]]:
    """The events of a season, one query: what is yet to come first, then what is over."""
    today = district_day(ask.moment)
    rows = list(Event.objects.visible().filter(season=season).order_by("first_day", "pk")[: MOST_EVENTS * 4])
    rows.sort(key=lambda row: (row.slots_to or row.last_day) < today)
    return [tile(row, ask.language) for row in rows[:MOST_EVENTS]]


def tile(row: Event, tag: str) -> dict[str, Any]:
    return {"path": row.page_path, "title": in_words(row.title, tag), "when": event_days(row)}


def in_words(value: Text, tag: str) -> str:
    text, shown = resolve(value, tag)
    return Foreign(text, shown) if shown and shown != tag else text


def at_venue(venue: Venue, ask: Ask) -> dict[str, Any]:
    """What takes place at a venue within two months, for its page; one query."""
    today = district_day(ask.moment)
    rows = Event.objects.visible().at_venues([venue.slug]).overlapping(today, today + AHEAD)
    rows = rows.exclude(event_kind=Kind.SEASON).order_by("first_day", "pk")
    return {
        "coming": [tile(row, ask.language) for row in rows[:MOST_EVENTS]],
        "coming_template": "pages/coming.html",
    }


class SlotPage(ObjectPage):
    """A time: a match, a set, a tour's departure."""

    serializer_class = SlotItem
    template = "pages/slot.html"
    includes = frozenset({"event"})

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return slots()

    def load(self, row: Any, ask: Ask) -> None:
        load_slots([row], ask)
        prefetch_related_objects([row.event.organizer], "links")

    def pictures(self, item: dict[str, Any]) -> list[dict[str, Any]]:
        """Its event's first."""
        return item["event"]["images"][:1]

    def shown(self, row: Any, item: dict[str, Any], ask: Ask) -> dict[str, Any]:
        event, pages, terms = item["event"], pages_of(row.line_up), terms_of(row, ask.moment)
        return {
            "kind": SLOT_KINDS[row.slot_kind],
            "line": slot_line(row, ask.moment),
            "when": slot_when(row),
            "off": row.status in (SlotStatus.CANCELLED, SlotStatus.POSTPONED) and not undated(row),
            "grave": GRAVE,
            "moved": moved_words(row),
            "venue_path": row.venue.page_path if item["place"]["venue"] else "",
            "event_path": row.event.page_path,
            "score": score_words(item["result"]),
            "result": result_line(item["result"]),
            "people": [{**each, "path": pages.get(each["slug"], "")} for each in people(item["participants"])],
            "price": price_words(event["price"]),
            "booking": booking_line(terms),
            "closing": closing_words(terms),
            "bookable": is_bookable(item["booking"], row.status),
            "link": official_link(item["booking"], row.status),
            "ages": ages_words(event["ages"]),
            **trail(row, item["title"], [(event["name"], row.event)], slot_node(row, item, ask.language, pages)),
        }
