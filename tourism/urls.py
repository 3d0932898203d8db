"""Every route: the admin, the API, the files of the pictures."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import RedirectView

from core.api.routes import not_found
from media.views import original
from tourism import api_manage, api_v1

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("uploads/<path:path>", original, name="original"),
    path("api/v1/manage/", include(api_manage)),
    path("api/v1/", include(api_v1)),
    re_path("^api/", csrf_exempt(not_found), name="no-route"),  # with DEBUG Django would answer with a page
]

handler400 = "core.api.routes.bad_request"
handler404 = "core.api.routes.not_found"
handler500 = "core.api.routes.server_error"
