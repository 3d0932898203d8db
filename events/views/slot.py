"""``/slots`` and one of them: what was released of every event."""

from typing import Any, ClassVar

from django.db.models import QuerySet, prefetch_related_objects

from core.api.ask import Ask
from core.api.keyset import Order
from core.api.views import DetailView, ListView
from events.filters import SlotFilters
from events.live import load_live
from events.models import EventImage, ReleasedSlot
from events.serializers import SlotItem
from events.views.event import CHILDREN, load_events
from media.serializers import load_pictures
from venues.models import VenueImage


def slots() -> QuerySet[Any]:
    return ReleasedSlot.objects.visible().select_related("event", "venue", "space")


def load_slots(rows: list[Any], ask: Ask) -> None:
    load_pictures(EventImage, [row.event for row in rows])
    load_pictures(VenueImage, [row.venue for row in rows if row.venue])
    load_live(rows)
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
