"""``/events/{slug}/schedule`` and ``/events/{slug}/changes``: what releases made of an event's schedule."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.api.ask import Ask
from core.api.filters import Parameter, parse_count, read_parameters
from core.api.problems import BadRequest, FieldProblem
from core.api.views import DetailView
from events.live import load_live
from events.models import Event, EventImage
from events.schedules import changes_since, schedule_of
from events.serializers import ChangesItem, ScheduleItem
from media.serializers import load_pictures
from venues.models import VenueImage

NUMBER = {"type": "integer", "minimum": 0}


def load_slots_out(event: Any, slots: list[Any]) -> None:
    """What slots of one event show: their places' pictures, what is live; the event has its own pictures already."""
    load_pictures(VenueImage, [slot.venue for slot in slots if slot.venue])
    load_live(slots)
    for slot in slots:
        slot.event = event


class OfReleases(DetailView):
    """The base of what is told of an event's releases."""

    shows_clock = True
    common: ClassVar[frozenset[str]] = frozenset({"lang", "coords"})

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return Event.objects.visible()

    def number(self, ask: Ask, name: str, event: Event) -> int | None:
        """The release that a parameter names. Raises BadRequest for one that the event does not have."""
        number: int | None = read_parameters(ask.params, self.parameters).get(name)
        least = self.parameters[name].schema["minimum"]
        if number is not None and not least <= number <= (event.release_number or 0):
            message = _("The newest release is %(newest)d.") % {"newest": event.release_number or 0}
            raise BadRequest([FieldProblem(name, "out_of_range", message)])
        return number

    def load_slots(self, event: Any, slots: list[Any]) -> None:
        load_pictures(EventImage, [event])
        load_slots_out(event, slots)


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
