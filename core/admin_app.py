from django.contrib.admin.apps import AdminConfig


class TourismAdminConfig(AdminConfig):
    """Django's admin with our site."""

    default_site = "core.admin.site.TourismAdminSite"
