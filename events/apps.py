from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = _("Events")

    def ready(self) -> None:
        from core.publication import Verb, register_guard
        from events.guards import no_public_events_here, no_public_events_of
        from events.notices import load_events_of
        from events.pages import at_venue
        from organizers.rights import register_owned
        from venues.concerns import register_concerns
        from venues.pages import register_section

        register_guard("venue", Verb.WITHDRAW, no_public_events_here)
        register_guard("organizer", Verb.WITHDRAW, no_public_events_of)
        register_owned("event", "events.event", published=True)
        register_concerns(load_events_of)
        register_section(at_venue)
