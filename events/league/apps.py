from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LeagueConfig(AppConfig):
    name = "events.league"
    label = "league"
    verbose_name = _("Leagues and cups")

    def ready(self) -> None:
        from organizers.rights import register_owned

        register_owned("team", "league.team", published=True)
