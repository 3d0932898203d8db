"""Every route: the admin, the API, the files of the pictures, the pages for people."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import RedirectView

from core.api.routes import not_found
from core.pages.answers import nowhere
from core.pages.links import QrPng, QrSvg, ShortLink
from core.pages.sitemaps import Robots, SitemapIndex, SitemapPart
from events.league.pages import TeamPage
from events.league.scorer_page import ScoreList, ScoreMatch
from events.pages import EventPage, SlotPage
from media.views import FILE, RENDITION, media_file, rendition
from tourism import api_manage, api_v1
from venues.pages import RoutePage, VenuePage

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    re_path(f"^uploads/(?P<path>{RENDITION})$", rendition, name="rendition"),
    re_path(f"^uploads/(?P<path>{FILE})$", media_file, name="media-file"),
    path("api/v1/manage/", include(api_manage)),
    path("api/v1/", include(api_v1)),
    path("venues/<slug:slug>/", VenuePage.as_view(), name="venue-page"),
    path("events/<slug:slug>/", EventPage.as_view(), name="event-page"),
    path("slots/<uuid:uid>/", SlotPage.as_view(), name="slot-page"),
    path("routes/<slug:slug>/", RoutePage.as_view(), name="route-page"),
    path("score/<slug:secret>/", ScoreList.as_view(), name="score"),
    path("score/<slug:secret>/<uuid:uid>/", ScoreMatch.as_view(), name="score-match"),
    path("teams/<slug:slug>/", TeamPage.as_view(), name="team-page"),
    path("s/<slug:code>.svg", QrSvg.as_view(), name="qr-svg"),
    path("s/<slug:code>.png", QrPng.as_view(), name="qr-png"),
    re_path("^s/(?P<code>[A-Za-z0-9]+)/?$", ShortLink.as_view(), name="short-link"),
    path("robots.txt", Robots.as_view(), name="robots"),
    path("sitemap.xml", SitemapIndex.as_view(), name="sitemap"),
    path("sitemap-<slug:folder>-<int:number>.xml", SitemapPart.as_view(), name="sitemap-part"),
    re_path("^(?:venues|events|slots|routes|teams|score|s)/(?:.*/)?$", nowhere, name="no-page"),  # with DEBUG too
    re_path("^api/", csrf_exempt(not_found), name="no-route"),  # with DEBUG Django would answer with a page
]

handler400 = "core.api.routes.bad_request"
handler403 = "core.admin.site.forbidden"
handler404 = "core.api.routes.not_found"
handler500 = "core.api.routes.server_error"
