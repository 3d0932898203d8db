"""What events ask of the floors below: their venue and organizer stay public while they are."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.publication import State
from events.models import Event
from organizers.models import Organizer
from venues.models import Venue


def no_public_events_here(venue: Venue) -> Iterable[ValidationError]:
    return _refuse(Event._base_manager.filter(state=State.PUBLISHED, event_venues__venue=venue))


def no_public_events_of(organizer: Organizer) -> Iterable[ValidationError]:
    return _refuse(Event._base_manager.filter(state=State.PUBLISHED, organizer=organizer))


def _refuse(events: QuerySet[Event]) -> Iterable[ValidationError]:
    titles = [str(event) for event in events[:3]]
    if titles:
        yield ValidationError(
            _("Published events need it: %(events)s. Withdraw or move them first."),
            code="in_use",
            params={"events": ", ".join(titles)},
        )
