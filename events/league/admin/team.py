"""Teams, and the participants that they are."""

from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.admin.base import ReadableRelatedFilter, TabularRows, change_url
from core.admin.merging import RootForm
from core.admin.publishing import PUBLICATION_FIELDS, PublishedAdmin, pictures_of
from core.admin.reading import all_languages
from core.api.ask import Ask
from core.translations import default_language, show
from events.admin import ParticipantAdmin
from events.league.adopting import check_adoption
from events.league.models import Entry, Team, TeamImage, TeamLink
from events.league.serializers.team import TeamItem
from events.league.views.team import load_entered
from events.models import Event, Participant
from media.admin import PictureRows
from organizers.admin import OwnOrganizer
from organizers.serializers import split_links


class PictureOfTeam(PictureRows):
    model = TeamImage
    verbose_name_plural = _("pictures; the first one is the logo")


class LinkRows(TabularRows):
    model = TeamLink
    fields = ("kind", "value", "label", "position")


class TeamForm(RootForm):
    user: ClassVar[Any] = None

    def _post_clean(self) -> None:
        """Once the address is known: it may be made from the name."""
        super()._post_clean()
        if not self.errors:
            try:
                check_adoption(self.instance, self.user)
            except ValidationError as error:
                self.add_error(None, error)


class CompetitionFilter(admin.SimpleListFilter):
    """The events that the user may read and some team is in."""

    title = _("competition")
    parameter_name = "event"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        used = Event.objects.readable_by(request.user).filter(pk__in=Entry._base_manager.values("event"))
        return [(row.slug, str(row)) for row in used.order_by("-first_day", "pk")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return queryset
        events = Event.objects.readable_by(request.user).filter(slug=self.value())
        return queryset.filter(pk__in=Entry._base_manager.filter(event__in=events).values("team"))


@admin.register(Team)
class TeamAdmin(OwnOrganizer, PublishedAdmin):
    form = TeamForm
    serializer_class = TeamItem
    list_display = ("thumbnail", "__str__", "its_company", "plays_in", "state_badge", "missing", "changed_on")
    list_display_links = ("thumbnail", "__str__")
    list_filter = (
        "state",
        CompetitionFilter,
        "sample",
        ("verified_on", admin.EmptyFieldListFilter),
        ("organizer", ReadableRelatedFilter),
    )
    search_fields = ("slug", "name", "name_pinyin", "short_name", "company")
    autocomplete_fields = ("organizer",)
    readonly_fields = ("plays_in",)
    inlines: ClassVar[Any] = [PictureOfTeam, LinkRows]
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ("name", ("short_name", "organizer"), "company", "summary")}),
        (_("The team"), {"fields": (("colour", "second_colour"), "founded", "plays_in")}),
        (_("Sources and lists"), {"fields": ("verified_on", "doubts", "slug", "name_pinyin", "sample")}),
        (_("Time to appear and to vanish"), {"fields": PUBLICATION_FIELDS, "classes": ("collapse",)}),
    ]

    def readable_rows(self, request: HttpRequest) -> QuerySet[Any]:
        return Team.objects.readable_by(request.user).by_name(default_language())

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("sort_key", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        pictures = Prefetch("placements", TeamImage._base_manager.select_related("image").order_by("position", "pk"))
        mine = Entry._base_manager.filter(event__in=Event.objects.readable_by(request.user)).select_related("event")
        entered = Prefetch("entries", mine.order_by("-event__first_day", "pk"), to_attr="readable_entries")
        return super().get_queryset(request).prefetch_related(pictures, entered)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.user = request.user
        return form

    def may_read_acts(self, request: HttpRequest, row: Any) -> bool:
        """Who may read a team at all works on it."""
        return True

    def load_preview(self, row: Any, ask: Ask) -> None:
        split_links([row])
        load_entered([row])
        row.pictures = pictures_of(row.placements.select_related("image"))

    def preview_lines(self, item: dict[str, Any]) -> list[tuple[Any, str]]:
        names = ("short_name", "company", "founded")
        return [(Team._meta.get_field(name).verbose_name, str(item[name])) for name in names if item[name]]  # type: ignore[union-attr]

    @admin.display(description=_("plays in"))
    def plays_in(self, row: Any) -> SafeString | str:
        """The events of its competitions that the user works on."""
        links = ((change_url(entry.event), entry.event) for entry in getattr(row, "readable_entries", ()))
        return format_html_join(", ", '<a href="{}">{}</a>', links) or "–"

    @admin.display(description=_("company"))
    def its_company(self, row: Team) -> str:
        return show(row.company) or "–"

    @admin.display(description=_("picture"))
    def thumbnail(self, row: Team) -> SafeString | str:
        first = next(iter(row.placements.all()), None)
        if first is None:
            return "–"
        return format_html('<img class="thumb" src="{}" alt="" loading="lazy">', first.image.address(width=320))


admin.site.unregister(Participant)


@admin.register(Participant)
class TeamParticipantAdmin(ParticipantAdmin):
    """A participant that is a team is written on the team's page."""

    list_select_related = ("team",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("team")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("its_name", "slug", "kind", "its_team") if _has_team(obj) else super().get_fields(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = tuple(super().get_readonly_fields(request, obj))
        return (*fields, "its_name", "slug", "kind", "its_team") if _has_team(obj) else fields

    @admin.display(description=_("name"))
    def its_name(self, row: Participant) -> SafeString | str:
        return all_languages(row.name)

    @admin.display(description=_("team"))
    def its_team(self, row: Participant) -> SafeString:
        note = _("Its name and address are written there.")
        return format_html('<a href="{}">{}</a> <span class="help">{}</span>', change_url(row.team), row.team, note)


def _has_team(row: Any) -> bool:
    return row is not None and hasattr(row, "team")
