"""``/events``, one of them, its ``schedule`` and its ``changes``; ``/events.geojson``; ``/slots`` and one of them."""

from collections import defaultdict
from typing import Any, ClassVar

from django.db.models import QuerySet, Window, prefetch_related_objects
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from core.api.ask import Ask
from core.api.filters import Parameter, parse_count, read_parameters
from core.api.keyset import Order
from core.api.problems import BadRequest, FieldProblem
from core.api.renderers import GeoJsonRenderer
from core.api.views import DetailView, GeoListView, ListView
from core.clock import district_day
from events.filters import EventFilters, SlotFilters
from events.models import Event, EventImage, EventVenue, ReleasedSlot
from events.schedules import changes_since, schedule_of
from events.serializers import ChangesItem, EventFeature, EventItem, ScheduleItem, SlotItem
from events.upcoming import load_upcoming
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

    serializer_class = EventItem
    includes = EventList.includes
    clock_fields = EventList.clock_fields

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


NUMBER = {"type": "integer", "minimum": 0}


class OfReleases(DetailView):
    """The base of what is told of an event's releases."""

    shows_clock = True
    common: ClassVar[frozenset[str]] = frozenset({"lang", "coords"})

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return Event.objects.visible()

    def number(self, ask: Ask, name: str, event: Event) -> int | None:
        """The release that a parameter names. Raises BadRequest for one that the event does not have."""
        number: int | None = read_parameters(ask.params, self.parameters).get(name)
        if number is not None and number > (event.release_number or 0):
            message = _("The newest release is %(newest)d.") % {"newest": event.release_number or 0}
            raise BadRequest([FieldProblem(name, "out_of_range", message)])
        return number

    def load_slots(self, event: Any, slots: list[Any]) -> None:
        load_pictures(EventImage, [event])
        load_pictures(VenueImage, [slot.venue for slot in slots if slot.venue])
        for slot in slots:
            slot.event = event


class EventSchedule(OfReleases):
    """The schedule of an event by day, operational slots (doors, breaks, closures) included."""

    serializer_class = ScheduleItem  # type: ignore[assignment]
    parameters: ClassVar[dict[str, Parameter]] = {
        "release": Parameter(parse_count, {**NUMBER, "minimum": 1}, "As it was with that release; default the newest.")
    }

    def shown(self, row: Any, ask: Ask) -> Any:
        schedule = schedule_of(row, self.number(ask, "release", row))
        self.load_slots(row, schedule.slots)
        return schedule


class EventChanges(OfReleases):
    """What changed since a release, slot by slot; since 0, all that there is was added."""

    serializer_class = ChangesItem  # type: ignore[assignment]
    parameters: ClassVar[dict[str, Parameter]] = {
        "since": Parameter(parse_count, NUMBER, "The number of a release; required.")
    }

    def shown(self, row: Any, ask: Ask) -> Any:
        since = self.number(ask, "since", row)
        if since is None:
            raise BadRequest([FieldProblem("since", "required", _("Give the number of the release that you have."))])
        changes = changes_since(row, since)
        self.load_slots(row, changes.slots)
        return changes
