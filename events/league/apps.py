from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LeagueConfig(AppConfig):
    name = "events.league"
    label = "league"
    verbose_name = _("Leagues and cups")

    def ready(self) -> None:
        from core.changes.models import register_settler
        from events.conflicts import register_rule
        from events.details import register_keeper
        from events.league.conflicts import of_matches
        from events.league.keeping import KEEPER, settle_events
        from organizers.rights import register_owned

        register_keeper(KEEPER)
        register_rule(of_matches)
        register_settler("event", settle_events)
        register_owned("team", "league.team", published=True)
