"""The admin site; what stands on its first page is registered by the floor that knows all apps."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

from axes.helpers import get_cool_off
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from core.admin.acts import act_row
from core.admin.picker import PickerView
from core.api import routes
from core.changes.models import Act

Card = dict[str, Any]
_card_makers: list[Callable[[HttpRequest], list[Card]]] = []


def locked_out(request: HttpRequest, response: Any = None, credentials: Any = None) -> HttpResponse:
    """What somebody sees after too many wrong passwords (the setting ``AXES_LOCKOUT_CALLABLE``)."""
    cool_off = get_cool_off(request) or timedelta()
    if routes.is_api(request):
        return routes.locked_out(request, cool_off)
    minutes = round(cool_off.total_seconds() / 60)
    context = {**admin.site.each_context(request), "title": _("Log in"), "minutes": minutes}
    return render(request, "admin/locked_out.html", context, status=429)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """What somebody may not open or do, with a way back."""
    site = admin.site
    context = {
        "site_header": site.site_header,
        "site_title": site.site_title,
        "title": _("You may not do this"),
        "has_permission": site.has_permission(request),
        "is_nav_sidebar_enabled": False,
    }
    return render(request, "admin/forbidden.html", context, status=403)


def register_cards(maker: Callable[[HttpRequest], list[Card]]) -> None:
    """Adds cards to the first page: ``{"title", "count", "url", "detail", "tone"}`` each."""
    if maker not in _card_makers:
        _card_makers.append(maker)


class TourismAdminSite(admin.AdminSite):
    site_header = _("Industrial tourism")
    site_title = _("Industrial tourism")
    index_title = _("Overview")
    site_url = None  # visitors have an app; what the API shows of a record is linked from its page

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        acts = Act.objects.select_related("by")
        if not request.user.has_perm("core.view_act"):
            acts = acts.filter(by=request.user.pk)
        cards = [card for maker in _card_makers for card in maker(request)]
        return super().index(
            request, {"cards": cards, "acts": [act_row(act) for act in acts[:12]], **(extra_context or {})}
        )

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return cast(HttpResponse, PickerView.as_view(admin_site=self)(request))
