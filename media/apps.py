from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MediaConfig(AppConfig):
    name = "media"
    verbose_name = _("Library")

    def ready(self) -> None:
        from media import checks  # noqa: F401 - registers the system checks
        from media.guards import register
        from media.memory import give_back
        from organizers.rights import register_owned

        register()
        give_back()

        register_owned("image", "media.image", published=False)
        register_owned("media", "media.mediaobject", published=False)
