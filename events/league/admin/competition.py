"""The rules of a competition, and the way to its teams and groups."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.admin.base import ReadableRelatedFilter
from events.admin.parts import PartOfEventAdmin
from events.league.admin.rules_form import RulesForm
from events.league.admin.teams_page import TeamsPage
from events.league.models import Competition, Entry
from events.models import Event, Kind

PLAYED = frozenset({Kind.LEAGUE, Kind.CUP})


@admin.register(Competition)
class CompetitionAdmin(PartOfEventAdmin):
    """One for each event; visitors see a change at once."""

    form = RulesForm
    list_display = ("__str__", "sport", "teams", "advance", "best_runners_up")
    list_filter = ("sport", ("event", ReadableRelatedFilter))
    list_select_related = ("event",)
    search_fields = ("event__slug", "event__title")
    ordering = ("-event__first_day", "pk")
    autocomplete_fields = ("event",)
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ("event", "sport", "note")}),
        (
            _("Points and tie-breaks"),
            {
                "fields": (
                    "preset",
                    ("win", "draw", "loss"),
                    ("forfeit", "forfeit_score", "default_score"),
                    "forfeit_keeps_better",
                    "tie_breaks",
                    "restart",
                )
            },
        ),
        (_("Who goes on"), {"fields": (("advance", "best_runners_up"), "order", "against_last_counts")}),
    ]

    def get_urls(self) -> list[URLPattern]:
        teams = self.admin_site.admin_view(self.teams_view)
        return [path("teams/<int:event_id>/", teams, name="league_competition_teams"), *super().get_urls()]

    def teams_view(self, request: HttpRequest, event_id: int) -> HttpResponse:
        return TeamsPage(Event, self.admin_site).show(request, str(event_id))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(entered=Count("event__entries"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("event",) if obj is not None and self.has_change_permission(request, obj) else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return self.choosable(request, request.GET.dict())

    @admin.display(description=_("teams"))
    def teams(self, row: Any) -> SafeString:
        address = reverse("admin:league_competition_teams", args=[row.event_id])
        return format_html('<a href="{}">{}</a>', address, row.entered)


def tools_of(request: HttpRequest, event: Event) -> list[tuple[str, Any]]:
    """What leads from the page of an event to its rules, its teams and their import."""
    known = Competition.objects.filter(event=event).first()
    if known is None and event.event_kind not in PLAYED and not Entry._base_manager.filter(event=event).exists():
        return []
    if known is not None:
        rules = reverse("admin:league_competition_change", args=[known.pk])
    else:
        rules = f"{reverse('admin:league_competition_add')}?event={event.pk}"
    teams = (reverse("admin:league_competition_teams", args=[event.pk]), _("Teams and groups"))
    may_add = known is not None or Event.objects.filter(pk=event.pk).editable_by(request.user).exists()
    return [teams, (rules, _("Rules of the competition"))] if may_add else [teams]
