"""``/events``, one of them, and ``/events.geojson``."""

from collections import defaultdict
from typing import Any, ClassVar

from django.db.models import QuerySet, Window, prefetch_related_objects
from django.db.models.functions import RowNumber

from core.api.ask import Ask
from core.api.keyset import Order
from core.api.renderers import GeoJsonRenderer
from core.api.views import DetailView, GeoListView, ListView
from core.clock import district_day
from events.filters import EventFilters
from events.live import load_live
from events.models import Event, EventImage, EventMedia, EventVenue, ReleasedSlot
from events.serializers import EventDetailItem, EventFeature, EventItem
from events.upcoming import load_upcoming
from media.media_objects import load_media
from media.serializers import load_pictures
from organizers.serializers import split_links
from venues.models import Venue, VenueImage
from venues.views.venue import CHILDREN as VENUE_CHILDREN
from venues.views.venue import load_venues

CHILDREN = ("links", "tagging__tag")
MOST_SLOTS = 50  # of one event in ``include=slots``


def load_event_venues(rows: list[Any]) -> None:
    """Sets ``shown_venues``, the public ones in order, and ``only_venue`` where it is a single one."""
    by_event: dict[int, list[Venue]] = defaultdict(list)
    for link in EventVenue._base_manager.filter(event__in=rows).select_related("venue").order_by("position", "pk"):
        by_event[link.event_id].append(link.venue)
    for row in rows:
        row.shown_venues = [venue for venue in by_event[row.pk] if venue.public]
        row.only_venue = row.shown_venues[0] if len(row.shown_venues) == 1 else None


def load_events(rows: list[Any], ask: Ask) -> None:
    """What events show of others: their venues, pictures, links, seasons; one query per kind."""
    load_event_venues(rows)
    load_upcoming(rows, ask.moment)
    load_pictures(EventImage, [*rows, *(row.season for row in rows if row.season)])
    venues = [venue for row in rows for venue in row.shown_venues]
    load_pictures(VenueImage, venues)
    split_links(rows)
    if ask.include & {"venue", "venues"}:
        prefetch_related_objects(venues, "parent", "organizer", *VENUE_CHILDREN)
        load_venues(venues, ask)
    if "organizer" in ask.include:
        prefetch_related_objects([row.organizer for row in rows], "links")
        split_links([row.organizer for row in rows])
    if "season" in ask.include:
        seasons = [row.season for row in rows if row.season]
        prefetch_related_objects(seasons, "season", "organizer", *CHILDREN)
        load_events(seasons, ask.alone())
    if "slots" in ask.include:
        load_slots_of(rows, ask)


def load_slots_of(rows: list[Any], ask: Ask) -> None:
    """Sets ``shown_slots``: each event's agenda from today on, as far as it fits."""
    by_event: dict[int, list[ReleasedSlot]] = defaultdict(list)
    order = ("sort_start", "uid")
    slots = ReleasedSlot.objects.visible().program().filter(event__in=rows)
    coming = slots.overlapping(district_day(ask.moment), None).select_related("venue", "space")
    place = Window(RowNumber(), partition_by="event", order_by=order)
    for slot in coming.annotate(place_in_event=place).filter(place_in_event__lte=MOST_SLOTS).order_by(*order):
        by_event[slot.event_id].append(slot)
    events = {row.pk: row for row in rows}
    for row in rows:
        row.shown_slots = by_event[row.pk]
    shown = [slot for slots_of_one in by_event.values() for slot in slots_of_one]
    for slot in shown:
        slot.event = events[slot.event_id]
    load_pictures(VenueImage, [slot.venue for slot in shown if slot.venue])
    load_live(shown)


class EventList(ListView):
    """What takes place. Without a time it begins today."""

    serializer_class = EventItem
    filterset_class = EventFilters
    clock_fields = frozenset({"next_slot"})
    orders: ClassVar[dict[str, Order]] = {
        "start": Order(("first_day", "pk")),
        "distance": Order(("distance2", "pk")),
        "-updated": Order(("-updated_at", "-pk")),
    }
    includes = frozenset({"venue", "venues", "organizer", "season", "images", "slots"})

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return events().prefetch_related(*CHILDREN)

    def load(self, rows: list[Any], ask: Ask) -> None:
        load_events(rows, ask)


def events() -> QuerySet[Any]:
    return Event.objects.visible().select_related("organizer", "season")


class EventDetail(DetailView):
    """One event."""

    serializer_class = EventDetailItem
    includes = EventList.includes
    clock_fields = EventList.clock_fields

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return events().prefetch_related(*CHILDREN)

    def load(self, rows: list[Any], ask: Ask) -> None:
        load_events(rows, ask)
        load_media(EventMedia, rows, ask)


class EventMap(GeoListView):
    """The events as GeoJSON."""

    renderer_classes = (GeoJsonRenderer,)
    serializer_class = EventFeature  # type: ignore[assignment]
    filterset_class = EventFilters
    orders: ClassVar[dict[str, Order]] = {"start": EventList.orders["start"], "distance": EventList.orders["distance"]}

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return events()

    def load(self, rows: list[Any], ask: Ask) -> None:
        load_event_venues(rows)
        load_pictures(EventImage, rows)
