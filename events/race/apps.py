from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RaceConfig(AppConfig):
    name = "events.race"
    label = "race"
    verbose_name = _("Races")
