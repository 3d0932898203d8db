from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VenuesConfig(AppConfig):
    name = "venues"
    verbose_name = _("Venues")

    def ready(self) -> None:
        from core.changes.models import register_settler
        from organizers.rights import register_owned
        from venues import checks  # noqa: F401  # registers itself
        from venues.closing import settle_notices
        from venues.intervals import settle_venues

        register_settler("notice", settle_notices)
        register_settler("venue", settle_venues)
        register_owned("notice", "venues.notice", published=True)
        register_owned("live", "venues.livestatus", published=False)
