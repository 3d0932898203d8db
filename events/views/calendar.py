"""``/calendar.ics``, ``/events/{slug}.ics``, ``/slots/{uid}.ics``."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request

from core.api.ask import Ask
from core.api.language import in_script
from core.api.renderers import CalendarRenderer
from core.api.views import DetailView
from core.translations import show
from events.calendars import Feed, write_calendar
from events.filters import CalendarFilters
from events.live import load_live
from events.models import Event, ReleasedSlot

MOST_ENTRIES = 2000  # of a calendar


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
        load_live(slots)
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
