"""What belongs to no app alone: the first page's cards, tags, accounts, the log of acts."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin.base import ContentAdmin
from core.admin.lists import ListedAdmin
from core.admin.merging import MergingForm
from core.admin.site import Card, register_cards
from core.changes.models import root_models
from core.clock import district_day
from core.models import Act, Tag, User
from core.publication import State
from events.models import Event
from organizers.models import Organizer, acts_for_all
from venues.admin.holiday_hours import name_of, upcoming
from venues.models import CalendarDay, Exhibit, Notice, Venue
from venues.models.calendar import missing_years


@admin.register(Tag)
class TagAdmin(ContentAdmin):
    form = MergingForm
    list_display = ("__str__", "slug", "missing")
    search_fields = ("slug", "name")
    ordering = ("slug",)
    fields = ("name", "slug")


@admin.register(User)
class AccountAdmin(UserAdmin):
    pass


class KindFilter(admin.SimpleListFilter):
    """The kinds of objects by the names that people know them by."""

    title = gettext_lazy("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(kind, model._meta.verbose_name) for kind, model in root_models().items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Act)
class ActAdmin(ListedAdmin):
    """The log of acts, to read."""

    list_display = ("at", "by", "kind_name", "label", "verb", "note")
    list_filter = ("verb", KindFilter)
    list_select_related = ("by",)
    search_fields = ("label", "note")
    date_hierarchy = "at"
    list_display_links = None

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def kind_name(self, act: Act) -> Any:
        model = root_models().get(act.kind)
        return model._meta.verbose_name if model else act.kind

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _list(model: type[Any], **query: Any) -> str:
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return f"{address}?{'&'.join(f'{name}={value}' for name, value in query.items())}"


def cards(request: HttpRequest) -> list[Card]:
    """What waits for this user, and what is out."""
    found = []
    kinds = ((Venue, _("Venues")), (Exhibit, _("Exhibits")), (Event, _("Events")), (Organizer, _("Organizers")))
    for model, title in kinds:
        if not request.user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}"):
            continue
        rows: Any = model._default_manager.readable_by(request.user)
        waiting = rows.filter(state=State.IN_REVIEW).count()
        drafts = rows.filter(state=State.DRAFT).count()
        found.append(
            {
                "title": title,
                "count": rows.filter(public=True).count(),
                "url": _list(model),
                "detail": _("public now; %(drafts)d drafts") % {"drafts": drafts},
                "tone": "good",
            }
        )
        if waiting:
            found.append(
                {
                    "title": _("%(title)s in review") % {"title": title},
                    "count": waiting,
                    "url": _list(model, state__exact=State.IN_REVIEW.value),
                    "detail": _("waiting for an approval"),
                    "tone": "warn",
                }
            )
    return found + _notices(request) + _facts(request) + _next_holiday(request) + _missing_calendar(request)


def _notices(request: HttpRequest) -> list[Card]:
    if not request.user.has_perm("venues.view_notice"):
        return []
    rows = Notice.objects.readable_by(request.user)
    if not rows.visible().exists():
        return []
    return [
        {
            "title": _("Notices in force"),
            "count": rows.in_force().count(),
            "url": _list(Notice, time="now"),
            "detail": _("%(coming)d announced") % {"coming": rows.coming().count()},
            "tone": "plain",
        }
    ]


def _missing_calendar(request: HttpRequest) -> list[Card]:
    if not request.user.has_perm("venues.change_calendarday"):
        return []
    return [
        {
            "title": _("Holiday calendar %(year)d") % {"year": year},
            "count": "–",
            "url": _list(CalendarDay),
            "detail": _("no public holidays entered: opening hours of that year are provisional"),
            "tone": "warn",
        }
        for year in missing_years(timezone.localdate())
    ]


def _facts(request: HttpRequest) -> list[Card]:
    """What nobody has verified yet, or not for too long."""
    if not acts_for_all(request.user) or not request.user.has_perm("venues.view_venue"):
        return []
    rows: Any = Venue.objects.readable_by(request.user).filter(public=True)
    never, old = rows.filter(verified_on=None).count(), rows.aged(district_day(timezone.now())).count()
    found: list[Card] = [
        {
            "title": _("Unverified venues"),
            "count": never,
            "url": _list(Venue, facts="never"),
            "detail": _("public, and nobody has checked the facts"),
            "tone": "warn" if never else "good",
        }
    ]
    if old:
        found.append(
            {
                "title": _("Facts older than a year"),
                "count": old,
                "url": _list(Venue, facts="old"),
                "detail": _("public venues that somebody should look at again"),
                "tone": "warn",
            }
        )
    return found


def _next_holiday(request: HttpRequest) -> list[Card]:
    """The way to the arrangement of many venues, where one is needed next."""
    if not acts_for_all(request.user) or not request.user.has_perm("venues.change_venue"):
        return []
    coming = upcoming(district_day(timezone.now()))
    if not coming:
        return []
    holiday = coming[0]
    return [
        {
            "title": name_of(holiday),
            "count": holiday.first.strftime("%m-%d"),
            "url": f"{reverse('admin:venues_venue_holiday_hours')}?holiday={holiday.first.isoformat()}",
            "detail": _("the next public holiday: enter the hours of many venues at once"),
        }
    ]


register_cards(cards)
