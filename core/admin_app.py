from django.apps import apps
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class TourismAdminConfig(AdminConfig):
    """Django's admin with our site."""

    default_site = "core.admin.site.TourismAdminSite"

    def ready(self) -> None:
        super().ready()
        apps.get_app_config("axes").verbose_name = _("Log-in protection")  # an editor knows no package's name
