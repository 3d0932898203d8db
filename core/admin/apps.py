from django.contrib.admin.apps import AdminConfig


class TourismAdminConfig(AdminConfig):
    default_site = "core.admin.site.TourismAdminSite"
