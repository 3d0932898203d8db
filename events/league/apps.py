from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LeagueConfig(AppConfig):
    name = "events.league"
    label = "league"
    verbose_name = _("Leagues and cups")

    def ready(self) -> None:
        from core.changes.models import register_settler
        from core.publication import Verb, register_guard
        from events.conflicts import register_rule
        from events.details import register_keeper
        from events.league.conflicts import of_matches
        from events.league.guards import no_public_teams_of
        from events.league.keeping import KEEPER, settle_events
        from events.league.pages import pages_of_teams, teams_of
        from events.league.sheets.kind import TEAMS
        from events.sections import register_pages, register_section
        from events.sheets.kinds import register_kind
        from organizers.rights import register_owned

        register_keeper(KEEPER)
        register_rule(of_matches)
        register_settler("event", settle_events)
        register_guard("organizer", Verb.WITHDRAW, no_public_teams_of)
        register_owned("team", "league.team", published=True)
        register_pages(pages_of_teams)
        register_section(teams_of)
        register_kind(TEAMS)
