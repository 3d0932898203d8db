"""``/events``, ``/events/{slug}``, ``/events.geojson``, ``/slots``, ``/slots/{uid}``, and the calendars.

The calendars are ``/calendar.ics``, ``/events/{slug}.ics``, ``/slots/{uid}.ics``.
"""

from collections import defaultdict
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet, Window, prefetch_related_objects
from django.db.models.functions import RowNumber
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request

from core.api.ask import Ask
from core.api.keyset import Order
from core.api.language import in_script
from core.api.renderers import CalendarRenderer, GeoJsonRenderer
from core.api.views import DetailView, GeoListView, ListView
from core.clock import district_day
from core.translations import show
from events.calendars import Feed, write_calendar
from events.filters import CalendarFilters, EventFilters, SlotFilters
from events.models import Event, EventImage, EventVenue, ReleasedSlot
from events.serializers import EventFeature, EventItem, SlotItem
from media.serializers import load_pictures
from organizers.serializers import split_links
from venues.models import Venue, VenueImage
from venues.views.venue import CHILDREN as VENUE_CHILDREN
from venues.views.venue import load_venues

CHILDREN = ("links", "tagging__tag")
MOST_ENTRIES = 2000  # of a calendar
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


class EventList(ListView):
    """What takes place. Without a time it begins today."""

    serializer_class = EventItem
    filterset_class = EventFilters
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

    serializer_class = EventItem
    includes = EventList.includes

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return events().prefetch_related(*CHILDREN)

    def load(self, rows: list[Any], ask: Ask) -> None:
        load_events(rows, ask)


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


def slots() -> QuerySet[Any]:
    return ReleasedSlot.objects.visible().select_related("event", "venue", "space")


def load_slots(rows: list[Any], ask: Ask) -> None:
    load_pictures(EventImage, [row.event for row in rows])
    load_pictures(VenueImage, [row.venue for row in rows if row.venue])
    if "event" in ask.include:
        embedded = [row.event for row in rows]
        prefetch_related_objects(embedded, "organizer", "season", *CHILDREN)
        load_events(embedded, ask.alone())


class SlotList(ListView):
    """The agenda: released slots across events. Without a time it begins today."""

    serializer_class = SlotItem
    filterset_class = SlotFilters
    shows_clock = True
    orders: ClassVar[dict[str, Order]] = {
        "start": Order(("sort_start", "uid")),
        "distance": Order(("distance2", "uid")),
        "-updated": Order(("-updated_at", "uid")),
    }
    includes = frozenset({"event"})

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return slots()

    def load(self, rows: list[Any], ask: Ask) -> None:
        load_slots(rows, ask)


class SlotDetail(DetailView):
    """One released slot."""

    lookup = "uid"
    serializer_class = SlotItem
    shows_clock = True
    includes = SlotList.includes

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return slots()

    def load(self, rows: list[Any], ask: Ask) -> None:
        load_slots(rows, ask)


class CalendarView(DetailView):
    """A file that a calendar fetches again and again."""

    renderer_classes = (CalendarRenderer,)
    plain_schema: ClassVar[dict[str, Any] | None] = {"type": "string"}
    common: ClassVar[frozenset[str]] = frozenset({"lang"})
    ignores_unknown = True

    def get(self, request: Request, **names: Any) -> HttpResponse:
        response = super().get(request, **names)
        response["Content-Disposition"] = f'inline; filename="{request.path.rpartition("/")[2]}"'
        return response

    def written(self, ask: Ask, slots: list[Any], name: str, about: str = "", url: str = "") -> bytes:
        """``url``: the page of the same. The source names the language, so that each client gets this one again."""
        prefetch_related_objects(slots, "event", "venue", "space")
        query = urlencode(sorted({**ask.params, "lang": ask.sort_language}.items()))
        source = f"{settings.PUBLIC_ORIGIN}{ask.path}?{query}"
        feed = Feed(name, about, source, ask.sort_language, ask.moment, url and f"{settings.PUBLIC_ORIGIN}{url}")
        return write_calendar(feed, slots, timezone.get_default_timezone())


class SlotsCalendar(CalendarView):
    """Slots that the filters of the agenda choose."""

    filterset_class = CalendarFilters
    common = frozenset({"lang", "coords"})

    def known_parameters(self) -> frozenset[str]:
        return self.common | set(self.filterset_class.base_filters)

    def entries(self, ask: Ask, slots: QuerySet[Any]) -> tuple[list[Any], str]:
        """The slots to show, and what is to be said where these are not all."""
        found, cut = self.filterset_class(ask, slots).nearest(MOST_ENTRIES)
        message = _("Only the %(most)d entries nearest to today. Choose an event or a venue to see all of its own.")
        return found, in_script(message, ask.sort_language) % {"most": MOST_ENTRIES} if cut else ""


class AgendaCalendar(SlotsCalendar):
    """The agenda as iCalendar, from 90 days back. `coords` is the datum of `near` and `bbox`; GEO is WGS-84."""

    def answer(self, ask: Ask, **names: Any) -> bytes:
        found, cut = self.entries(ask, ReleasedSlot.objects.visible())
        message = _("What is on in %(district)s")
        name = in_script(message, ask.sort_language) % {"district": settings.DISTRICT_NAME}
        return self.written(ask, found, name, cut)


class EventCalendar(SlotsCalendar):
    """An event's slots as iCalendar, of a season those of its events too, from 90 days back."""

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return Event.objects.visible()

    def answer(self, ask: Ask, **names: Any) -> bytes:
        event = self.found(ask, names)
        events = [event.pk, *event.parts.values_list("pk", flat=True)]
        found, cut = self.entries(ask, ReleasedSlot.objects.visible().filter(event__in=events))
        about = "\n".join(filter(None, [show(event.summary, ask.sort_language), cut]))
        return self.written(ask, found, show(event.title, ask.sort_language), about, f"/events/{event.slug}/")


class SlotCalendar(CalendarView):
    """One slot as iCalendar."""

    lookup = "uid"

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return ReleasedSlot.objects.visible()

    def answer(self, ask: Ask, **names: Any) -> bytes:
        slot = self.found(ask, names)
        return self.written(ask, [slot], show(slot.title, ask.sort_language), url=f"/slots/{slot.uid}/")
