"""Every route: the admin, the API, the files of the pictures."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from media.views import original
from tourism import api_v1

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("uploads/<path:path>", original, name="original"),
    path("api/v1/", include(api_v1)),
]

handler400 = "core.api.routes.bad_request"
handler404 = "core.api.routes.not_found"
handler500 = "core.api.routes.server_error"
