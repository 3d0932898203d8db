from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RaceConfig(AppConfig):
    name = "events.race"
    label = "race"
    verbose_name = _("Races")

    def ready(self) -> None:
        from core.changes.models import register_settler
        from events.details import Keeper, register_keeper
        from events.race.answers import load_closures
        from events.race.notices import follow
        from events.race.pages import on_page
        from events.race.restored import restored
        from events.sections import register_section

        register_keeper(Keeper(restored=restored, load=load_closures))
        register_settler("event", follow)
        register_section(on_page)
